"""The least sum of changes with which rules can hold together: an elastic model."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulp

from planner.errors import InfeasibleScenario, SolverStopped
from planner.model.constraints import Group
from planner.model.settings import Change
from planner.model.solving.elastic import SMALL, Eased, ease_model
from planner.model.solving.optimise import optimise, relative_gap
from planner.model.solving.search import search
from planner.model.solving.settle import fix_regions, fix_variable, in_whole_dialogues
from planner.model.variables import regions

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from planner.control import Control
    from planner.model.build import Model
    from planner.model.instance import Instance, Ints
    from planner.model.solution import Solution
    from planner.model.solving.feasibility import Regions

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


def least_change(  # noqa: PLR0913 - how far and where to look
    i: Instance,
    control: Control,
    gives_way: Callable[[Group], bool],
    *,
    gap: float = 0.0,
    ties: int = TIES,
    end: Regions | None = None,
    free: Callable[[Group], bool] = lambda _: False,
) -> Least | None:
    """Let some rules give way and find the least sum of their changes.

    A change counts as a share of the rule's own number, so that 3 openings for 2 and 30 MSEK
    for 20 count the same; giving up a rule without a number counts 1. What is found is rounded
    outward, so the plan that was found with it keeps the rules as they have changed.

    Parameters
    ----------
    i : Instance
    control : Control
    gives_way : callable
        Whether a rule may give way; those of `planner.model.solving.elastic.KEPT` never do.
    gap : float
        Relative gap to which the sum is searched.
    ties : int
        Equally small changes to look for at most; of a model with dialogues to plan, one.
    end : (collection of int, numpy.ndarray of int), optional
        With dialogues to plan: offices and regions of the last period to be content with, if
        any change is enough for them.
    free : callable
        Whether a rule is left out altogether.

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
    ways: list[tuple[Instance, tuple[Change, ...]]] = [(i, ())]
    if i.scenario.units.contiguous and gives_way(connected):
        ways.append((_disconnected(i), (Change(connected, 1.0, None, 1.0),)))
    found = []
    for way, given_up in ways:
        try:
            if way.target.any():
                least = _of_rollout(way, control, gives_way, gap, end)
            else:
                least = _least(way, control, gives_way, gap, ties, free)
        except InfeasibleScenario:
            continue
        extra = float(len(given_up))
        found.append(
            replace(
                least,
                ways=tuple((*changes, *given_up) for changes in least.ways or ((),))
                if given_up
                else least.ways,
                total=least.total + extra,
                bound=least.bound + extra,
            )
        )
    if not found:
        return None
    best = min(found, key=lambda least: least.total)
    alike = [least for least in found if least.total <= best.total * (1 + AS_SMALL)]
    return replace(
        best,
        ways=tuple(changes for least in alike for changes in least.ways)[:ties],
        bound=min(best.total, *(least.bound for least in found)),
        proved=all(least.proved or least.bound >= best.total for least in found),
    )


def _least(  # noqa: PLR0913 - as above
    i: Instance,
    control: Control,
    gives_way: Callable[[Group], bool],
    gap: float,
    ties: int,
    free: Callable[[Group], bool],
) -> Least:
    """Search the change where no dialogues are planned, and the others that are as small."""
    eased = ease_model(i, control, gives_way, free)
    stage = optimise(eased.model, "change", eased.total, control, gap=gap)
    near = relative_gap(stage.objective, stage.bound) <= max(gap, AS_SMALL)
    ways: tuple[tuple[Change, ...], ...] = (eased.changes(),)
    if near and ties > 1 and ways[0]:
        ways = tuple(_ties(eased, stage.objective, control, ties)) or ways
    return Least(ways if ways[0] else (), stage.objective, stage.bound, near, stage.solution)


