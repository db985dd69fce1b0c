"""The three ways criteria combine: weighted by the payoff table, lexicographic, epsilon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.criteria import measure
from planner.errors import SolverStopped
from planner.model.search import least
from planner.model.solve import (
    HOLD,
    RELEASED,
    Control,
    Stage,
    hold,
    optimise,
    stage_reason,
    weakest,
)
from planner.plan import PayoffTable
from planner.scenario.spec import CRITERIA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pulp import LpAffineExpression, LpConstraint

    from planner.errors import Limit
    from planner.model.build import Model


@dataclass(frozen=True)
class Goal:
    """An objective that was optimised, and the row that holds it where it got."""

    stage: Stage
    objective: LpAffineExpression
    row: LpConstraint


@dataclass(frozen=True)
class Combined:
    """What optimising the criteria gave.

    Attributes
    ----------
    goals : tuple of Goal
        The objectives that decide, most important first.
    payoff : PayoffTable or None
    cut : Limit or None
        The limit that cut short a stage that the scales of the payoff table rest on, if any.
    """

    goals: tuple[Goal, ...]
    payoff: PayoffTable | None = None
    cut: Limit | None = None


def combine(model: Model, control: Control) -> Combined:
    """Optimise a model the way its scenario says, and hold what was reached.

    Raises
    ------
    InfeasibleScenario, SolverStopped
        As in `optimise`.
    """
    spec = model.instance.scenario.objective
    if spec.method == "weighted" and len(spec.names) > 1:
        stages, payoff = _payoff(model, control)
        goal = reach(model, "weighted", _weighted(model, payoff), control, penalised=True)
        return Combined((goal,), payoff, weakest(stages))
    if spec.method == "lexicographic":
        return Combined(tuple(_lexicographic(model, control)))
    name = spec.names[0]
    return Combined((reach(model, name, minimised(model, name), control, penalised=True),))


def weighted_distance(payoff: PayoffTable, values: Mapping[str, float]) -> float:
    """Return the weighted objective: sum_k w_k x (how far f_k is from its best) / (its range)."""
    return sum(share * sign(name) * (values[name] - best) for name, share, best in scales(payoff))


def minimised(model: Model, name: str) -> LpAffineExpression:
    """Return the expression of a criterion, turned round where more is better."""
    return sign(name) * model.criteria[name]


def sign(name: str) -> int:
    """Return what turns a criterion so that less is better: 1, or -1 where more is better."""
    return 1 if CRITERIA[name] == "min" else -1


def _weighted(model: Model, payoff: PayoffTable) -> LpAffineExpression:
    objective: LpAffineExpression = 0 * model.penalty
    for name, share, best in scales(payoff):
        objective += share * (minimised(model, name) - sign(name) * best)
    return objective


def scales(payoff: PayoffTable) -> Iterator[tuple[str, float, float]]:
    """Yield (criterion, weight / range, best).

    Where a criterion takes its best value in every row there is no range to divide by; its own
    size stands in, so that giving it up still costs something.
    """
    table = zip(payoff.criteria, payoff.weights, payoff.best, payoff.worst, strict=True)
    for name, weight, best, worst in table:
        span = abs(worst - best)
        yield name, weight / (span if span > HOLD else max(abs(best), 1.0)), best


def _payoff(model: Model, control: Control) -> tuple[list[Stage], PayoffTable]:
    """Optimise each criterion alone, then the others in order among its best plans.

    The lexicographic payoff table (Mavrotas, Applied Mathematics and Computation 213, 2009):
    without the later stages a row would hold whatever the solver happened on.
    """
    names = model.instance.scenario.objective.names
    weights = model.instance.scenario.objective.weights
    rows: list[tuple[float, ...]] = []
    stages: list[Stage] = []
    for first in names:
        held: list[LpConstraint] = []
        for name in [first, *(other for other in names if other != first)]:
            objective = minimised(model, name)
            stages.append(optimise(model, f"payoff {name}", objective, control))
            held.append(hold(model, objective, stages[-1]))
        for row in held:
            row.changeRHS(RELEASED)
        values = measure(model.instance, stages[-1].solution)
        rows.append(tuple(values[name] for name in names))
    best = tuple(rows[k][k] for k in range(len(names)))
    worst = tuple(_worst(names[k], [row[k] for row in rows]) for k in range(len(names)))
    shares = tuple(weights[name].value for name in names)
    return stages, PayoffTable(names, tuple(rows), best, worst, shares)


def _worst(name: str, values: Sequence[float]) -> float:
    return max(values) if CRITERIA[name] == "min" else min(values)


def _lexicographic(model: Model, control: Control) -> Iterator[Goal]:
    spec = model.instance.scenario.objective
    before: Goal | None = None
    if len(model.penalty):
        before = reach(model, "soft rules", 0 * model.penalty, control, penalised=True)
        yield before
    for name in spec.order:
        before = reach_next(model, name, control, before, tolerance=spec.tolerance)
        yield before


def reach(  # noqa: PLR0913 - what an objective may ask for
    model: Model,
    name: str,
    objective: LpAffineExpression,
    control: Control,
    *,
    tolerance: float = 0.0,
    gap: float | None = None,
    penalised: bool = False,
) -> Goal:
    """Optimise an objective and hold it there, within a share, for what comes after.

    With `penalised`, the penalties of the soft rules are part of it.
    """
    whole = objective + model.penalty if penalised else objective
    stage = optimise(model, name, whole, control, gap=gap)
    stage = replace(stage, penalised=penalised, given=tolerance)
    return Goal(stage, whole, hold(model, whole, stage, tolerance))


def reach_next(  # noqa: PLR0913 - as above
    model: Model,
    name: str,
    control: Control,
    before: Goal | None,
    *,
    tolerance: float = 0.0,
    gap: float | None = None,
    penalised: bool = False,
) -> Goal:
    """Do as `reach` with a criterion; the plan of the goal before it stands until there is another.

    Where a limit comes first, that plan is what was found, and the bounds of the variables are all
    that was proved.
    """
    objective = minimised(model, name)
    try:
        return reach(
            model, name, objective, control, tolerance=tolerance, gap=gap, penalised=penalised
        )
    except SolverStopped as stopped:
        if before is None:
            raise
        solution = before.stage.solution
        value = sign(name) * measure(model.instance, solution)[name]
        bound = min(value, least(objective))
        reason = stage_reason(value, bound, control, ended=stopped.reason)
        stage = Stage(name, reason, value, bound, solution, given=tolerance)
        return Goal(stage, objective, hold(model, objective, stage, tolerance))
