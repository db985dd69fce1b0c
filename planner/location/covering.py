"""Maximal covering, solved exactly: open p sites so that the most weight is within reach.

Leaving a point out costs its weight and covering it costs nothing: a p-median of costs 0 and 1.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import InputError, Problem
from planner.location.median import solve_p_median
from planner.location.result import LocationResult
from planner.message import say

if TYPE_CHECKING:
    from typing import Unpack

    import numpy.typing as npt

    from planner.location.checks import Choices


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
