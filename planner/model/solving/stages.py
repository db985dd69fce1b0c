"""From an instance to its best solution: sites, then the rollout, then ties, then whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.control import Control
from planner.errors import InfeasibleScenario, SolverStopped
from planner.message import say
from planner.model.build import Model, build
from planner.model.solving.combine import Goal, expression, reach
from planner.model.solving.ends import best_ends
from planner.model.solving.offices import reachable
from planner.model.solving.optimise import (
    HOLD,
    PROVED,
    Stage,
    break_ties,
    hold,
    stage_reason,
    weakest,
)
from planner.model.solving.search import least
from planner.model.solving.settle import PARTS, TIDY, fix_variable, idle_settled, whole_dialogues
from planner.plan import Scope
from planner.scenario.criteria import ROLLOUT_CRITERIA
from planner.siting.p_median import is_p_median, p_median

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.errors import Limit
    from planner.model.instance import Instance
    from planner.model.solution import Solution


MOST_PAIRS = 100_000
"""Periods times units times sites up to which a rollout is solved with its end left free."""


@dataclass(frozen=True)
class Result:
    """The solution of an instance and what was proved of each goal.

    Attributes
    ----------
    solution : Solution
    stages : tuple of Stage
        The goals that decided, most important first, each with its bound and its scope.
    ends : tuple of Solution
        The best ends, where sites and regions were decided before the rollout.
    """

    solution: Solution
    stages: tuple[Stage, ...]
    ends: tuple[Solution, ...] = ()


@dataclass(frozen=True)
class Track:
    """A model whose goals are reached one after another, and what is held in it so far.

    Attributes
    ----------
    model : Model
    sites : sequence of int
        The sites that the model knows, as indices into those of the instance.
    goals : tuple of Goal
        Those that were reached, in order.
    found : bool
        Whether the plan of the last goal keeps what is held now.
    """

    model: Model
    sites: Sequence[int]
    goals: tuple[Goal, ...] = ()
    found: bool = True


type Shortcut = Callable[[Instance, Control], Result | None]
"""Finds what the model would find of sites alone, where it can."""


def solve_instance(i: Instance, control: Control, shortcut: Shortcut | None = None) -> Result:
    """Find the best solution of an instance.

    Dialogues are planned in parts first and then settled in whole numbers, which is fast and
    mostly within the scenario's gap. Where it is not, or no whole numbers fit, they are planned
    in whole numbers from the start.

    Raises
    ------
    InfeasibleScenario, SolverStopped
        As in `optimise`.
    """
    if i.scenario.dialogues is None:
        return _solve(i, control, shortcut)
    try:
        found = _solve(i, control, shortcut)
    except InfeasibleScenario:
        return _solve(i, control, shortcut, whole=True)
    limit = weakest(found.stages)
    if limit is None:
        return found
    if control.stopped():  # before the dialogues could be planned in whole numbers
        return replace(found, stages=_own_up(found.stages, control.limit()))
    try:
        better = _solve(i, control, shortcut, whole=True)
    except SolverStopped as stopped:
        limit = stopped.reason
    else:
        limit = weakest(better.stages)
        if limit is None:
            return better
    return replace(found, stages=_own_up(found.stages, limit))


def _solve(
    i: Instance, control: Control, shortcut: Shortcut | None, *, whole: bool = False
) -> Result:
    """Find the best solution in one way of planning dialogues.

    Where the first goals speak of sites alone, the best ends (offices and regions of the last
    period) are found first in the model of that period by itself. Every rollout ends with such a
    plan, so their optimum is one of the whole model too, provided that some rollout reaches it.
    The goals of the rollout are then reached with each of those ends given, where they are few,
    in a model of the offices there are in the end unless others may have been open before. Where
    they are many, or no rollout reaches one (a budget too small, say), both are decided at once.
    """
    if i.scenario.dialogues is None or not _sites_decide(i):
        return (shortcut and shortcut(i, control)) or _at_once(i, control, whole=whole)
    complete = _within_reach(i, control).complete()
    end = (shortcut and shortcut(complete, control)) or _at_once(complete, control)
    ends, every = best_ends(complete, end.solution, end.stages, control)
    small = len(i.periods) * len(i.units) * len(i.sites) <= MOST_PAIRS
    if not every and small and weakest(end.stages) is None:
        return _at_once(i, control, whole=whole)
    tracks = [with_end(i, one, end.stages, control, whole=whole) for one in ends]
    names = i.scenario.goals[len(end.stages) :]
    kept = Scope(tuple(stage.name for stage in end.stages), None if every else len(ends))
    try:
        rollout = _afterwards(i, tracks, names, control, kept, whole=whole)
    except InfeasibleScenario:
        return _at_once(i, control, whole=whole)
    return replace(rollout, stages=(*end.stages, *rollout.stages), ends=tuple(ends))


def with_end(
    i: Instance,
    end: Solution,
    stages: Sequence[Stage],
    control: Control,
    *,
    whole: bool = False,
) -> Track:
    """Build the model of the rollouts that have an end.

    Where units without principals are free to choose, goals that they count in are held.
    """
    sites = range(len(i.sites)) if i.scenario.rollout.may_close else end.offices[-1]
    own = i.only(sites)
    if len(i.idle):
        model = build(own, control, whole=whole)
        for stage in stages:
            hold(model, expression(model, stage.name), stage.objective)
    else:
        model = build(_with_end_given(own), control, whole=whole)
    _fix_end(model, end, sites)
    return Track(model, sites)


def _with_end_given(i: Instance) -> Instance:
    """Leave out what a given end settles: required towns, connected regions, limits on sites.

    So a rule that the end keeps anyway changes nothing of how it is reached, not even which of
    several plans within the gap is found.
    """
    s = i.scenario
    limits = {name: limit for name, limit in s.limits.items() if name in ROLLOUT_CRITERIA}
    units = s.units.model_copy(update={"contiguous": False})
    return replace(
        i,
        scenario=s.model_copy(update={"units": units, "limits": limits}),
        roles=tuple("candidate" if role == "required" else role for role in i.roles),
    )


def _within_reach(i: Instance, control: Control) -> Instance:
    """Narrow the number of offices to what some rollout can end with, for its end alone.

    Sites that no rollout reaches, with ten offices where nine can be opened, are then not looked
    for. Before the end there may be more, where offices may close.

    Raises
    ------
    InfeasibleScenario
        As in `reachable`.
    """
    offices = i.scenario.offices
    try:
        fewest, most = reachable(i, control)
    except SolverStopped:  # then sites that no rollout reaches may be found first, and tried
        return i
    fewest, most = max(fewest, offices.fewest), min(most, offices.most)
    if (fewest, most) == (offices.fewest, offices.most):
        return i
    narrowed = offices.model_copy(update={"count": (fewest, most)})
    return replace(i, scenario=i.scenario.model_copy(update={"offices": narrowed}))


def _sites_decide(i: Instance) -> bool:
    """Tell whether sites and regions are settled before anything of the rollout counts."""
    s = i.scenario
    return (
        bool(s.siting_goals)
        and not set(s.siting_goals) & set(s.objective.given)
        and not set(s.limits) & set(ROLLOUT_CRITERIA)
    )


def _at_once(i: Instance, control: Control, *, whole: bool = False) -> Result:
    if is_p_median(i) and control.solver == "highs":  # SCIP is asked for its own answer
        return Result(*p_median(i, control))
    track = Track(build(i, control, whole=whole), range(len(i.sites)))
    return _afterwards(i, [track], i.scenario.goals, control, Scope(), whole=whole)


def _own_up(stages: tuple[Stage, ...], limit: Limit) -> tuple[Stage, ...]:
    """Name the limit that came as the reason of the stages that are not proved."""
    return tuple(s if s.reason in PROVED else replace(s, reason=limit) for s in stages)


def _afterwards(  # noqa: PLR0913 - what the goals are reached in
    i: Instance,
    tracks: list[Track],
    names: Sequence[str],
    control: Control,
    scope: Scope,
    *,
    whole: bool,
) -> Result:
    """Reach goals one after another, break ties, settle whole dialogues.

    Raises
    ------
    InfeasibleScenario, SolverStopped
        As in `optimise`.
    """
    share = 1.0 if tracks[0].model.variables.work is None or whole else PARTS
    everywhere = len(i.sites)
    stages = []
    for name in names:
        stage, tracks, cut = _next(tracks, name, control, share * control.gap)
        stage = replace(stage, solution=stage.solution.among(tracks[0].sites, everywhere))
        if scope.ends is not None and stage.reason == "optimal":
            stage = replace(stage, reason="gap_limit")  # of the ends that were tried
        stages.append(replace(stage, scope=scope))
        scope = Scope((*scope.kept, name), len(tracks) if cut else scope.ends)
    track, solution = _first_of_ties(tracks, control)
    model = track.model
    if model.variables.work is not None:
        solution, stages = whole_dialogues(model, solution, track.goals, stages, control)
    return Result(solution.among(track.sites, everywhere), tuple(stages))


def _first_of_ties(tracks: list[Track], control: Control) -> tuple[Track, Solution]:
    """Pick the same of several plans that are as good, whatever model they are in.

    Where that is not proved, the one that was found.
    """
    if all(goal.stage.reason == "optimal" for track in tracks for goal in track.goals):
        ties = [(break_ties(track.model, control), track) for track in tracks]
        known = [(tied, track) for tied, track in ties if tied is not None]
        if len(known) == len(ties):
            tied, track = min(known, key=lambda pair: pair[0])
            return track, tied.solution
    track = tracks[0]
    found = track.goals[-1].stage.solution
    return track, idle_settled(track.model, found, control.finishing(TIDY))


def _next(
    tracks: list[Track], name: str, control: Control, gap: float
) -> tuple[Stage, list[Track], bool]:
    """Reach a goal in every model, and hold all of them to the best that was found.

    Returns
    -------
    tuple of Stage, list of Track and bool
        The best plan under the bound that holds for all the models; those that may still reach
        it, the one that found it first; whether a limit has left one of them out.

    Raises
    ------
    InfeasibleScenario, SolverStopped
        If no model has a plan, or none was found.
    """
    reached: list[Track] = []
    bounds: list[float] = []
    stopped: SolverStopped | None = None
    for track in tracks:
        before = track.goals[-1] if track.goals and track.found else None
        try:
            goal = reach(track.model, name, control, before, gap=gap)
        except InfeasibleScenario:
            continue
        except SolverStopped as error:  # what this one could have reached stays open
            stopped = error
            bounds.append(least(expression(track.model, name)))
            continue
        reached.append(replace(track, goals=(*track.goals, goal), found=True))
        bounds.append(goal.stage.bound)
    if not reached:
        raise stopped or InfeasibleScenario(say("no plan keeps every hard rule"))
    reached.sort(key=lambda track: track.goals[-1].stage.objective)
    first = reached[0].goals[-1].stage
    most = reached[0].goals[-1].held
    kept = reached[:1]
    for track in reached[1:]:
        goal = track.goals[-1]
        if goal.stage.bound <= most + HOLD * max(1.0, abs(most)):
            loose = most + HOLD * max(1.0, abs(most))
            goal.row.changeRHS(loose - float(goal.objective.constant))
            held = replace(goal, held=most)
            goals = (*track.goals[:-1], held)
            kept.append(replace(track, goals=goals, found=goal.stage.objective <= most))
    bound = min(*bounds, first.objective)
    reason = first.reason
    if bound < first.bound:
        ended = stopped.reason if stopped else weakest(t.goals[-1].stage for t in reached)
        reason = stage_reason(first.objective, bound, control, gap, ended or "stalled")
    return replace(first, bound=bound, reason=reason), kept, stopped is not None


def _fix_end(model: Model, end: Solution, sites: Sequence[int]) -> None:
    """Give the last period its offices and regions, units without principals apart.

    The model knows of these sites alone.
    """
    v = model.variables
    for j, x in zip(sites, v.open[-1], strict=True):
        fix_variable(x, int(j in end.offices[-1]))
    for u in np.flatnonzero(model.instance.weight):
        for j, x in zip(sites, v.serve[-1][u], strict=True):
            fix_variable(x, int(j == end.served_by[-1][u]))
