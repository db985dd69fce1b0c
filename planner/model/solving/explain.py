"""Why a scenario has no plan, and the changes that give it one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.control import Control
from planner.model.places import roles_at_first
from planner.model.settings import STAYS, identity
from planner.model.solving.counting import CountedFact, facts
from planner.model.solving.diagnose import all_clashes
from planner.model.solving.elastic import KEPT
from planner.model.solving.least_change import AS_SMALL
from planner.model.solving.remedies import Alone, Remedy, RemedySearch

if TYPE_CHECKING:
    from planner.errors import Limit
    from planner.model.constraints import Group
    from planner.model.instance import Instance
    from planner.model.solving.remedies import Remake
    from planner.scenario.spec import Scenario


@dataclass(frozen=True)
class Explanation:
    """Why a scenario has no plan, and what would give it one.

    Attributes
    ----------
    clashes : tuple of tuple of Group
        Sets of rules that can't hold together, though all but any one of a set can; they may
        share rules. Empty if some plan keeps every rule.
    unsure : frozenset of int
        Places in `clashes` of those of which it is not known that every rule takes part.
    complete : bool
        Whether there are no other clashes.
    facts : tuple of CountedFact
        What counting says of the rules named.
    least : tuple of Remedy
        The least change when every rule may give way at once; several where they are equally
        small. Empty where none was found.
    bound : float
        No change whose shares sum up to less is enough.
    alone : tuple of Alone
        Each rule of the clashes that a setting changes, in call order.
    stopped : Limit or None
        The limit of the run that ended the search, if one did.
    """

    clashes: tuple[tuple[Group, ...], ...]
    unsure: frozenset[int] = frozenset()
    complete: bool = True
    facts: tuple[CountedFact, ...] = ()
    least: tuple[Remedy, ...] = ()
    bound: float = 0.0
    alone: tuple[Alone, ...] = ()
    stopped: Limit | None = None


def explain(
    instance: Instance, control: Control | None = None, remake: Remake | None = None
) -> Explanation:
    """Find the rules that clash and the least changes that end it.

    Every remedy is tried: the scenario as it changes has a plan.

    Parameters
    ----------
    remake : callable, optional
        Makes the instance of a changed scenario; by default the sites stay the same.

    Raises
    ------
    SolverStopped
        If a limit or an interrupt came before the clashes were found.
    """
    control = control or Control()
    clashes = all_clashes(instance, control)
    if not clashes.found:
        return Explanation(())
    named = clashes.named
    rules = [clashes.rules[n] for n in sorted(frozenset[int]().union(*clashes.found))]
    search = RemedySearch(instance, control, remake or _remade(instance), clashes)
    least, bound = search.together()
    alone = [search.alone(rule) for rule in rules if rule.rule not in STAYS]
    least = _with_those_alone(least, bound, alone)
    return Explanation(
        named,
        frozenset(n for n, clash in enumerate(clashes.found) if clash in clashes.unsure),
        clashes.complete,
        facts(instance, named),
        least,
        least[0].bound if least else bound,
        tuple(alone),
        search.stopped,
    )


def _with_those_alone(
    least: tuple[Remedy, ...], bound: float, alone: list[Alone]
) -> tuple[Remedy, ...]:
    """Add what is enough alone and as small; what is enough alone is enough together.

    The hours of an advisor did not take part in the least change, so they are apart.
    """
    single = [
        each.remedy for each in alone if each.remedy is not None and each.rule.rule not in KEPT
    ]
    best = min((remedy.total for remedy in (*least, *single)), default=0.0)
    most = best * (1 + AS_SMALL) + AS_SMALL * AS_SMALL
    proved = bound >= best * (1 - AS_SMALL) or any(r.proved and r.total <= most for r in least)
    kept = [remedy for remedy in least if remedy.total <= most]
    rules = {frozenset(identity(c.rule) for c in remedy.changes) for remedy in kept}
    for remedy in single:
        alike = frozenset(identity(change.rule) for change in remedy.changes)
        if remedy.total <= most and alike not in rules:
            kept.append(remedy)
    return tuple(replace(remedy, bound=min(bound, best), proved=proved) for remedy in kept)


def _remade(instance: Instance) -> Remake:
    """Make the instance of a changed scenario, on the same sites."""

    def remake(scenario: Scenario) -> Instance:
        roles = roles_at_first(scenario, instance.sites)
        return replace(instance, scenario=scenario, roles=roles)

    return remake
