"""The rollout with one number at a time at either end of its range."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from planner import planning
from planner.analysis.effort import on_cores
from planner.analysis.factors import rollout_factors
from planner.analysis.sampling import runner_of
from planner.errors import InfeasibleScenario, SolverStopped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from planner.analysis.effort import Progress, Size
    from planner.analysis.sampling import Task
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
    key : str
    value : float
    status : str
    gap : float or None
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
    task: Task,
    size: Size,
    jobs: int,
    progress: Progress,
    solve: Callable[[Scenario], Plan] | None = None,
) -> tuple[Tried | None, list[Tried]]:
    """Plan the rollout with each of its numbers at either end, offices and dates kept.

    What the ends are held against is the plan that a run gives, not one planned anew: `solve`
    finds it, by default `planning.solve`.
    """
    runner = runner_of(task)
    if runner.base.dialogues is None or not size.rollouts:
        return None, []
    plan = solve(runner.base) if solve else planning.solve(runner.data, runner.base)
    opens = {o.code: o.opens for o in plan.offices if o.role != "existing"}
    fixed = {"rollout.opens": opens, "sites.candidates": sorted(o.code for o in plan.offices)}
    asked = [
        ({**fixed, factor.key: value}, plan.stages)
        for factor in rollout_factors(runner.base)
        for value in (factor.low, factor.high)
    ]
    return _tried("", 0.0, plan), list(on_cores(try_rollout, task, asked, jobs, progress))


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
