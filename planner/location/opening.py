"""Opening costs: a bound, a good plan, and what both leave open for an integer program.

Relaxing "every point is served once" leaves each site alone: it opens where its best saving within
its room is more than its opening costs. Any multipliers give a valid bound, and the bound tells
sites, and pairs of site and point, that no better plan can have.

References
----------
Beasley, "Lagrangean heuristics for location problems", European Journal of Operational Research
65 (1993). Holmberg, Rönnqvist and Yuan, "An exact algorithm for the capacitated facility location
problems with single sourcing", European Journal of Operational Research 113 (1999).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from planner.location.interchange import improve_opening
from planner.location.room import assign, exact_knapsacks, filled, relaxed_knapsacks

if TYPE_CHECKING:
    from planner.location.kernels import Bools, Floats, Ints

CELLS = 30_000_000
"""Cells of the dynamic program (points x sites x room) up to which knapsacks are solved exactly."""
STEPS = 600
"""Subgradient steps at most."""
REPAIRED = 4
"""A plan is made of the bound's sites every so many steps."""
MANY = 300
"""Points beyond which plans are made less often, and points don't change places in them."""
NEIGHBOURS = 30_000
"""Points, in all the sets of sites tried around a plan before it is left as it is."""


@dataclass
class Opening:
    """The state of one solve: the best plan, the bound, and the sites still in question.

    Attributes
    ----------
    cost : numpy.ndarray
        Shape (points, sites).
    opening : numpy.ndarray
        Shape (sites,).
    demands, room : numpy.ndarray or None
        None where room doesn't count.
    whole : bool
        Whether a point is served by one site alone.
    """

    cost: Floats
    opening: Floats
    demands: Floats | None
    room: Floats | None
    whole: bool
    sites: Ints = field(init=False)
    serves: Ints = field(init=False)

    def __post_init__(self) -> None:
        n, m = self.cost.shape
        self.sites, self.serves = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
        self.value, self.bound = np.inf, 0.0
        self.closed, self.open = np.zeros(m, dtype=bool), np.zeros(m, dtype=bool)
        self.likely = np.zeros(m, dtype=bool)
        self.pairs: Bools = np.ones((n, m), dtype=bool)
        costs = self.cost, self.opening
        # With parts of points even whole costs sum to anything.
        single = self.whole or self.room is None
        self.integral = single and all((one == np.rint(one)).all() for one in costs)
        self.seen: set[bytes] = set()
        self.deadline = np.inf
        self.cells = 0
        if self.room is not None and self.demands is not None:
            exact = all((one == np.rint(one)).all() for one in (self.demands, self.room))
            top = min(float(self.room.max()), float(self.demands.sum())) + 1
            if self.whole and exact and self.cost.size * top <= CELLS:
                self.cells = int(top)
            if self.whole:
                self.pairs &= self.demands[:, None] <= self.room

    def threshold(self) -> float:
        """Return the cost below which a plan is of interest."""
        if self.integral and self.value < np.inf:
            return self.value - 1.0 + 1e-6
        return self.value * (1.0 - 1e-9)

    def search(self, deadline: float) -> None:
        """Find a plan, raise the bound, and rule out what neither leaves open."""
        self.deadline = deadline
        self.offer(self._cheap())
        near = np.sort(self.cost, axis=1)
        second = near[:, min(1, near.shape[1] - 1)]
        if len(self.sites) > 1 and self.room is None:
            second = np.sort(self.cost[:, self.sites], axis=1)[:, 1]
        self.rule_out(self._ascend((near[:, 0] + second) / 2))
        if self.bound >= self.threshold():
            self.bound = self.value

    def _ascend(self, at: Floats) -> Floats:
        """Take subgradient steps until they are small; return the best multipliers."""
        best_at, step, stale, direction = at, 1.5, 0, np.zeros(len(at))
        pause = max(1, len(at) // MANY)
        for number in range(STEPS):
            if time.monotonic() > self.deadline or step < 0.004:
                break
            saved, taken = self.savings(at)
            reduced = self.opening - saved
            chosen = self.open | (~self.closed & (reduced < 0))
            bound = float(at.sum() + reduced[chosen].sum())
            stale = 0 if bound > self.bound + 1e-5 * abs(bound) else stale + 1
            if bound > self.bound:
                self.bound, best_at, self.likely = bound, at, chosen
            if number % (REPAIRED * pause) == 0:
                self.propose(np.flatnonzero(chosen), reduced, taken)
            if self.bound >= self.threshold():
                break
            self.decide(bound, reduced)
            if stale >= 15:
                step, stale, at, direction = step * 0.6, 0, best_at, direction * 0.0
                continue
            direction = (1.0 - taken[:, chosen].sum(axis=1)) + 0.5 * direction
            square = float(direction @ direction)
            if square == 0.0:
                break
            goal = self.value if self.value < np.inf else 1.1 * abs(self.bound) + 1.0
            at = np.maximum(0.0, at + step * (1.01 * goal - bound) / square * direction)
        self.polish()
        return best_at

    def propose(self, sites: Ints, reduced: Floats, taken: Floats | Bools) -> None:
        """Make plans of the sites that the bound opens."""
        sites = self._roomy(sites, reduced)
        self.offer(sites)
        if self.room is not None and self.demands is not None and len(sites):
            self.repair(taken, sites, self.demands, self.room[sites])

    def savings(self, at: Floats) -> tuple[Floats, Floats | Bools]:
        """Return the most each site saves within its room, and what it serves for that."""
        gain = np.where(self.pairs, np.maximum(at[:, None] - self.cost, 0.0), 0.0)
        if self.room is None or self.demands is None:
            return gain.sum(axis=0), gain > 0
        if self.cells:
            return exact_knapsacks(gain, self.demands, self.room, self.cells)
        return relaxed_knapsacks(gain, self.demands, self.room, whole=self.whole)

    def decide(self, bound: float, reduced: Floats) -> None:
        """Close the sites that no better plan opens, and open those that every one does."""
        free = ~self.closed & ~self.open
        self.closed |= free & (reduced >= 0) & (bound + reduced >= self.threshold())
        self.open |= free & (reduced < 0) & (bound - reduced >= self.threshold())

    def rule_out(self, at: Floats) -> None:
        """Rule out pairs that cost too much at these multipliers: where points stay whole.

        A site that must serve a point saves at most that point's gain and what the linear
        knapsack of all points makes of the room that is left.
        """
        if self.room is not None and not self.whole:
            return
        saved, _ = self.savings(at)
        reduced = self.opening - saved
        chosen = self.open | (~self.closed & (reduced < 0))
        rest = float(at.sum() + reduced[chosen].sum())
        gain = at[:, None] - self.cost
        for j in np.flatnonzero(~self.closed):
            worth = np.where(self.pairs[:, j], np.maximum(gain[:, j], 0.0), 0.0)
            most = saved[j] - worth + gain[:, j]
            if self.room is not None and self.demands is not None:
                most = gain[:, j] + filled(worth, self.demands, self.room[j] - self.demands)
            without = rest - (reduced[j] if chosen[j] else 0.0)
            self.pairs[:, j] &= without + self.opening[j] - most < self.threshold()

    def kernel(self) -> Bools:
        """Return the sites of the best plan and of the best bound."""
        some = self.likely | self.open
        some[self.sites] = True
        return some

    def _cheap(self) -> Ints:
        """Return sites opened one by one, each time the one that saves most, until none does."""
        limit = 1.0 if self.demands is None else self.demands.sum()
        room = np.full(len(self.opening), np.inf) if self.room is None else self.room
        level = self.cost.max(axis=1)
        opened: list[int] = []
        while len(opened) < len(self.opening):
            saved = np.maximum(level[:, None] - self.cost, 0.0).sum(axis=0) - self.opening
            saved[opened] = -np.inf
            if self.room is not None:
                saved = np.where(room > 0, saved, -np.inf)
            j = int(saved.argmax())
            if saved[j] == -np.inf or (saved[j] <= 0 and opened and room[opened].sum() >= limit):
                break
            opened.append(j)
            level = np.minimum(level, self.cost[:, j])
        return np.array(sorted(opened), dtype=np.intp)

    def _roomy(self, sites: Ints, reduced: Floats) -> Ints:
        """Add the sites that cost least until there is room."""
        if self.room is None or self.demands is None:
            return sites if len(sites) else np.array([int(reduced.argmin())])
        order = np.argsort(reduced, kind="stable")
        for j in order[~np.isin(order, sites)]:
            if self.room[sites].sum() >= self.demands.sum():
                break
            sites = np.append(sites, j)
        return np.sort(sites)

    def offer(self, sites: Ints) -> None:
        """Price a plan that opens these sites, and make it better site by site."""
        if sites.tobytes() in self.seen:
            return
        self.seen.add(sites.tobytes())
        if self.room is None or self.demands is None:
            sites = improve_opening(self.cost.T, self.opening, sites)
            self.note(sites, sites[self.cost[:, sites].argmin(axis=1)])
            return
        spare = np.setdiff1d(np.flatnonzero(~self.closed), sites)
        order = np.argsort(self.opening[spare] / np.maximum(self.room[spare], 1e-300))
        served = self._assigned(sites)
        for j in spare[order]:
            if served is not None:
                break
            sites = np.sort(np.append(sites, j))
            served = self._assigned(sites)
        for j in sites[np.argsort(-self.opening[sites], kind="stable")]:
            fewer = sites[sites != j]
            if served is None or time.monotonic() > self.deadline:
                break
            if self.room[fewer].sum() < self.demands.sum() or self._least(fewer) >= self._price(
                sites, served
            ):
                continue
            again = self._assigned(fewer)
            if again is not None and self._price(fewer, again) < self._price(sites, served):
                sites, served = fewer, again
        if served is not None:
            self.note(sites, served)

    def repair(self, taken: Floats | Bools, sites: Ints, demands: Floats, room: Floats) -> None:
        """Make a plan of what each site would serve for itself: nobody twice, nobody left out.

        `room` is that of the sites.
        """
        cost = self.cost[:, sites]
        offers = np.where(taken[:, sites] > 1 - 1e-9, cost, np.inf)
        first = np.where(np.isfinite(offers.min(axis=1)), offers.argmin(axis=1), -1)
        served = assign(cost, demands, room, first, swaps=len(cost) <= MANY)
        if served is not None:
            used = np.unique(served)
            self.note(sites[used], sites[served])

    def polish(self) -> None:
        """Close, open or swap a site of the best plan, as long as that makes it better.

        Where room counts: the sets of sites that cost least if it didn't are tried first.
        """
        if self.room is None or self.demands is None:
            return
        need, before = self.demands.sum(), np.inf
        while self.value < before:
            before, open_now = self.value, self.sites
            spare = np.setdiff1d(np.flatnonzero(~self.closed), open_now)
            fewer = [open_now[open_now != j] for j in open_now]
            more = [np.sort(np.append(s, j)) for s in (open_now, *fewer) for j in spare]
            near = [s for s in (*fewer, *more) if self.room[s].sum() >= need]
            least = [self._least(s) for s in near]
            for k in np.argsort(least, kind="stable")[: NEIGHBOURS // len(self.cost) + 1]:
                late = time.monotonic() > self.deadline
                if self.value < before or least[k] >= self.value or late:
                    break
                self.offer(near[k])

    def _assigned(self, sites: Ints) -> Ints | None:
        if self.room is None or self.demands is None or not len(sites):
            return None
        cost = self.cost[:, sites]
        served = assign(cost, self.demands, self.room[sites], swaps=len(cost) <= MANY)
        return None if served is None else sites[served]

    def _least(self, sites: Ints) -> float:
        """Return what these sites would cost if room didn't count."""
        if not len(sites):
            return np.inf
        return self._price(sites, sites[self.cost[:, sites].argmin(axis=1)])

    def _price(self, sites: Ints, serves: Ints) -> float:
        return float(self.opening[sites].sum() + self.cost[np.arange(len(serves)), serves].sum())

    def note(self, sites: Ints, serves: Ints) -> None:
        """Keep a plan if it is the best yet."""
        value = self._price(sites, serves)
        if value < self.value:
            self.value, self.sites, self.serves = value, sites, serves
