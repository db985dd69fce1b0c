"""Solving a built model: stages, limits, ties, and what each stage proved."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
import pulp

from planner.errors import InfeasibleScenario, Limit, PlannerError, SolverStopped
from planner.message import say
from planner.model.build import add_group
from planner.model.constraints import region_cuts
from planner.model.measures import region_parts
from planner.model.solution import Solution, read_solution
from planner.model.solving.search import Outcome, search, search_near
from planner.model.variables import regions
from planner.plan import PROVEN, Scope
from planner.scenario.criteria import ROLLOUT_CRITERIA

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pulp import LpAffineExpression

    from planner.control import Control
    from planner.model.build import Model
    from planner.model.instance import Ints

StageReason = Literal["optimal", "gap_limit"] | Limit

PROVED: tuple[StageReason, ...] = ("optimal", "gap_limit")
"""Reasons that mean: proved within the gap that was asked for."""

ROUNDING = 1e-9
"""Absolute difference that the solver's arithmetic can't tell from zero."""

HOLD = 1e-7
"""Relative slack of a row that holds an objective at its optimum: what the solver's feasibility
tolerance needs to find the same plan again, and below which two plans count as tied."""

RELEASED = 1e9
"""Right-hand side that frees a row which held an objective."""


@dataclass(frozen=True)
class Stage:
    """The best solution of one optimisation and what was proved about it.

    Attributes
    ----------
    name : str
        What was optimised.
    reason : StageReason
    objective, bound : float
        In the unit of the objective; the bound holds for every plan of `scope`.
    solution : Solution
    given : float
        How much of the objective later stages may give up, in its unit.
    kept : float or None
        What the finished solution has of the objective, where later stages gave some up.
    scope : Scope
    """

    name: str
    reason: StageReason
    objective: float
    bound: float
    solution: Solution
    given: float = 0.0
    kept: float | None = None
    scope: Scope = field(default_factory=Scope)

    @property
    def gap(self) -> float:
        """Relative gap between objective and bound."""
        return relative_gap(self.objective, self.bound)


def weakest(stages: Iterable[Stage]) -> Limit | None:
    """Return the limit that cut short the first stage that is not proved; None if all are."""
    for stage in stages:
        if stage.reason != "optimal" and stage.reason != "gap_limit":  # noqa: PLR1714 - for mypy
            return stage.reason
    return None


def relative_gap(objective: float, bound: float) -> float:
    """Return ``|objective - bound| / max(|objective|, 1e-9)``, 0 where they differ by rounding."""
    difference = abs(objective - bound)
    return 0.0 if difference <= ROUNDING else difference / max(abs(objective), 1e-9)


def optimise(  # noqa: PLR0913 - how near, and where it may end
    model: Model,
    name: str,
    objective: LpAffineExpression,
    control: Control,
    *,
    gap: float | None = None,
    near: float = 0.0,
) -> Stage:
    """Minimise an expression over a model, adding region cuts until none is violated.

    The search ends at the relative gap `gap`, by default the scenario's. What is proved to
    within `near`, in the unit of the objective, counts as optimal.

    Raises
    ------
    InfeasibleScenario
        If no plan keeps the hard rules.
    SolverStopped
        If a limit or an interrupt came before a plan was found.
    """
    model.problem.setObjective(objective)
    asked = control.gap if gap is None else gap
    while True:
        if control.stopped():
            raise SolverStopped(control.limit(), say("stopped before optimising {}", name))
        outcome = _searched(model, name, control, asked)
        if outcome.ended == "infeasible":
            raise InfeasibleScenario(say("no plan keeps every hard rule"))
        ended: Limit = "stalled" if outcome.ended == "proved" else outcome.ended
        if outcome.objective is None:
            if ended == "stalled":
                raise PlannerError(say("the solver gave up on {}: {}", name, outcome.said))
            raise SolverStopped(ended, say("no plan was found yet for {}", name))
        solution = read_solution(model.variables)
        violated = (
            _violated(model, solution.served_by) if model.instance.scenario.units.contiguous else []
        )
        if not violated:
            break
        if outcome.ended != "proved":
            raise SolverStopped(ended, say("no connected plan was found yet for {}", name))
        for cut in violated:
            group = region_cuts(model.instance, model.variables, *cut)
            add_group(model.problem, group, model.problem.numConstraints())
    value, bound = outcome.objective, min(outcome.objective, outcome.bound)
    reason = stage_reason(value, bound, control, asked, ended, near)
    return Stage(name, reason, value, bound, solution)


def _searched(model: Model, name: str, control: Control, gap: float) -> Outcome:
    """Search once, and again without presolve where no plan is said to exist.

    HiGHS's presolve has called small models infeasible that have plans.
    """
    if gap and control.solver == "highs" and model.variables.work is not None:
        v = model.variables
        # Dates decide most of what these come to, and who serves whom little.
        dates = [x for row in v.open for x in row] if name in ROLLOUT_CRITERIA else []
        outcome = search_near(model.problem, name, control, gap, regions(v), dates)
    else:
        outcome = search(model.problem, name, control, gap)
    if outcome.ended != "infeasible" or not control.presolve or control.solver != "highs":
        return outcome
    control.presolve = False
    try:
        return search(model.problem, name, control, gap)
    finally:
        control.presolve = True


@dataclass(frozen=True, order=True)
class Tied:
    """The first of several plans that are as good: by km, then by keys.

    Attributes
    ----------
    km : float
        Of units without principals to their offices, in all.
    keys : float
        Sum of the keys of what is open, who serves whom and who works where.
    solution : Solution
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
        tied = optimise(model, "ties", keys, control, gap=0.0)
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
    return optimise(model, "idle", idle_km(model), control, gap=0.0)


def hold(model: Model, objective: LpAffineExpression, value: float) -> pulp.LpConstraint:
    """Keep an objective at a value or below, from now on."""
    most = value + HOLD * max(1.0, abs(value))
    name = f"reached_{model.problem.numConstraints()}"
    return model.problem.addConstraint(objective <= most, name)


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


def _violated(model: Model, served_by: Ints) -> list[tuple[list[int], list[int], list[int]]]:
    """Return each stray part of a region, the largest part of it, and the region's units."""
    return [
        (part, parts[0], np.flatnonzero(served_by[-1] == j).tolist())
        for j, parts in region_parts(model.instance, served_by[-1]).items()
        for part in parts[1:]
    ]


def stage_reason(  # noqa: PLR0913 - what a reason rests on
    objective: float,
    bound: float,
    control: Control,
    asked: float | None = None,
    ended: Limit | None = None,
    near: float = 0.0,
) -> StageReason:
    """Tell what a gap means: proved, proved within the gap asked for, or stopped by a limit.

    Parameters
    ----------
    objective, bound : float
    control : Control
    asked : float, optional
        The gap asked for, by default the scenario's.
    ended : Limit, optional
        What ended the search, by default the limit of the run that came.
    near : float
        Absolute difference below which a solve counts as optimal.
    """
    gap = relative_gap(objective, bound)
    if gap <= PROVEN or abs(objective - bound) <= near:
        return "optimal"
    if gap <= (control.gap if asked is None else asked):
        return "gap_limit"
    return control.limit() if ended is None else ended
