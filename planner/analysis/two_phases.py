"""The frontier between two criteria where the location engine serves: the two-phase method.

Every point is what some set of offices scores, so one weighted p-median after another finds the
points on the lower left hull, and in the triangle between two of them every set is listed that
costs less, in the weighted sum that gives both the same, than the corners the known points leave.
As points come the corners move in, and the list ends where they do.

References
----------
Aneja and Nair, "Bicriteria transportation problem", Management Science 25, 1979: the hull.
Ulungu and Teghem, "The two phases method", Foundations of Computing and Decision Sciences 20, 1995.
Przybylski, Gandibleux and Ehrgott, "Two phase algorithms for the bi-objective assignment problem",
European Journal of Operational Research 185, 2008: ranking, and the corners that move in.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from planner.analysis.families import SUMS, sum_cost
from planner.analysis.siting_medians import as_median, median_fits
from planner.analysis.siting_ways import Found, Query
from planner.location.listing import list_p_medians
from planner.location.median import solve_p_median
from planner.model.solution import Solution

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.location.result import Start
    from planner.model.instance import Floats, Instance
    from planner.model.solve import Control

STEP = 1e-6
"""Relative difference below which two values of a criterion count as the same."""
ROUNDING = 1e-9
"""Relative difference that sums in another order may make."""
MOST_SETS = 1_000_000
"""Sets of offices that are kept in one triangle."""
MOST_NODES = 20_000
"""Nodes of a triangle's search after which it is left to another way: some minutes' work."""
DIGITS = 12
"""Decimals to which points' costs, as shares of their greatest, are told apart."""


def fits(i: Instance, names: Sequence[str]) -> bool:
    """Tell whether two criteria can be traded by the engine alone.

    They can where a set of offices has one pair of values that no other assignment of units
    beats: where at most one of the criteria hangs on who serves whom, or where for each unit the
    sites come in the same order by both, so that its best office by one is best by the other.
    """
    if len(names) != 2 or not median_fits(i, _query(names)):
        return False
    sums = [sum_cost(i, name) for name in names if name in SUMS]
    return len(sums) < 2 or _agree(*sums)


def _agree(first: Floats, second: Floats) -> bool:
    """Tell whether no row has two columns that one table orders one way, the other the other."""
    order = np.lexsort((second, first), axis=1)
    return bool((np.diff(np.take_along_axis(second, order, axis=1), axis=1) >= 0).all())


def _query(names: Iterable[str]) -> Query:
    none: frozenset[int] = frozenset()
    return Query(dict.fromkeys(names, 1.0), {}, none, none, (), ())


@dataclass(frozen=True)
class Point:
    """A set of offices and its two values, both the less the better."""

    values: tuple[float, float]
    offices: tuple[int, ...]


@dataclass(frozen=True)
class Triangle:
    """What lies between two neighbouring points of the hull and may hold others.

    Attributes
    ----------
    left, right : Point
        The better by the first criterion, and by the second.
    weights : tuple of float
        Of the sum that is the same for both; no set of offices has less.
    start : Start
        Of the p-median that proved it.
    """

    left: Point
    right: Point
    weights: tuple[float, float]
    start: Start


@dataclass(frozen=True)
class Traced:
    """What the two phases found.

    Attributes
    ----------
    points : tuple of Point
        Points that no set of offices beats, from the best by the first criterion on.
    unfinished : tuple of Triangle
        Where points may be missing since the search grew too large.
    stopped : bool
        Whether a limit came first.
    """

    points: tuple[Point, ...]
    unfinished: tuple[Triangle, ...]
    stopped: bool


