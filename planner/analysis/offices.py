"""How many offices: distance and cost for every number, and what the next one gains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.analysis.sampling import runner_of, ties_of, value_of
from planner.errors import InfeasibleScenario, InputError, SolverStopped
from planner.planning import solve

if TYPE_CHECKING:
    from planner.analysis.sampling import Task
    from planner.scenario.spec import Scenario


@dataclass(frozen=True)
class Number:
    """The best plan with a number of offices.

    Attributes
    ----------
    offices : int
    status : str
        What was proved of the sites, or why there are none.
    sites : tuple of str
    value : float
        What that plan scores on the scenario's first goal, with the same rates for every number,
        in the unit of the sum.
    worse : float
        How much that is above what the scenario's own plan scores; below 0 where it is better.
    mean_km, spread : float
        Of the plan that is best by the scenario's own objective.
    shortest_km : float
        The shortest mean distance that any so many offices have.
    ties : int or None
        How many other sets of offices are as good on the first goal; None where that can't be
        told.
    cost_msek, unmet : float or None
        Of the whole rollout of that plan, with no limit on openings a period, so that all
        numbers are treated alike.
    gap : float or None
        How far from proven that rollout's objective is.
    """

    offices: int
    status: str
    sites: tuple[str, ...] = ()
    value: float = float("nan")
    worse: float = float("nan")
    mean_km: float = float("nan")
    spread: float = float("nan")
    shortest_km: float = float("nan")
    ties: int | None = None
    cost_msek: float | None = None
    unmet: float | None = None
    gap: float | None = None


def with_number(task: Task, asked: tuple[int, float]) -> Number:
    """Plan with a number of offices: the sites, then the whole rollout if there is one.

    Parameters
    ----------
    task : Task
    asked : tuple of (int, float)
        The number, and what the scenario's own plan scores.
    """
    offices, base = asked
    runner = runner_of(task)
    try:
        siting = runner.siting({"offices.count": offices})
        best = siting.best()
        shortest = siting.solve({"mean_km": 1.0})
    except (InfeasibleScenario, InputError):
        return Number(offices, "infeasible")
    cost = unmet = gap = None
    if runner.base.dialogues is not None:
        scenario = unhurried(siting.whole.scenario)
        try:
            plan = solve(runner.data, scenario)
        except (InfeasibleScenario, SolverStopped):
            pass  # said by the absence of a cost
        else:
            cost, unmet = plan.criteria["cost_msek"], plan.criteria["unmet"]
            gap = plan.termination.gap
    value = value_of(siting, best)
    return Number(
        offices,
        best.reason,
        best.sites,
        value,
        value - base,
        best.criteria["mean_km"],
        best.criteria["spread"],
        shortest.criteria["mean_km"],
        ties_of(siting),
        cost,
        unmet,
        gap,
    )


def unhurried(scenario: Scenario) -> Scenario:
    """Return a scenario without limits on the openings of a period."""
    periods = tuple(
        period.model_copy(update={"openings_most": None}) for period in scenario.rollout.periods
    )
    rollout = scenario.rollout.model_copy(update={"periods": periods})
    return scenario.model_copy(update={"rollout": rollout})
