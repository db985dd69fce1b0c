"""The three ways criteria combine: weighted by the payoff table, lexicographic, epsilon."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulp

from planner.criteria import measure
from planner.model.solve import HOLD, Control, Stage, break_ties, optimise
from planner.plan import PayoffTable
from planner.scenario.spec import CRITERIA

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pulp import LpAffineExpression

    from planner.model.build import Model



@dataclass(frozen=True)
class Combined:
    """The last stage of a solve, and the payoff table where one was needed."""

    stage: Stage
    payoff: PayoffTable | None = None


def combine(model: Model, control: Control) -> Combined:
    """Optimise a model the way its scenario says, ties broken canonically.

    Raises
    ------
    InfeasibleScenario, SolverStopped
        As in `optimise`.
    """
    method = model.instance.scenario.objective.method
    if method == "weighted":
        return _weighted(model, control)
    if method == "lexicographic":
        return _lexicographic(model, control)
    name = model.instance.scenario.objective.names[0]
    objective = _minimised(model, name) + model.penalty
    return Combined(_finish(model, name, objective, control, []))


def scaled_distance(payoff: PayoffTable, values: dict[str, float]) -> float:
    """Return sum_k w_k |f_k - best_k| / |worst_k - best_k|: the weighted objective of a plan.

    """
    return sum(
        share * abs(values[name] - best)
        for name, share, best in _scales(payoff)
    )


def _weighted(model: Model, control: Control) -> Combined:
    payoff, proven = _payoff(model, control)
    objective: LpAffineExpression = 1 * model.penalty
    for name, share, best in _scales(payoff):
        sign = 1 if CRITERIA[name] == "min" else -1
        objective += share * sign * (model.criteria[name] - best)
    stage = _finish(model, "weighted", objective, control, proven)
    return Combined(stage, payoff)


def _scales(payoff: PayoffTable) -> Iterator[tuple[str, float, float]]:
    """Yield (criterion, weight / range, best).

    Where a criterion takes its best value in every row there is no range to divide by; its own
    size stands in, so that giving it up still costs something.
    """
    table = zip(payoff.criteria, payoff.weights, payoff.best, payoff.worst, strict=True)
    for name, weight, best, worst in table:
        span = abs(worst - best)
        yield name, weight / (span if span > HOLD else max(abs(best), 1.0)), best


def _payoff(model: Model, control: Control) -> tuple[PayoffTable, list[Stage]]:
    """Optimise each criterion alone, then the others in order among its best plans.

    The lexicographic payoff table (Mavrotas, Applied Mathematics and Computation 213, 2009):
    without the later stages a row would hold whatever the solver happened on.
    """
    names = model.instance.scenario.objective.names
    weights = model.instance.scenario.objective.weights
    rows: list[tuple[float, ...]] = []
    stages: list[Stage] = []
    for first in names:
        order = [first, *(name for name in names if name != first)]
        held: list[pulp.LpConstraint] = []
        for name in order:
            objective = _minimised(model, name)
            stage = optimise(model, f"payoff {name}", objective, control)
            stages.append(stage)
            held.append(_hold(model, objective, stage, 0.0))
        for row in held:
            row.changeRHS(1e9)
        values = measure(model.instance, stages[-1].offices[-1], stages[-1].served_by[-1])
        rows.append(tuple(values[name] for name in names))
    best = tuple(rows[k][k] for k in range(len(names)))
    worst = tuple(_worst(names[k], [row[k] for row in rows]) for k in range(len(names)))
    shares = tuple(weights[name].value for name in names)
    return PayoffTable(names, tuple(rows), best, worst, shares), stages


def _worst(name: str, values: Sequence[float]) -> float:
    return max(values) if CRITERIA[name] == "min" else min(values)


def _lexicographic(model: Model, control: Control) -> Combined:
    objective_spec = model.instance.scenario.objective
    *earlier, last = objective_spec.order
    stages: list[Stage] = []
    if len(model.penalty):
        stages.append(optimise(model, "soft rules", model.penalty, control))
        _hold(model, model.penalty, stages[-1], 0.0)
    for name in earlier:
        objective = _minimised(model, name)
        stages.append(optimise(model, name, objective, control))
        _hold(model, objective, stages[-1], objective_spec.tolerance)
    return Combined(_finish(model, last, _minimised(model, last), control, stages))


def _hold(
    model: Model, objective: LpAffineExpression, stage: Stage, tolerance: float
) -> pulp.LpConstraint:
    """Keep a stage's objective within a share of the value it reached."""
    most = stage.objective + max(HOLD, tolerance) * max(1.0, abs(stage.objective))
    name = f"held_{model.problem.numConstraints()}"
    return model.problem.addConstraint(objective <= most, name)


def _minimised(model: Model, name: str) -> LpAffineExpression:
    expression = model.criteria[name]
    return 1 * expression if CRITERIA[name] == "min" else -1 * expression


def _finish(
    model: Model,
    name: str,
    objective: LpAffineExpression,
    control: Control,
    earlier: Sequence[Stage],
) -> Stage:
    """Optimise the last objective, break its ties, and own up to any earlier stage's limit."""
    stage = break_ties(model, optimise(model, name, objective, control), objective, control)
    stopped = [s for s in earlier if s.reason in ("time_limit", "interrupted")]
    if stopped and stage.reason in ("optimal", "gap_limit"):
        return replace(stage, reason=stopped[0].reason)
    return stage
