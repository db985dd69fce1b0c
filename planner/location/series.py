"""Many p-medians of the same places with other weights, all started from one amid them."""

from __future__ import annotations

import multiprocessing
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from planner.location.checks import check
from planner.location.median import sharpen, solve_p_median

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    import numpy.typing as npt

    from planner.location.checks import Allowed
    from planner.location.kernels import Floats
    from planner.location.result import MedianResult, Start

SHARE = 25
"""Solves that are handed to a process at once."""


def solve_p_medians(
    cost: npt.ArrayLike,
    p: int,
    weightings: Sequence[npt.ArrayLike],
    *,
    start: Start | None = None,
    workers: int = 1,
    **allowed: Unpack[Allowed],
) -> list[MedianResult]:
    """Solve the same p-median for many weightings of its points.

    The mean of the weightings is solved first; its plan and the multipliers of its linear
    relaxation are where every other solve starts, for it is nearer to each of them than they are
    to one another.

    Parameters
    ----------
    cost, p, required, excluded
        As in `solve_p_median`.
    weightings : sequence of array_like
        Each of shape (points,).
    start : Start, optional
        Where every solve begins, in place of the mean's solution.
    workers : int
        Processes to share the work among; the answers don't depend on it.

    Returns
    -------
    list of MedianResult
        In the order of `weightings`.

    Raises
    ------
    InputError, InfeasibleScenario
        As `solve_p_median`.
    """
    matrix = np.asarray(cost, dtype=np.float64)
    loads = [np.asarray(weights, dtype=np.float64) for weights in weightings]
    for load in loads:
        if load.shape != matrix.shape[:1]:
            check("p-median", matrix, p, weights=load, **allowed)
    solve = partial(_solve, matrix, p, allowed)
    if start is None and loads:
        mean = np.mean(loads, axis=0)
        near = solve(None, mean).start
        start = sharpen(matrix, p, near, weights=mean, **allowed)
    if workers == 1 or len(loads) <= SHARE:
        return [solve(start, load) for load in loads]
    # Fresh processes: forking one that runs threads is not safe.
    context = multiprocessing.get_context("spawn")
    with context.Pool(min(workers, -(-len(loads) // SHARE))) as pool:
        return pool.map(partial(solve, start), loads, chunksize=SHARE)


def _solve(
    cost: Floats, p: int, allowed: Allowed, start: Start | None, weights: Floats
) -> MedianResult:
    return solve_p_median(cost, p, weights=weights, start=start, **allowed)
