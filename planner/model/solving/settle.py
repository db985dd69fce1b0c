"""What is settled once the goals are reached: units without principals, whole dialogues, staff."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pulp

from planner.errors import SolverStopped
from planner.model.solving.combine import is_siting
from planner.model.solving.optimise import (
    HOLD,
    RELEASED,
    Stage,
    hold,
    nearest_idle,
    optimise,
    stage_reason,
    weakest,
)
from planner.model.solving.scores import goal_value
from planner.model.solving.search import least

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.control import Control
    from planner.model.build import Model
    from planner.model.solution import Solution
    from planner.model.solving.combine import Goal

PARTS = 0.6
"""Share of the scenario's gap that dialogues in parts may use; whole numbers need the rest."""

TIDY = 10.0
"""Seconds after a limit in which a plan that was found is made tidier, twice at most."""

WHOLE = 1e-3
"""Relative gap to which whole dialogues are settled."""


def idle_settled(model: Model, solution: Solution, control: Control) -> Solution:
    """With everything else given, bring units without principals as near as the rules allow."""
    idle = {int(u) for u in model.instance.idle}
    if not idle:
        return solution
    fix_regions(model, solution, but=idle)
    try:
        return nearest_idle(model, control).solution
    except SolverStopped:
        return solution
    finally:
        for grid in model.variables.serve:
            for u in idle:
                for x in grid[u]:
                    x.lowBound, x.upBound = 0, 1


def whole_dialogues(
    model: Model, solution: Solution, goals: tuple[Goal, ...], stages: list[Stage], control: Control
) -> tuple[Solution, list[Stage]]:
    """Settle the dialogues in whole numbers, everything else as found.

    The stages before allowed parts of a dialogue, so their bounds hold for whole ones too; what
    whole numbers cost shows as their gap. A plan has been found by now: it is finished even after
    a limit was hit.
    """
    if any(goal.stage.given for goal in goals):
        solution = _settle_staff(model, solution, goals, control.finishing(TIDY))
    for goal in goals:
        goal.row.changeRHS(RELEASED)
    _fix(model, solution)
    i, finish = model.instance, control.finishing()
    # Goals of sites and regions are settled with these.
    open_goals = [goal for goal in goals if not is_siting(i.scenario, goal.stage.name)]
    whole = {}
    for goal in open_goals:
        name, given = goal.stage.name, goal.stage.given
        whole[name] = optimise(model, name, goal.objective, finish, gap=WHOLE)
        reached = whole[name].objective
        most = max(reached, goal.stage.objective + given) if given else reached
        hold(model, goal.objective, most)
        solution = whole[name].solution
    for goal in open_goals:
        if goal.stage.given:  # what later ones have not needed
            solution = optimise(model, goal.stage.name, goal.objective, finish, gap=WHOLE).solution
            hold(model, goal.objective, goal_value(i, goal.stage.name, solution))
    solution = _no_idle_staff(model, solution, control.finishing(TIDY))
    found, astray = [], False
    for goal, stage in zip(goals, stages, strict=True):
        known = whole.get(stage.name)
        if known is not None and stage.given:
            known = replace(known, objective=goal_value(i, stage.name, solution))
        if astray:  # its bound is of plans that are better on an earlier goal than this one
            ended = control.limit() if control.stopped() else "stalled"
            bound = min(stage.bound, least(goal.objective))
            stage = replace(stage, bound=bound, reason=ended)  # noqa: PLW2901
        found.append(stage if known is None else _in_whole(stage, known, control))
        if known is not None:
            astray |= known.objective > goal.held + HOLD * max(1.0, abs(goal.held))
    return solution, found


def _in_whole(stage: Stage, whole: Stage, control: Control) -> Stage:
    """State a stage by what it reaches in whole dialogues, under the bound that it proved."""
    ended = control.limit() if control.stopped() else weakest((stage, whole)) or "stalled"
    if stage.given:
        most = stage.objective + stage.given
        within = whole.objective <= most + HOLD * max(1.0, abs(most))
        return replace(stage, kept=whole.objective, reason=stage.reason if within else ended)
    value, bound = whole.objective, min(stage.bound, whole.objective)
    reason = stage_reason(value, bound, control, ended=ended)
    if stage.scope.ends is not None and reason == "optimal":
        reason = "gap_limit"
    return replace(stage, objective=value, bound=bound, reason=reason)


def _settle_staff(
    model: Model, solution: Solution, goals: tuple[Goal, ...], control: Control
) -> Solution:
    """With offices and regions given, take back what later stages gave up without need.

    What each goal has reached is held meanwhile. All of it, or nothing where a limit comes first.
    """
    fix_regions(model, solution)
    rows = []
    settled = solution
    gap = PARTS * control.gap
    try:
        for goal in goals:
            better = optimise(model, goal.stage.name, goal.objective, control, gap=gap)
            settled = better.solution
            rows.append(hold(model, goal.objective, better.objective))
    except SolverStopped:
        settled = solution
    for row in rows:
        row.changeRHS(RELEASED)
    return settled


def _no_idle_staff(model: Model, solution: Solution, control: Control) -> Solution:
    """With offices, regions and dialogues given, keep only the staff, lent or own, they need.

    Those that are idle stay where a limit comes first.
    """
    work = model.variables.work
    assert work is not None  # noqa: S101 - the caller has looked
    assert solution.work is not None  # noqa: S101
    fix_regions(model, solution)
    for t, served_by in enumerate(solution.served_by):
        for u, j in enumerate(served_by):
            fix_variable(work.dialogues[t][u][j], round(float(solution.work.dialogues[t][u])))
        for x in work.advisors[t]:
            x.lowBound, x.upBound = 0, None
    years = model.instance.years
    staff = pulp.lpSum(
        float(years[t]) * x
        for team in (work.advisors, work.pool)
        for t, row in enumerate(team)
        for x in row
    )
    try:
        return optimise(model, "staff", staff, control, gap=0.0).solution
    except SolverStopped:
        return solution


def _fix(model: Model, solution: Solution) -> None:
    """Give every decision its value but the dialogues, made whole, and what is lent for them."""
    v = model.variables
    assert v.work is not None  # noqa: S101 - the caller has looked
    assert solution.work is not None  # noqa: S101
    fix_regions(model, solution)
    for t in range(len(v.open)):
        for j in range(len(v.open[t])):
            fix_variable(v.work.advisors[t][j], int(solution.work.advisors[t][j]))
    in_whole_dialogues(model)


def in_whole_dialogues(model: Model) -> None:
    """Let dialogues come in whole numbers from now on."""
    assert model.variables.work is not None  # noqa: S101 - the caller has looked
    for grid in model.variables.work.dialogues:
        for row in grid:
            for x in row:
                x.cat = "Integer"


def fix_regions(model: Model, solution: Solution, but: Collection[int] = ()) -> None:
    """Give every period its offices and regions, some units apart."""
    v = model.variables
    for t, row in enumerate(v.open):
        for j, x in enumerate(row):
            fix_variable(x, int(j in solution.offices[t]))
        for u, serving in enumerate(v.serve[t]):
            for j, x in enumerate(serving):
                if u not in but:
                    fix_variable(x, int(j == solution.served_by[t][u]))


def fix_variable(x: pulp.LpVariable, value: float) -> None:
    """Give a variable its value."""
    x.lowBound = x.upBound = value
