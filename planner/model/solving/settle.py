"""What is settled once the goals are reached: ties, units without principals, whole dialogues."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pulp

from planner.criteria.base import planned
from planner.errors import InfeasibleScenario, SolverStopped
from planner.model.solving.decisions import fix, fix_regions, in_whole_dialogues
from planner.model.solving.goals import Goal, is_siting
from planner.model.solving.optimise import (
    EXACT,
    HOLD,
    PROVED,
    RELEASED,
    Stage,
    Tolerance,
    hold,
    optimise,
    stage_reason,
    weakest,
)
from planner.model.solving.scores import goal_value
from planner.model.solving.search import least

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pulp import LpAffineExpression

    from planner.control import Control
    from planner.criteria.reads import Solution
    from planner.model.build import Model

PARTS = 0.6
"""Share of the scenario's gap that dialogues in parts may use; whole numbers need the rest."""

TIDY = 10.0
"""Seconds after a limit in which a plan that was found is made tidier, twice at most."""

WHOLE = 1e-3
"""Relative gap to which whole dialogues are settled."""


@dataclass(frozen=True, order=True)
class Tied:
    """The first of several plans that are as good: by km, then by keys.

    Attributes
    ----------
    km : float
        Of units without principals to their offices, in all.
    keys : float
        Sum of the keys of what is open, who serves whom and who works where.
    """

    km: float
    keys: float
    solution: Solution = field(compare=False)


def break_ties(model: Model, control: Control) -> Tied | None:
    """Pick, among the solutions that keep every held objective, always the same.

    Units without principals first get the offices with the least sum of their km. Then every
    office, assignment and advisor has a fixed key, a digest of its codes; the solution with the
    least sum of keys wins. Keys don't depend on the order of rows, on threads or on other sites.
    Returns None if a limit comes first.
    """
    km = 0.0
    try:
        if len(model.instance.idle):
            km = round(nearest_idle(model, control).objective, 6)
            hold(model, idle_km(model), km)
        keys = pulp.lpSum_vars_coefs(_keys(model))
        tied = optimise(model, "ties", keys, control, EXACT)
    except (SolverStopped, InfeasibleScenario):  # the latter only by the solver's arithmetic
        return None
    return Tied(km, tied.objective, tied.solution) if tied.reason in PROVED else None


def idle_km(model: Model) -> LpAffineExpression:
    """Sum of km from municipalities to offices over the units without principals."""
    km, serve = model.instance.idle_km, model.variables.serve[-1]
    return pulp.lpSum_vars_coefs(
        (serve[u][j], float(km[u, j])) for u in model.instance.idle for j in range(km.shape[1])
    )


def nearest_idle(model: Model, control: Control) -> Stage:
    """Give the units without principals the least sum of km that the rules and rows allow.

    Raises
    ------
    SolverStopped
        If a limit or an interrupt came first.
    """
    return optimise(model, "idle", idle_km(model), control, EXACT)


def _keys(model: Model) -> Iterator[tuple[pulp.LpVariable, int]]:
    i, v = model.instance, model.variables
    for t, period in enumerate(i.periods):
        for j, code in enumerate(i.sites):
            yield v.open[t][j], key(period.name, code)
            if v.work is not None:
                yield v.work.advisors[t][j], key(period.name, code, "advisors")
        for u, unit in enumerate(i.units):
            for j, code in enumerate(i.sites):
                yield v.serve[t][u][j], key(period.name, unit, code)


def key(*codes: str) -> int:
    """Return the fixed key of some codes: a whole number from 1 to 65536."""
    digest = hashlib.sha256("\x1f".join(codes).encode()).digest()
    return int.from_bytes(digest[:2]) + 1


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
        whole[name] = optimise(model, name, goal.objective, finish, Tolerance(WHOLE))
        reached = whole[name].objective
        most = max(reached, goal.stage.objective + given) if given else reached
        hold(model, goal.objective, most)
        solution = whole[name].solution
    for goal in open_goals:
        if goal.stage.given:  # what later ones have not needed
            solution = optimise(
                model, goal.stage.name, goal.objective, finish, Tolerance(WHOLE)
            ).solution
            hold(model, goal.objective, goal_value(i, goal.stage.name, solution))
    solution = _no_idle_staff(model, solution, control.finishing(TIDY))
    found, astray = [], False
    for goal, in_parts in zip(goals, stages, strict=True):
        stage, known = in_parts, whole.get(in_parts.name)
        if known is not None and stage.given:
            known = replace(known, objective=goal_value(i, stage.name, solution))
        if astray:  # its bound is of plans that are better on an earlier goal than this one
            ended = control.limit() if control.stopped() else "stalled"
            bound = min(stage.bound, least(goal.objective))
            stage = replace(stage, bound=bound, reason=ended)
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
    tolerance = Tolerance(PARTS * control.gap)
    try:
        for goal in goals:
            better = optimise(model, goal.stage.name, goal.objective, control, tolerance)
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
    work, found = planned(model.variables.work), planned(solution.work)
    fix_regions(model, solution)
    for t, served_by in enumerate(solution.served_by):
        for u, j in enumerate(served_by):
            fix(work.dialogues[t][u][j], round(float(found.dialogues[t][u])))
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
        return optimise(model, "staff", staff, control, EXACT).solution
    except SolverStopped:
        return solution


def _fix(model: Model, solution: Solution) -> None:
    """Give every decision its value but the dialogues, made whole, and what is lent for them."""
    fix_regions(model, solution)
    work, found = planned(model.variables.work), planned(solution.work)
    for t, row in enumerate(work.advisors):
        for j, x in enumerate(row):
            fix(x, int(found.advisors[t][j]))
    in_whole_dialogues(model)
