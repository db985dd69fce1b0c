"""What a fixed set of offices gives up where the scenario turns out otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analysis.aims import shares_of
from planner.analysis.effort import SEED, chunks_of, on_cores
from planner.analysis.sampling import rated, runner_of, unit_of
from planner.errors import InfeasibleScenario
from planner.model.solve import HOLD
from planner.scenario.sweep import Range, SweepSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analysis.effort import Progress, Size
    from planner.analysis.factors import Factor
    from planner.analysis.sampling import Task
    from planner.analysis.siting import SitingResult
    from planner.model.instance import Floats, Ints

    _Losses = tuple[Floats, Floats, Ints, int] | None


@dataclass(frozen=True)
class Rated:
    """How a fixed set of offices stands over all samples.

    Attributes
    ----------
    name : str
    sites : tuple of str
    best : int
        In how many samples no other set is better.
    valued : int
        In how many it is allowed.
    mean_loss, greatest_loss : float
        Of what it loses in a sample: how much worse it is than the best plan there, with the
        sample's own rates, in the unit of the sum. The greatest of these samples, not the worst
        that the ranges hold. nan where it is allowed in none.
    unit : str
        Of the losses.
    """

    name: str
    sites: tuple[str, ...]
    best: int
    valued: int
    mean_loss: float
    greatest_loss: float
    unit: str


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
    sums: list[_Losses] = []
    for found, losses in on_cores(rate_chunk, task, asked, jobs, progress):
        rows += found
        sums.append(losses)
    unit = unit_of(runner_of(task).base)
    plans = [_rated("recommended", base.sites, rows, 0, unit)]
    if announced:
        plans.append(_rated("announced", announced, rows, 1, unit))
    robust = _robust(task, sums, unit)
    if robust is not None:
        known = next((plan for plan in plans if plan.sites == robust.sites), None)
        plans.append(robust if known is None else replace(known, name="robust"))
    return rows, tuple(plans)


def _robust(task: Task, sums: Sequence[_Losses], unit: str) -> Rated | None:
    """Return the set whose greatest loss is least; None where a chunk could not price all."""
    family = runner_of(task).siting({}).family
    known = [losses for losses in sums if losses is not None]
    if family is None or not known or len(known) < len(sums):
        return None
    greatest = np.max([losses[0] for losses in known], axis=0)
    total = np.sum([losses[1] for losses in known], axis=0)
    best = np.sum([losses[2] for losses in known], axis=0)
    number = sum(losses[3] for losses in known)
    pick = int(greatest.argmin())
    sites = tuple(family.instance.sites[j] for j in np.flatnonzero(family.sets[pick]))
    mean = float(total[pick]) / number
    return Rated("robust", sites, int(best[pick]), number, mean, float(greatest[pick]), unit)


def rate_chunk(
    task: Task, asked: tuple[Sequence[Mapping[str, Any]], tuple[tuple[str, ...], ...]]
) -> tuple[list[Mapping[str, Any]], _Losses]:
    """Re-solve some samples, rate fixed plans, and sum up what every set loses.

    Returns
    -------
    tuple of (list of dict, tuple or None)
        The rows; and of each set of the family its greatest loss and the sum of its losses,
        in the unit of the sum, in how many samples no other is better, each of shape (sets,),
        and how many samples there are. None where not every set could be priced in each.
    """
    points, plans = asked
    runner = runner_of(task)
    rows: list[Mapping[str, Any]] = []
    priced: list[Floats] = []
    whole = True
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
        prices = siting.prices(shares_of(siting.instance.scenario)) if whole else None
        # Where bounds leave some sets out none is rated.
        whole = (
            prices is not None
            and siting.family is not None
            and len(prices[0]) == len(siting.family.sets)
        )
        if whole and prices is not None:
            priced.append(prices[1])
    if not whole or not priced:
        return rows, None
    losses = np.array([values - values.min() for values in priced])
    near = HOLD * np.maximum(1.0, np.abs([values.min() for values in priced]))[:, None]
    best_in = (losses <= near).sum(axis=0)
    return rows, (losses.max(axis=0), losses.sum(axis=0), best_in, len(priced))


def _rated(
    name: str, sites: tuple[str, ...], rows: Sequence[Mapping[str, Any]], k: int, unit: str
) -> Rated:
    losses = [row["losses"][k] for row in rows if row.get("sites")]
    known = [value for value in losses if value is not None]
    if not known:
        return Rated(name, sites, 0, 0, float("nan"), float("nan"), unit)
    best = sum(1 for value in known if value == 0)
    return Rated(name, sites, best, len(known), float(np.mean(known)), max(known), unit)
