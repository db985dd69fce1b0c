"""Warehouse location: how many sites and which, when opening costs money; demand may be split."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import InfeasibleScenario, InputError, Problem, SolverStopped
from planner.location.program import minimise
from planner.location.result import LocationResult
from planner.message import say

if TYPE_CHECKING:
    import numpy.typing as npt


def solve_warehouses(
    cost: npt.ArrayLike,
    opening: npt.ArrayLike,
    *,
    demands: npt.ArrayLike | None = None,
    capacities: npt.ArrayLike | None = None,
    time_limit: float | None = None,
) -> LocationResult:
    """Open sites and serve every point so that opening and serving together cost least.

    Parameters
    ----------
    cost : array_like
        Shape (points, sites): cost of serving all of a point from a site, zero or more.
    opening : array_like
        Shape (sites,): cost of opening a site.
    demands, capacities : array_like, optional
        Shape (points,) and (sites,). With capacities a point may be served in parts from several
        sites; without, nothing is gained by that.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    LocationResult
        `assignment` names the site that serves the largest part of each point.

    Raises
    ------
    InputError
        If the arguments don't fit together; lists every problem.
    InfeasibleScenario
        If all sites together have too little room.
    SolverStopped
        If the time ran out before any plan was found.

    References
    ----------
    Beasley, "An algorithm for solving large capacitated warehouse location problems", European
    Journal of Operational Research 33 (1988).
    """
    from scipy.sparse import coo_array  # noqa: PLC0415 - slow to import

    began = time.monotonic()
    matrix, price = np.asarray(cost, dtype=np.float64), np.asarray(opening, dtype=np.float64)
    n, m = matrix.shape if matrix.ndim == 2 else (0, 0)
    load = np.ones(n) if demands is None else np.asarray(demands, dtype=np.float64)
    room = np.full(m, np.inf) if capacities is None else np.asarray(capacities, dtype=np.float64)
    wrong = [
        Problem("warehouses", None, name, str(values.shape), say("{} numbers, zero or more", size))
        for name, values, size in (
            ("cost", matrix.ravel(), n * m),
            ("opening", price, m),
            ("demands", load, n),
            ("capacities", room, m),
        )
        if values.shape != (size,) or not size or not (values >= 0).all()
    ]
    if wrong:
        raise InputError(wrong)
    if load.sum() > room.sum():
        raise InfeasibleScenario(say("all sites together have too little room"))
    k = n * m
    i, j = np.divmod(np.arange(k), m)
    ones = np.ones(k)
    entries = [(i, m + np.arange(k), ones), (n + np.arange(k), m + np.arange(k), ones)]
    entries.append((n + np.arange(k), j, -ones))
    size = n + k
    limited = np.flatnonzero(np.isfinite(room))
    if len(limited):
        row = np.full(m, -1)
        row[limited] = size + np.arange(len(limited))
        held = row[j] >= 0
        entries.append((row[j[held]], m + np.flatnonzero(held), load[i[held]]))
        entries.append((row[limited], limited, -room[limited]))
        size += len(limited)
    rows, columns, values = (np.concatenate(part) for part in zip(*entries, strict=True))
    lower, upper = np.full(size, -np.inf), np.zeros(size)
    lower[:n] = upper[:n] = 1.0
    answer = minimise(
        np.concatenate([price, matrix.ravel()]),
        coo_array((values, (rows, columns)), shape=(size, m + k)).tocsr(),
        lower,
        upper,
        integer=np.concatenate([np.ones(m), np.zeros(k)]),
        seconds=np.inf if time_limit is None else time_limit,
    )
    if answer.values is None:
        raise SolverStopped("time_limit", say("the time ran out before any plan was found"))
    sites = np.flatnonzero(answer.values[:m] > 0.5)
    flow = answer.values[m:].reshape(n, m)
    objective = math.fsum(price[sites]) + math.fsum((flow * matrix).ravel())
    bound = min(objective, answer.bound)
    return LocationResult(
        open=tuple(int(s) for s in sites),
        assignment=flow.argmax(axis=1),
        objective=objective,
        bound=bound,
        proven=bound >= objective - 1e-9 * abs(objective),
        seconds=time.monotonic() - began,
        nodes=0,
    )
