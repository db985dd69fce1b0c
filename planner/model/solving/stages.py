"""From an instance to its best solution: sites, then the rollout, then ties, then whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.criteria import ROLLOUT_CRITERIA
from planner.errors import InfeasibleScenario, Limit, SolverStopped
from planner.message import say
from planner.model.build import build
from planner.model.solving.ends import Track, best_ends, with_end, within_reach
from planner.model.solving.goals import expression, reach
from planner.model.solving.optimise import HOLD, PROVED, Stage, Tolerance, stage_reason, weakest
from planner.model.solving.search import least
from planner.model.solving.settle import PARTS, TIDY, break_ties, idle_settled, whole_dialogues
from planner.plan import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.control import Control
    from planner.criteria.reads import Solution
    from planner.model.instance import Instance

ROLLOUT_PAIRS = 100_000
"""Periods times units times sites up to which a rollout is solved with its end left free."""


@dataclass(frozen=True)
class SolvedInstance:
    """The solution of an instance and what was proved of each goal.

    Attributes
    ----------
    stages : tuple of Stage
        The goals that decided, most important first, each with its bound and its scope.
    ends : tuple of Solution
        The best ends, where sites and regions were decided before the rollout.
    """

    solution: Solution
    stages: tuple[Stage, ...]
    ends: tuple[Solution, ...] = ()


type Shortcut = Callable[[Instance, Control], SolvedInstance | None]
"""Finds what the model would find of sites alone, where it can."""


def solve_instance(
    i: Instance, control: Control, shortcut: Shortcut = lambda _i, _control: None
) -> SolvedInstance:
    """Find the best solution of an instance.

    Dialogues are planned in parts first and then settled in whole numbers, which is fast and
    mostly within the scenario's gap. Where it is not, or no whole numbers fit, they are planned
    in whole numbers from the start.

    Raises
    ------
    InfeasibleScenario, SolverStopped
        As in `optimise`.
    """
    attempt = Attempt(i, control, shortcut)
    if i.scenario.dialogues is None:
        return attempt.solve()
    in_whole = replace(attempt, whole=True)
    try:
        found = attempt.solve()
    except InfeasibleScenario:
        return in_whole.solve()
    limit = weakest(found.stages)
    if limit is None:
        return found
    if control.stopped():  # before the dialogues could be planned in whole numbers
        return replace(found, stages=_own_up(found.stages, control.limit()))
    try:
        better = in_whole.solve()
    except SolverStopped as stopped:
        limit = stopped.reason
    else:
        limit = weakest(better.stages)
        if limit is None:
            return better
    return replace(found, stages=_own_up(found.stages, limit))


def _own_up(stages: tuple[Stage, ...], limit: Limit) -> tuple[Stage, ...]:
    """Name the limit that came as the reason of the stages that are not proved."""
    return tuple(s if s.reason in PROVED else replace(s, reason=limit) for s in stages)


@dataclass(frozen=True)
class Attempt:
    """One way of solving an instance.

    Attributes
    ----------
    shortcut : callable
        Tolerance before a model of sites alone is built.
    whole : bool
        Whether dialogues are planned in whole numbers from the start.
    """

    instance: Instance
    control: Control
    shortcut: Shortcut
    whole: bool = False

    def solve(self) -> SolvedInstance:
        """Find the best solution.

        Where the first goals speak of sites alone, the best ends (offices and regions of the last
        period) are found first in the model of that period by itself. Every rollout ends with such
        a plan, so their optimum is one of the whole model too, provided that some rollout reaches
        it. The goals of the rollout are then reached with each of those ends given, where they are
        few, in a model of the offices there are in the end unless others may have been open
        before. Where they are many, or no rollout reaches one (a budget too small, say), both are
        decided at once.
        """
        i, control = self.instance, self.control
        if i.scenario.dialogues is None or not _sites_decide(i):
            return self.shortcut(i, control) or self.at_once()
        complete = within_reach(i, control).complete()
        end = replace(self, instance=complete).solve()
        ends, every = best_ends(complete, end.solution, end.stages, control)
        small = len(i.periods) * len(i.units) * len(i.sites) <= ROLLOUT_PAIRS
        if not every and small and weakest(end.stages) is None:
            return self.at_once()
        tracks = [with_end(i, one, end.stages, control, whole=self.whole) for one in ends]
        names = i.scenario.goals[len(end.stages) :]
        kept = Scope(tuple(stage.name for stage in end.stages), None if every else len(ends))
        try:
            rollout = self.afterwards(tracks, names, kept)
        except InfeasibleScenario:
            return self.at_once()
        return replace(rollout, stages=(*end.stages, *rollout.stages), ends=tuple(ends))

    def at_once(self) -> SolvedInstance:
        """Decide everything in one model."""
        i = self.instance
        track = Track(build(i, self.control, whole=self.whole), range(len(i.sites)))
        return self.afterwards([track], i.scenario.goals, Scope())

    def afterwards(self, tracks: list[Track], names: Sequence[str], scope: Scope) -> SolvedInstance:
        """Reach goals one after another, break ties, settle whole dialogues.

        Raises
        ------
        InfeasibleScenario, SolverStopped
            As in `optimise`.
        """
        control, everywhere = self.control, len(self.instance.sites)
        share = 1.0 if tracks[0].model.variables.work is None or self.whole else PARTS
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
        return SolvedInstance(solution.among(track.sites, everywhere), tuple(stages))


def _sites_decide(i: Instance) -> bool:
    """Tell whether sites and regions are settled before anything of the rollout counts."""
    s = i.scenario
    return (
        bool(s.siting_goals)
        and not set(s.siting_goals) & set(s.objective.given)
        and not set(s.limits) & set(ROLLOUT_CRITERIA)
    )


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
        reason = stage_reason(first.objective, bound, control, Tolerance(gap), ended or "stalled")
    return replace(first, bound=bound, reason=reason), kept, stopped is not None
