"""Every set of sites whose p-median costs at most a limit, best first, with proof of the rest.

The search is the branch and bound of one p-median with another threshold: not what the best plan
costs but the limit, or the plan that would be one too many. What is fixed by a bound then is fixed
for every plan that is listed.
"""

from __future__ import annotations

import bisect
import heapq
import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

import numpy as np

from planner.location.checks import Choices, check
from planner.location.interchange import Nearest
from planner.location.kernels import Floats, Ints, blocks, least, savings, total
from planner.location.lagrange import Node, Rule, ascend, parted
from planner.location.median import merge, solve_p_median

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from planner.location.result import Start

STEPS = Rule(step=3.0, patience=8, shrink=0.6, shortest=0.1, memory=0.3, steps=80, roomy=False)
"""Long steps: they aim at the limit, which no bound reaches where plans keep it."""
FEW = 500
"""Plans of a node up to which all of them are priced."""
ROUNDING = 1e-9
"""Relative slack of the limit: what sums in another order may add to a plan that just keeps it."""


@dataclass(frozen=True)
class Listed:
    """One set of sites: which are open, who is served from where, and the weighted sum."""

    open: tuple[int, ...]
    assignment: Ints
    objective: float


@dataclass(frozen=True)
class Listing:
    """Sets of sites from the best on.

    Attributes
    ----------
    plans : tuple of Listed
        Best first.
    bound : float
        No set that is not listed costs less; infinite where there is no other.
    nodes : int
        Size of the search.
    """

    plans: tuple[Listed, ...]
    bound: float
    nodes: int


class Pool:
    """The plans of interest found so far: those up to the limit, as many as wanted, and the next.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (sites, points).
    limit : float
        What a plan may cost.
    most : int
        How many are wanted.
    narrow : callable, optional
        Told each plan up to the limit; returns what the limit may fall to.
    """

    def __init__(
        self,
        cost: Floats,
        limit: float,
        most: int,
        narrow: Callable[[Ints], float] | None = None,
    ) -> None:
        self.cost, self.limit, self.most, self._narrow = cost, limit, most, narrow
        self.worst = float(cost.max(axis=0).sum()) * 2.0 + 1.0
        self.plans: dict[tuple[int, ...], float] = {}
        self._values: list[float] = []

    @property
    def following(self) -> float:
        """What the best of the known plans that are not listed costs; infinite without one."""
        at = min(bisect.bisect_right(self._values, self.limit), self.most)
        return self._values[at] if at < len(self._values) else np.inf

    def threshold(self) -> float:
        """Return the cost from which plans are of no interest."""
        return min(self.following, self.worst)

    def offer(self, sites: Ints) -> bool:
        """Price a plan and keep it if it is of interest; return whether it is."""
        sites = np.sort(sites)
        plan = tuple(sites.tolist())
        if plan in self.plans:
            return True
        value = total(self.cost, sites)
        wanted = value < self.threshold()
        if wanted:
            self.plans[plan] = value
            bisect.insort(self._values, value)
            if self._narrow is not None and value <= self.limit:
                self.limit = min(self.limit, self._narrow(sites))
        return wanted

    def listed(self) -> list[tuple[int, ...]]:
        """Return the plans up to the limit, best first."""
        order = sorted((value, plan) for plan, value in self.plans.items() if value <= self.limit)
        return [plan for _, plan in order[: self.most]]


