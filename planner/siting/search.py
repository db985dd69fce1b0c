"""Siting questions answered by the model of `planner.model`, built anew and searched by HiGHS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pulp import lpSum

from planner.criteria import CRITERIA
from planner.criteria.units import PERCENT
from planner.model.build import build
from planner.model.solving.goals import SITES_PROVED, minimised
from planner.model.solving.optimise import Tolerance, hold, optimise
from planner.model.solving.settle import TIDY, break_ties, idle_settled
from planner.scenario.objective import Limit, Objective
from planner.scenario.values import Quantity
from planner.siting.question import Found, Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.control import Control
    from planner.model.instance import Instance


def searched(i: Instance, query: Query, control: Control) -> Found:
    """Build the model of one question and search it.

    Raises
    ------
    InfeasibleScenario, SolverStopped
        As in `planner.model.solving.optimise.optimise`.
    """
    names = [*query.objective, *(name for name in query.then if name not in query.objective)]
    soft = {name: limit for name, limit in i.scenario.limits.items() if not limit.hard}
    hard = {}
    for name, value in query.bounds.items():
        bound = Quantity(value=value, unit=CRITERIA[name].unit, low=value, high=value)
        hard[name] = Limit(most=bound) if CRITERIA[name].better == "min" else Limit(least=bound)
    # The model needs the expressions of these criteria; what is made of them is said below.
    objective = Objective(method="lexicographic", order=tuple(names))
    scenario = i.scenario.model_copy(update={"objective": objective, "limits": soft | hard})
    model = build(replace(i, scenario=scenario), control)
    opened = model.variables.open[-1]
    for j, x in enumerate(opened):
        if j in query.require:
            x.lowBound = 1
        if j in query.forbid:
            x.upBound = 0
    for number, one in enumerate(query.excluded):
        same = lpSum(x if j in one else 1 - x for j, x in enumerate(opened))
        model.problem.addConstraint(same <= len(opened) - 1, f"excluded_{number}")
    whole = sum(
        (share * minimised(model, name) for name, share in query.objective.items()),
        1 * model.penalty,
    )
    goals = [("siting", whole, _near(query.objective))]
    goals += [(name, minimised(model, name), _near({name: 1.0})) for name in query.then]
    stages = []
    for name, goal, near in goals:
        stages.append(optimise(model, name, goal, control, Tolerance(0.0, near)))
        hold(model, goal, stages[-1].objective)
    proved = all(stage.reason == "optimal" for stage in stages)
    tied = break_ties(model, control) if proved else None
    if tied is not None:
        solution = tied.solution
    else:
        solution = idle_settled(model, stages[-1].solution, control.finishing(TIDY))
    first = stages[0]
    return Found(solution, first.objective, first.bound, first.reason)


def _near(objective: Mapping[str, float]) -> float:
    """Return how near a sum is proved: a share by itself is told from 0 to 1."""
    name = next(iter(objective), "")
    if len(objective) == 1 and CRITERIA[name].unit == "share":
        return SITES_PROVED * objective[name] / PERCENT
    return SITES_PROVED
