"""The frontier between two criteria where the location engine serves: the two-phase method.

One weighted p-median after another finds the points on the lower left hull. In the triangle between
two of them every set of offices is listed that costs less, in the weighted sum that gives both the
same, than the corners the known points leave; of each set, every way to serve the units from it
that no other beats. As points come the corners move in, and the list ends where they do.

References
----------
Aneja and Nair, "Bicriteria transportation problem", Management Science 25, 1979: the hull.
Ulungu and Teghem, "The two phases method", Foundations of Computing and Decision Sciences 20, 1995.
Przybylski, Gandibleux and Ehrgott, "Two phase algorithms for the bi-objective assignment problem",
European Journal of Operational Research 185, 2008: ranking, and the corners that move in.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from planner.criteria.reads import Solution
from planner.siting.assignments import Assignments
from planner.siting.median_form import PMedian, as_median, median_fits
from planner.siting.question import Found, Query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.control import Control
    from planner.location.result import Start
    from planner.model.instance import Instance, Ints

STEP = 1e-6
"""Relative difference below which two values of a criterion count as the same."""
ROUNDING = 1e-9
"""Relative difference that sums in another order may make."""
MOST_SETS = 1_000_000
"""Sets of offices that are kept in one triangle."""
MOST_NODES = 20_000
"""Nodes of a triangle's search after which it is left to another way: some minutes' work."""


def fits(i: Instance, names: Sequence[str]) -> bool:
    """Tell whether two criteria can be traded by the engine alone."""
    return len(names) == 2 and median_fits(i, _query(dict.fromkeys(names, 1.0)))


def _query(objective: Mapping[str, float]) -> Query:
    return Query({name: share for name, share in objective.items() if share})


@dataclass(frozen=True)
class Point:
    """A plan and its two values, both the less the better."""

    values: tuple[float, float]
    offices: tuple[int, ...]
    served_by: Ints = field(compare=False)

    def found(self) -> Found:
        """Return the plan as the best by the first criterion that has no more of the second."""
        solution = Solution((self.offices,), self.served_by[None, :])
        return Found(solution, self.values[0], self.values[0], "optimal")


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
    control : Control
        An interrupt or a limit ends the search in good order.
    """

    def __init__(self, i: Instance, names: Sequence[str], control: Control) -> None:
        self._i, self._names, self._control = i, tuple(names), control
        self._assignments = Assignments(i, names)
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

    def _median(self, weights: tuple[float, float]) -> PMedian:
        return as_median(self._i, _query(dict(zip(self._names, weights, strict=True))))

    def _solve(self, weights: tuple[float, float]) -> Point | None:
        """Return the best set by a weighted sum; None where a limit came first."""
        if self._control.stopped():
            return None
        found = self._median(weights).best(self._start, self._control)
        self._start = found.start
        if not found.proven:
            return None
        values, served_by = self._assignments.best(found.open, weights)
        return Point(values, found.open, served_by)

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
                even = _price(weights, left.values)
                slack = ROUNDING * abs(even - self._median(weights).constant)
                if _price(weights, best.values) < even - slack:
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
        median = self._median(weights)
        nodes, crowded = 0, False

        def limit() -> float:
            """Return what a set between two known points costs at most."""
            return -median.constant + max(
                _price(weights, (after.values[0], before.values[1] - _step(before.values[1])))
                for before, after in pairwise(chain)
            )

        def narrow(offices: tuple[int, ...]) -> float:
            nonlocal crowded
            plans = self._assignments.every(offices, weights, limit() + median.constant)
            crowded = crowded or plans is None
            for values, served_by in plans or ():
                new = Point(values, offices, served_by)
                inside = triangle.left.values[0] < new.values[0] < triangle.right.values[0]
                if inside and not any(_beats(point, new) for point in chain):
                    chain[:] = [point for point in chain if not _beats(new, point)]
                    insort(chain, new, key=lambda point: point.values)
            return limit()

        def go_on(_found: int, _bound: float) -> bool:
            nonlocal nodes
            nodes += 1
            return not crowded and nodes <= MOST_NODES and not self._control.stopped()

        listing = median.within(limit(), MOST_SETS, go_on, start=triangle.start, narrow=narrow)
        done = listing.bound > limit() and not crowded
        # Whatever beats a point costs less: below the bound all that is listed is unbeaten.
        known = [
            point
            for point in chain[1:-1]
            if done or _price(weights, point.values) - median.constant <= listing.bound
        ]
        return [] if crowded else known, done


def _normal(left: Point, right: Point) -> tuple[float, float]:
    """Return the weights of the sum that is the same for two points; they sum to one."""
    high, wide = left.values[1] - right.values[1], right.values[0] - left.values[0]
    return high / (high + wide), wide / (high + wide)


def _price(weights: tuple[float, float], values: tuple[float, float]) -> float:
    return weights[0] * values[0] + weights[1] * values[1]


def _step(value: float) -> float:
    return STEP * max(1.0, abs(value))


def _beats(one: Point, other: Point) -> bool:
    """Tell whether one point is at least as good as another by both criteria."""
    return one.values[0] <= other.values[0] and one.values[1] <= other.values[1]
