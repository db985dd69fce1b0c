"""The goals of a scenario as expressions of its model: the weighted sum, criteria, soft rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.criteria import CRITERIA, ROLLOUT_CRITERIA
from planner.criteria.units import PERCENT
from planner.errors import SolverStopped
from planner.model.solving.optimise import Stage, Tolerance, hold, optimise, stage_reason
from planner.model.solving.scores import goal_value, sign
from planner.model.solving.search import least
from planner.scenario.objective import SOFT, WEIGHTED

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpConstraint

    from planner.control import Control
    from planner.model.build import Model
    from planner.scenario.spec import Scenario

SPARE = 0.5
"""Share of the gap left to whole dialogues that later goals may use before they are whole."""

SITES_PROVED = 0.001
"""How near a goal of sites and regions is proved, in the unit of its sum."""


@dataclass(frozen=True)
class Goal:
    """A goal that was optimised, and the row that holds it where it got.

    Attributes
    ----------
    held : float
        The value that the row allows: what was reached, what later goals may take of it, and,
        where dialogues in parts leave a gap, some of that for whole ones.
    """

    stage: Stage
    objective: LpAffineExpression
    row: LpConstraint
    held: float


def minimised(model: Model, name: str) -> LpAffineExpression:
    """Return the expression of a criterion, turned round where more is better."""
    return sign(name) * model.criteria[name]


def expression(model: Model, name: str) -> LpAffineExpression:
    """Return a goal as an expression to minimise.

    The penalties of soft limits on sites and regions are a part of the first but soft rules.
    """
    scenario = model.instance.scenario
    if name == SOFT:
        found = 1 * model.shortfall
    elif name == WEIGHTED:
        shares = scenario.objective.coefficients
        found = sum((shares[k] * minimised(model, k) for k in shares), 0 * model.penalty)
    else:
        found = minimised(model, name)
    return found + model.penalty if name == scenario.penalised else found


def is_siting(scenario: Scenario, name: str) -> bool:
    """Tell whether a goal speaks of sites and regions alone."""
    summed = scenario.objective.names if name == WEIGHTED else (name,)
    return name != SOFT and not set(summed) & set(ROLLOUT_CRITERIA)


def proved_near(name: str) -> float:
    """Return how near a goal of sites and regions is proved, in its own unit."""
    share = name != WEIGHTED and CRITERIA[name].unit == "share"
    return SITES_PROVED / (PERCENT if share else 1.0)


def reach(
    model: Model, name: str, control: Control, before: Goal | None, *, gap: float | None = None
) -> Goal:
    """Optimise a goal and hold it there for what comes after.

    The plan of the goal before it stands until there is another: where a limit comes first, it is
    what was found, and the bounds of the variables are all that was proved.

    Parameters
    ----------
    gap : float, optional
        Relative gap for a goal of the rollout, by default the scenario's. One of sites and
        regions is proved to `SITES_PROVED`.

    Raises
    ------
    InfeasibleScenario, SolverStopped
        As in `optimise`; the latter only where no plan is there yet.
    """
    i, objective = model.instance, expression(model, name)
    siting = is_siting(i.scenario, name)
    if siting:
        tolerance = Tolerance(0.0, proved_near(name))
    else:
        tolerance = Tolerance(control.gap if gap is None else gap)
    given = i.scenario.objective.given.get(name, 0.0)
    try:
        stage = optimise(model, name, objective, control, tolerance)
    except SolverStopped as stopped:
        if before is None:
            raise
        solution = before.stage.solution
        value = goal_value(i, name, solution)
        bound = min(value, least(objective))
        reason = stage_reason(value, bound, control, tolerance, stopped.reason)
        stage = Stage(name, reason, value, bound, solution)
    stage = replace(stage, given=given)
    work, spare = model.variables.work, 0.0
    if work is not None and not given and not siting:
        spare = SPARE * (control.gap - tolerance.gap) * abs(stage.objective)
    held = stage.objective + given + max(0.0, spare)
    return Goal(stage, objective, hold(model, objective, held), held)
