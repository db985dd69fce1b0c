"""Warehouse location: how many sites and which, when opening costs money."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from planner.errors import InfeasibleScenario, InputError, Problem, SolverStopped
from planner.location.opening import Opening
from planner.location.program import Program, minimise
from planner.location.result import LocationResult
from planner.message import say

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.location.kernels import Bools, Floats, Ints

NODES = 3000
"""Nodes of the integer program on a few likely sites."""
ROUNDING = 1e-6
"""Room that the solver's tolerance may be off by."""
DECIMALS = 1e-9
"""Share of the room that sums of decimals may be off by: 0.3 + 0.1 + 0.2 is more than 0.6."""
SHARE = 0.5
"""Share of the time that may go into the bound; the rest is the integer program's."""


def solve_warehouses(  # noqa: PLR0913 - one argument a choice of the caller
    cost: npt.ArrayLike,
    opening: npt.ArrayLike,
    *,
    demands: npt.ArrayLike | None = None,
    capacities: npt.ArrayLike | None = None,
    whole: bool = False,
    p: int | None = None,
    time_limit: float | None = None,
) -> LocationResult:
    """Open sites and serve every point so that opening and serving together cost least.

    Parameters
    ----------
    cost : array_like
        Shape (points, sites): cost of serving all of a point from a site, zero or more.
    opening : array_like
        Shape (sites,): cost of opening a site, zero or more.
    demands, capacities : array_like, optional
        Shape (points,) and (sites,).
    whole : bool
        Whether each point is served by one site alone. Without, and with capacities, it may be
        served in parts from several; without capacities nothing is gained by that.
    p : int, optional
        Open so many sites, no more and no fewer.
    time_limit : float, optional
        Seconds. A first plan is always made, so the whole can take somewhat longer.

    Returns
    -------
    LocationResult
        `assignment` names the site that serves the largest part of each point.

    Raises
    ------
    InputError
        If the arguments don't fit together; lists every problem.
    InfeasibleScenario
        If no plan has room for every point.
    SolverStopped
        If the time ran out before any plan was found.

    References
    ----------
    Beasley, "An algorithm for solving large capacitated warehouse location problems", European
    Journal of Operational Research 33 (1988).
    """
    began = time.monotonic()
    deadline = np.inf if time_limit is None else began + time_limit
    matrix, price = np.asarray(cost, dtype=np.float64), np.asarray(opening, dtype=np.float64)
    n = len(matrix)
    load = None if demands is None else np.asarray(demands, dtype=np.float64)
    room = None if capacities is None else np.asarray(capacities, dtype=np.float64)
    if room is not None and load is None:
        load = np.ones(n)
    _check(matrix, price, load, room, p)
    if room is None or load is None:
        room = load = None
    else:
        room = _enough(load, room)
    state = Opening(matrix, price, load, room, whole)
    if p is None:
        state.search(began + SHARE * (deadline - began) if deadline < np.inf else np.inf)
    shares = _finish(state, p, deadline)
    if state.value == np.inf:
        raise SolverStopped("time_limit", say("the time ran out before any plan was found"))
    return _told(state, shares, began)


def _enough(load: Floats, room: Floats) -> Floats:
    """Return the room that can be used; raise InfeasibleScenario if all of it is too little."""
    need = load.sum()
    if any((one != np.rint(one)).any() for one in (load, room)):
        room = room * (1 + DECIMALS)
    if need > room.sum():
        told = say("all sites together have too little room: {:.10g} for {:.10g}", room.sum(), need)
        raise InfeasibleScenario(told)
    return np.minimum(room, need)


def _finish(state: Opening, p: int | None, deadline: float) -> Floats:
    """Solve what the search left open; return who serves whom, and in what shares."""
    n, m = state.cost.shape
    shares = np.zeros((n, m))
    if state.whole and state.room is not None and state.bound < state.value:
        # The few sites of the bound and of the best plan hold a better one, soon found.
        part = SHARE * (deadline - time.monotonic()) if deadline < np.inf else np.inf
        _, sites, flow = _program(state, p, time.monotonic() + part, only=state.kernel())
        if len(sites):
            state.note(sites, flow.argmax(axis=1))
    if len(state.sites):
        shares[np.arange(n), state.serves] = 1.0
    if p is not None or state.bound < state.value:
        bound, sites, flow = _program(state, p, deadline)
        if len(sites) and (value := _total(state, sites, flow)) < state.value:
            state.value, state.sites, shares = value, sites, flow
        if bound == np.inf == state.value:
            raise InfeasibleScenario(say("no plan has room for every point"))
        state.bound = max(state.bound, min(state.value, bound))
    return shares


def _told(state: Opening, shares: Floats, began: float) -> LocationResult:
    """Return the best plan as a result, with the bound that its costs allow."""
    objective = _total(state, state.sites, shares)
    bound = min(objective, state.bound)
    if state.integral:
        bound = min(objective, math.ceil(bound - 1e-6))
    return LocationResult(
        open=tuple(int(s) for s in state.sites),
        assignment=shares.argmax(axis=1),
        objective=objective,
        bound=bound,
        proven=bound >= objective - 1e-9 * abs(objective),
        seconds=time.monotonic() - began,
        nodes=0,
    )


