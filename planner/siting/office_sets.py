"""Every set of offices that a scenario allows, and what each of them scores, as arrays.

With the offices given, each unit goes to the site that costs it least; where the candidates are
few (19 towns, ten offices: 48,620 sets) pricing them all is exact, and faster than a search.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.criteria import CRITERIA
from planner.criteria.base import PerUnit, Price

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt

    from planner.model.instance import Floats, Instance, Ints

    Bools = npt.NDArray[np.bool_]

MOST_CELLS = 100_000_000
"""Sets times (units + municipalities) up to which all sets are priced: about a second."""

CHUNK = 100_000
"""Cells of a table that are priced at once, so that it stays in fast memory."""


@dataclass(frozen=True)
class OfficeSets:
    """Sets of sites to be priced at once.

    Attributes
    ----------
    sets : numpy.ndarray of bool, shape (n, j)
        One row a set, which sites are open in it.
    """

    sets: Bools

    def __len__(self) -> int:
        return len(self.sets)

    @cached_property
    def counts(self) -> Ints:
        """Number of offices of each set, shape (n,)."""
        return self.sets.sum(axis=1)

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


class SetPrices:
    """What the sets of offices of an instance score by each criterion, worked out once.

    A price is worked out when it is first asked for, and never changes. `under` hands what still
    holds to the prices of another instance.

    Parameters
    ----------
    instance : Instance
        Of one period.
    sets : OfficeSets, optional
        By default every set that keeps the number of offices and holds every fixed site, in
        lexicographic order of sites within each number; they are listed when first asked for.
    known : mapping of str to numpy.ndarray, optional
        SetPrices that are known already, by criterion.
    """

    def __init__(
        self,
        instance: Instance,
        sets: OfficeSets | None = None,
        known: Mapping[str, Floats] | None = None,
    ) -> None:
        self.instance = instance
        self._sets, self._known = sets, dict(known or {})
        self._costs: dict[str, Floats] = {}

    @property
    def few(self) -> bool:
        """Whether the sets are few enough to price them all."""
        i = self.instance
        cells = len(i.units) + len(i.municipalities)
        return self._sets is not None or _number(i) * cells <= MOST_CELLS

    @property
    def sets(self) -> OfficeSets:
        """The sets, where they are few."""
        if not self.few:
            raise ValueError("sets of offices few enough to list them all")
        if self._sets is None:
            self._sets = _every_set(self.instance)
        return self._sets

    def of(self, name: str) -> Floats:
        """Return a criterion that has a price for every set, shape (n,).

        Of one that hangs on who serves whom, the least value.
        """
        if name not in self._known:
            self._known[name] = _price(name).of_sets(self.instance, self.sets)
        return self._known[name]

    def cost(self, name: str) -> Floats:
        """Return what a unit adds to a criterion of `SUMS` by its office, shape (u, j)."""
        if name not in self._costs:
            price = _price(name)
            if not isinstance(price, PerUnit):
                raise TypeError(f"a criterion that is a sum over units, not {name}")
            self._costs[name] = price.cost(self.instance)
        return self._costs[name]

    def under(self, instance: Instance) -> SetPrices:
        """Return the prices of another instance, with what is known here and still holds.

        Nothing does where its sets are others: other sites, roles or numbers of offices.
        """
        old = self.instance
        asked = (instance.sites, instance.roles, instance.scenario.offices)
        if self._sets is None or asked != (old.sites, old.roles, old.scenario.offices):
            return SetPrices(instance)
        known = {name: prices for name, prices in self._known.items() if _same(name, old, instance)}
        return SetPrices(instance, self._sets, known)


def _price(name: str) -> Price:
    price = CRITERIA[name].price
    if price is None:
        raise ValueError(f"a criterion that has a price, not {name}")
    return price


def _same(name: str, one: Instance, other: Instance) -> bool:
    """Tell whether a criterion's prices rest on the same tables in two instances."""
    price = _price(name)
    pairs = zip(price.tables(one), price.tables(other), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def _numbers(i: Instance) -> tuple[list[int], list[int], range]:
    """Return the fixed sites, the others, and the numbers of offices that are possible."""
    fixed = [j for j, role in enumerate(i.roles) if role != "candidate"]
    free = [j for j, role in enumerate(i.roles) if role == "candidate"]
    offices = i.scenario.offices
    first, last = max(offices.fewest, len(fixed), 1), min(offices.most, len(i.sites))
    return fixed, free, range(first, last + 1)


def _number(i: Instance) -> int:
    fixed, free, numbers = _numbers(i)
    return sum(math.comb(len(free), number - len(fixed)) for number in numbers)


def _every_set(i: Instance) -> OfficeSets:
    """List the sets of offices of an instance."""
    fixed, free, numbers = _numbers(i)
    sets = np.zeros((_number(i), len(i.sites)), dtype=bool)
    sets[:, fixed] = True
    start = 0
    for number in numbers:
        chosen = _combinations(free, number - len(fixed))
        sets[np.arange(start, start + len(chosen))[:, None], chosen] = True
        start += len(chosen)
    sets.setflags(write=False)
    return OfficeSets(sets)


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
