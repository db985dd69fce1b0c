"""A plan of many sites made better part by part: a few neighbouring sites are chosen anew at once.

Interchange moves one site at a time and ends a per cent above the best where thousands of points
lie evenly. A part, some sites with the points they serve, is a small p-median, soon solved exactly.

References
----------
Taillard, "Heuristic methods for large centroid clustering problems", Journal of Heuristics 9
(2003), and what grew from it, POPMUSIC.
"""

from __future__ import annotations

import time
from collections import deque

import numpy as np

from planner.location.interchange import Incumbent, Nearest
from planner.location.kernels import Bools, Floats, Ints, savings, total
from planner.location.lagrange import Node
from planner.location.search import MedianSearch

MANY = 50_000_000
"""Pairs of site and point from which a plan is worth the work: with fewer, bounds and the search
come to the best plan sooner."""
SHARE = 0.4
"""Share of the time left that may go into it: the bound needs some too."""
POINTS = 2_000
"""Points of a part, about: few enough to solve it exactly in a second."""
SAMPLE = 100
"""Points of a part by which the sites that may open in it are told from the others."""
FEWEST, MOST = 4, 10
"""Sites of a part."""


def improve(best: Incumbent, deadline: float) -> Ints:
    """Choose the sites of every part anew until no part gets better.

    Parameters
    ----------
    best : Incumbent
        Holds the plan to begin with.
    deadline : float
        Stop at this `time.monotonic`.

    Returns
    -------
    numpy.ndarray
        The open sites of a plan at least as good, sorted.
    """
    cost, plan, value = best.cost, best.sites, best.value
    size = min(MOST, max(FEWEST, POINTS * len(plan) // cost.shape[1]))
    if cost.size < MANY or len(plan) < 2 * size:
        return plan
    allowed = np.zeros(len(cost), dtype=bool)
    allowed[best.free] = True
    deadline = time.monotonic() + SHARE * (deadline - time.monotonic())
    waiting = deque(plan.tolist())
    while waiting and time.monotonic() < deadline:
        seed = waiting.popleft()
        if seed not in plan:
            continue
        state = Nearest(cost, plan)
        away = cost[plan][:, state.first == seed].sum(axis=1)
        away[plan == seed] = -1.0
        part = np.sort(plan[np.argsort(away, kind="stable")[:size]])
        points = np.flatnonzero(np.isin(state.first, part))
        some = points[:: 1 + len(points) // SAMPLE]
        gain = np.where(allowed, savings(cost[:, some], state.best[some]), 0.0)
        gain[plan] = 0.0
        others = np.argsort(-gain, kind="stable")[: len(points)]
        sites = np.sort(np.concatenate([part, others[gain[others] > 0]]))
        new = _solve(
            cost[np.ix_(sites, points)],
            np.searchsorted(sites, part),
            np.isin(sites, best.fixed),
            whole=best.whole,
            deadline=deadline,
        )
        other = np.sort(np.concatenate([np.setdiff1d(plan, part), sites[new]]))
        price = total(cost, other)
        if price < value - 1e-9 * abs(value):
            plan, value = other, price
            known = set(waiting)
            waiting.extend(site for site in sites[new].tolist() if site not in known)
    return plan


def _solve(cost: Floats, plan: Ints, fixed: Bools, *, whole: bool, deadline: float) -> Ints:
    best = Incumbent(cost, np.flatnonzero(fixed), np.flatnonzero(~fixed), whole=whole)
    best.offer(plan)
    near = Nearest(cost, best.sites)
    root = Node(best.fixed, best.free, (near.best + near.second) / 2.0)
    if 0 < len(plan) - len(best.fixed) < len(best.free):
        MedianSearch(cost, len(plan), best, deadline).prove(root, warm=False)
    return best.sites
