"""One p-median after another: the same places, other weights, each solve started from the last."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

import numpy as np

from planner.location.median import solve_p_median

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from planner.location.kernels import Floats
    from planner.location.result import MedianResult, Start

CHAIN = 25
"""Solves that are started one from another; the first of them starts from the first of all."""


def solve_p_medians(  # noqa: PLR0913 - one argument a choice of the caller
    cost: npt.ArrayLike,
    p: int,
    weightings: Sequence[npt.ArrayLike],
    *,
    required: Sequence[int] = (),
    excluded: Sequence[int] = (),
    start: Start | None = None,
    workers: int = 1,
) -> list[MedianResult]:
    """Solve the same p-median for many weightings of its points.

    The weightings are cut into chains of fixed length, so the answers don't depend on `workers`.

    Parameters
    ----------
    cost, p, required, excluded
        As in `solve_p_median`.
    weightings : sequence of array_like
        Each of shape (points,).
    start : Start, optional
        Where to begin; by default the first weighting is solved cold, and the rest from it.
    workers : int
        Processes to share the chains among.

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
    sites = (tuple(required), tuple(excluded))
    first: list[MedianResult] = []
    if start is None and loads:
        first = [solve_p_median(matrix, p, weights=loads[0], required=required, excluded=excluded)]
        start, loads = first[0].start, loads[1:]
    chains = [loads[k : k + CHAIN] for k in range(0, len(loads), CHAIN)]
    if workers == 1 or len(chains) < 2:
        solved = [_chain(matrix, p, sites, start, chain) for chain in chains]
    else:
        # Fresh processes: forking one that runs threads is not safe.
        context = multiprocessing.get_context("spawn")
        jobs = [(matrix, p, sites, start, chain) for chain in chains]
        with context.Pool(min(workers, len(chains))) as pool:
            solved = pool.starmap(_chain, jobs, chunksize=max(1, len(jobs) // (4 * workers)))
    return first + [result for chain in solved for result in chain]


def _chain(
    cost: Floats,
    p: int,
    sites: tuple[tuple[int, ...], tuple[int, ...]],
    start: Start | None,
    chain: list[Floats],
) -> list[MedianResult]:
    results = []
    required, excluded = sites
    for weights in chain:
        results.append(
            solve_p_median(
                cost, p, weights=weights, required=required, excluded=excluded, start=start
            )
        )
        start = results[-1].start
    return results
