"""The exact frontier between two or three criteria: the plans that no other plan beats."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.control import Control
from planner.criteria import SITES_ALONE
from planner.errors import InfeasibleScenario, InputError, Problem, SolverStopped
from planner.message import say
from planner.model.solving.optimise import PROVED
from planner.model.solving.scores import sign
from planner.siting.frontier import STEP, TwoPhases, fits
from planner.siting.question import WEIGHABLE, Aim, SitingResult

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from planner.model.instance import Floats
    from planner.siting.problem import Siting


@dataclass(frozen=True)
class Frontier:
    """The plans that no other plan is at least as good as on every criterion and better on one.

    Attributes
    ----------
    points : tuple of SitingResult
        From the best to the worst on the first criterion, then on the next.
    complete : bool
        Whether every point of the frontier is there.
    aim : Aim
        The scenario's own optimum, and what it is best by.
    sharing : tuple of (int or None)
        How many sets of offices share the values of each point, where all can be priced.
    asked : SitingResult or None
        The set of offices that was asked about, with the regions that are best by the scenario's
        own objective; None if it is forbidden.
    """

    siting: Siting
    criteria: tuple[str, ...]
    points: tuple[SitingResult, ...]
    complete: bool
    aim: Aim
    sharing: tuple[int | None, ...] = ()
    asked: SitingResult | None = None

    @property
    def best(self) -> SitingResult:
        """The scenario's own optimum."""
        return self.aim.best

    def values(self, result: SitingResult) -> Floats:
        """Return a plan's criteria turned so that less is better, shape (k,)."""
        return np.array([sign(name) * result.criteria[name] for name in self.criteria])

    @cached_property
    def table(self) -> Floats:
        """The points' criteria turned so that less is better, shape (n, k)."""
        return np.array([self.values(point) for point in self.points])

    def beating(self, result: SitingResult) -> SitingResult | None:
        """Return the point that beats a plan and is the best by the question's own sum.

        None where no point is as good on every criterion and better on one.
        """
        own = self.values(result)
        slack = STEP * np.maximum(1.0, np.abs(own))
        gains = own - self.table
        better = (gains >= -slack).all(axis=1) & (gains > slack).any(axis=1)
        found = [self.points[int(n)] for n in np.flatnonzero(better)]
        # Of those that are alike to rounding the first, as ever.
        return min(
            found, key=lambda p: round(self.aim.yardstick.value(p.criteria), 6), default=None
        )


def find_frontier(
    siting: Siting,
    criteria: Sequence[str],
    *,
    asked: Collection[str] = (),
    control: Control | None = None,
) -> Frontier:
    """Find every point of the frontier between two or three criteria.

    Two criteria that the location engine can trade are traced by the two-phase method
    (`planner.siting.frontier`), unless every set of offices can be priced.

    Else each point is a lexicographic optimum under bounds on the others, so none is only weakly
    efficient, and its values are measured from its sites. Two criteria: the bound on the second
    steps down from each point to the next. Three: the two are traced under a bound on the third,
    which then steps below the worst third value found; what is skipped over is beaten by a point
    found already.

    Parameters
    ----------
    criteria : sequence of str
        Two or three of `WEIGHABLE`.
    asked : collection of str
        Codes of a set of offices to see beside the frontier.
    control : Control, optional
        An interrupt or a limit ends the tracing in good order; its gap is set to 0.

    Returns
    -------
    Frontier

    Raises
    ------
    InputError
        If the criteria are not two or three that can be traded.
    InfeasibleScenario, SolverStopped
        If there is no first point.

    References
    ----------
    Özlen and Azizoğlu, "Multi-objective integer programming: a general approach for generating
    all non-dominated solutions", European Journal of Operational Research 199, 2009;
    Mavrotas and Florios, AUGMECON2, Applied Mathematics and Computation 219, 2013.
    """
    check_criteria(criteria)
    control = control or Control()
    control.gap = 0.0
    aim = siting.aim(control)
    # Before the tracing, so that an interrupt does not lose it.
    beside = siting.with_offices(asked, control) if asked else None
    # Criteria that the sites alone decide are cheapest to bound, so the others come first.
    order = sorted(criteria, key=lambda name: name in SITES_ALONE)
    if not siting.prices.few and fits(siting.instance, order):
        found, complete = _by_medians(siting, order, control)
    else:
        trace = _Trace(siting, order, control)
        complete, found = trace.run(), trace.found
    if not found:
        raise SolverStopped(control.limit(), say("no point of the frontier was found yet"))
    unique = {tuple(each.criteria[name] for name in criteria): each for each in found}
    points = _unbeaten(list(unique.values()), criteria)
    sharing = tuple(_sharing(siting, order, point) for point in points)
    return Frontier(siting, tuple(criteria), points, complete, aim, sharing, beside)


