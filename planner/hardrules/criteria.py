"""The criteria of siting, measured once more from the open sites and who is served by which."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planner.hardrules.arrays import Arrays, Floats, Ints

    Measure = Callable[[Arrays, Sequence[int], Ints], float]

HAIR = 1e-9
"""Km or minutes past a threshold that are rounding alone."""


def _mean(travel: Floats, case: Arrays, served_by: Ints) -> float:
    unit, municipality, count = case.members.T
    return float(travel[municipality, served_by[unit]] @ count / count.sum())


def _reached(case: Arrays, served_by: Ints) -> tuple[Floats, Ints]:
    """Return distances in km, shortest first, and the principals up to each."""
    unit, municipality, count = case.members[case.members[:, 2] > 0].T
    km = case.km[municipality, served_by[unit]]
    order = np.argsort(km)
    return km[order], np.cumsum(count[order])


def _p95(case: Arrays, served_by: Ints) -> float:
    km, people = _reached(case, served_by)
    return float(km[np.argmax(100 * people >= 95 * people[-1])])


def _share_beyond(case: Arrays, served_by: Ints) -> float:
    km, people = _reached(case, served_by)
    limit = case.scenario.thresholds.beyond_km.value
    near = np.searchsorted(km, limit + HAIR, side="right")
    return float(1 - people[near - 1] / people[-1]) if near else 1.0


def _separation(case: Arrays, offices: Sequence[int]) -> float:
    between = [case.site_km[a, b] for n, a in enumerate(offices) for b in offices[:n]]
    return float(min(between, default=0.0))


def _beyond_university(case: Arrays, offices: Sequence[int]) -> float:
    limit = case.scenario.thresholds.university_limit.value
    return float(sum(case.university_minutes[j] > limit + HAIR for j in offices))


def _sister_share(case: Arrays, offices: Sequence[int]) -> float:
    counted = [bool(case.spsm[j]) for j in offices if not case.own[j]]
    return sum(counted) / len(counted) if counted else 1.0


def _splits(case: Arrays, served_by: Ints) -> float:
    serving = Counter(county for county, _ in set(zip(case.unit_county, served_by, strict=True)))
    return float(sum(count > 1 for count in serving.values()))


def _people(case: Arrays, served_by: Ints) -> Floats:
    return np.bincount(served_by, weights=case.weight)


def _balance(case: Arrays, offices: Sequence[int], served_by: Ints) -> float:
    load = _people(case, served_by)
    return float(load.max() * len(offices) / load.sum())


MEASURES: dict[str, Measure] = {
    "mean_km": lambda case, _, served_by: _mean(case.km, case, served_by),
    "mean_minutes": lambda case, _, served_by: _mean(case.minutes, case, served_by),
    "p95_km": lambda case, _, served_by: _p95(case, served_by),
    "max_km": lambda case, _, served_by: float(_reached(case, served_by)[0][-1]),
    "share_beyond": lambda case, _, served_by: _share_beyond(case, served_by),
    "spread": lambda case, offices, _: float(case.km[:, offices].min(axis=1).mean()),
    "min_separation_km": lambda case, offices, _: _separation(case, offices),
    "university_minutes": lambda case, offices, _: float(case.university_minutes[offices].mean()),
    "university_beyond": lambda case, offices, _: _beyond_university(case, offices),
    "spsm_share": lambda case, offices, _: _sister_share(case, offices),
    "county_splits": lambda case, _, served_by: _splits(case, served_by),
    "balance": _balance,
    "largest_region": lambda case, _, served_by: float(_people(case, served_by).max()),
}
"""Criterion -> its measure: arrays, open sites (a list), the site of each unit, shape (u,)."""


def pieces(case: Arrays, served_by: Ints) -> dict[int, int]:
    """Return into how many pieces the region of each office falls in the map of borders.

    The map is of counties where the units are counties, else of municipalities.
    """
    places: Sequence[object] = range(len(case.municipality_county))
    if case.scenario.units.level == "county":
        places = case.municipality_county
    beside = defaultdict[object, set[object]](set)
    for a, b in case.links.tolist():
        beside[places[a]].add(places[b])
        beside[places[b]].add(places[a])
    regions = defaultdict[int, set[object]](set)
    unit, municipality, _ = case.members.T
    for j, m in zip(served_by[unit].tolist(), municipality.tolist(), strict=True):
        regions[j].add(places[m])
    return {j: _parts(beside, region) for j, region in regions.items()}


def _parts(beside: Mapping[object, set[object]], places: set[object]) -> int:
    count, left = 0, set(places)
    while left:
        count += 1
        edge = {left.pop()}
        while edge:
            edge = set[object]().union(*(beside[place] for place in edge)) & left
            left -= edge
    return count
