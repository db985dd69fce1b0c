"""The p-median problem, solved exactly: open p sites so that points are near, in the weighted sum.

The stages, in order: points that can't be told apart are merged, a plan is found by greedy and
interchange, a Lagrangian bound fixes most sites open or closed, and what is left is searched.
"""

from __future__ import annotations

import math
import multiprocessing
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Unpack

import numpy as np

from planner.errors import SolverStopped
from planner.location.checks import Allowed, Canonical, Choices, check, unreached
from planner.location.interchange import Incumbent, Nearest, greedy
from planner.location.kernels import Floats, Ints, blocks
from planner.location.lagrange import Node
from planner.location.neighbourhoods import improve
from planner.location.result import MedianResult, Start
from planner.location.search import MedianSearch, linear_multipliers
from planner.message import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt


WHOLE_UP_TO = 1e9
"""Beyond this a total of whole numbers is not rounded: its bound is not exact enough for that."""


def solve_p_median(
    cost: npt.ArrayLike,
    p: int,
    *,
    start: Start | None = None,
    time_limit: float | None = None,
    **choices: Unpack[Choices],
) -> MedianResult:
    """Open exactly p sites so that the weighted sum of each point's least cost is smallest.

    Without a time limit the answer depends on the arguments alone, whatever the number of
    threads. Points and sites are sorted by their keys before anything is computed: with keys the
    same plan comes out whatever the order of rows and columns, also where plans tie. Without keys
    the order given counts, and another order may bring another of the tied plans, as may a
    `start`; the objective is the same.

    Parameters
    ----------
    cost : array_like
        Shape (points, sites): cost of serving each point from each site, zero or more; infinite
        where a site can't serve a point.
    p : int
        How many sites to open.
    weights : array_like, optional
        Shape (points,): weight of each point, zero or more; ones by default.
    required, excluded : sequence of int
        Sites that must be open, or closed.
    start : Start, optional
        From an earlier solve; makes this one faster, never wrong.
    time_limit : float, optional
        Seconds after which the best plan and bound so far are returned. A first plan is always
        made, so the whole can take somewhat longer.
    point_keys, site_keys : sequence, optional
        Sortable keys, no two alike, that name points and sites whatever their order.

    Returns
    -------
    MedianResult

    Raises
    ------
    InputError
        If the arguments don't fit together; lists every problem.
    InfeasibleScenario
        If no p sites reach every point.
    SolverStopped
        If the time was over before p sites that do were found.
    """
    began = time.monotonic()
    table = check("p-median", cost, p, **choices)
    problem = merge(table)
    fixed, free = table.fixed, table.free
    deadline = np.inf if time_limit is None else began + time_limit
    best = Incumbent(problem.cost, fixed, free, whole=problem.whole, deadline=deadline)
    multipliers, nodes = np.zeros(problem.cost.shape[1]), 0
    if p == 1 and not len(fixed):
        best.offer(free[[problem.cost[free].sum(axis=1).argmin()]])
        bound = best.value
    elif p - len(fixed) in {0, len(free)} or not problem.cost.shape[1]:
        best.offer(np.concatenate([fixed, free[: p - len(fixed)]]))
        bound = best.value
    else:
        search = MedianSearch(problem.cost, p, best, deadline)
        root = Node(fixed, free, _begin(problem, table, search, start))
        proof = search.prove(root, warm=start is not None)
        bound, multipliers, nodes = proof.bound, proof.multipliers, proof.nodes
    assignment, paid = table.assign(best.sites)
    proven = bound >= best.threshold() or bound >= best.value
    if problem.beyond is not None and np.isinf(paid).any():
        if proven or bound >= problem.beyond:
            raise unreached(p, int(np.isinf(paid).sum()))
        raise SolverStopped(
            "time_limit", say("no {} sites that reach every point were found yet", p)
        )
    objective = math.fsum(paid)
    if problem.whole:
        bound = objective if proven else math.ceil(bound - 1e-6)
    opened = table.named(best.sites)
    return MedianResult(
        open=opened,
        assignment=assignment,
        objective=objective,
        bound=min(bound, objective),
        proven=proven,
        seconds=time.monotonic() - began,
        nodes=nodes,
        start=Start(opened, problem.spread(multipliers, table)),
    )


