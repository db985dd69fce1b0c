"""What a fixed set of offices gives up where the scenario turns out otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analysis.aims import shares_of
from planner.analysis.effort import SEED, chunks_of, on_cores
from planner.analysis.sampling import rated, runner_of
from planner.errors import InfeasibleScenario
from planner.scenario.sweep import Range, SweepSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analysis.effort import Progress, Size
    from planner.analysis.factors import Factor
    from planner.analysis.sampling import Task
    from planner.analysis.siting import SitingResult
    from planner.model.instance import Floats


@dataclass(frozen=True)
class Rated:
    """How a fixed set of offices stands over all samples.

    Attributes
    ----------
    name : str
    sites : tuple of str
    best : int
        In how many samples it is the best.
    valued : int
        In how many it is allowed.
    mean, worst : float
        Of its regret: how much more of the range between best and worst it gives up than the best
        plan of the sample does, mean over the criteria by their weights.
    """

    name: str
    sites: tuple[str, ...]
    best: int
    valued: int
    mean: float
    worst: float


def rate_samples(  # noqa: PLR0913 - what the samples rest on
    task: Task,
    factors: tuple[Factor, ...],
    base: SitingResult,
    announced: tuple[str, ...],
    size: Size,
    jobs: int,
    progress: Progress,
) -> tuple[list[Mapping[str, Any]], tuple[Rated, ...]]:
    """Re-solve with everything that decides the sites drawn at random, and rate fixed plans."""
    spec = SweepSpec(
        name="sensitivity",
        samples=size.samples,
        seed=SEED,
        ranges={f.key: Range(low=f.low, high=f.high) for f in factors},
    )
    points = spec.points(runner_of(task).base)
    asked = [(chunk, (base.sites, announced)) for chunk in chunks_of(points)]
    rows: list[Mapping[str, Any]] = []
    worst: Floats | None = None
    for found, regret in on_cores(rate_chunk, task, asked, jobs, progress):
        rows += found
        if regret is not None:
            worst = regret if worst is None else np.maximum(worst, regret)
    plans = [_rated("recommended", base.sites, rows, 0)]
    if announced:
        plans.append(_rated("announced", announced, rows, 1))
    family = runner_of(task).siting({}).family
    if worst is not None and family is not None:
        pick = int(worst.argmin())
        i = family.instance
        sites = tuple(i.sites[j] for j in np.flatnonzero(family.sets[pick]))
        known = next((plan for plan in plans if plan.sites == sites), None)
        if known is None:
            best = sum(1 for row in rows if row.get("sites") == sites)
            plans.append(Rated("robust", sites, best, len(rows), float("nan"), float(worst[pick])))
        else:
            plans.append(replace(known, name="robust"))
    return rows, tuple(plans)


def rate_chunk(
    task: Task, asked: tuple[Sequence[Mapping[str, Any]], tuple[tuple[str, ...], ...]]
) -> tuple[list[Mapping[str, Any]], Floats | None]:
    """Re-solve some samples, rate fixed plans, and keep every set's greatest regret.

    Returns
    -------
    tuple of (list of dict, numpy.ndarray or None)
        The rows, and the greatest regret of each set of the family, infinite where it is not
        allowed; None where the sets are too many to price.
    """
    points, plans = asked
    runner = runner_of(task)
    rows: list[Mapping[str, Any]] = []
    worst: Floats | None = None
    priced = True
    for point in points:
        try:
            siting = runner.siting(point)
            best = siting.best()
        except InfeasibleScenario:
            rows.append({**point, "status": "infeasible"})
            continue
        objective = shares_of(siting.instance.scenario)
        short = [rated(siting, best, plan) if plan else None for plan in plans]
        rows.append(
            {
                **point,
                "status": best.reason,
                "sites": best.sites,
                "criteria": dict(best.criteria),
                "short": [None if s is None else max(0.0, s.objective) for s in short],
            }
        )
        prices = siting.prices(objective) if priced else None
        if prices is None or siting.family is None:
            priced, worst = False, None
            continue
        sets, values = prices
        if len(sets) != len(siting.family.sets):  # bounds leave some out: then none is rated
            priced, worst = False, None
            continue
        regret = values - values.min()
        worst = regret if worst is None else np.maximum(worst, regret)
    return rows, worst


def _rated(name: str, sites: tuple[str, ...], rows: Sequence[Mapping[str, Any]], k: int) -> Rated:
    short = [row["short"][k] for row in rows if row.get("sites")]
    known = [value for value in short if value is not None]
    best = sum(1 for value in known if value <= 1e-9)
    if not known:
        return Rated(name, sites, 0, 0, float("nan"), float("nan"))
    return Rated(name, sites, best, len(known), float(np.mean(known)), max(known))
