"""What a fixed set of offices gives up where the scenario turns out otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analysis.sampling import Task, rated, runner_of
from planner.analysis.study import SEED, Factor, Progress, Study, chunks_of
from planner.errors import InfeasibleScenario
from planner.model.solving.optimise import HOLD
from planner.model.solving.scores import Yardstick
from planner.scenario.sweep import Range, SweepSpec
from planner.siting.question import SitingResult, shares_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.model.instance import Floats, Ints


CORNERS = 6
"""Factors up to which every combination of their lowest and highest values is tried."""


@dataclass(frozen=True)
class Rated:
    """How a fixed set of offices stands over all samples.

    Attributes
    ----------
    best : int
        In how many samples no other set is better.
    valued : int
        In how many it is allowed.
    mean_loss, greatest_loss : float
        Of what it loses in a sample: how much worse it is than the best plan there, with the
        sample's own rates, in the unit of the sum. The greatest of these samples, not the worst
        that the ranges hold. nan where it is allowed in none.
    corner_loss : float or None
        The greatest loss where every factor is at either end of its range, over all combinations:
        the worst is no less. None where there are more than `CORNERS` factors, or it is allowed
        in none.
    unit : str
        Of the losses.
    """

    name: str
    sites: tuple[str, ...]
    best: int
    valued: int
    mean_loss: float
    greatest_loss: float
    corner_loss: float | None
    unit: str


@dataclass(frozen=True)
class Losses:
    """What every set of offices loses in some samples.

    Attributes
    ----------
    greatest, total : numpy.ndarray, shape (sets,)
        The greatest of its losses and their sum, in the unit of the sum.
    best : numpy.ndarray of int, shape (sets,)
        In how many samples no other set is better.
    number : int
        Samples.
    """

    greatest: Floats
    total: Floats
    best: Ints
    number: int


def rate_samples(
    study: Study,
    factors: tuple[Factor, ...],
    base: SitingResult,
    announced: tuple[str, ...],
    progress: Progress,
) -> tuple[list[Mapping[str, Any]], tuple[Rated, ...]]:
    """Re-solve with everything that may change the sites drawn at random, and rate fixed plans.

    With nothing that may, the scenario as it is stands for all.
    """
    task, points = study.task, list[dict[str, Any]]([{}])
    if factors:
        spec = SweepSpec(
            name="sensitivity",
            samples=study.size.samples,
            seed=SEED,
            ranges={f.key: Range(low=f.low, high=f.high) for f in factors},
        )
        points = spec.points(runner_of(task).base)
    corners: list[dict[str, Any]] = []
    if len(factors) <= CORNERS:
        keys = [factor.key for factor in factors]
        ends = product(*((factor.low, factor.high) for factor in factors))
        corners = [dict(zip(keys, end, strict=True)) for end in ends]

    def rate(
        points: Sequence[Mapping[str, Any]], told: Progress
    ) -> tuple[list[Mapping[str, Any]], list[Losses | None]]:
        asked = [(chunk, (base.sites, announced)) for chunk in chunks_of(points)]
        found = list(study.each(rate_chunk, asked, told))
        return [row for rows, _ in found for row in rows], [losses for _, losses in found]

    rows, sums = rate(points, progress)
    at_ends, sums_at_ends = rate(corners, lambda _done, _all: None)
    unit = Yardstick(runner_of(task).base).unit
    named = [("recommended", base.sites), ("announced", announced)]
    plans = [
        _rated(name, sites, (_losses_of(rows, k), _losses_of(at_ends, k)), unit)
        for k, (name, sites) in enumerate(named)
        if sites
    ]
    robust = _robust(task, sums, sums_at_ends, unit)
    if robust is not None:
        known = next((plan for plan in plans if plan.sites == robust.sites), None)
        plans.append(robust if known is None else replace(known, name="robust"))
    return rows, tuple(plans)


def _robust(
    task: Task, sums: Sequence[Losses | None], at_ends: Sequence[Losses | None], unit: str
) -> Rated | None:
    """Return the set whose greatest loss is least; None where a chunk could not price all."""
    prices = runner_of(task).siting({}).prices
    known = [losses for losses in sums if losses is not None]
    number = sum(losses.number for losses in known)
    if not prices.few or not number or len(known) < len(sums):
        return None
    greatest = np.max([losses.greatest for losses in known], axis=0)
    pick = int(greatest.argmin())
    sites = tuple(prices.instance.sites[j] for j in np.flatnonzero(prices.sets.sets[pick]))
    best = sum(int(losses.best[pick]) for losses in known)
    mean = sum(float(losses.total[pick]) for losses in known) / number
    ends = [float(losses.greatest[pick]) for losses in at_ends if losses is not None]
    corner = max(ends) if ends and len(ends) == len(at_ends) else None
    return Rated("robust", sites, best, number, mean, float(greatest[pick]), corner, unit)


def rate_chunk(
    task: Task, asked: tuple[Sequence[Mapping[str, Any]], tuple[tuple[str, ...], ...]]
) -> tuple[list[Mapping[str, Any]], Losses | None]:
    """Re-solve some samples, rate fixed plans, and sum up what every set loses.

    Returns
    -------
    tuple of (list of dict, Losses or None)
        The rows, and what every set loses; None where not all could be priced.
    """
    points, plans = asked
    runner = runner_of(task)
    prices = runner.siting({}).prices
    sets = len(prices.sets) if prices.few else 0
    rows: list[Mapping[str, Any]] = []
    values: list[Floats] = []
    whole = prices.few
    for point in points:
        try:
            siting = runner.siting(point)
            best = siting.best()
        except InfeasibleScenario:
            rows.append({**point, "status": "infeasible"})
            continue
        fixed = [rated(siting, best, plan) if plan else None for plan in plans]
        rows.append(
            {
                **point,
                "status": best.reason,
                "sites": best.sites,
                "criteria": dict(best.criteria),
                "losses": [None if one is None else one.objective for one in fixed],
            }
        )
        priced = siting.priced_sets(shares_of(siting.instance.scenario)) if whole else None
        # Where bounds leave some sets out none is rated.
        whole = priced is not None and len(priced[1]) == sets
        if whole and priced is not None:
            values.append(priced[1])
    return rows, _losses(np.reshape(values, (-1, sets))) if whole else None


def _losses(values: Floats) -> Losses:
    """Sum up what sets lose, given what each of them scores, shape (samples, sets)."""
    best = values.min(axis=1, keepdims=True)
    losses = values - best
    near = losses <= HOLD * np.maximum(1.0, np.abs(best))
    greatest = losses.max(axis=0, initial=0.0)
    return Losses(greatest, losses.sum(axis=0), near.sum(axis=0), len(values))


def _losses_of(rows: Sequence[Mapping[str, Any]], k: int) -> list[float]:
    """Return what one of the fixed plans loses in the samples in which it is allowed."""
    found = (row["losses"][k] for row in rows if row.get("sites"))
    return [loss for loss in found if loss is not None]


def _rated(
    name: str, sites: tuple[str, ...], losses: tuple[list[float], list[float]], unit: str
) -> Rated:
    """Sum up what a plan loses, in the samples and at the ends of all ranges."""
    known, ends = losses
    corner = max(ends, default=None)
    if not known:
        return Rated(name, sites, 0, 0, float("nan"), float("nan"), corner, unit)
    best = sum(1 for value in known if value == 0)
    return Rated(name, sites, best, len(known), float(np.mean(known)), max(known), corner, unit)