class TwoPhases:
    """The frontier between two criteria for which `fits` holds.

    Parameters
    ----------
    i : Instance
    names : sequence of str
    control : Control
        An interrupt or a limit ends the search in good order.
    """

    def __init__(self, i: Instance, names: Sequence[str], control: Control) -> None:
        self._i, self._names, self._control = i, tuple(names), control
        self._p = i.scenario.offices.most
        self._parts = [as_median(i, _query([name])) for name in names]
        self._cost, self._load = _merged([part.cost for part in self._parts])
        self._required = [j for j, role in enumerate(i.roles) if role != "candidate"]
        self._start: Start | None = None

    def run(self) -> Traced:
        """Find every point, or as many as the limits allow."""
        points, triangles, stopped = self._hull()
        unfinished = []
        for triangle in triangles if not stopped else ():
            self._control.progress(f"{len(points)} points", None, None)
            inside, done = self._fill(triangle)
            points += inside
            if self._control.stopped():
                stopped = stopped or not done
                break
            if not done:
                unfinished.append(triangle)
        points.sort(key=lambda point: point.values)
        return Traced(tuple(points), tuple(unfinished), stopped)

    def found(self, point: Point) -> Found:
        """Return a point with the regions that are best by both criteria."""
        i, offices = self._i, np.array(point.offices)
        sums = [name for name in self._names if name in SUMS] or ["mean_km"]
        near = np.stack([sum_cost(i, name)[:, offices] for name in sums])
        least = near[0] == near[0].min(axis=1, keepdims=True)
        served_by = offices[np.where(least, near[-1], np.inf).argmin(axis=1)]
        solution = Solution((point.offices,), served_by[None, :])
        return Found(solution, point.values[0], point.values[0], "optimal")

    def _values(self, offices: tuple[int, ...]) -> tuple[float, float]:
        sites = list(offices)
        first, second = (
            float(part.cost[:, sites].min(axis=1).sum()) + part.constant for part in self._parts
        )
        return first, second

    def _price(self, weights: tuple[float, float], values: tuple[float, float]) -> float:
        """Return what the engine calls the cost of a weighted sum: less its constants."""
        pairs = zip(weights, values, self._parts, strict=True)
        return sum(weight * (value - part.constant) for weight, value, part in pairs)

    def _solve(self, weights: tuple[float, float]) -> Point | None:
        """Return the best set by a weighted sum; None where a limit came first."""
        if self._control.stopped():
            return None
        found = solve_p_median(
            self._cost,
            self._p,
            weights=np.array(weights) @ self._load,
            required=self._required,
            start=self._start,
            time_limit=self._control.remaining(),
        )
        self._start = found.start
        return Point(self._values(found.open), found.open) if found.proven else None

    def _hull(self) -> tuple[list[Point], list[Triangle], bool]:
        """Return the points of the hull, the triangles between them, and whether a limit came.

        The best by one criterion alone may be beaten by a set that is as good by it and better by
        the other: it goes when that set is found.
        """
        first, last = self._solve((1.0, 0.0)), self._solve((0.0, 1.0))
        if first is None or last is None:
            return [], [], True
        points, sure, triangles, at = [first, last], set[Point](), list[Triangle](), 0
        while at < len(points) - 1:
            left, right = points[at : at + 2]
            wide = right.values[0] - left.values[0] > _step(left.values[0])
            high = left.values[1] - right.values[1] > _step(left.values[1])
            if not wide and at == 0:
                del points[0]
            elif not high and at == len(points) - 2:
                del points[-1]
            elif not (wide and high):
                at += 1
            else:
                weights = _normal(left, right)
                best = self._solve(weights)
                if best is None or self._start is None:
                    return [point for point in points if point in sure], [], True
                even = self._price(weights, left.values)
                if self._price(weights, best.values) < even - ROUNDING * abs(even):
                    sure.add(best)
                    points.insert(at + 1, best)
                else:
                    sure |= {left, right}
                    triangles.append(Triangle(left, right, weights, self._start))
                    at += 1
        return points, triangles, False

    def _fill(self, triangle: Triangle) -> tuple[list[Point], bool]:
        """Return the points inside a triangle, and whether they are all."""
        chain, weights = [triangle.left, triangle.right], triangle.weights
        nodes = 0

        def limit() -> float:
            """Return what a set between two known points costs at most."""
            return max(
                self._price(weights, (after.values[0], before.values[1] - _step(before.values[1])))
                for before, after in pairwise(chain)
            )

        def narrow(offices: tuple[int, ...]) -> float:
            new = Point(self._values(offices), offices)
            inside = triangle.left.values[0] < new.values[0] < triangle.right.values[0]
            if inside and not any(_beats(point, new) for point in chain):
                chain[:] = [point for point in chain if not _beats(new, point)]
                insort(chain, new, key=lambda point: point.values)
            return limit()

        def go_on(_found: int, _bound: float) -> bool:
            nonlocal nodes
            nodes += 1
            return nodes <= MOST_NODES and not self._control.stopped()

        listing = list_p_medians(
            self._cost,
            self._p,
            limit(),
            most=MOST_SETS,
            weights=np.array(weights) @ self._load,
            required=self._required,
            start=triangle.start,
            narrow=narrow,
            go_on=go_on,
        )
        done = listing.bound > limit()
        # Whatever beats a point costs less: below the bound all that is listed is unbeaten.
        known = [
            point
            for point in chain[1:-1]
            if done or self._price(weights, point.values) <= listing.bound
        ]
        return known, done


def _merged(parts: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return the points of two criteria, and how much each weighs in each of them.

    Points whose costs differ by a factor alone choose alike: they are one point to the engine,
    which takes half the time where every municipality is in both criteria.

    Parameters
    ----------
    parts : sequence of numpy.ndarray
        The costs of each criterion, shape (points, sites).

    Returns
    -------
    tuple of numpy.ndarray
        Costs as shares of the greatest, shape (groups, sites); weights, shape (criteria, groups).
    """
    cost = np.concatenate(parts)
    part = np.repeat(np.arange(len(parts)), [len(rows) for rows in parts])
    top = cost.max(axis=1)
    cost, part, top = cost[top > 0], part[top > 0], top[top > 0]
    shares, group = np.unique(np.round(cost / top[:, None], DIGITS), axis=0, return_inverse=True)
    load = np.zeros((len(parts), len(shares)))
    np.add.at(load, (part, group.ravel()), top)
    return shares, load


def _normal(left: Point, right: Point) -> tuple[float, float]:
    """Return the weights of the sum that is the same for two points; they sum to one."""
    high, wide = left.values[1] - right.values[1], right.values[0] - left.values[0]
    return high / (high + wide), wide / (high + wide)


def _step(value: float) -> float:
    return STEP * max(1.0, abs(value))


def _beats(one: Point, other: Point) -> bool:
    """Tell whether one point is at least as good as another by both criteria."""
    return one.values[0] <= other.values[0] and one.values[1] <= other.values[1]
