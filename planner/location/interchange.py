"""Good plans fast: lazy greedy, then interchange of an open site for a closed one; the best so far.

References
----------
Resende and Werneck, "A fast swap-based local search procedure for location problems", Annals of
Operations Research 150 (2007): what a swap changes is the loss of the site that closes, less the
gain of the one that opens, less a correction for the points that lose the one and want the other.
"""

from __future__ import annotations

import heapq
import time

import numpy as np

from planner.location.kernels import Bools, Floats, Ints, Pairs, savings, total


def greedy(cost: Floats, count: int, fixed: Ints, free: Ints, *, deadline: float = np.inf) -> Ints:
    """Open sites one by one, each time the one that saves most.

    Savings only shrink as sites open, so a stale saving is an upper bound: only the sites at the
    top of the heap are priced again.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (sites, points).
    count : int
        How many sites to open in all.
    fixed, free : numpy.ndarray
        Sites that are open already, and those that may open.
    deadline : float
        After this `time.monotonic` sites open in the order of the savings known.

    Returns
    -------
    numpy.ndarray
        The open sites, sorted.
    """
    chosen = [int(j) for j in fixed]
    # A first site is measured against the worst there is.
    rows = cost if len(free) == len(cost) else cost[free]
    level = cost[fixed].min(axis=0) if chosen else rows.max(axis=0)
    heap = [(-float(s), int(j)) for j, s in zip(free, savings(rows, level), strict=True)]
    heapq.heapify(heap)
    while len(chosen) < count:
        j = heap[0][1]
        entry = (-float(np.maximum(level - cost[j], 0.0).sum()), j)
        if len(heap) > 1 and entry > min(heap[1:3]) and time.monotonic() < deadline:
            heapq.heapreplace(heap, entry)
            continue
        heapq.heappop(heap)
        chosen.append(j)
        level = np.minimum(level, cost[j])
    return np.array(sorted(chosen), dtype=np.intp)


class Nearest:
    """For every point its nearest and second nearest open site, kept up to date through swaps."""

    def __init__(self, cost: Floats, sites: Ints) -> None:
        self.cost = cost
        self.sites = np.sort(sites)
        points = cost.shape[1]
        self.first = np.empty(points, dtype=np.intp)
        self.runner = np.empty(points, dtype=np.intp)
        self.best, self.second = np.empty(points), np.empty(points)
        self._look(np.arange(points))

    def _look(self, points: Ints) -> None:
        near = self.cost[np.ix_(self.sites, points)]
        columns = np.arange(len(points))
        first = near.argmin(axis=0)
        self.best[points] = near[first, columns]
        self.first[points] = self.sites[first]
        near[first, columns] = np.inf
        runner = near.argmin(axis=0)
        self.second[points] = near[runner, columns]
        self.runner[points] = self.sites[runner]

    def change(self, leaving: int, entering: int) -> float:
        """Return by how much the total changes if one site gives way to another."""
        without = np.where(self.first == leaving, self.second, self.best)
        return float((np.minimum(without, self.cost[entering]) - self.best).sum())

    def swap(self, leaving: int, entering: int) -> None:
        """Close one site and open another."""
        self.sites = np.sort(np.append(self.sites[self.sites != leaving], entering))
        lost = (self.first == leaving) | (self.runner == leaving)
        new = self.cost[entering]
        kept = ~lost
        ahead = kept & (new < self.best)
        behind = kept & ~ahead & (new < self.second)
        self.second[ahead], self.runner[ahead] = self.best[ahead], self.first[ahead]
        self.best[ahead], self.first[ahead] = new[ahead], entering
        self.second[behind], self.runner[behind] = new[behind], entering
        self._look(np.flatnonzero(lost))

    def prices(self, pairs: Pairs) -> Floats:
        """Return what every swap changes: shape (sites of the pairs, open sites)."""
        rank = np.searchsorted(self.sites, self.first)
        count = len(self.sites)
        second = np.minimum(self.second, pairs.ceiling)
        best = np.minimum(self.best, pairs.ceiling)
        loss = np.bincount(rank, second - best, minlength=count)
        near, cost = pairs.points, pairs.cost
        top = np.maximum(cost, best[near])
        kept = np.maximum(second[near] - top, 0.0)
        cell = np.repeat(np.arange(len(pairs.sites)) * count, pairs.counts) + rank[near]
        change = -1.0 * np.bincount(cell, kept, minlength=len(pairs.sites) * count)
        prices = change.reshape(len(pairs.sites), count)
        prices += loss
        prices -= pairs.per_site(top - cost)[:, None]
        return prices


