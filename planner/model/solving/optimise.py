"""One goal of a built model, optimised: what was found, and what is proved of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from planner.criteria import ROLLOUT_CRITERIA
from planner.criteria.regions import region_parts
from planner.errors import InfeasibleScenario, Limit, PlannerError, SolverStopped
from planner.message import say
from planner.model.build import Model, add_group
from planner.model.constraints import region_cuts
from planner.model.solution import read_solution
from planner.model.solving.near import RelaxedDecisions, search_near
from planner.model.solving.search import SearchOutcome, search
from planner.model.variables import regions
from planner.plan import PROVEN, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulp import LpAffineExpression, LpConstraint

    from planner.control import Control
    from planner.criteria.reads import Solution
    from planner.model.instance import Instance, Ints

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
class Tolerance:
    """What is to be proved of an optimum before a search may end.

    Attributes
    ----------
    gap : float
        The relative gap.
    near : float
        The difference, in the unit of the objective, that counts as optimal.
    """

    gap: float
    near: float = 0.0


EXACT = Tolerance(0.0)


@dataclass(frozen=True)
class Stage:
    """The best solution of one optimisation and what was proved about it.

    Attributes
    ----------
    name : str
        What was optimised.
    objective, bound : float
        In the unit of the objective; the bound holds for every plan of `scope`.
    given : float
        How much of the objective later stages may give up, in its unit.
    kept : float or None
        What the finished solution has of the objective, where later stages gave some up.
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
        match stage.reason:
            case "optimal" | "gap_limit":
                continue
            case limit:
                return limit
    return None


def relative_gap(objective: float, bound: float) -> float:
    """Return ``|objective - bound| / max(|objective|, 1e-9)``, 0 where they differ by rounding."""
    difference = abs(objective - bound)
    return 0.0 if difference <= ROUNDING else difference / max(abs(objective), 1e-9)


def optimise(
    model: Model,
    name: str,
    objective: LpAffineExpression,
    control: Control,
    tolerance: Tolerance | None = None,
) -> Stage:
    """Minimise an expression over a model, adding region cuts until none is violated.

    What is to be proved is by default the scenario's gap.

    Raises
    ------
    InfeasibleScenario
        If no plan keeps the hard rules.
    SolverStopped
        If a limit or an interrupt came before a plan was found.
    """
    model.problem.setObjective(objective)
    tolerance = tolerance or Tolerance(control.gap)
    while True:
        if control.stopped():
            raise SolverStopped(control.limit(), say("stopped before optimising {}", name))
        outcome = _searched(model, name, control, tolerance.gap)
        if outcome.ended == "infeasible":
            raise InfeasibleScenario(say("no plan keeps every hard rule"))
        ended: Limit = "stalled" if outcome.ended == "proved" else outcome.ended
        if outcome.objective is None:
            if ended == "stalled":
                raise PlannerError(say("the solver gave up on {}: {}", name, outcome.said))
            raise SolverStopped(ended, say("no plan was found yet for {}", name))
        solution = read_solution(model.variables)
        violated = (
            stray_parts(model.instance, solution.served_by[-1])
            if model.instance.scenario.units.contiguous
            else []
        )
        if not violated:
            break
        if outcome.ended != "proved":
            raise SolverStopped(ended, say("no connected plan was found yet for {}", name))
        for cut in violated:
            group = region_cuts(model.instance, model.variables, *cut)
            add_group(model.problem, group, model.problem.numConstraints())
    value, bound = outcome.objective, min(outcome.objective, outcome.bound)
    reason = stage_reason(value, bound, control, tolerance, ended)
    return Stage(name, reason, value, bound, solution)


def _searched(model: Model, name: str, control: Control, gap: float) -> SearchOutcome:
    """Search once, and again without presolve where no plan is said to exist.

    HiGHS's presolve has called small models infeasible that have plans.
    """
    if gap and control.solver == "highs" and model.variables.work is not None:
        v = model.variables
        # Dates decide most of what these come to, and who serves whom little.
        dates = [x for row in v.open for x in row] if name in ROLLOUT_CRITERIA else []
        decisions = RelaxedDecisions(regions(v), dates)
        outcome = search_near(model.problem, name, control, gap, decisions)
    else:
        outcome = search(model.problem, name, control, gap)
    if outcome.ended != "infeasible" or not control.presolve or control.solver != "highs":
        return outcome
    control.presolve = False
    try:
        return search(model.problem, name, control, gap)
    finally:
        control.presolve = True


def hold(model: Model, objective: LpAffineExpression, value: float) -> LpConstraint:
    """Keep an objective at a value or below, from now on."""
    most = value + HOLD * max(1.0, abs(value))
    name = f"reached_{model.problem.numConstraints()}"
    return model.problem.addConstraint(objective <= most, name)


def stray_parts(i: Instance, served_by: Ints) -> list[tuple[list[int], list[int], list[int]]]:
    """Return each stray part of a region, the largest part of it, and the region's units."""
    return [
        (part, parts[0], np.flatnonzero(served_by == j).tolist())
        for j, parts in region_parts(i, served_by).items()
        for part in parts[1:]
    ]


def stage_reason(
    objective: float,
    bound: float,
    control: Control,
    tolerance: Tolerance | None = None,
    ended: Limit | None = None,
) -> StageReason:
    """Tell what a gap means: proved, proved within the gap asked for, or stopped by a limit.

    Parameters
    ----------
    tolerance : Tolerance, optional
        What was to be proved, by default the scenario's gap.
    ended : Limit, optional
        What ended the search, by default the limit of the run that came.
    """
    gap, tolerance = relative_gap(objective, bound), tolerance or Tolerance(control.gap)
    if gap <= PROVEN or abs(objective - bound) <= tolerance.near:
        return "optimal"
    if gap <= tolerance.gap:
        return "gap_limit"
    return control.limit() if ended is None else ended
