"""Siting questions answered by pricing every set of offices: exact where the sets are few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.criteria import CRITERIA, SITES_ALONE, SUMS
from planner.criteria.reads import Solution
from planner.errors import InfeasibleScenario
from planner.message import say
from planner.model.solving.optimise import HOLD
from planner.model.solving.scores import sign
from planner.model.solving.settle import key
from planner.siting.question import Found, Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from planner.model.instance import Floats, Instance, Ints
    from planner.siting.office_sets import Bools, SetPrices

SLACK = 1e-9
"""Relative slack of a bound: what rounding may add to a value that just keeps it."""

TIED_CELLS = 50_000_000
"""Sets times units times sites up to which ties are told apart in one table."""

FARTHEST = "max_km"
"""The criterion that is no sum over units but the greatest of them: each may choose as for one."""

BY_SHARE = tuple(name for name, each in CRITERIA.items() if each.share)
"""Criteria that can be bounded alone, as a share of the principals: a sum over units."""

IDLE = "idle"
"""Not a criterion: the sum of km of units without principals, which decides among plans as good."""


def enumerable(i: Instance, query: Query) -> bool:
    """Tell whether each unit may choose its office by itself once the offices are given.

    So it is where at most one sum over units is bounded, and then nothing else pulls units
    elsewhere; and where no region must be connected and no rule is soft.
    """
    stages = [query.objective, *({name: 1.0} for name in query.then)]
    names = {name for stage in stages for name in stage} | set(query.bounds)
    possible = {*SITES_ALONE, *SUMS, FARTHEST, *BY_SHARE}
    if i.scenario.units.level == "county":
        possible.add("county_splits")
    if names - possible or i.scenario.units.contiguous:
        return False
    if any(not limit.hard for limit in i.scenario.limits.values()):
        return False
    if any(FARTHEST in stage and set(stage) & set(SUMS) for stage in stages):
        return False
    bounded = set(query.bounds) & {*SUMS, *BY_SHARE}
    pulling = [found for stage in stages if (found := set(stage) & {*SUMS, FARTHEST})]
    return not bounded or (len(bounded) == 1 and all(names == bounded for names in pulling))


def enumerated(prices: SetPrices, query: Query) -> Found | None:
    """Price every set of offices; None where too many tie to tell them apart in memory.

    Raises
    ------
    InfeasibleScenario
        If no set keeps the bounds.
    """
    i = prices.instance
    allowed = _allowed(i, query)
    alive = np.flatnonzero(_kept(prices, query, allowed))
    if not len(alive):
        raise InfeasibleScenario(say("no siting keeps every hard rule"))
    stages: list[Mapping[str, float]] = [query.objective, *({n: 1.0} for n in query.then)]
    least: list[float] = []
    ties: Bools | None = None
    for stage in stages:
        score, cost, farthest = _scored(prices, stage, allowed, alive, ties)
        best = float(score.min())
        if not np.isfinite(best):
            raise InfeasibleScenario(say("no siting keeps every hard rule"))
        least.append(best)
        kept = score <= best + HOLD * max(1.0, abs(best))
        alive = alive[kept]
        if cost is None and ties is None:
            continue
        if len(alive) * i.unit_km.size > TIED_CELLS:
            return None
        ties = _open_pairs(prices, allowed, alive) if ties is None else ties[kept]
        if cost is not None:
            ties &= _nearest(cost, ties, farthest=farthest)
    if len(alive) * i.unit_km.size > TIED_CELLS:
        return None
    if ties is None:
        ties = _open_pairs(prices, allowed, alive)
        ties &= _nearest(_pulled_by(prices, query), ties)
    if len(i.idle):
        score, _, _ = _scored(prices, {IDLE: 1.0}, allowed, alive, ties)
        kept = score <= float(score.min()) + HOLD * max(1.0, float(score.min()))
        alive, ties = alive[kept], ties[kept] & _nearest(i.idle_km, ties[kept])
    pick, served_by = _first(prices, alive, ties)
    offices = tuple(int(j) for j in np.flatnonzero(prices.sets.sets[pick]))
    return Found(Solution((offices,), served_by[None, :]), least[0], least[0], "optimal")


def set_prices(prices: SetPrices, query: Query) -> tuple[Bools, Floats]:
    """Return the sets that keep the bounds, shape (n, j), and the least objective of each."""
    allowed = _allowed(prices.instance, query)
    alive = np.flatnonzero(_kept(prices, query, allowed))
    score, _, _ = _scored(prices, query.objective, allowed, alive, None)
    within = np.isfinite(score)
    return prices.sets.sets[alive[within]], score[within]


def _allowed(i: Instance, query: Query) -> Bools:
    """Tell which unit may be served by which site under a bound on the farthest, shape (u, j)."""
    most = query.bounds.get(FARTHEST)
    if most is None:
        return np.ones((len(i.units), len(i.sites)), dtype=bool)
    allowed: Bools = i.unit_farthest <= _loosened(FARTHEST, most)
    return allowed


def _pulled_by(prices: SetPrices, query: Query) -> Floats:
    """Return what units choose by where no goal asks: a bounded sum, or the mean distance."""
    name = next((name for name in query.bounds if name in (*SUMS, *BY_SHARE)), "mean_km")
    if name in SUMS:
        return prices.cost(name)
    return _past(prices.instance, name, query.bounds[name])


def _past(i: Instance, name: str, limit: float) -> Floats:
    """Return what a unit adds to the share of the principals past a limit, shape (u, j)."""
    share = CRITERIA[name].share
    if share is None:
        raise ValueError(f"a criterion bounded by a share, not {name}")
    return share.past(i, limit)


def _loosened(name: str, value: float) -> float:
    return value + sign(name) * SLACK * max(1.0, abs(value))


def _kept(prices: SetPrices, query: Query, allowed: Bools) -> Bools:
    """Tell which sets keep the bounds and hold the right sites."""
    sets = prices.sets.sets
    kept = np.ones(len(sets), dtype=bool)
    for j in query.require:
        kept &= sets[:, j]
    for j in query.forbid:
        kept &= ~sets[:, j]
    if query.excluded:
        rows = np.zeros((len(query.excluded), sets.shape[1]), dtype=bool)
        for row, one in zip(rows, query.excluded, strict=True):
            row[list(one)] = True
        kept &= ~np.isin(_digest(sets), _digest(rows))
    for name, value in query.bounds.items():
        kept &= _within(prices, name, value, allowed)
    return kept


def _within(prices: SetPrices, name: str, value: float, allowed: Bools) -> Bools:
    """Tell which sets keep one bound."""
    criterion, worst = CRITERIA[name], _loosened(name, value)
    within = np.ones(len(prices.sets), dtype=bool)
    if name in SITES_ALONE:
        scores = prices.of(name)
        within = scores <= worst if criterion.better == "min" else scores >= worst
    elif name in SUMS:
        within = prices.sets.least(np.where(allowed, prices.cost(name), np.inf)) <= worst
    elif criterion.share is not None:
        far = np.where(allowed, criterion.share.past(prices.instance, value), np.inf)
        within = prices.sets.least(far) <= criterion.share.most + SLACK
    elif name == FARTHEST:
        within = np.isfinite(prices.sets.least(np.where(allowed, 0.0, np.inf)))
    return within


def _digest(sets: Bools) -> npt.NDArray[np.bytes_]:
    """Return bytes that tell sets apart, shape (n,)."""
    packed = np.packbits(sets, axis=1)
    return packed.view(f"S{packed.shape[1]}")[:, 0]


def _scored(
    prices: SetPrices,
    stage: Mapping[str, float],
    allowed: Bools,
    alive: Ints,
    ties: Bools | None,
) -> tuple[Floats, Floats | None, bool]:
    """Price the sets that are left: (scores, what units choose by, whether the farthest counts)."""
    i = prices.instance
    score = np.zeros(len(alive))
    cost: Floats | None = None
    for name, share in stage.items():
        if name in SITES_ALONE:
            score += share * sign(name) * prices.of(name)[alive]
        elif name in SUMS or name == IDLE:
            added = share * (i.idle_km if name == IDLE else prices.cost(name))
            cost = added if cost is None else cost + added
    farthest = FARTHEST in stage
    if farthest:
        cost = stage[FARTHEST] * i.unit_farthest
    if cost is None:
        return score, None, False
    sums = [name for name in stage if name in SUMS]
    if ties is None and len(sums) == 1 and allowed.all():
        return score + stage[sums[0]] * prices.of(sums[0])[alive], cost, False
    open_cost = np.where(allowed, cost, np.inf)
    if ties is None:
        score += prices.sets.least(open_cost, farthest=farthest)[alive]
    else:
        least = np.where(ties, open_cost, np.inf).min(axis=2)
        score += least.max(axis=1) if farthest else least.sum(axis=1)
    return score, cost, farthest


def _open_pairs(prices: SetPrices, allowed: Bools, alive: Ints) -> Bools:
    """Return who may be served by whom in the sets that are left, shape (sets, u, j)."""
    return prices.sets.sets[alive][:, None, :] & allowed


def _nearest(cost: Floats, ties: Bools, *, farthest: bool = False) -> Bools:
    """Keep the sites that cost each unit least; with `farthest`, no more than the worst of them."""
    priced = np.where(ties, cost, np.inf)
    least = priced.min(axis=2, keepdims=True)
    if farthest:
        least = least.max(axis=1, keepdims=True)
    kept: Bools = priced <= least + SLACK * np.maximum(1.0, np.abs(least))
    return kept


def _first(prices: SetPrices, alive: Ints, ties: Bools) -> tuple[int, Ints]:
    """Pick among tied plans the one whose codes have the least sum of keys, as the model does."""
    i = prices.instance
    period = i.periods[-1].name
    opening = np.array([key(period, code) for code in i.sites])
    serving = np.array([[key(period, unit, code) for code in i.sites] for unit in i.units])
    least = np.where(ties, serving, np.iinfo(np.int64).max)
    total = least.min(axis=2).sum(axis=1) + (prices.sets.sets[alive] * opening).sum(axis=1)
    place = int(total.argmin())
    return int(alive[place]), least[place].argmin(axis=1)
