"""What is found of a plan that is asked about: under which rates it can be the best, or why not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

from planner.model.solving.scores import Yardstick, points, sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from planner.model.instance import Floats
    from planner.siting.problem import Siting
    from planner.siting.question import Aim, SitingResult


FARTHEST = 100.0
"""How many times the question's own a rate may become, or what part of it: a goal that counts a
hundredth of what it did counts for next to nothing."""

CLOSE = 1e-7
"""Relative step to which the nearest rates are closed in on."""

SAME = 1e-9
"""Difference of two amounts that rounding can make."""


@dataclass(frozen=True)
class Room:
    """The rates that are looked at, by goal; the leading one is first and its rate is 1.

    Attributes
    ----------
    asked : numpy.ndarray, shape (k,)
        The question's own rates; 0 for a goal that was let in.
    least, most : numpy.ndarray, shape (k,)
    """

    asked: Floats
    least: Floats
    most: Floats

    @property
    def own(self) -> npt.NDArray[np.bool_]:
        """The goals that the question itself weighs, shape (k,)."""
        return self.asked > 0

    def within(self, factor: float) -> Room:
        """Return the room in which no own rate is more than so many times off."""
        low, high = self.asked / factor, self.asked * factor
        low[0] = high[0] = 1.0
        return replace(
            self,
            least=np.where(self.own, np.maximum(self.least, low), self.least),
            most=np.where(self.own, np.minimum(self.most, high), self.most),
        )

    def factor(self, rates: Floats) -> float:
        """Return how many times off the own rate that is farthest off is, at least 1."""
        ratio = rates[self.own] / self.asked[self.own]
        return float(np.maximum(ratio, 1 / ratio).max())

    def change(self, rates: Floats) -> float:
        """Return the sum of the relative changes; a goal that was let in counts by its most."""
        return float((np.abs(rates - self.asked) / self._steps).sum())

    @property
    def _steps(self) -> Floats:
        return np.where(self.own, self.asked, self.most)

    def least_changed(self, cuts: Floats) -> Floats | None:
        """Return the rates r of the room with cuts r <= 0 and the least `change`, or None.

        Parameters
        ----------
        cuts : numpy.ndarray, shape (n, k)
            A row a rival: how much worse the plan is on each goal.
        """
        k = len(self.asked)
        eye = np.eye(k)
        rows = np.vstack(
            [
                np.hstack([eye, -eye]),
                np.hstack([-eye, -eye]),
                np.hstack([_cleaned(cuts), np.zeros((len(cuts), k))]),
            ]
        )
        limits = np.concatenate([self.asked, -self.asked, np.zeros(len(cuts))])
        cost = np.concatenate([np.zeros(k), 1 / self._steps])
        bounds = [*zip(self.least, self.most, strict=True), *[(0, None)] * k]
        if (self.least > self.most).any():
            return None
        solved = linprog(cost, rows, limits, bounds=bounds, method="highs-ds")
        if solved.status != 0:
            return None
        found: Floats = np.clip(solved.x[:k], self.least, self.most)
        return found

    def nearest(self, cuts: Floats, below: float = FARTHEST) -> Floats | None:
        """Return the rates with cuts r <= 0 and the least `factor`, then the least `change`.

        None where that factor is not below the one given.
        """
        if not self._has(cuts, below):
            return None
        low, high = 0.0, log(below)
        if self._has(cuts, 1.0):
            high = 0.0
        while high - low > CLOSE:
            middle = (low + high) / 2
            low, high = (low, middle) if self._has(cuts, exp(middle)) else (middle, high)
        return self.within(exp(high)).least_changed(cuts)

    def _has(self, cuts: Floats, factor: float) -> bool:
        return self.within(factor).least_changed(cuts) is not None

    def alone(self, cuts: Floats, k: int) -> tuple[float, float] | None:
        """Return from where to where one rate keeps cuts r <= 0, the others as in the question."""
        others = self.asked.copy()
        others[k] = 0.0
        rest, slope = cuts @ others, cuts[:, k]
        flat = np.abs(slope) <= SAME
        if (rest[flat] > SAME * max(1.0, float(np.abs(others).max()))).any():
            return None
        ends = -rest[~flat] / slope[~flat]
        low = float(max([self.least[k], *ends[slope[~flat] < 0]]))
        high = float(min([self.most[k], *ends[slope[~flat] > 0]]))
        if low > high + CLOSE * max(1.0, high):
            return None
        return low, max(low, high)


def better_mix(cuts: Floats, room: Room) -> Floats | None:
    """Return shares of rivals whose mix is nowhere worse and better on an own goal, or None.

    The mix that is the most better, counted by the question's rates. It is the proof that under
    no rates, all above zero, the plan is as good as every rival.
    """
    count, _ = cuts.shape
    solved = linprog(
        -(_cleaned(cuts) @ room.asked),
        -_cleaned(cuts).T,
        np.zeros(cuts.shape[1]),
        np.ones((1, count)),
        [1.0],
        method="highs-ds",
    )
    if solved.status != 0 or -solved.fun <= SAME:
        return None
    mix: Floats = np.where(solved.x > SAME, solved.x, 0.0)
    return mix / mix.sum()


def _cleaned(cuts: Floats) -> Floats:
    return np.where(np.abs(cuts) > SAME, cuts, 0.0)


TOLERANCE = 1e-6
"""By how much, relative to the sum, another plan must win to count as better."""

EQUAL = 1e-6
"""Difference below which two plans count as equal on a goal, in the unit told."""


@dataclass(frozen=True)
class Verdict:
    """Whether a plan's offices can be the best, and under which rates.

    Rates are in the unit of the question's sum for one unit of a goal, shares by the percentage
    point; the leading goal is first, and its rate is 1. None is looked at that is more than
    `FARTHEST` times off the question's own, so that every goal of the question counts.

    Attributes
    ----------
    plan : SitingResult
        The offices asked about, with the regions that are best by the question.
    criteria : tuple of str
        The goals: the question's own, then those that were let in.
    room : Room
        The question's rates, 0 for goals that were let in, and how far others are looked for.
    rates : numpy.ndarray or None, shape (k,)
        The nearest rates under which the offices are the best: the greatest factor by which one
        changes is least, then the sum of relative changes. None where there are none.
    inside : numpy.ndarray or None, shape (k,)
        The same among the rates inside the scenario's ranges.
    alone : mapping of str to (float, float) or None
        Goal -> from where to where its rate makes the offices the best, all others as in the
        question; None where no rate of it does.
    rivals : tuple of SitingResult
        The plans that had to be ruled out; a proof of both kinds of answer.
    confirmed : SitingResult or None
        The best plan by the scenario's model under `rates`: no better than the offices.
    tied_sets : int or None
        Sets of offices that are as good under `rates`, this one among them, where all can be
        priced.
    dominated_by : SitingResult or None
        Where there are no rates: a plan at least as good on every goal and better on one of the
        question's own, if one there is.
    mix : numpy.ndarray or None, shape (rivals,)
        Where there are no rates: shares of the rivals whose mean is so.
    all_regions : bool
        Whether every way to divide the country between the offices was looked at that is best
        under some rates.
    complete : bool
        False where a limit came before the answer.
    """

    siting: Siting
    aim: Aim
    plan: SitingResult
    criteria: tuple[str, ...]
    room: Room
    rates: Floats | None = None
    inside: Floats | None = None
    alone: Mapping[str, tuple[float, float] | None] = field(default_factory=dict)
    rivals: tuple[SitingResult, ...] = ()
    confirmed: SitingResult | None = None
    tied_sets: int | None = None
    dominated_by: SitingResult | None = None
    mix: Floats | None = None
    all_regions: bool = True
    complete: bool = True

    @property
    def ties(self) -> tuple[SitingResult, ...]:
        """The rivals with other offices that are as good under the nearest rates."""
        if self.rates is None or self.confirmed is None:
            return ()
        least = float(self.amounts(self.confirmed) @ self.rates)
        near = 10 * TOLERANCE * max(1.0, abs(least))
        others = (one for one in self.rivals if one.sites != self.plan.sites)
        return tuple(one for one in others if self.amounts(one) @ self.rates <= least + near)

    @property
    def is_best(self) -> bool:
        """Whether the offices are the best by the question's own rates."""
        return self.rates is not None and np.allclose(
            self.rates, self.room.asked, rtol=1e-6, atol=0
        )

    def within_ranges(self, rates: Floats) -> bool:
        """Tell whether rates are inside the ranges that the scenario gives its own."""
        given = self.aim.yardstick.scenario.objective.rates
        return all(
            given[name].low - EQUAL <= rate <= given[name].high + EQUAL
            for name, rate, own in zip(self.criteria, rates, self.room.own, strict=True)
            if own and name in given
        )

    def amounts(self, result: SitingResult) -> Floats:
        """Return a plan's goals in the units told, less being better, shape (k,).

        What soft limits are off is a part of the leading one's.
        """
        return amounts_of(self.aim.yardstick, self.criteria, result)

    def steps(self, result: SitingResult) -> Floats:
        """Return how much worse the plan is than another on each goal, shape (k,)."""
        return self.amounts(self.plan) - self.amounts(result)


def amounts_of(yardstick: Yardstick, names: Sequence[str], result: SitingResult) -> Floats:
    """Return some goals of a plan as `Verdict.amounts` does."""
    found: Floats = np.array([points(n) * sign(n) * result.criteria[n] for n in names])
    parts = yardstick.parts(result.criteria)
    found[0] += sum(part for name, part in parts.items() if name not in yardstick.shares)
    return found
