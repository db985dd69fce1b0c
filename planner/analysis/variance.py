"""Which uncertain numbers the outcomes hang on: Morris screening, then Sobol indices, by SALib."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analysis.sampling import Task, runner_of
from planner.analysis.study import (
    CHUNK,
    SEED,
    WORLD,
    Factor,
    Progress,
    Study,
    chunks_of,
    running_factors,
    yearly_cost,
)
from planner.errors import InfeasibleScenario, PlannerError
from planner.message import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planner.model.instance import Floats, Instance
    from planner.siting.question import SitingResult

    Evaluate = Callable[[Floats], Floats]


LEVELS = 4
"""Steps of the Morris grid, as the method's author used."""


@dataclass(frozen=True)
class Effects:
    """Morris's elementary effects, for the full range of each factor.

    Attributes
    ----------
    mean : tuple of float
        Mean of their sizes (mu*), in the outcome's unit.
    spread : tuple of float
        Their standard deviation (sigma): large where a factor acts unevenly or with others.
    """

    mean: tuple[float, ...]
    spread: tuple[float, ...]


@dataclass(frozen=True)
class Indices:
    """Sobol's indices: shares of the outcome's variance.

    Attributes
    ----------
    first : tuple of float
        What each factor explains by itself.
    total : tuple of float
        With all that it does together with others.
    error : tuple of float
        Half the width of a 95 % interval of `total`, from resampling.
    mean, deviation : float
        Of the outcome over all samples, in its unit.
    below : float
        Share of the samples in which the outcome is below what it is beside.
    samples : int
        Base samples.
    """

    first: tuple[float, ...]
    total: tuple[float, ...]
    error: tuple[float, ...]
    mean: float
    deviation: float
    below: float
    samples: int


def morris(number: int, evaluate: Evaluate, *, paths: int, seed: int) -> list[Effects]:
    """Screen factors with the method of Morris.

    Parameters
    ----------
    number : int
        Of factors, each on 0 to 1.
    evaluate : callable
        Takes points, shape (n, number), and returns outcomes, shape (n, outcomes).
    paths : int
        Trajectories; each costs number + 1 evaluations.

    Returns
    -------
    list of Effects
        One for each outcome.

    References
    ----------
    Morris, Technometrics 33 (1991); Campolongo, Cariboni and Saltelli, Environmental Modelling
    and Software 22 (2007), for mu*.
    """
    from SALib.analyze import morris as analysis  # noqa: PLC0415 - slow to import
    from SALib.sample import morris as sampling  # noqa: PLC0415

    problem = _problem(number)
    points = sampling.sample(problem, paths, num_levels=LEVELS, seed=seed)
    outcomes = evaluate(points)
    found = []
    for column in outcomes.T:
        said = analysis.analyze(problem, points, column, num_levels=LEVELS, seed=seed)
        found.append(Effects(_numbers(said["mu_star"]), _numbers(said["sigma"])))
    return found


def sobol(
    number: int, evaluate: Evaluate, beside: Sequence[float], *, samples: int, seed: int
) -> list[Indices]:
    """Share out the variance of outcomes among factors.

    Parameters
    ----------
    number : int
        Of factors, each uniform on 0 to 1 and independent.
    evaluate : callable
        As in `morris`.
    beside : sequence of float
        A value of each outcome to tell how many samples are below it: that of the base case.
    samples : int
        A power of two; each costs number + 2 evaluations.

    Returns
    -------
    list of Indices
        One for each outcome; all zero for one that never changes.

    References
    ----------
    Saltelli, Computer Physics Communications 145 (2002); Saltelli et al., the same 181 (2010).
    """
    from SALib.sample import sobol as sampling  # noqa: PLC0415 - slow to import

    problem = _problem(number)
    points = sampling.sample(problem, samples, calc_second_order=False, seed=seed)
    outcomes = evaluate(points)
    return [
        _indices(problem, column, value, samples, seed)
        for column, value in zip(outcomes.T, beside, strict=True)
    ]


def _indices(
    problem: dict[str, Any], outcomes: Floats, beside: float, samples: int, seed: int
) -> Indices:
    from SALib.analyze import sobol as analysis  # noqa: PLC0415 - slow to import

    number = int(problem["num_vars"])
    mean, deviation = float(outcomes.mean()), float(outcomes.std())
    below = float((outcomes < beside - 1e-9 * max(1.0, abs(beside))).mean())
    if deviation <= 1e-9 * max(1.0, abs(mean)):
        nil = (0.0,) * number
        return Indices(nil, nil, nil, mean, 0.0, below, samples)
    with warnings.catch_warnings():
        # Resamples in which nothing varies have no indices; they are left out of the interval.
        warnings.simplefilter("ignore", RuntimeWarning)
        said = analysis.analyze(problem, outcomes, calc_second_order=False, seed=seed)
    return Indices(
        _numbers(said["S1"]),
        _numbers(said["ST"]),
        _numbers(np.nan_to_num(said["ST_conf"])),
        mean,
        deviation,
        below,
        samples,
    )


def _problem(number: int) -> dict[str, Any]:
    return {
        "num_vars": number,
        "names": [f"x{k}" for k in range(number)],
        "bounds": [[0.0, 1.0]] * number,
    }


def _numbers(values: Sequence[float] | Floats) -> tuple[float, ...]:
    return tuple(float(f"{value:.9g}") for value in values)


COST_YEAR = "cost_year"
"""Name of the cost of a year of dialogues among the outcomes."""


@dataclass(frozen=True)
class Global:
    """Morris and Sobol on one set of factors.

    Attributes
    ----------
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


def _runs(key: str) -> bool:
    return key.startswith(("dialogues.", "staffing.", "money."))
