"""Whole rollouts planned anew: one number at either end of its range, other numbers of offices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from planner import planning
from planner.analysis.sampling import Task, runner_of, ties_of, value_of
from planner.analysis.study import Progress, Study, rollout_factors
from planner.errors import InfeasibleScenario, InputError, SolverStopped
from planner.planning import solve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.plan import Plan, Termination
    from planner.scenario.spec import Scenario


PRICED = ("money.", "staffing.in_person", "staffing.taking_part", "dialogues.uptake")
"""Keys that begin so are part of what a rollout costs, whatever staff it has."""


@dataclass(frozen=True)
class Tried:
    """The rollout with one number at an end of its range, offices and dates kept.

    The plan itself, with no number changed, has no key.

    Attributes
    ----------
    cost_msek, waiting, unmet : float or None
        None where no rollout keeps the rules then.
    apart : bool
        Whether a goal of the rollout is proved to differ from the plan's: what was found and the
        proved bound of the one are both beyond those of the other. Else a search that ended
        elsewhere within the scenario's gap can have made the difference.
    priced : bool
        Whether the number enters the cost directly (`PRICED`), so that the cost differs anyhow.
    """

    key: str
    value: float
    status: str
    gap: float | None = None
    cost_msek: float | None = None
    waiting: float | None = None
    unmet: float | None = None
    apart: bool = True
    priced: bool = False


def try_ends(
    study: Study,
    progress: Progress,
    solve: Callable[[Scenario], Plan] | None = None,
) -> tuple[Tried | None, list[Tried]]:
    """Plan the rollout with each of its numbers at either end, offices and dates kept.

    What the ends are held against is the plan that a run gives, not one planned anew: `solve`
    finds it, by default `planning.solve`.
    """
    runner = runner_of(study.task)
    if runner.base.dialogues is None or not study.size.rollouts:
        return None, []
    plan = solve(runner.base) if solve else planning.solve(runner.data, runner.base)
    opens = {o.code: o.opens for o in plan.offices if o.role != "existing"}
    fixed = {"rollout.opens": opens, "sites.candidates": sorted(o.code for o in plan.offices)}
    asked = [
        ({**fixed, factor.key: value}, plan.stages)
        for factor in rollout_factors(runner.base)
        for value in (factor.low, factor.high)
    ]
    return _tried("", 0.0, plan), list(study.each(try_rollout, asked, progress))


def try_rollout(task: Task, asked: tuple[Mapping[str, Any], tuple[Termination, ...]]) -> Tried:
    """Plan a whole rollout with some keys changed; the last one is what is tried.

    Beside the keys stands what was proved of the plan that it is held against.
    """
    runner = runner_of(task)
    changes, stages = asked
    key, value = list(changes.items())[-1]
    try:
        plan = planning.solve(runner.data, runner.base.replace(**changes))
    except InfeasibleScenario:
        return Tried(key, value, "infeasible")
    except SolverStopped as error:
        return Tried(key, value, error.reason)
    apart = any(proved_apart(a, b) for a, b in zip(plan.stages, stages, strict=True))
    return replace(_tried(key, value, plan), apart=apart, priced=key.startswith(PRICED))


def proved_apart(one: Termination, other: Termination) -> bool:
    """Tell whether a goal is proved to differ: no value can lie in both intervals."""
    (a, b), (c, d) = (sorted((each.objective, each.bound)) for each in (one, other))
    slack = 1e-6 * max(1.0, abs(b), abs(d))
    return c > b + slack or a > d + slack


def _tried(key: str, value: float, plan: Plan) -> Tried:
    c, ended = plan.criteria, plan.termination
    return Tried(key, value, ended.reason, ended.gap, c["cost_msek"], c["waiting"], c["unmet"])


@dataclass(frozen=True)
class Number:
    """The best plan with a number of offices.

    Attributes
    ----------
    status : str
        What was proved of the sites, or why there are none.
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
