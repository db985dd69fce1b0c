"""Which uncertain numbers the outcomes hang on, everything varied at once."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analysis.sampling import Task, runner_of
from planner.analysis.screening import Effects, Indices, morris, sobol
from planner.analysis.study import CHUNK, SEED, WORLD, Factor, chunks_of, running_factors
from planner.errors import InfeasibleScenario, PlannerError
from planner.message import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planner.analysis.study import Progress, Study
    from planner.model.instance import Floats, Instance, Ints
    from planner.siting.answer import SitingResult

COST_YEAR = "cost_year"
"""Name of the cost of a year of dialogues among the outcomes."""


@dataclass(frozen=True)
class Global:
    """Morris and Sobol on one set of factors.

    Attributes
    ----------
    factors : tuple of Factor
    outcomes : tuple of str
    effects : tuple of Effects
        One an outcome, over all factors.
    kept : tuple of Factor
        Those that the screening kept, for the indices.
    indices : tuple of Indices
        One an outcome, over `kept`.
    """

    factors: tuple[Factor, ...]
    outcomes: tuple[str, ...]
    effects: tuple[Effects, ...]
    kept: tuple[Factor, ...]
    indices: tuple[Indices, ...]


def apportion(study: Study, factors: tuple[Factor, ...], progress: Progress) -> Global:
    """Screen all factors, then share out the variance among those that matter to anything."""
    task, size = study.task, study.size
    runner = runner_of(task)
    running = running_factors(runner.base)
    # What can't change a town may change what a year costs.
    known = {factor.key: factor for factor in (*factors, *(WORLD if running else ()), *running)}
    all_factors = tuple(known.values())
    outcomes = (*runner.base.objective.names, *([COST_YEAR] if running else []))
    if not all_factors:
        return Global((), outcomes, (), (), ())
    total = size.paths * (len(all_factors) + 1)
    done = 0

    def evaluator(chosen: tuple[Factor, ...], number: int) -> Callable[[Floats], Floats]:
        def evaluate(points: Floats) -> Floats:
            values = [
                {f.key: f.at(float(share)) for f, share in zip(chosen, row, strict=True)}
                for row in points
            ]
            # Samples with the same sites side by side, so that they are solved once.
            keys = [json.dumps([v for k, v in row.items() if not _runs(k)]) for row in values]
            order = sorted(range(len(values)), key=lambda k: keys[k])
            chunks = chunks_of([values[k] for k in order])
            asked = [(chunk, outcomes) for chunk in chunks]

            def told(finished: int, _all: int) -> None:
                progress(done + min(number, finished * CHUNK), total)

            found = np.concatenate(list(study.each(outcomes_of, asked, told)))
            back = np.empty_like(found)
            back[order] = found
            return back

        return evaluate

    effects = morris(len(all_factors), evaluator(all_factors, total), paths=size.paths, seed=SEED)
    mattering = [
        k
        for k in range(len(all_factors))
        if any(e.mean[k] > 0.05 * max(e.mean) and e.mean[k] > 0 for e in effects)
    ]
    kept = tuple(all_factors[k] for k in mattering)
    done, more = total, size.sobol * (len(kept) + 2)
    total += more
    indices: list[Indices] = []
    if kept:
        base = outcomes_of(task, ([{}], outcomes))[0]
        evaluate = evaluator(kept, more)
        indices = sobol(len(kept), evaluate, list(base), samples=size.sobol, seed=SEED)
    return Global(all_factors, outcomes, tuple(effects), kept, tuple(indices))


def outcomes_of(task: Task, asked: tuple[Sequence[Mapping[str, Any]], tuple[str, ...]]) -> Floats:
    """Return the outcomes of some samples, shape (samples, outcomes).

    The sites are chosen anew wherever what decides them differs; a year's cost is that of the
    sites chosen.
    """
    points, outcomes = asked
    runner = runner_of(task)
    found = np.empty((len(points), len(outcomes)))
    for k, point in enumerate(points):
        running = {key: value for key, value in point.items() if _runs(key)}
        rest = {key: value for key, value in point.items() if not _runs(key)}
        whole, best = _sited(task, json.dumps(rest, sort_keys=True))
        for column, name in enumerate(outcomes):
            if name == COST_YEAR:
                scenario = runner.base.replace(**running) if running else runner.base
                instance = replace(whole, scenario=scenario)
                found[k, column] = yearly_cost(instance, best.solution.served_by[-1])
            else:
                found[k, column] = best.criteria[name]
    return found


@lru_cache(maxsize=4096)
def _sited(task: Task, point: str) -> tuple[Instance, SitingResult]:
    siting = runner_of(task).siting(json.loads(point))
    try:
        return siting.whole, siting.best()
    except InfeasibleScenario as error:
        raise PlannerError(say("no siting keeps the rules with {}", point)) from error


def yearly_cost(i: Instance, served_by: Ints) -> float:
    """Return the cost of a year of dialogues when the rollout is complete, MSEK.

    Everyone who takes part has a dialogue once in as long as the rollout takes; each office has
    the advisors that its hours need, at least the minimum team; premises are paid for every
    office, journeys for every dialogue held in person. Advisors of an office:
    max(minimum, ceil(sum_u due_u hours[u,j] / (cycle x yearly hours))).

    Parameters
    ----------
    i : Instance
        With dialogues, staffing and money.
    served_by : numpy.ndarray of int, shape (u,)
        The office of each unit.
    """
    staffing, money = i.scenario.staffing, i.scenario.money
    if staffing is None or money is None:
        raise ValueError("a scenario with staffing and money")
    cycle = sum(period.months for period in i.periods) / 12
    units = np.arange(len(i.units))
    due = i.target / cycle
    hours = due * i.hours[units, served_by]
    journeys = float((due * i.journey_msek[units, served_by]).sum())
    cost = journeys
    for office in np.unique(served_by):
        needed = float(hours[served_by == office].sum()) / staffing.yearly_hours.value
        advisors = max(math.ceil(staffing.minimum_team.value - 1e-9), math.ceil(needed - 1e-9))
        cost += money.premises.value + advisors * money.advisor.value
    return cost


def _runs(key: str) -> bool:
    return key.startswith(("dialogues.", "staffing.", "money."))