def _of_rollout(
    i: Instance,
    control: Control,
    gives_way: Callable[[Group], bool],
    gap: float,
    end: Regions | None,
) -> Least:
    """Search the change with dialogues: for the end that is given, then for any.

    A large model is not searched for any end, unless none is given or no change is enough for
    it: the bound is then that of the linear relaxation.
    """
    best: Least | None = None
    if end is not None:
        eased = ease_model(i, control, gives_way)
        _give_end(eased.model, *end)
        with suppress(InfeasibleScenario, SolverStopped):
            best = _settled(i, control, gives_way, eased, gap)
    eased = ease_model(i, control, gives_way)
    if best is None:
        return _settled(i, control, gives_way, eased, gap)
    if len(regions(eased.model.variables)) <= SEARCHED:
        eased.model.problem.addConstraint(eased.total <= best.total, "known")
        with suppress(InfeasibleScenario, SolverStopped):
            found = _settled(i, control, gives_way, eased, gap)
            if found.total < best.total * (1 - AS_SMALL):
                return found
            bound = min(best.total, found.bound)
            return replace(best, bound=bound, proved=relative_gap(best.total, bound) <= gap)
        eased = ease_model(i, control, gives_way)
    bound = min(best.total, _relaxed(eased, control))
    return replace(best, bound=bound, proved=relative_gap(best.total, bound) <= gap)


def _give_end(model: Model, offices: Collection[int], served_by: Ints) -> None:
    """Give the last period its offices and regions."""
    for j, x in enumerate(model.variables.open[-1]):
        fix_variable(x, int(j in offices))
    for row, own in zip(model.variables.serve[-1], served_by, strict=True):
        for j, x in enumerate(row):
            fix_variable(x, int(j == own))


def _settled(
    i: Instance,
    control: Control,
    gives_way: Callable[[Group], bool],
    eased: Eased,
    gap: float,
) -> Least:
    """Search in parts of dialogues, then settle them in whole numbers with the regions found."""
    stage = optimise(eased.model, "change", eased.total, control, gap=gap)
    try:
        fix_regions(eased.model, stage.solution)
        in_whole_dialogues(eased.model)
        whole = optimise(eased.model, "whole", eased.total, control, gap=gap)
    except InfeasibleScenario:  # in these regions; then in others
        eased = ease_model(i, control, gives_way)
        in_whole_dialogues(eased.model)
        whole = optimise(eased.model, "whole", eased.total, control, gap=gap)
    changes, total = eased.changes(), whole.objective
    bound = min(stage.bound, total)
    near = relative_gap(total, bound) <= gap
    return Least((changes,) if changes else (), total, bound, near, whole.solution)


def _relaxed(eased: Eased, control: Control) -> float:
    """Return what the sum is at least, by the linear relaxation."""
    problem = eased.model.problem
    problem.setObjective(eased.total)
    whole = [x for x in problem.variables() if x.cat == "Integer"]
    for x in whole:
        x.cat = "Continuous"
    outcome = search(problem, "bound", control, 0.0)
    for x in whole:
        x.cat = "Integer"
    if outcome.ended == "proved" and outcome.objective is not None:
        return outcome.objective
    return 0.0


def _ties(eased: Eased, total: float, control: Control, ties: int) -> Iterable[tuple[Change, ...]]:
    """Yield the changes that sum up to the least, of the fewest rules first.

    Of rules that could share a change in any parts, each by itself is told.
    """
    problem = eased.model.problem
    most = total * (1 + AS_SMALL) + AS_SMALL * SMALL
    problem.addConstraint(eased.total <= most, "as_small")
    used = [problem.add_variable(f"used_{k}", 0, 1, "Binary") for k in range(len(eased.rules))]
    for k, (_, ease, x) in enumerate(eased.rules):
        problem.addConstraint(x <= most * ease.size * used[k], f"counts_{k}")
    for number in range(ties):
        try:
            stage = optimise(eased.model, "fewest", pulp.lpSum(used), control, gap=0.0)
        except (InfeasibleScenario, SolverStopped):
            return
        if stage.reason != "optimal":
            return
        some = [k for k, x in enumerate(used) if (x.varValue or 0.0) > 1 / 2]
        others = [k for k in range(len(used)) if k not in some]
        for k in others:
            used[k].upBound = 0
        try:
            optimise(eased.model, "change", eased.total, control, gap=0.0)
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
