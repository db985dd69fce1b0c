"""The least sum of changes with which rules can hold together: an elastic model."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulp

from planner.errors import InfeasibleScenario, SolverStopped
from planner.model.constraints import Group
from planner.model.settings import Change
from planner.model.solving.decisions import (
    fix_period,
    fix_regions,
    in_parts,
    in_whole_dialogues,
)
from planner.model.solving.elastic import SMALL, Eased, ease_model
from planner.model.solving.optimise import EXACT, Stage, Tolerance, optimise, relative_gap
from planner.model.solving.search import search
from planner.model.variables import regions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from planner.control import Control
    from planner.criteria.reads import Solution
    from planner.model.instance import Instance
    from planner.model.solving.decisions import Regions

NEAR = 0.005
"""Relative gap to which a change of a whole rollout counts as the least."""

SEARCHED = 1500
"""Decisions about offices and regions in a model of dialogues that is searched whatever its end."""

AS_SMALL = 1e-6
"""Relative difference of two sums that count as equally small."""

TIES = 4
"""Equally small changes that are told at most."""


@dataclass(frozen=True)
class Least:
    """The least change in one model.

    Attributes
    ----------
    ways : tuple of tuple of Change
        Changes after which the rules can hold together, equally small, of the fewest rules
        first; empty where nothing need change.
    total : float
        The sum of their shares before anything is rounded.
    bound : float
        No smaller sum is enough.
    proved : bool
        Whether it is the least, within the gap that was asked for.
    plan : Solution or None
        What the first of them allows.
    """

    ways: tuple[tuple[Change, ...], ...]
    total: float
    bound: float
    proved: bool
    plan: Solution | None = None


@dataclass(frozen=True)
class Sought:
    """What change is looked for, and how far.

    Attributes
    ----------
    gives_way : callable
        Whether a rule may give way; those of `planner.model.solving.elastic.KEPT` never do.
    free : callable
        Whether a rule is left out altogether.
    gap : float
        Relative gap to which the sum is searched.
    ties : int
        Equally small changes to look for at most; of a model with dialogues to plan, one.
    end : (collection of int, numpy.ndarray of int), optional
        With dialogues to plan: offices and regions of the last period to be content with, if
        any change is enough for them.
    """

    instance: Instance
    control: Control
    gives_way: Callable[[Group], bool]
    free: Callable[[Group], bool] = lambda _: False
    gap: float = 0.0
    ties: int = TIES
    end: Regions | None = None

    def eased(self) -> Eased:
        """Build the model in which the rules give way."""
        return ease_model(self.instance, self.control, self.gives_way, self.free)

    def searched(self, name: str, eased: Eased) -> Stage:
        """Search the least sum of changes of a model."""
        return optimise(eased.model, name, eased.total, self.control, Tolerance(self.gap))


def least_change(sought: Sought) -> Least | None:
    """Let some rules give way and find the least sum of their changes.

    A change counts as a share of the rule's own number; giving up a rule without one counts 1.
    What is found is rounded outward, so the plan that was found with it keeps the rules as they
    have changed.

    Returns
    -------
    Least or None
        None if no change of these rules is enough.

    Raises
    ------
    SolverStopped
        If a limit or an interrupt came before any was found.
    """
    connected = Group("contiguous", ())
    ways: list[tuple[Sought, tuple[Change, ...]]] = [(sought, ())]
    if sought.instance.scenario.units.contiguous and sought.gives_way(connected):
        apart = replace(sought, instance=_disconnected(sought.instance))
        ways.append((apart, (Change(connected, 1.0, None, 1.0),)))
    found = []
    for way, given_up in ways:
        try:
            least = _of_rollout(way) if way.instance.target.any() else _least(way)
        except InfeasibleScenario:
            continue
        if given_up:
            least = replace(
                least,
                ways=tuple((*changes, *given_up) for changes in least.ways or ((),)),
                total=least.total + len(given_up),
                bound=least.bound + len(given_up),
            )
        found.append(least)
    if not found:
        return None
    best = min(found, key=lambda least: least.total)
    alike = [least for least in found if least.total <= best.total * (1 + AS_SMALL)]
    return replace(
        best,
        ways=tuple(changes for least in alike for changes in least.ways)[: sought.ties],
        bound=min(best.total, *(least.bound for least in found)),
        proved=all(least.proved or least.bound >= best.total for least in found),
    )


def _least(sought: Sought) -> Least:
    """Search the change where no dialogues are planned, and the others that are as small."""
    eased = sought.eased()
    stage = sought.searched("change", eased)
    near = relative_gap(stage.objective, stage.bound) <= max(sought.gap, AS_SMALL)
    ways: tuple[tuple[Change, ...], ...] = (eased.changes(),)
    if near and sought.ties > 1 and ways[0]:
        ways = tuple(_ties(eased, stage.objective, sought)) or ways
    return Least(ways if ways[0] else (), stage.objective, stage.bound, near, stage.solution)


def _of_rollout(sought: Sought) -> Least:
    """Search the change with dialogues: for the end that is given, then for any.

    A large model is not searched for any end, unless none is given or no change is enough for
    it: the bound is then that of the linear relaxation.
    """
    best: Least | None = None
    if sought.end is not None:
        eased = sought.eased()
        fix_period(eased.model, -1, sought.end)
        with suppress(InfeasibleScenario, SolverStopped):
            best = _settled(sought, eased)
    eased = sought.eased()
    if best is None:
        return _settled(sought, eased)
    if len(regions(eased.model.variables)) <= SEARCHED:
        eased.model.problem.addConstraint(eased.total <= best.total, "known")
        with suppress(InfeasibleScenario, SolverStopped):
            found = _settled(sought, eased)
            if found.total < best.total * (1 - AS_SMALL):
                return found
            return _bounded(best, found.bound, sought.gap)
        eased = sought.eased()
    return _bounded(best, _relaxed(eased, sought.control), sought.gap)


def _bounded(best: Least, bound: float, gap: float) -> Least:
    """State the least change that was found under a bound."""
    bound = min(best.total, bound)
    return replace(best, bound=bound, proved=relative_gap(best.total, bound) <= gap)


def _settled(sought: Sought, eased: Eased) -> Least:
    """Search in parts of dialogues, then settle them in whole numbers with the regions found."""
    stage = sought.searched("change", eased)
    try:
        fix_regions(eased.model, stage.solution)
        in_whole_dialogues(eased.model)
        whole = sought.searched("whole", eased)
    except InfeasibleScenario:  # in these regions; then in others
        eased = sought.eased()
        in_whole_dialogues(eased.model)
        whole = sought.searched("whole", eased)
    changes, total = eased.changes(), whole.objective
    bound = min(stage.bound, total)
    near = relative_gap(total, bound) <= sought.gap
    return Least((changes,) if changes else (), total, bound, near, whole.solution)


def _relaxed(eased: Eased, control: Control) -> float:
    """Return what the sum is at least, by the linear relaxation."""
    problem = eased.model.problem
    problem.setObjective(eased.total)
    with in_parts(problem.variables()):
        outcome = search(problem, "bound", control, 0.0)
    if outcome.ended == "proved" and outcome.objective is not None:
        return outcome.objective
    return 0.0


def _ties(eased: Eased, total: float, sought: Sought) -> Iterable[tuple[Change, ...]]:
    """Yield the changes that sum up to the least, of the fewest rules first.

    Of rules that could share a change in any parts, each by itself is told.
    """
    problem = eased.model.problem
    most = total * (1 + AS_SMALL) + AS_SMALL * SMALL
    problem.addConstraint(eased.total <= most, "as_small")
    used = [problem.add_variable(f"used_{k}", 0, 1, "Binary") for k in range(len(eased.rules))]
    for k, (_, ease, x) in enumerate(eased.rules):
        problem.addConstraint(x <= most * ease.size * used[k], f"counts_{k}")
    for number in range(sought.ties):
        try:
            stage = optimise(eased.model, "fewest", pulp.lpSum(used), sought.control, EXACT)
        except (InfeasibleScenario, SolverStopped):
            return
        if stage.reason != "optimal":
            return
        some = [k for k, x in enumerate(used) if (x.varValue or 0.0) > 1 / 2]
        others = [k for k in range(len(used)) if k not in some]
        for k in others:
            used[k].upBound = 0
        try:
            optimise(eased.model, "change", eased.total, sought.control, EXACT)
        except SolverStopped:
            return
        yield eased.changes()
        for k in others:
            used[k].upBound = 1
        cut = pulp.lpSum(used[k] for k in some) <= len(some) - 1
        problem.addConstraint(cut, f"another_{number}")


def _disconnected(instance: Instance) -> Instance:
    scenario = instance.scenario
    units = scenario.units.model_copy(update={"contiguous": False})
    return replace(instance, scenario=scenario.model_copy(update={"units": units}))
