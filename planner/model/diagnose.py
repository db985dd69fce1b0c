"""Why no plan keeps every hard rule: smallest sets of rules that clash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import PlannerError
from planner.model.offices import offices_alone
from planner.model.solve import Control
from planner.model.trial import Trial

if TYPE_CHECKING:
    from planner.model.constraints import Group
    from planner.model.instance import Instance


def clashing_rules(instance: Instance, control: Control | None = None) -> list[Group]:
    """Find a set of rules that can't hold together, none of which can be left out of it.

    Returns
    -------
    list of Group
        In call order, contiguity last; empty if the instance is feasible.

    Raises
    ------
    SolverStopped
        If a limit or an interrupt came first.
    """
    found = all_clashes(instance, control, most=1)
    return found[0] if found else []


def all_clashes(
    instance: Instance, control: Control | None = None, *, most: int | None = None
) -> list[list[Group]]:
    """Find sets of rules that can't hold together, no two of which share a rule.

    A deletion filter (Chinneck and Dravnieks, ORSA J. Computing 3, 1991) over named groups of
    rows: leave a group out; if what is left still clashes, it stays out. It works for clashes
    that only integrality causes. Where the model clashes without integrality too, the multipliers
    of the rows (Farkas) leave out at once all that take no part. Then the rules that were found
    are left out and the search goes on, until the rest can hold together. Rules of offices and
    staff are tried by themselves first, then all with dialogues in parts, then in whole numbers.

    Returns
    -------
    list of list of Group
        At most `most` sets, in the order found; empty if the instance is feasible.

    Raises
    ------
    SolverStopped
        If a limit or an interrupt came first.
    """
    control = control or Control()
    found: list[list[Group]] = []
    ways = [(offices_alone(instance), False), (instance, False)]
    if instance.scenario.dialogues is not None:
        ways.append((instance, True))
    for one, whole in ways:
        if most is not None and len(found) >= most:
            break
        trial = Trial(one, control, whole=whole)
        named = {_name(rule) for clash in found for rule in clash}
        rules = frozenset(k for k in trial.rules if _name(trial.groups[k]) not in named)
        while most is None or len(found) < most:
            clash = trial.clash(rules)
            if clash is None:
                break
            clash = _smallest(trial, clash)
            if not clash:
                raise PlannerError("no plan exists whatever rule is dropped")
            found.append([trial.groups[number] for number in sorted(clash)])
            rules -= clash
    return found


def _name(rule: Group) -> tuple[object, ...]:
    """Return what a rule is known by in any model of a scenario."""
    return rule.rule, *rule.words.items()


def _smallest(trial: Trial, clash: frozenset[int]) -> frozenset[int]:
    """Leave rules out as long as the others clash, first many at a time, then one by one."""
    size = max(1, len(clash) // 4)
    while True:
        numbers = sorted(clash)
        for start in range(0, len(numbers), size):
            out = clash.intersection(numbers[start : start + size])
            less = trial.clash(clash - out) if out and len(clash) > 1 else None
            clash = clash if less is None else less
        if size == 1:
            return clash
        size //= 2
