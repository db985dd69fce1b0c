"""Points within reach, solved exactly: the most weight covered, and all of it from near (p-center).

Leaving a point out costs its weight and covering it costs nothing: a p-median of costs 0 and 1.

A radius is feasible if p sites cover every point within it: a set cover question. The smallest
feasible radius is one of the costs, found by bisection. Each question is first shrunk (points
covered whenever another is, sites that cover no more than another), then tried by greedy, then by
the linear relaxation, and only then by an integer program.

References
----------
Minieka, "The m-center problem", SIAM Review 12 (1970). Elloumi, Labbe and Pochet, "A new
formulation and resolution method for the p-center problem", INFORMS Journal on Computing 16 (2004).
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

import numpy as np

from planner.errors import InputError, Problem
from planner.location.checks import Choices, check, unreached
from planner.location.median import solve_p_median
from planner.location.program import Program, minimise
from planner.location.result import LocationResult
from planner.message import say

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.location.kernels import Bools, Ints


def solve_max_covering(
    cost: npt.ArrayLike,
    p: int,
    radius: float,
    *,
    time_limit: float | None = None,
    **choices: Unpack[Choices],
) -> LocationResult:
    """Open exactly p sites so that the weight of points within `radius` of one is largest.

    Parameters and errors are those of `solve_p_median`.

    Returns
    -------
    LocationResult
        `objective` is the weight covered, `bound` the most that any plan can cover; points out
        of reach are assigned -1.

    References
    ----------
    Church and ReVelle, "The maximal covering location problem", Papers of the Regional Science
    Association 32 (1974).
    """
    began = time.monotonic()
    if not radius >= 0:
        problem = Problem("covering", None, "radius", str(radius), say("a number, zero or more"))
        raise InputError([problem])
    matrix = np.asarray(cost, dtype=np.float64)
    # What is wrong with the costs themselves must not be hidden by the comparison.
    missed = np.where(matrix >= 0, (matrix > radius).astype(np.float64), matrix)
    answer = solve_p_median(missed, p, time_limit=time_limit, **choices)
    weights = choices.get("weights")
    load = np.ones(len(matrix)) if weights is None else np.asarray(weights, dtype=np.float64)
    sites = np.array(answer.open, dtype=np.intp)
    nearest = matrix[:, sites].argmin(axis=1)
    covered = matrix[np.arange(len(matrix)), sites[nearest]] <= radius
    whole = math.fsum(load)
    objective = math.fsum(load[covered])
    return LocationResult(
        open=answer.open,
        assignment=np.where(covered, sites[nearest], -1),
        objective=objective,
        bound=objective
        if answer.bound == answer.objective
        else max(objective, whole - answer.bound),
        proven=answer.proven,
        seconds=time.monotonic() - began,
        nodes=answer.nodes,
    )


TIGHT = 0.1
"""A relaxation this close below p mostly means that there is no cover: an integer program says so
sooner than a search for one."""


def solve_p_center(
    cost: npt.ArrayLike, p: int, *, time_limit: float | None = None, **choices: Unpack[Choices]
) -> LocationResult:
    """Open exactly p sites so that the largest weighted cost of a point is smallest.

    Parameters and errors are those of `solve_p_median`; a point of weight zero doesn't count.

    Returns
    -------
    LocationResult
        `objective` is the largest ``weight * cost`` from a point to its nearest open site; `nodes`
        the number of set cover questions asked.

    Raises
    ------
    InputError
        If the arguments don't fit together; lists every problem.
    InfeasibleScenario
        If no p sites reach every point.
    """
    began = time.monotonic()
    deadline = np.inf if time_limit is None else began + time_limit
    table = check("p-center", cost, p, **choices)
    heavy = table.weights > 0
    reach = (table.cost[heavy] * table.weights[heavy, None]).T
    fixed, free = table.fixed, table.free
    levels = np.unique(reach[np.concatenate([fixed, free])])
    levels = levels[np.isfinite(levels)]
    count = p - len(fixed)

    def cover(level: float, *, exact: bool) -> tuple[Ints | None, bool]:
        """Return sites that cover everything within a level, and whether the answer is certain."""
        near = reach <= level
        left = ~near[fixed].any(axis=0)
        sites, sure = _cover(near[np.ix_(free, left)], count, deadline, exact=exact)
        return (None if sites is None else np.concatenate([fixed, free[sites]])), sure

    # Everywhere below `low` is infeasible; `high` is feasible, by greedy first and then exactly.
    low, high, asked = 0, len(levels), 0
    best: Ints | None = None
    certain = True
    for exact in (False, True):
        bottom = low
        while bottom < high:
            middle = (bottom + high) // 2
            sites, sure = cover(float(levels[middle]), exact=exact)
            asked += 1
            if sites is not None:
                best = sites
                worst = reach[sites].min(axis=0).max(initial=0.0)
                high = min(middle, int(np.searchsorted(levels, worst)))
            else:
                bottom = middle + 1
                if exact and sure:
                    low = bottom
                certain &= sure or not exact
    if best is None:
        if heavy.any() and certain:
            raise unreached(p, 0)
        best = fixed
    spare = np.setdiff1d(free, best)
    best = np.sort(np.concatenate([best, spare[: p - len(best)]]))
    assignment, paid = table.assign(best)
    objective = float(paid.max(initial=0.0))
    bound = min(objective, float(levels[low])) if low < len(levels) else objective
    return LocationResult(
        open=table.named(best),
        assignment=assignment,
        objective=objective,
        bound=bound,
        proven=bound >= objective,
        seconds=time.monotonic() - began,
        nodes=asked,
    )


def _cover(  # noqa: C901, PLR0911, PLR0912 - one question, ever dearer ways to answer it
    near: Bools, count: int, deadline: float, *, exact: bool
) -> tuple[Ints | None, bool]:
    """Cover every column with at most `count` rows; return the rows and whether that is certain."""
    if not near.shape[1]:
        return np.empty(0, dtype=np.intp), True
    if count <= 0 or not near.any(axis=0).all():
        return None, True
    rows = np.arange(len(near))
    picked = _greedy(near)
    if len(picked) <= count or not exact:
        return (rows[picked], True) if len(picked) <= count else (None, False)
    if _apart(near, count):
        return None, True
    small, rows = _shrink(near)
    picked = _greedy(small)
    if len(picked) <= count:
        return rows[picked], True
    if time.monotonic() > deadline:
        return None, False
    from scipy.sparse import csr_array  # noqa: PLC0415 - slow to import

    cost, matrix = np.ones(len(small)), csr_array(small.T.astype(np.float64))
    ones, no_end = np.ones(small.shape[1]), np.full(small.shape[1], np.inf)
    program = Program(cost, matrix, ones, no_end)
    relaxed = minimise(replace(program, integer=0), seconds=deadline - time.monotonic())
    if relaxed.bound > count + 1e-6:
        return None, True
    if len(small) <= count:
        return rows, True
    if relaxed.values is not None:
        # Greedy among the sites that the relaxation opens at all.
        support = np.flatnonzero(relaxed.values > 1e-9)
        picked = support[_greedy(small[support])]
        if len(picked) <= count:
            return rows[picked], True
    if relaxed.bound > count - TIGHT:
        answer = minimise(program, seconds=deadline - time.monotonic())
        if answer.values is not None and np.rint(answer.values).sum() <= count:
            return rows[answer.values > 0.5], True
        return None, answer.bound > count + 1e-6
    # Leaving as few columns out as possible: a p-median of costs 0 and 1.
    left = None if deadline == np.inf else max(0.0, deadline - time.monotonic())
    left_out = solve_p_median((~small.T).astype(np.float64), count, time_limit=left)
    if left_out.objective == 0:
        return rows[list(left_out.open)], True
    return None, left_out.bound > 0


def _apart(near: Bools, most: int) -> bool:
    """Whether more than `most` columns are found that no row covers two of."""
    counts = near.sum(axis=0)
    used = np.zeros(len(near), dtype=bool)
    found = 0
    for column in np.argsort(counts, kind="stable"):
        if not (used & near[:, column]).any():
            used |= near[:, column]
            found += 1
            if found > most:
                return True
    return False


def _greedy(near: Bools) -> Ints:
    """Cover every column, each time with the row that covers most of what is left."""
    picked: list[int] = []
    gains = near.sum(axis=1)
    left = np.ones(near.shape[1], dtype=bool)
    while left.any():
        best = int(gains.argmax())
        newly = left & near[best]
        picked.append(best)
        left &= ~newly
        gains = gains - near[:, newly].sum(axis=1)
    return np.array(picked, dtype=np.intp)


def _shrink(near: Bools) -> tuple[Bools, Ints]:
    """Drop columns that are covered whenever another is, and rows covered by another row."""
    rows = np.arange(len(near))
    while True:
        before = near.size
        near = near[:, ~_redundant(near.T, inner=True)]
        keep = ~_redundant(near, inner=False)
        near, rows = near[keep], rows[keep]
        if near.size > 0.8 * before:
            return near, rows


def _redundant(sets: Bools, *, inner: bool) -> Bools:
    """Return which sets hold another set (`inner`) or lie in one; of equal ones all but the first.

    Sizes of intersections are small whole numbers, so single precision counts them exactly.
    """
    shared = sets.astype(np.float32) @ sets.astype(np.float32).T
    size = np.diag(shared)
    nested = shared == (size[None, :] if inner else size[:, None])
    order = np.arange(len(sets))
    worse = size[:, None] > size[None, :] if inner else size[:, None] < size[None, :]
    nested &= worse | ((size[:, None] == size[None, :]) & (order[:, None] > order[None, :]))
    out: Bools = nested.any(axis=1)
    return out
