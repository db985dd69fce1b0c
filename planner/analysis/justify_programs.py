"""Linear programs over rates of exchange: those under which no rival known so far is better."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.model.instance import Floats

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
