"""Every set of offices that a scenario allows, and what each of them scores, as arrays.

With the offices given, each unit goes to the site that costs it least; where the candidates are
few (19 towns, ten offices: 48,620 sets) pricing them all is exact, and faster than a search.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from planner.model.instance import Floats, Instance, Ints

    Bools = npt.NDArray[np.bool_]

SITES_ALONE = (
    "spread",
    "min_separation_km",
    "university_minutes",
    "university_beyond",
    "spsm_share",
)
"""Criteria that only the set of offices decides."""

SUMS = ("mean_km", "mean_minutes", "share_beyond")
"""Criteria that are a sum over units of what their own office costs."""

MOST_CELLS = 100_000_000
"""Sets times (units + municipalities) up to which all sets are priced: about a second."""

CHUNK = 100_000
"""Cells of a table that are priced at once, so that it stays in fast memory."""


@dataclass(frozen=True)
class Family:
    """All sets of sites that keep the number of offices and hold every fixed site.

    Attributes
    ----------
    instance : Instance
        Of one period.
    sets : numpy.ndarray of bool, shape (n, j)
        One row a set, in lexicographic order of sites within each number of offices.
    """

    instance: Instance
    sets: Bools

    @cached_property
    def counts(self) -> Ints:
        """Number of offices of each set, shape (n,)."""
        return self.sets.sum(axis=1)

    def of_sites(self, name: str) -> Floats:
        """Return a criterion of `SITES_ALONE` for every set, shape (n,)."""
        if name not in self._kept:
            self._kept[name] = _MEASURES[name](self)
        return self._kept[name]

    def moved(self, instance: Instance) -> Family | None:
        """Return the family of another instance, with the prices that still hold.

        None where its sets are others: other sites, roles or numbers of offices.
        """
        old, offices = self.instance, instance.scenario.offices
        if (old.sites, old.roles, old.scenario.offices) != (
            instance.sites,
            instance.roles,
            offices,
        ):
            return None
        family = replace(self, instance=instance)
        kept = {k: v for k, v in self.__dict__.items() if k in {"counts", "_halves"}}
        kept["_kept"] = {
            name: prices
            for name, prices in self._kept.items()
            if all(
                np.array_equal(a, b)
                for a, b in zip(_rests_on(old, name), _rests_on(instance, name), strict=True)
            )
        }
        family.__dict__.update(kept)
        return family

    def of_sum(self, name: str) -> Floats:
        """Return the least value of a criterion of `SUMS` for every set, shape (n,)."""
        if name not in self._kept:
            self._kept[name] = self.least(sum_cost(self.instance, name))
        return self._kept[name]

    def least(self, cost: Floats, *, farthest: bool = False) -> Floats:
        """Return what every set costs: the sum over rows of `cost` of the least open column.

        With `farthest`, the greatest instead of the sum.

        Parameters
        ----------
        cost : numpy.ndarray, shape (rows, j)
            Infinite where a site may not serve a row.

        Returns
        -------
        numpy.ndarray, shape (n,)
        """
        left, right = self._halves
        minima = [_minima(patterns, columns, cost) for patterns, columns, _ in (left, right)]
        found = np.empty(len(self.sets))
        step = max(1, CHUNK // max(1, len(cost)))
        for start in range(0, len(found), step):
            rows = slice(start, start + step)
            nearest = np.minimum(minima[0][left[2][rows]], minima[1][right[2][rows]])
            found[rows] = nearest.max(axis=1) if farthest else nearest.sum(axis=1)
        return found

    @cached_property
    def _kept(self) -> dict[str, Floats]:
        return {}

    @cached_property
    def _halves(self) -> tuple[tuple[Bools, Ints, Ints], ...]:
        """The sites in two halves: patterns of each, its columns, and each set's pattern.

        Many sets share their half, so least costs are found once a pattern: two of them are
        compared for each set instead of as many as there are offices.
        """
        middle = self.sets.shape[1] // 2
        halves = []
        for columns in (np.arange(middle), np.arange(middle, self.sets.shape[1])):
            _, first, pattern = np.unique(
                _codes(self.sets[:, columns]), axis=0, return_index=True, return_inverse=True
            )
            halves.append((self.sets[np.ix_(first, columns)], columns, pattern.reshape(-1)))
        return tuple(halves)


IDLE = "idle"
"""Not a criterion: the sum of km of units without principals, which decides among plans as good."""


def sum_cost(i: Instance, name: str) -> Floats:
    """Return what a unit adds to a criterion of `SUMS` by its office, shape (u, j)."""
    if name == IDLE:
        return i.idle_km
    table = {"mean_km": i.unit_km, "mean_minutes": i.unit_minutes, "share_beyond": i.unit_beyond}
    return table[name] / i.total


def _rests_on(i: Instance, name: str) -> tuple[npt.ArrayLike, ...]:
    """Return everything besides the sets that a criterion's prices depend on."""
    tables: dict[str, tuple[npt.ArrayLike, ...]] = {
        "spread": (i.km,),
        "min_separation_km": (i.site_km,),
        "university_minutes": (i.university_minutes,),
        "university_beyond": (
            i.university_minutes,
            i.scenario.thresholds.university_limit.value,
        ),
        "spsm_share": (i.spsm, i.own),
    }
    return tables[name] if name in tables else (sum_cost(i, name),)


