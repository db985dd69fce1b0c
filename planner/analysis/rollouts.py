"""The rollout with one number at a time at either end of its range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner import api
from planner.analysis.effort import on_cores
from planner.analysis.factors import rollout_factors
from planner.analysis.sampling import runner_of
from planner.errors import InfeasibleScenario, SolverStopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analysis.effort import Progress, Size
    from planner.analysis.sampling import Task
    from planner.plan import Plan


@dataclass(frozen=True)
class Tried:
    """The rollout with one number at an end of its range, offices and dates kept.

    The plan itself, with no number changed, has no key.

    `cost_msek`, `waiting`, `unmet` are None where no rollout keeps the rules then.
    """

    key: str
    value: float
    status: str
    gap: float | None = None
    cost_msek: float | None = None
    waiting: float | None = None
    unmet: float | None = None


def try_ends(
    task: Task, size: Size, jobs: int, progress: Progress
) -> tuple[Tried | None, list[Tried]]:
    """Plan the rollout with each of its numbers at either end, offices and dates kept."""
    runner = runner_of(task)
    if runner.base.dialogues is None or not size.rollouts:
        return None, []
    plan = api.solve(runner.data, runner.base)
    opens = {o.code: o.opens for o in plan.offices if o.role != "existing"}
    fixed = {"rollout.opens": opens, "sites.candidates": sorted(o.code for o in plan.offices)}
    asked = [
        {**fixed, factor.key: value}
        for factor in rollout_factors(runner.base)
        for value in (factor.low, factor.high)
    ]
    # What the ends are held against is the plan that a run gives, not one planned anew.
    return _tried("", 0.0, plan), list(on_cores(try_rollout, task, asked, jobs, progress))


def try_rollout(task: Task, changes: Mapping[str, Any]) -> Tried:
    """Plan a whole rollout with some keys changed; the last one is what is tried."""
    runner = runner_of(task)
    key, value = list(changes.items())[-1]
    try:
        plan = api.solve(runner.data, runner.base.replace(**changes))
    except InfeasibleScenario:
        return Tried(key, value, "infeasible")
    except SolverStopped as error:
        return Tried(key, value, error.reason)
    return _tried(key, value, plan)


def _tried(key: str, value: float, plan: Plan) -> Tried:
    c, ended = plan.criteria, plan.termination
    return Tried(key, value, ended.reason, ended.gap, c["cost_msek"], c["waiting"], c["unmet"])