def _check(
    matrix: Floats, price: Floats, load: Floats | None, room: Floats | None, p: int | None
) -> None:
    n, m = matrix.shape if matrix.ndim == 2 else (0, 0)
    wrong = [
        Problem("warehouses", None, name, str(values.shape), say("{} numbers, zero or more", size))
        for name, values, size in (
            ("cost", matrix.ravel(), n * m),
            ("opening", price, m),
            ("demands", load, n),
            ("capacities", room, m),
        )
        if values is not None
        and not (
            values.shape == (size,)
            and size
            and (values >= 0).all()
            and (name == "capacities" or np.isfinite(values).all())
        )
    ]
    if p is not None and not 1 <= p <= m:
        wrong.append(Problem("warehouses", None, "p", str(p), say("from {} to {}", 1, m)))
    if wrong:
        raise InputError(wrong)


def _total(state: Opening, sites: Ints, shares: Floats) -> float:
    served = np.nonzero(shares)
    paid = shares[served] * state.cost[served]
    return math.fsum(np.concatenate([state.opening[sites], paid]))


def _program(
    state: Opening, p: int | None, deadline: float, *, only: Bools | None = None
) -> tuple[float, Ints, Floats]:
    """Hand what the bound leaves open to HiGHS: a variable a site and one a pair.

    Returns its bound, the open sites of its plan, none if there is none, and who serves whom.
    """
    from scipy.sparse import coo_array  # noqa: PLC0415 - slow to import

    n, m = state.cost.shape
    keep = ~state.closed if only is None else only.copy()
    keep[state.sites] = True
    pairs = state.pairs & keep
    if len(state.serves):
        pairs[np.arange(n), state.serves] = True
    i, j = np.nonzero(pairs)
    k = len(i)
    variable, ones = np.arange(k), np.ones(k)
    entries = [
        (i, m + variable, ones),  # every point once
        (n + variable, m + variable, ones),  # from open sites only
        (n + variable, j, -ones),
    ]
    size = n + k
    lower, upper = [np.ones(n), np.full(k, -np.inf)], [np.ones(n), np.zeros(k)]
    if state.room is not None and state.demands is not None:  # within the room
        entries.append((size + j, m + variable, state.demands[i]))
        entries.append((size + np.arange(m), np.arange(m), -state.room))
        entries.append((np.full(m, size + m), np.arange(m), state.room))  # which all fill
        lower += [np.full(m, -np.inf), state.demands.sum(keepdims=True)]
        upper += [np.zeros(m), np.array([np.inf])]
        size += m + 1
    if p is not None:
        entries.append((np.full(m, size), np.arange(m), np.ones(m)))
        lower, upper = [*lower, np.array([float(p)])], [*upper, np.array([float(p)])]
        size += 1
    rows, columns, values = (np.concatenate(part) for part in zip(*entries, strict=True))
    start = None
    low, top = np.zeros(m + k), np.ones(m + k)
    low[:m], top[:m] = state.open, keep
    if len(state.sites) and np.isin(np.flatnonzero(state.open), state.sites).all():
        start = np.concatenate([np.zeros(m), (state.serves[i] == j).astype(float)])
        start[state.sites] = 1.0
    program = Program(
        np.concatenate([state.opening, state.cost[i, j]]),
        coo_array((values, (rows, columns)), shape=(size, m + k)).tocsr(),
        np.concatenate(lower),
        np.concatenate(upper),
        low=low,
        top=top,
        integer=np.concatenate([np.ones(m), np.full(k, float(state.whole))]),
    )
    options = {} if only is None else {"mip_max_nodes": NODES}
    answer = minimise(program, seconds=deadline - time.monotonic(), start=start, **options)
    opened = np.zeros(m, dtype=bool)
    flow = np.zeros((n, m))
    if answer.values is not None:
        opened = answer.values[:m] > 0.5
        flow[i, j] = np.maximum(answer.values[m:], 0.0)
        flow[:, ~opened] = 0.0
    return answer.bound, *_sound(state, np.flatnonzero(opened), flow)


def _sound(state: Opening, sites: Ints, flow: Floats) -> tuple[Ints, Floats]:
    """Return a plan without the solver's rounding; no sites if that took too much."""
    none = np.empty(0, dtype=np.intp), flow
    if not len(sites) or (flow.sum(axis=1) < 0.5).any():
        return none
    if state.room is None or state.demands is None or state.whole:
        serves = flow.argmax(axis=1)
        if state.room is None:
            serves = sites[state.cost[:, sites].argmin(axis=1)]
        flow[:] = 0.0
        flow[np.arange(len(flow)), serves] = 1.0
    flow /= flow.sum(axis=1, keepdims=True)
    if state.room is None or state.demands is None:
        return sites, flow
    fits = state.demands @ flow <= state.room * (1 + ROUNDING) + ROUNDING
    return (sites, flow) if fits.all() else none