def sharpen(cost: Floats, p: int, start: Start, **choices: Unpack[Choices]) -> Start:
    """Return the start that a p-median has left with multipliers as good as they can be.

    That takes longer than most solves: for many that begin there. Arguments as in
    `solve_p_median`.
    """
    table = check("p-median", cost, p, **choices)
    problem = merge(table)
    node = Node(table.fixed, table.free, problem.gather(start.multipliers, table))
    multipliers = linear_multipliers(problem.cost, p, node)
    return replace(start, multipliers=problem.spread(multipliers, table))


@dataclass(frozen=True)
class Merged:
    """The costs the search works on.

    `cost` has a row a site and a column a group of points with equal costs, weighted; `group`
    names each point's column, or -1 for a point without weight; `beyond` stands for infinity.
    """

    cost: Floats
    weight: Floats
    group: Ints
    whole: bool
    beyond: float | None

    def spread(self, multipliers: Floats, table: Canonical) -> Floats:
        """Return multipliers for each unit of weight, in the caller's order of points."""
        unit = np.append(multipliers / self.weight, 0.0)  # the last for points of no group
        out = np.empty(len(self.group))
        out[table.points] = unit[self.group]
        return out

    def gather(self, units: Floats, table: Canonical) -> Floats:
        """Return multipliers of the groups from those for each unit of weight."""
        taken = self.group >= 0
        each = (units[table.points] * table.weights)[taken]
        return np.bincount(self.group[taken], each, minlength=len(self.weight))


def merge(table: Canonical) -> Merged:
    """Weigh the costs, merge points whose costs are equal, and look for whole numbers."""
    heavy = np.flatnonzero(table.weights > 0)
    cost, weights = table.cost, table.weights[heavy]
    if len(heavy) < len(cost):  # whole matrices may fill the memory: none is copied needlessly
        cost = cost[heavy]
    # Equal rows have equal sums; only points whose sums are equal are compared in full.
    sums = cost.sum(axis=1)
    _, first, code = np.unique(sums, return_index=True, return_inverse=True)
    leader = first[code]
    same = leader == np.arange(len(heavy))
    follows = np.flatnonzero(~same)
    same[follows] = ~(cost[follows] == cost[leader[follows]]).all(axis=1)
    leader = np.where(same, np.arange(len(heavy)), leader)
    kept = np.flatnonzero(same)
    column = np.searchsorted(kept, leader)
    weight = np.bincount(column, weights, minlength=len(kept))
    group = np.full(len(table.weights), -1, dtype=np.intp)
    group[heavy] = column
    if len(kept) < len(cost):
        cost = cost[kept]
    cost = np.array(cost.T, order="C")
    cost *= weight
    beyond = None
    finite = np.isfinite(cost)
    if not finite.all():
        # More than any plan that reaches every point can cost.
        beyond = float(np.where(finite, cost, 0.0).max(axis=0).sum()) + 1.0
        cost[~finite] = beyond
    whole = cost.max(axis=0, initial=0.0).sum() <= WHOLE_UP_TO and all(
        (cost[rows] == np.rint(cost[rows])).all() for rows in blocks(*cost.shape)
    )
    return Merged(cost, weight, group, bool(whole), beyond)


def _begin(problem: Merged, table: Canonical, search: MedianSearch, start: Start | None) -> Floats:
    """Offer a first plan and return the first multipliers."""
    p, best, deadline = search.count, search.best, search.deadline
    if start is not None:
        sites = table.places(start.open_sites)
        allowed = np.isin(sites, np.concatenate([table.fixed, table.free])).all()
        if len(sites) == p and allowed and np.isin(table.fixed, sites).all():
            best.offer(sites, rounds=1)
    if not len(best.sites):
        best.offer(greedy(problem.cost, p, table.fixed, table.free, deadline=deadline))
        best.offer(improve(best, deadline))
    if start is not None and start.multipliers.any():
        return problem.gather(start.multipliers, table)
    # Between the nearest and the second nearest open site of a good plan.
    near = Nearest(problem.cost, best.sites)
    return (near.best + near.second) / 2.0


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
