"""The few array operations everything else is made of.

Costs are held with a row a site and a column a demand point, so that dropping sites keeps rows
whole and a site's savings are a sum along a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator

type Floats = npt.NDArray[np.float64]
type Ints = npt.NDArray[np.intp]
type Bools = npt.NDArray[np.bool_]

BLOCK = 1 << 17
"""Elements of one block (1 MB of doubles): about what a core's second-level cache holds."""


def blocks(rows: int, columns: int) -> Iterator[slice]:
    """Cut the rows of a matrix into slices of about `BLOCK` elements."""
    step = max(1, BLOCK // max(1, columns))
    return (slice(at, min(at + step, rows)) for at in range(0, rows, step))


def savings(cost: Floats, level: Floats) -> Floats:
    """Return what each site saves if every point pays `level` and may switch to it.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (sites, points).
    level : numpy.ndarray
        Shape (points,).

    Returns
    -------
    numpy.ndarray
        Shape (sites,): ``sum_i max(0, level_i - cost_ji)``.
    """
    out = np.zeros(len(cost))
    for cut in blocks(*cost.shape):
        np.maximum(level - cost[cut], 0.0).sum(axis=1, out=out[cut])
    return out


def least(cost: Floats, sites: Ints) -> Floats:
    """Return what each point costs from the nearest of `sites`; infinite where there is none."""
    out = np.full(cost.shape[1], np.inf)
    for cut in blocks(len(sites), cost.shape[1]):
        np.minimum(out, cost[sites[cut]].min(axis=0), out=out)
    return out


def total(cost: Floats, sites: Ints) -> float:
    """Return the cost of serving every point from the nearest of `sites`."""
    return float(least(cost, sites).sum())


class Pairs:
    """The pairs of site and point cheaper than a ceiling: the only ones that can matter below it.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (sites, points), the whole matrix.
    sites : numpy.ndarray
        Rows to look at.
    ceiling : numpy.ndarray
        Shape (points,).
    """

    def __init__(self, cost: Floats, sites: Ints, ceiling: Floats) -> None:
        self.whole, self.sites, self.ceiling = cost, sites, ceiling
        points = cost.shape[1]
        counts, flat, costs = [], [], []
        for cut in blocks(len(sites), points):
            part = cost[sites[cut]]
            near = part < ceiling
            counts.append(near.sum(axis=1))
            flat.append(np.flatnonzero(near))
            costs.append(part.ravel()[flat[-1]])
            # Positions in the block less the start of their row: the point.
            flat[-1] -= np.repeat(np.arange(len(part)) * points, counts[-1])
        self.counts = np.concatenate(counts) if counts else np.empty(0, dtype=np.intp)
        self.points = np.concatenate(flat) if flat else np.empty(0, dtype=np.intp)
        self.cost = np.concatenate(costs) if costs else np.empty(0)
        self.busy = self.counts > 0
        self.starts = (np.cumsum(self.counts) - self.counts)[self.busy]
        self.saved = np.empty_like(self.cost)
        self.level = ceiling

    def per_site(self, values: Floats) -> Floats:
        """Sum a value per pair over each site."""
        out = np.zeros(len(self.sites))
        if len(self.starts):
            out[self.busy] = np.add.reduceat(values, self.starts)
        return out

    def savings(self, level: Floats) -> Floats:
        """Return each site's savings (see `savings`) at a level that is below the ceiling."""
        self.level = level
        np.take(level, self.points, out=self.saved, mode="clip")
        self.saved -= self.cost
        np.maximum(self.saved, 0.0, out=self.saved)
        return self.per_site(self.saved)

    def coverage(self, chosen: Ints) -> Ints:
        """Return how many of the chosen sites (positions) are below the last level, by point."""
        points = len(self.ceiling)
        if len(chosen) * points < 2 * len(self.points):
            near: Bools = self.whole[self.sites[chosen]] < self.level
            return near.sum(axis=0)
        picked = np.zeros(len(self.sites), dtype=bool)
        picked[chosen] = True
        hit = np.repeat(picked, self.counts) & (self.saved > 0)
        return np.bincount(self.points[hit], minlength=points)