def interchange(
    cost: Floats, start: Ints, free: Ints, *, rounds: int = 1_000, deadline: float = np.inf
) -> tuple[Ints, float]:
    """Swap open sites for closed ones until no swap helps.

    Each round prices every swap at once, then makes the best ones in turn, as long as each still
    helps after those before it.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (sites, points).
    start : numpy.ndarray
        The open sites to improve.
    free : numpy.ndarray
        Sites that may open or close; the others stay as they are.
    rounds : int
        At most this many rounds.
    deadline : float
        No round begins after this `time.monotonic`.

    Returns
    -------
    tuple of numpy.ndarray and float
        The open sites, sorted, and their cost.
    """
    state = Nearest(cost, start)
    ceiling = _ceiling(state)
    pairs = Pairs(cost, free, ceiling)
    for _ in range(rounds):
        movable = np.isin(state.sites, free)
        if len(state.sites) < 2 or not movable.any() or time.monotonic() >= deadline:
            break
        if (state.second > pairs.ceiling).any():
            pairs = Pairs(cost, free, _ceiling(state))
        if not _round(state, pairs, movable):
            break
    return state.sites, float(state.best.sum())


def _ceiling(state: Nearest) -> Floats:
    finite = state.second[np.isfinite(state.second)]
    return state.second * 1.5 + (finite.mean() if len(finite) else 0.0) * 0.5 + 1e-9


def _round(state: Nearest, pairs: Pairs, movable: Bools) -> bool:
    """Make the swaps that help, best first; return whether there was one."""
    prices = state.prices(pairs)
    prices[:, ~movable] = np.inf
    prices[np.isin(pairs.sites, state.sites)] = np.inf
    tolerance = 1e-12 * max(1.0, float(state.best.sum()))
    partner = prices.argmin(axis=1)
    gains = prices[np.arange(len(partner)), partner]
    leaving = state.sites[partner]
    order = np.argsort(gains, kind="stable")
    order = order[gains[order] < -tolerance]
    gone: set[int] = set()
    for k in order[: 4 + len(state.sites)]:
        out = int(leaving[k])
        if out in gone or state.change(out, int(pairs.sites[k])) >= -tolerance:
            continue
        state.swap(out, int(pairs.sites[k]))
        gone.add(out)
    return bool(gone)


def improve_opening(cost: Floats, opening: Floats, sites: Ints) -> Ints:
    """Open, close or swap a site as long as that saves; room doesn't count.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (sites, points).
    opening : numpy.ndarray
        Shape (sites,).
    sites : numpy.ndarray
        The open sites to begin with, at least one.

    Returns
    -------
    numpy.ndarray
        The open sites, sorted.
    """
    cost = np.ascontiguousarray(cost)
    every = np.arange(len(cost))
    pairs = Pairs(cost, every, cost.max(axis=0) + 1.0)
    near = Nearest(cost, sites)
    while True:
        sites = near.sites
        least = -1e-9 * max(1.0, float(near.best.sum()))
        add = opening - np.maximum(near.best - cost, 0.0).sum(axis=1)
        add[sites] = np.inf
        close = np.full(len(sites), np.inf)
        if len(sites) > 1:
            lost = np.bincount(near.first, near.second - near.best, minlength=len(cost))
            close = lost[sites] - opening[sites]
        if min(add.min(), close.min()) < least:
            if add.min() <= close.min():
                sites = np.append(sites, int(add.argmin()))
            else:
                sites = np.delete(sites, int(close.argmin()))
            near = Nearest(cost, sites)
            continue
        swap = near.prices(pairs) + opening[:, None] - opening[sites]
        swap[sites] = np.inf
        j, k = divmod(int(swap.argmin()), len(sites))
        if len(sites) == 1 or swap[j, k] >= least:
            return sites
        near.swap(int(sites[k]), j)


PROMISING = 1.02
"""A proposed plan within this factor of the best is worth an interchange."""


class Incumbent:
    """The best plan so far, and the cost a plan must stay under to be better.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (sites, points).
    fixed, free : numpy.ndarray
        Sites that are always open, and those that may open.
    whole : bool
        Whether every plan costs a whole number.
    deadline : float
        After this `time.monotonic` plans are priced, but not improved.
    """

    def __init__(
        self, cost: Floats, fixed: Ints, free: Ints, *, whole: bool, deadline: float = np.inf
    ) -> None:
        self._deadline = deadline
        self.cost, self.fixed, self.free, self.whole = cost, fixed, free, whole
        self.sites = np.empty(0, dtype=np.intp)
        self.value = self.ceiling = np.inf
        self._seen: set[bytes] = set()

    def threshold(self) -> float:
        """Return the cost below which a plan is of interest."""
        if self.whole:
            return min(self.ceiling, self.value - 1.0 + 1e-6)
        return min(self.ceiling, self.value - 1e-9 * abs(self.value))

    def glance(self, sites: Ints) -> None:
        """Price a plan; improve it by interchange only if it is the best yet."""
        if total(self.cost, sites) < self.value:
            self.offer(sites)

    def offer(self, sites: Ints, *, rounds: int = 1_000) -> None:
        """Price a plan; improve it by interchange if it is promising and new."""
        sites = np.sort(sites)
        key = sites.tobytes()
        if key in self._seen:
            return
        self._seen.add(key)
        value = total(self.cost, sites)
        if value < self.value * PROMISING:
            sites, value = interchange(
                self.cost, sites, self.free, rounds=rounds, deadline=self._deadline
            )
        if value < self.value:
            self.sites, self.value = sites, value