def list_p_medians(  # noqa: PLR0913 - one argument a choice of the caller
    cost: npt.ArrayLike,
    p: int,
    limit: float,
    *,
    most: int = 1000,
    start: Start | None = None,
    narrow: Callable[[tuple[int, ...]], float] | None = None,
    go_on: Callable[[int, float], bool] = lambda _found, _bound: True,
    **choices: Unpack[Choices],
) -> Listing:
    """List every set of exactly p sites whose weighted sum of least costs is at most a limit.

    Arguments and errors are those of `solve_p_median`, and:

    Parameters
    ----------
    limit : float
        The greatest sum allowed.
    most : int
        Sets to list at most, the best ones.
    narrow : callable, optional
        Told each set up to the limit when it is found; what it returns is the limit from then on,
        if it is less. The list then holds every set up to the limit that was left at the end.
    go_on : callable
        Told now and then how many sets are found and what no other can be below; the search ends
        when it returns False. What is listed then need not be all that costs up to the limit, but
        is all that costs less than the bound.

    Returns
    -------
    Listing

    Raises
    ------
    InputError, InfeasibleScenario
    """
    table = check("p-median", cost, p, **choices)
    if start is None:
        start = solve_p_median(cost, p, **choices).start
    problem = merge(table)
    reached = np.inf if problem.beyond is None else problem.beyond - 1.0
    priced, multipliers = problem.cost, problem.gather(start.multipliers, table)
    if not priced.shape[1]:  # nothing weighs: every set costs nothing
        priced, multipliers = np.zeros((len(priced), 1)), np.zeros(1)

    def told(sites: Ints) -> float:
        return min(reached, _loosened(narrow(table.named(sites)))) if narrow else np.inf

    pool = Pool(priced, min(reached, _loosened(limit)), most, told)
    first = table.places(start.open_sites)
    pool.offer(first)
    _neighbours(priced, first, table.fixed, table.free, pool)
    root = Node(table.fixed, table.free, multipliers)
    bound, nodes = _search(priced, p, root, pool, go_on)
    if bound > reached:
        bound = np.inf
    plans: dict[tuple[float, tuple[int, ...]], Listed] = {}
    for plan in pool.listed():
        sites = np.array(plan, dtype=np.intp)
        assignment, paid = table.assign(sites)
        objective = math.fsum(paid)
        plans[objective, plan] = Listed(table.named(sites), assignment, objective)
    # Tied plans in the order of their sites' keys.
    return Listing(tuple(plans[entry] for entry in sorted(plans)), bound, nodes)


def _loosened(limit: float) -> float:
    return limit + ROUNDING * abs(limit)


def _neighbours(cost: Floats, sites: Ints, fixed: Ints, free: Ints, pool: Pool) -> None:
    """Offer what one swap makes of a plan, from the cheapest on, so that a threshold is known."""
    state = Nearest(cost, sites)
    closed = np.setdiff1d(free, sites)
    movable = np.setdiff1d(state.sites, fixed)
    for leaving in movable:
        without = np.where(state.first == leaving, state.second, state.best)
        kept = np.setdiff1d(state.sites, [leaving])
        for entering in closed[np.argsort(-savings(cost[closed], without), kind="stable")]:
            if not pool.offer(np.append(kept, entering)):
                break


def _search(
    cost: Floats, count: int, root: Node, pool: Pool, go_on: Callable[[int, float], bool]
) -> tuple[float, int]:
    """Offer every plan of interest; return a bound on the others, and the nodes."""
    heap, ticket, nodes = [(-np.inf, 0, root)], 0, 0
    while heap and go_on(len(pool.plans), heap[0][0]):
        bound, _, node = heapq.heappop(heap)
        if bound >= pool.threshold():
            heap = []
            break
        nodes += 1
        for child in _expand(cost, count, node, pool):
            ticket += 1
            heapq.heappush(heap, (child.bound, ticket, child))
    left = heap[0][0] if heap else np.inf
    return min(pool.following, left), nodes


def _expand(cost: Floats, count: int, node: Node, pool: Pool) -> tuple[Node, ...]:
    """Bound a node and offer its plans where they are few; else return two that part them."""
    if count - len(node.opened) > 1:
        after = ascend(cost, count, node, STEPS, pool.threshold)
        if after is None:
            return ()
        node = after
    left = count - len(node.opened)
    if left < 0 or left > len(node.free):
        return ()
    if left == 1 or math.comb(len(node.free), left) <= FEW:
        _price(cost, node, left, pool)
        return ()
    likely, with_it, without = parted(node, left)
    pool.offer(likely)
    return with_it, without


def _price(cost: Floats, node: Node, left: int, pool: Pool) -> None:
    """Price every plan of a node."""
    combined = list(itertools.combinations(node.free.tolist(), left))
    plans = np.array(combined, dtype=np.intp).reshape(len(combined), left)
    base = least(cost, node.opened)
    for cut in blocks(len(plans), cost.shape[1]):
        paid = np.tile(base, (len(plans[cut]), 1))
        for column in plans[cut].T:
            np.minimum(paid, cost[column], out=paid)
        value = paid.sum(axis=1)
        wanted = np.flatnonzero(value < pool.threshold() * (1.0 + ROUNDING))
        for k in wanted[np.argsort(value[wanted], kind="stable")]:
            pool.offer(np.concatenate([node.opened, plans[cut][k]]))
