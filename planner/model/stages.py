"""From an instance to its best solution: sites, then the rollout, then ties, then whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulp

from planner.errors import InfeasibleScenario, SolverStopped
from planner.model.build import Model, build
from planner.model.combine import Goal, combine, reach, reach_next
from planner.model.median import is_p_median, p_median
from planner.model.offices import reachable
from planner.model.solve import (
    PROVED,
    RELEASED,
    Control,
    Stage,
    break_ties,
    optimise,
    stage_reason,
    weakest,
)
from planner.scenario.spec import ROLLOUT_CRITERIA, SITING_CRITERIA

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.errors import Limit
    from planner.model.instance import Instance
    from planner.model.solution import Solution
    from planner.plan import PayoffTable


PARTS = 0.6
"""Share of the scenario's gap that dialogues in parts may use; whole numbers need the rest."""

TIDY = 10.0
"""Seconds after a limit in which a plan that was found is made tidier, twice at most."""

WHOLE = 1e-3
"""Relative gap to which whole dialogues are settled."""


@dataclass(frozen=True)
class Result:
    """The solution of an instance and what was proved of each objective.

    Attributes
    ----------
    solution : Solution
    stages : tuple of Stage
        The objectives that decided, most important first, each with its bound.
    payoff : PayoffTable or None
    """

    solution: Solution
    stages: tuple[Stage, ...]
    payoff: PayoffTable | None


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
    if _sites_decide(i):
        i = _within_reach(i, control)
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

    Where the objective speaks of sites alone, the sites and regions are found first in the model
    of the last period by itself. Every rollout ends with such a plan, so its optimum is one of
    the whole model too, provided that some rollout reaches it; then the rollout is optimised
    with that end given, in a model of the offices there are in the end unless others may have
    been open before. Where none does (a budget too small, say), both are decided at once.
    """
    if i.scenario.dialogues is None or not _sites_decide(i):
        return (shortcut and shortcut(i, control)) or _at_once(i, control, whole=whole)
    complete = i.complete()
    end = (shortcut and shortcut(complete, control)) or _at_once(complete, control)
    proofs = tuple(replace(stage, sites_alone=True) for stage in end.stages)
    every = range(len(i.sites))
    sites = every if i.scenario.rollout.may_close else end.solution.offices[-1]
    model = build(i.only(sites), control, whole=whole)
    _fix_end(model, end.solution, sites)
    try:
        rollout = _afterwards(model, (), control, whole=whole)
    except InfeasibleScenario:
        return _at_once(i, control, whole=whole)
    stages = tuple(
        replace(stage, solution=stage.solution.among(sites, len(every))) for stage in rollout.stages
    )
    solution = rollout.solution.among(sites, len(every))
    return Result(solution, (*proofs, *stages), end.payoff)


def _within_reach(i: Instance, control: Control) -> Instance:
    """Narrow the number of offices in the end to what some rollout can end with.

    Sites that no rollout reaches, with ten offices where nine can be opened, are then not looked
    for.

    Raises
    ------
    InfeasibleScenario, SolverStopped
        As in `reachable`.
    """
    offices = i.scenario.offices
    fewest, most = reachable(i, control)
    fewest, most = max(fewest, offices.fewest), min(most, offices.most)
    if (fewest, most) == (offices.fewest, offices.most):
        return i
    narrowed = offices.model_copy(update={"count": (fewest, most)})
    return replace(i, scenario=i.scenario.model_copy(update={"offices": narrowed}))


def _sites_decide(i: Instance) -> bool:
    names = {*i.scenario.objective.names, *i.scenario.limits}
    return not names & set(ROLLOUT_CRITERIA)


def _at_once(i: Instance, control: Control, *, whole: bool = False) -> Result:
    if is_p_median(i) and control.solver == "highs":  # SCIP is asked for its own answer
        return Result(*p_median(i, control), None)
    model = build(i, control, whole=whole)
    combined = combine(model, control)
    result = _afterwards(model, combined.goals, control, whole=whole)
    stages = result.stages
    if combined.cut is not None:  # what rests on scales that were cut short proves nothing
        stages = tuple(replace(s, reason=combined.cut) if s.reason in PROVED else s for s in stages)
    return Result(result.solution, stages, combined.payoff)


def _own_up(stages: tuple[Stage, ...], limit: Limit) -> tuple[Stage, ...]:
    """Name the limit that came as the reason of the stages that are not proved."""
    return tuple(s if s.reason in PROVED else replace(s, reason=limit) for s in stages)


def _afterwards(model: Model, goals: tuple[Goal, ...], control: Control, *, whole: bool) -> Result:
    """Optimise what comes after the main objective, break ties, settle whole dialogues."""
    then = model.instance.scenario.objective.then
    found = list(goals)
    share = 1.0 if model.variables.work is None or whole else PARTS
    for number, name in enumerate(then):
        first = number == 0 and not goals
        before = None if first else found[-1]
        found.append(
            reach_next(model, name, control, before, gap=share * control.gap, penalised=first)
        )
    stages = [goal.stage for goal in found]
    solution = stages[-1].solution
    if all(stage.reason == "optimal" for stage in stages):
        solution = break_ties(model, control) or solution
    if model.variables.work is not None:
        solution, stages = _whole_dialogues(model, solution, found, control)
    return Result(solution, tuple(stages), None)


def _whole_dialogues(
    model: Model, solution: Solution, goals: list[Goal], control: Control
) -> tuple[Solution, list[Stage]]:
    """Settle the dialogues in whole numbers, everything else as found.

    The stages before allowed parts of a dialogue, so their bounds hold for whole ones too; what
    whole numbers cost shows as their gap. A plan has been found by now: it is finished even after
    a limit was hit.
    """
    for goal in goals:
        goal.row.changeRHS(RELEASED)
    if any(goal.stage.given for goal in goals):
        solution = _settle_staff(model, solution, goals, control.finishing(TIDY))
    _fix(model, solution)
    finish = control.finishing()
    stages = []
    for goal in goals:
        if goal.stage.name in SITING_CRITERIA:  # settled with the offices and regions
            stages.append(goal.stage)
            continue
        whole = reach(model, goal.stage.name, goal.objective, finish, gap=WHOLE).stage
        solution = whole.solution
        stages.append(_in_whole(goal.stage, whole, control))
    return _no_idle_staff(model, solution, control.finishing(TIDY)), stages


def _in_whole(stage: Stage, whole: Stage, control: Control) -> Stage:
    """State a stage by what it reaches in whole dialogues, under the bound that it proved."""
    if stage.given:
        return replace(stage, kept=whole.objective)
    value, bound = whole.objective, min(stage.bound, whole.objective)
    ended = control.limit() if control.stopped() else weakest((stage, whole)) or "stalled"
    reason = stage_reason(value, bound, control, ended=ended)
    return replace(stage, objective=value, bound=bound, reason=reason)


def _settle_staff(
    model: Model, solution: Solution, goals: list[Goal], control: Control
) -> Solution:
    """With offices and regions given, take back what later stages gave up without need.

    All of it, or nothing where a limit comes first.
    """
    fix_regions(model, solution)
    rows = []
    settled = solution
    gap = PARTS * control.gap
    try:
        for goal in goals:
            better = reach(model, goal.stage.name, goal.objective, control, gap=gap)
            settled = better.stage.solution
            rows.append(better.row)
    except SolverStopped:
        settled = solution
    for row in rows:
        row.changeRHS(RELEASED)
    return settled


def _no_idle_staff(model: Model, solution: Solution, control: Control) -> Solution:
    """With offices, regions and dialogues given, keep only the advisors that they need.

    Those that are idle stay where a limit comes first.
    """
    work = model.variables.work
    assert work is not None  # noqa: S101 - the caller has looked
    assert solution.work is not None  # noqa: S101
    fix_regions(model, solution)
    for t, served_by in enumerate(solution.served_by):
        for u, j in enumerate(served_by):
            _fix_variable(work.dialogues[t][u][j], round(float(solution.work.dialogues[t][u])))
        for x in work.advisors[t]:
            x.lowBound, x.upBound = 0, None
    years = model.instance.years
    staff = pulp.lpSum(float(years[t]) * x for t, row in enumerate(work.advisors) for x in row)
    try:
        return optimise(model, "staff", staff, control, gap=0.0).solution
    except SolverStopped:
        return solution


def _fix_end(model: Model, end: Solution, sites: Sequence[int]) -> None:
    """Give the last period its offices and regions; the model knows of these sites alone."""
    v = model.variables
    for j, x in zip(sites, v.open[-1], strict=True):
        _fix_variable(x, int(j in end.offices[-1]))
    for row, own in zip(v.serve[-1], end.served_by[-1], strict=True):
        for j, x in zip(sites, row, strict=True):
            _fix_variable(x, int(j == own))


def _fix(model: Model, solution: Solution) -> None:
    """Give every decision but the dialogues its value, and make the dialogues whole."""
    v = model.variables
    assert v.work is not None  # noqa: S101 - the caller has looked
    assert solution.work is not None  # noqa: S101
    fix_regions(model, solution)
    for t in range(len(v.open)):
        for j in range(len(v.open[t])):
            _fix_variable(v.work.advisors[t][j], int(solution.work.advisors[t][j]))
            _fix_variable(v.work.pool[t][j], float(solution.work.pool[t][j]))
    in_whole_dialogues(model)


def in_whole_dialogues(model: Model) -> None:
    """Let dialogues come in whole numbers from now on."""
    assert model.variables.work is not None  # noqa: S101 - the caller has looked
    for grid in model.variables.work.dialogues:
        for row in grid:
            for x in row:
                x.cat = "Integer"


def fix_regions(model: Model, solution: Solution) -> None:
    """Give every period its offices and regions."""
    v = model.variables
    for t, row in enumerate(v.open):
        for j, x in enumerate(row):
            _fix_variable(x, int(j in solution.offices[t]))
        for u, serving in enumerate(v.serve[t]):
            for j, x in enumerate(serving):
                _fix_variable(x, int(j == solution.served_by[t][u]))


def _fix_variable(x: pulp.LpVariable, value: float) -> None:
    x.lowBound = x.upBound = value
