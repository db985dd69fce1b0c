"""At which value of one number another set of offices becomes the best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.analysis.sampling import value_of
from planner.model.solving.scores import points, sign
from planner.siting.question import shares_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.analysis.study import Factor
    from planner.siting.problem import Siting

    Sites = tuple[str, ...]

STEPS = 16
"""Equal steps in which a range is looked through before changes are closed in on."""

FINE = 1e-4
"""Share of the range to which a change is closed in on."""


@dataclass(frozen=True)
class Breakeven:
    """The best offices below and above a value of one factor.

    Attributes
    ----------
    unit : str
        Of the value.
    below, above : tuple of str
        Codes of the offices that are the best on either side.
    exact : bool
        True where no other change can lie between those found; False where the range was
        looked through in steps, and two changes within one step can cancel out unseen.
    """

    key: str
    value: float
    unit: str
    below: Sites
    above: Sites
    exact: bool


@dataclass(frozen=True)
class _Line:
    """The sum of one plan as a function of the rate: where it begins, and its slope."""

    sites: Sites
    start: float
    slope: float

    def at(self, rate: float) -> float:
        return self.start + self.slope * rate


def rate_changes(siting: Siting, factor: Factor) -> list[Breakeven]:
    """Find every value of a rate of exchange at which the best offices change, ascending.

    The sum of a plan is a straight line in the rate, and the least sum of all plans their lower
    envelope. Where two lines cross, a solve shows whether a third runs below; if none does, both
    are the best on their side of the crossing. Two plans may have the same offices and differ in
    who is served by whom, so the search ends at the same line, not at the same offices.

    Parameters
    ----------
    factor : Factor
        Of a rate, "objective.rates.NAME".

    References
    ----------
    Eisner and Severance, Journal of the ACM 23 (1976).
    """
    others = shares_of(siting.instance.scenario)
    name = factor.key.rpartition(".")[2]
    one = sign(name) * points(name)

    def line(rate: float) -> _Line:
        found = siting.solve({**others, name: abs(one) * rate})
        slope = one * found.criteria[name]
        return _Line(found.sites, value_of(siting, found) - slope * factor.value, slope)

    def search(low: float, left: _Line, high: float, right: _Line) -> list[Breakeven]:
        if abs(left.slope - right.slope) < 1e-12:
            return []
        crossing = (right.start - left.start) / (left.slope - right.slope)
        if not low < crossing < high:
            return []
        between, value = line(crossing), left.at(crossing)
        if between.at(crossing) < value - 1e-9 * max(1.0, abs(value)):
            return [
                *search(low, left, crossing, between),
                *search(crossing, between, high, right),
            ]
        if left.sites == right.sites:
            return []
        return [Breakeven(factor.key, crossing, factor.unit, left.sites, right.sites, exact=True)]

    return search(factor.low, line(factor.low), factor.high, line(factor.high))


def scanned_changes(factor: Factor, best: Callable[[float], Sites]) -> list[Breakeven]:
    """Look through a range in steps for changes of the best offices, and close in by bisection.

    Parameters
    ----------
    best : callable
        Value of the factor -> codes of the best offices.
    """
    width = factor.high - factor.low
    values = [factor.low + width * k / STEPS for k in range(STEPS + 1)]
    sites = [best(value) for value in values]
    found = []
    for k in range(STEPS):
        if sites[k] == sites[k + 1]:
            continue
        low, high, below, above = values[k], values[k + 1], sites[k], sites[k + 1]
        while high - low > FINE * width:
            middle = (low + high) / 2
            here = best(middle)
            low, high = (middle, high) if here == below else (low, middle)
            above = above if here == below else here
        found.append(
            Breakeven(factor.key, (low + high) / 2, factor.unit, below, above, exact=False)
        )
    return found
