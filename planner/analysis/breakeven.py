"""At which value of one number another set of offices becomes the best."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.analysis.aims import shares_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.analysis.factors import Factor
    from planner.analysis.sampling import Runner

    Sites = tuple[str, ...]

STEPS = 16
"""Equal steps in which a range is looked through before changes are closed in on."""

FINE = 1e-4
"""Share of the range to which a change is closed in on."""


@dataclass(frozen=True)
class Change:
    """The best offices below and above a value of one factor.

    Attributes
    ----------
    key : str
    value : float
    below, above : tuple of str
        Codes of the offices that are the best on either side.
    exact : bool
        True where no other change can lie between those found; False where the range was
        looked through in steps, and two changes within one step can cancel out unseen.
    """

    key: str
    value: float
    below: Sites
    above: Sites
    exact: bool


def weight_changes(runner: Runner, factor: Factor) -> list[Change]:
    """Find every value of a weight at which the best offices change, ascending.

    With the scales of the payoff table given, each set's objective is a straight line in the
    weight and the best of all sets their lower envelope. Where two lines cross, a solve shows
    whether a third runs below; if none does, the crossing is a change.

    References
    ----------
    Eisner and Severance, Journal of the ACM 23 (1976).
    """
    siting = runner.siting({})
    base = shares_of(siting.instance.scenario)
    name = factor.key.rpartition(".")[2]
    per_weight = base[name] / factor.value

    def line(weight: float) -> tuple[Sites, float, float]:
        """Return the best sites at a weight, and their line: value at 0, slope."""
        found = siting.solve({**base, name: per_weight * weight})
        slope = per_weight * found.criteria[name]
        return found.sites, found.objective - slope * weight, slope

    def search(
        low: float,
        at_low: tuple[Sites, float, float],
        high: float,
        at_high: tuple[Sites, float, float],
    ) -> list[Change]:
        if at_low[0] == at_high[0] or abs(at_low[2] - at_high[2]) < 1e-12:
            return []
        crossing = (at_high[1] - at_low[1]) / (at_low[2] - at_high[2])
        if not low < crossing < high:
            return []
        between = line(crossing)
        value = at_low[1] + at_low[2] * crossing
        if between[1] + between[2] * crossing >= value - 1e-9 * max(1.0, abs(value)):
            return [Change(factor.key, crossing, at_low[0], at_high[0], exact=True)]
        return [*search(low, at_low, crossing, between), *search(crossing, between, high, at_high)]

    return search(factor.low, line(factor.low), factor.high, line(factor.high))


def scanned_changes(factor: Factor, best: Callable[[float], Sites]) -> list[Change]:
    """Look through a range in steps for changes of the best offices, and close in by bisection.

    Parameters
    ----------
    factor : Factor
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
        found.append(Change(factor.key, (low + high) / 2, below, above, exact=False))
    return found