def check_criteria(criteria: Sequence[str]) -> None:
    """Refuse anything but two or three different criteria that can be traded.

    Raises
    ------
    InputError
    """
    problems = [
        Problem("--criteria", None, "", name, say("criteria among {}", ", ".join(WEIGHABLE)))
        for name in criteria
        if name not in WEIGHABLE
    ]
    if not 2 <= len(set(criteria)) == len(criteria) <= 3:
        expected = say("two or three different criteria")
        problems.append(Problem("--criteria", None, "", ",".join(criteria), expected))
    if problems:
        raise InputError(problems)


def _by_medians(
    siting: Siting, order: Sequence[str], control: Control
) -> tuple[list[SitingResult], bool]:
    """Trace two criteria by the two-phase method; what grew too large for it by bounds."""
    traced = TwoPhases(siting.instance, order, control).run()
    found: list[SitingResult] = []
    for point in traced.points:
        if not found or point.values[1] <= _below(order[1], found[-1].criteria[order[1]]):
            found.append(siting.finished(point.found(), "p-median"))
    trace, complete = _Trace(siting, order, control), not traced.stopped
    for triangle in traced.unfinished:
        corner = triangle.right.values[0], triangle.left.values[1]
        bounds = {n: _below(n, value) for n, value in zip(order, corner, strict=True)}
        complete = complete and trace.inside(bounds)
    return found + trace.found, complete


class _Trace:
    """The points found so far, by lexicographic solves under bounds."""

    def __init__(self, siting: Siting, order: Sequence[str], control: Control) -> None:
        self._siting, self._order, self._control = siting, list(order), control
        self.found: list[SitingResult] = []

    def run(self) -> bool:
        """Trace the frontier; False where a limit came first."""
        if len(self._order) == 2:
            return self.inside({})
        try:
            third, bounds = self._order[2], dict[str, float]()
            while line := list(self._line(bounds)):
                worst = max(sign(third) * each.criteria[third] for each in line)
                bounds = {third: _below(third, sign(third) * worst)}
        except SolverStopped:
            return False
        return True

    def inside(self, bounds: dict[str, float]) -> bool:
        """Trace the frontier of two criteria within bounds; False where a limit came first."""
        try:
            for _ in self._line(bounds):
                pass
        except SolverStopped:
            return False
        return True

    def _line(self, bounds: dict[str, float]) -> Iterator[SitingResult]:
        """Yield the frontier of the first two criteria under a bound on the third."""
        first, second, *rest = self._order
        own = dict(bounds)
        while True:
            if self._control.stopped():
                raise SolverStopped(self._control.limit(), say("stopped on the way"))
            self._control.progress(f"{len(self.found)} points", own.get(second), None)
            try:
                found = self._siting.solve(
                    {first: 1.0}, bounds=own, then=(second, *rest), control=self._control
                )
            except InfeasibleScenario:
                if not self.found and not own:
                    raise
                return
            if found.reason not in PROVED:
                raise SolverStopped(self._control.limit(), say("a limit came before a point"))
            self.found.append(found)
            yield found
            own = {**bounds, second: _below(second, found.criteria[second])}


def _below(name: str, value: float) -> float:
    """Return the bound that is just better than a value."""
    return value - sign(name) * STEP * max(1.0, abs(value))


def _unbeaten(found: list[SitingResult], criteria: Sequence[str]) -> tuple[SitingResult, ...]:
    """Keep one of the points that are the same, and none that a bound let through by rounding."""
    rows = np.array([[sign(name) * each.criteria[name] for name in criteria] for each in found])
    order = np.lexsort(rows.T[::-1])
    slack = STEP * np.maximum(1.0, np.abs(rows))
    kept: list[int] = []
    for n in order:
        beaten = any((rows[m] <= rows[n] + slack[n]).all() for m in kept)
        if not beaten:
            kept.append(int(n))
    return tuple(found[n] for n in kept)


def _sharing(siting: Siting, order: Sequence[str], point: SitingResult) -> int | None:
    """Count the sets of offices that have a point's values, where all can be priced."""
    first, *others = order
    bounds = {name: _loosely(name, point.criteria[name]) for name in others}
    try:
        priced = siting.priced_sets({first: 1.0}, bounds=bounds)
    except InfeasibleScenario:
        return None
    if priced is None:
        return None
    most = sign(first) * _loosely(first, point.criteria[first])
    return int((priced[1] <= most).sum())


def _loosely(name: str, value: float) -> float:
    """Return the bound that a value keeps, and any that counts as the same."""
    return value + sign(name) * STEP * max(1.0, abs(value))
