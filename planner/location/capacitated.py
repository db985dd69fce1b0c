"""The capacitated p-median: p sites with limited room, every point served whole by one of them.

The relaxation leaves a knapsack for each site, solved exactly for all sites at once by dynamic
programming where demands are whole numbers, and otherwise bounded by its linear relaxation. What
the bound can't fix is handed to an integer program. Some instances stay open within any sensible
time: then the gap is stated.

References
----------
Mulvey and Beck, "Solving capacitated clustering problems", European Journal of Operational
Research 18 (1984). Ceselli and Righini, "A branch-and-price algorithm for the capacitated p-median
problem", Networks 45 (2005).
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np

from planner.errors import InfeasibleScenario, InputError, Problem, SolverStopped
from planner.location.checks import Keyed, check
from planner.location.lagrange import relaxed
from planner.location.program import Program, minimise
from planner.location.result import LocationResult
from planner.location.room import assign, exact_knapsacks, filled, relaxed_knapsacks
from planner.message import say

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.location.kernels import Bools, Floats, Ints

EXACT_CELLS = 60_000_000
"""Cells of the dynamic program (points x sites x room) up to which knapsacks are solved exactly."""

QUICK_CELLS = 3_000_000
"""Cells up to which that takes a few thousandths of a second."""


def solve_capacitated_p_median(
    cost: npt.ArrayLike,
    p: int,
    demands: npt.ArrayLike,
    capacities: npt.ArrayLike,
    *,
    time_limit: float | None = None,
    **choices: Unpack[Keyed],
) -> LocationResult:
    """Open exactly p sites and assign every point to one, within capacities, at the least cost.

    Parameters
    ----------
    cost : array_like
        Shape (points, sites): cost of serving each point from each site, zero or more and finite;
        not multiplied by the demand.
    p : int
        How many sites to open.
    demands : array_like
        Shape (points,): room each point takes.
    capacities : array_like
        Shape (sites,): room at each site.
    required, excluded, time_limit, point_keys, site_keys
        As in `solve_p_median`.

    Returns
    -------
    LocationResult
        `nodes` is the number of bounding steps.

    Raises
    ------
    InputError
        If the arguments don't fit together; lists every problem.
    InfeasibleScenario
        If it is proven that no p sites have room for every point.
    SolverStopped
        If the time ran out before any plan was found.
    """
    began = time.monotonic()
    deadline = np.inf if time_limit is None else began + time_limit
    what = "capacitated p-median"
    table = check(what, cost, p, weights=demands, **choices)
    room = np.asarray(capacities, dtype=np.float64)
    wrong = []
    if room.shape != (table.cost.shape[1],) or not np.isfinite(room).all() or (room < 0).any():
        expected = say("{} numbers, zero or more", table.cost.shape[1])
        wrong.append(Problem(what, None, "capacities", str(room.shape), expected))
    if not np.isfinite(table.cost).all():
        wrong.append(Problem(what, None, "cost", "inf", say("finite costs")))
    if wrong:
        raise InputError(wrong)
    search = _Search(table.cost, table.weights, room[table.sites], p, table.fixed, table.free)
    steps = search.ascend(deadline)
    search.finish(deadline)
    if search.plan is None:
        if search.bound == np.inf:
            raise InfeasibleScenario(say("no {} sites have room for every point", p))
        raise SolverStopped("time_limit", say("the time ran out before any plan was found"))
    sites, serves = search.plan
    assignment = np.empty(len(serves), dtype=np.intp)
    assignment[table.points] = table.sites[serves]
    objective = math.fsum(table.cost[np.arange(len(serves)), serves])
    bound = min(objective, search.bound)
    if search.whole:
        bound = min(objective, math.ceil(bound - 1e-6))
    return LocationResult(
        open=table.named(sites),
        assignment=assignment,
        objective=objective,
        bound=bound,
        proven=bound >= objective - 1e-9 * abs(objective),
        seconds=time.monotonic() - began,
        nodes=steps,
    )


@dataclass
class _Search:
    """The state of one solve: the best plan, the bound, and the sites still in question."""

    cost: Floats
    demands: Floats
    room: Floats
    count: int
    fixed: Ints
    free: Ints

    def __post_init__(self) -> None:
        self.plan: tuple[Ints, Ints] | None = None
        self.value = np.inf
        self.bound = -np.inf
        self.multipliers = np.zeros(len(self.cost))
        self.whole = bool((self.cost == np.rint(self.cost)).all())
        self.seen: set[bytes] = set()
        load, room = self.demands, self.room
        exact = (load == np.rint(load)).all() and (room == np.rint(room)).all()
        top = min(float(room.max()), float(load.sum()))
        self.cells = int(top) + 1 if exact and self.cost.size * (top + 1) <= EXACT_CELLS else 0

    def threshold(self) -> float:
        """Return the cost below which a plan is of interest."""
        if self.whole or self.value == np.inf:
            return self.value - 1.0 + 1e-6
        return self.value - 1e-9 * abs(self.value)

    def knapsacks(self, multipliers: Floats, sites: Ints) -> tuple[Floats, Bools | Floats]:
        """Return each site's best saving within its room, and the points it takes for that."""
        gain = np.maximum(multipliers[:, None] - self.cost[:, sites], 0.0)
        if self.cells:
            return exact_knapsacks(gain, self.demands, self.room[sites], self.cells)
        return relaxed_knapsacks(gain, self.demands, self.room[sites])

    def ascend(self, deadline: float) -> int:
        """Raise the bound by subgradient steps; fix sites and try plans on the way.

        Where exact knapsacks take long, their linear relaxation leads most of the way.
        """
        # A point's multiplier starts between its nearest and a typical open site.
        ranked = np.sort(self.cost[:, np.concatenate([self.fixed, self.free])], axis=1)
        spread = max(1, ranked.shape[1] // self.count)
        self.multipliers = ranked[:, min(spread, ranked.shape[1] - 1)]
        cells = self.cells
        if self.cost.size * cells <= QUICK_CELLS:
            return self.climb(1.0, deadline)
        self.cells = 0
        steps = self.climb(1.0, deadline)
        self.cells = cells
        return steps + (self.climb(0.3, deadline) if cells else 0)

    def climb(self, step: float, deadline: float) -> int:
        """Take subgradient steps from the multipliers on until they are small."""
        at = best_at = self.multipliers
        dearest = float(self.cost.max(axis=1).sum()) * (1 + 1e-9) + 1e-6
        stale, number = 0, 0
        direction = np.zeros(len(at))
        while step > 0.005 and self.free.size and time.monotonic() < deadline:
            number += 1
            sites = np.concatenate([self.fixed, self.free])
            saved, picked = self.knapsacks(at, sites)
            always = saved[: len(self.fixed)].sum()
            left = self.count - len(self.fixed)
            if not 0 < left < len(self.free):
                break
            best = relaxed(saved[len(self.fixed) :], left)
            bound = float(at.sum() - always - saved[len(self.fixed) :][best.chosen].sum())
            if bound > self.bound:
                stale = 0 if bound > self.bound + 1e-4 * abs(bound) else stale + 1
                self.bound, best_at = bound, at
                self.multipliers = at
            else:
                stale += 1
            if bound > dearest:
                self.bound = np.inf  # dearer than any plan: there is none
                break
            columns = np.concatenate([np.arange(len(self.fixed)), len(self.fixed) + best.chosen])
            if number % 5 == 1:
                self.offer(sites[columns])
            if self.bound >= self.threshold():
                break
            must_open, must_close = best.decided(bound, self.threshold())
            coverage = picked[:, columns].sum(axis=1)
            self.fixed = np.concatenate([self.fixed, self.free[must_open]])
            self.free = self.free[~(must_open | must_close)]
            if stale >= 15:
                step, stale, at = step * 0.6, 0, best_at
                direction[:] = 0.0
                continue
            goal = self.value if self.value < np.inf else abs(self.bound) * 1.1 + 1.0
            direction = (1.0 - coverage) + 0.4 * direction
            square = float(direction @ direction)
            if square == 0.0:
                break
            at = np.maximum(0.0, at + step * (1.02 * goal - bound) / square * direction)
        return number

    def pairs(self, sites: Ints) -> Bools:
        """Return which points a plan below the threshold may serve from which of the sites.

        A site that must serve a point saves at most that point's gain and what the linear
        knapsack of all points makes of the room that is left.
        """
        fits = self.demands[:, None] <= self.room[sites]
        saved, _ = self.knapsacks(self.multipliers, sites)
        fixed = len(self.fixed)
        left = self.count - fixed
        if not 0 < left < len(sites) - fixed:
            return fits
        best = relaxed(saved[fixed:], left)
        bound = self.multipliers.sum() - saved[:fixed].sum() - best.saved[best.chosen].sum()
        instead = np.maximum(saved, best.least)  # what the site, or the one it replaces, saves now
        instead[:fixed] = saved[:fixed]
        gain = self.multipliers[:, None] - self.cost[:, sites]
        for k in range(len(sites)):
            worth = np.where(fits[:, k], np.maximum(gain[:, k], 0.0), 0.0)
            left_over = self.room[sites[k]] - self.demands
            most = gain[:, k] + filled(worth, self.demands, left_over)
            fits[:, k] &= bound + instead[k] - most < self.threshold()
        return fits

    def offer(self, sites: Ints) -> None:
        """Assign points to these sites by regret, improve, and move sites to better places."""
        for _ in range(20):
            sites = np.sort(sites)
            if sites.tobytes() in self.seen:
                return
            self.seen.add(sites.tobytes())
            serves = assign(self.cost[:, sites], self.demands, self.room[sites])
            if serves is None:
                return
            value = float(self.cost[np.arange(len(serves)), sites[serves]].sum())
            if value < self.value:
                self.value, self.plan = value, (sites, sites[serves])
            # Each group of points moves to the site that is best for it, if that has the room.
            moved = sites.copy()
            for k in range(len(sites)):
                group = serves == k
                if sites[k] in self.fixed or not group.any():
                    continue
                allowed = np.setdiff1d(self.free, np.delete(moved, k))
                allowed = allowed[self.room[allowed] >= self.demands[group].sum()]
                if len(allowed):
                    moved[k] = allowed[self.cost[np.ix_(group, allowed)].sum(axis=0).argmin()]
            sites = moved

    def finish(self, deadline: float) -> None:
        """Hand what is left to an integer program, unless the bound has closed the gap."""
        self.bound = max(self.bound, 0.0)  # no cost is less
        if self.bound >= self.threshold():
            self.bound = self.value
        if self.bound == self.value:
            return
        from scipy.sparse import coo_array  # noqa: PLC0415 - slow to import

        sites = np.concatenate([self.fixed, self.free])
        n, m = len(self.demands), len(sites)
        i, j = np.nonzero(self.pairs(sites))
        k = len(i)
        variable = np.arange(k)
        ones = np.ones(k)
        entries = [
            (i, m + variable, ones),  # every point once
            (n + j, m + variable, self.demands[i]),  # within the room
            (n + np.arange(m), np.arange(m), -self.room[sites]),
            (n + m + variable, m + variable, ones),  # from open sites only
            (n + m + variable, j, -ones),
            (np.full(m, n + m + k), np.arange(m), np.ones(m)),  # p sites
            (np.full(k, n + m + k + 1), m + variable, self.cost[i, sites[j]]),  # better only
        ]
        rows, columns, values = (np.concatenate(part) for part in zip(*entries, strict=True))
        size = n + m + k + 2
        matrix = coo_array((values, (rows, columns)), shape=(size, m + k)).tocsr()
        lower, upper = np.full(size, -np.inf), np.zeros(size)
        lower[:n] = upper[:n] = 1.0
        lower[-2] = upper[-2] = float(self.count)
        upper[-1] = self.threshold()
        lower_bound = np.zeros(m + k)
        lower_bound[: len(self.fixed)] = 1.0
        paid = np.concatenate([np.zeros(m), self.cost[i, sites[j]]])
        program = Program(paid, matrix, lower, upper, low=lower_bound)
        answer = minimise(program, seconds=deadline - time.monotonic())
        if answer.values is not None:
            on = answer.values[m:] > 0.5
            serves = np.empty(n, dtype=np.intp)
            serves[i[on]] = sites[j[on]]
            value = float(self.cost[np.arange(n), serves].sum())
            load = np.bincount(serves, self.demands, minlength=len(self.room))
            if value < self.value and (load <= self.room * (1 + 1e-9) + 1e-9).all():
                self.value, self.plan = value, (np.sort(sites[answer.values[:m] > 0.5]), serves)
        # Only plans better than the best were searched: if there is none, that one is optimal.
        self.bound = max(self.bound, min(self.value, answer.bound))
