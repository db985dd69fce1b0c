"""What a set of offices can score by two criteria, with the units that choose between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.criteria import SUMS
from planner.siting.median_form import Costs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.model.instance import Floats, Instance, Ints

    Pair = tuple[float, float]

MOST = 20_000
"""Pairs of values that are kept of one set of offices."""
ROUNDING = 1e-12
"""Difference of two values that rounding can make."""


class Assignments:
    """Who may serve whom from given offices, by two criteria that may hang on it.

    Where neither does, units go to the office with the least mean distance.

    Parameters
    ----------
    names : sequence of str
        Two criteria of `median_form.POSSIBLE`.
    """

    def __init__(self, i: Instance, names: Sequence[str]) -> None:
        self._names, self._costs = tuple(names), Costs(i, (*names, "mean_km"))
        # What each unit adds to each criterion by its office, shape (u, j).
        nothing, tables = np.zeros(i.unit_km.shape), self._costs.tables
        self._adds = [tables[name] if name in SUMS else nothing for name in names]
        summed = any(name in SUMS for name in names)
        self._other: Floats = self._adds[0] + self._adds[1] if summed else tables["mean_km"]

    def best(self, offices: Sequence[int], weights: Pair) -> tuple[Pair, Ints]:
        """Return the least values in a weighted sum, and who serves whom; of equals, the first.

        A weight may be zero: then the other criterion settles what is left open.
        """
        sites = np.array(offices)
        key = weights[0] * self._adds[0][:, sites] + weights[1] * self._adds[1][:, sites]
        least = key <= key.min(axis=1, keepdims=True) * (1.0 + ROUNDING)
        served_by = sites[np.where(least, self._other[:, sites], np.inf).argmin(axis=1)]
        return self._measured(offices, served_by), served_by

    def every(
        self, offices: Sequence[int], weights: Pair, limit: float
    ) -> list[tuple[Pair, Ints]] | None:
        """Return all pairs of values that no other assignment to the same offices beats.

        Unit after unit, what is beaten by then is dropped, and what can't end within the limit.

        Parameters
        ----------
        limit : float
            The greatest weighted sum of interest.

        Returns
        -------
        list of tuple, or None
            Values and who serves whom; None where they are too many.
        """
        sites = np.array(offices)
        first, second = (adds[:, sites] for adds in self._adds)
        order = np.lexsort((self._other[:, sites], second, first), axis=1)
        first, second = (np.take_along_axis(table, order, axis=1) for table in (first, second))
        kept = np.ones(first.shape, dtype=bool)
        kept[:, 1:] = second[:, 1:] < np.minimum.accumulate(second, axis=1)[:, :-1] - ROUNDING
        served_by = sites[order[:, 0]]
        choosing = np.flatnonzero(kept.sum(axis=1) > 1)
        if not len(choosing):
            return [(self._measured(offices, served_by), served_by)]
        # What those that choose add at least in the weighted sum, from each of them on.
        sums = np.where(kept, weights[0] * first + weights[1] * second, np.inf)
        ahead = np.append(np.cumsum(sums[choosing].min(axis=1)[::-1])[::-1], 0.0)
        table = np.array([self._measured(offices, served_by)])
        table -= [first[choosing, 0].sum(), second[choosing, 0].sum()]
        chosen = np.empty((1, 0), dtype=np.intp)
        for number, unit in enumerate(choosing):
            options = np.flatnonzero(kept[unit])
            added = np.column_stack([first[unit, options], second[unit, options]])
            wider = (table[:, None] + added).reshape(-1, 2)
            picks = np.column_stack(
                [np.repeat(chosen, len(options), axis=0), np.tile(options, len(table))]
            )
            rank = _unbeaten(wider)
            rank = rank[wider[rank] @ weights + ahead[number + 1] <= limit + ROUNDING * abs(limit)]
            table, chosen = wider[rank], picks[rank]
            if len(table) > MOST:
                return None
        found = []
        for row in chosen:
            own = served_by.copy()
            own[choosing] = sites[order[choosing, row]]
            found.append((self._measured(offices, own), own))
        return found

    def _measured(self, offices: Sequence[int], served_by: Ints) -> Pair:
        first, second = (self._costs.of(name, offices, served_by) for name in self._names)
        return first, second


def _unbeaten(rows: Floats) -> Ints:
    """Return which pairs no other pair beats or equals, by the first value."""
    order = np.lexsort((rows[:, 1], rows[:, 0]))
    second = rows[order, 1]
    kept = np.ones(len(order), dtype=bool)
    kept[1:] = second[1:] < np.minimum.accumulate(second)[:-1] - ROUNDING
    return order[kept]