def make_family(i: Instance) -> Family | None:
    """List the sets of offices of an instance, or return None where they are too many."""
    fixed = [j for j, role in enumerate(i.roles) if role != "candidate"]
    free = [j for j, role in enumerate(i.roles) if role == "candidate"]
    offices = i.scenario.offices
    numbers = range(max(offices.fewest, len(fixed), 1), min(offices.most, len(i.sites)) + 1)
    total = sum(math.comb(len(free), number - len(fixed)) for number in numbers)
    if total * (len(i.units) + len(i.municipalities)) > MOST_CELLS:
        return None
    sets = np.zeros((total, len(i.sites)), dtype=bool)
    sets[:, fixed] = True
    start = 0
    for number in numbers:
        chosen = _combinations(free, number - len(fixed))
        sets[np.arange(start, start + len(chosen))[:, None], chosen] = True
        start += len(chosen)
    sets.setflags(write=False)
    return Family(i, sets)


def _combinations(items: list[int], size: int) -> Ints:
    count = math.comb(len(items), size)
    flat: Iterator[int] = itertools.chain.from_iterable(itertools.combinations(items, size))
    return np.fromiter(flat, dtype=np.int64, count=count * size).reshape(count, size)


def _codes(rows: Bools) -> npt.NDArray[np.generic]:
    """Return something small that tells rows apart: a whole number each where 64 bits hold it."""
    packed = np.packbits(rows, axis=1)
    if packed.shape[1] > 8:
        return packed
    padded = np.pad(packed, ((0, 0), (0, 8 - packed.shape[1])))
    return np.ascontiguousarray(padded).view(np.uint64)[:, 0]


def _minima(patterns: Bools, columns: Ints, cost: Floats) -> Floats:
    """Return the least cost of every row in every pattern of columns, shape (patterns, rows)."""
    found = np.full((len(patterns), len(cost)), np.inf)
    for k, column in enumerate(columns):
        chosen = patterns[:, k]
        found[chosen] = np.minimum(found[chosen], cost[:, column])
    return found


def _spread(f: Family) -> Floats:
    return f.least(f.instance.km) / len(f.instance.km)


def _separation(f: Family) -> Floats:
    """Km between the two closest offices: pairs from far to close, the last one stays."""
    site_km = np.minimum(f.instance.site_km, f.instance.site_km.T)
    pairs = np.argwhere(np.triu(np.ones_like(site_km, dtype=bool), 1))
    found = np.zeros(len(f.sets))
    for j, k in pairs[np.argsort(-site_km[pairs[:, 0], pairs[:, 1]], kind="stable")]:
        found[f.sets[:, j] & f.sets[:, k]] = site_km[j, k]
    return found


def _university_minutes(f: Family) -> Floats:
    return np.where(f.sets, f.instance.university_minutes, 0.0).sum(axis=1) / f.counts


def _university_beyond(f: Family) -> Floats:
    limit = f.instance.scenario.thresholds.university_limit.value
    return (f.sets & (f.instance.university_minutes > limit + 1e-9)).sum(axis=1).astype(float)


def _spsm_share(f: Family) -> Floats:
    counted = f.sets & ~f.instance.own
    number = counted.sum(axis=1)
    share = (counted & f.instance.spsm).sum(axis=1) / np.maximum(number, 1)
    return np.where(number > 0, share, 1.0)


_MEASURES: dict[str, Callable[[Family], Floats]] = {
    "spread": _spread,
    "min_separation_km": _separation,
    "university_minutes": _university_minutes,
    "university_beyond": _university_beyond,
    "spsm_share": _spsm_share,
}
