"""The regions of given offices that are best under some rates of exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.criteria import PULLING
from planner.model.solving.scores import points, sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.control import Control
    from planner.siting.problem import Siting
    from planner.siting.question import SitingResult

MOST = 100
"""Ways to divide the country between the offices that are looked at."""

STEP = 1e-7
"""Relative gain from which other regions count as better."""


class OwnRegions:
    """The ways to divide the country between given offices that are best under some rates.

    Where one criterion alone hangs on the regions there is one way. Where two do, only what the
    one is worth in the other counts, and the ways are found from end to end: between two of them
    another is sought that is better where they are as good (Aneja and Nair, 1979). Where more do,
    or soft limits are weighed too, only the way that was given is known.

    Parameters
    ----------
    given : SitingResult
        The offices with the regions that are best by the question.
    names : sequence of str
        The goals.

    Attributes
    ----------
    ways : list of SitingResult
        The given one first.
    complete : bool
        Whether no way is missing that is best under some rates.
    """

    def __init__(
        self, siting: Siting, given: SitingResult, names: Sequence[str], control: Control
    ) -> None:
        self._siting, self._control = siting, control
        self._given = given
        self.ways = [given]
        pulled = [name for name in names if name in PULLING]
        soft = any(not limit.hard for limit in siting.instance.scenario.limits.values())
        self.complete = len(pulled) < 2 or (len(pulled) == 2 and not soft)
        if len(pulled) == 2 and not soft:
            self._between(pulled)

    def _between(self, names: Sequence[str]) -> None:
        """Find the ways from the best by the first criterion to the best by the second."""
        first, second = names
        todo = [(self._best({first: 1.0}, second), self._best({second: 1.0}, first))]
        found = {self._key(one, names): one for one in todo[0]}
        while todo and len(found) <= MOST:
            left, right = todo.pop()
            a, b = (np.array(self._key(one, names)) for one in (left, right))
            gain = np.abs(a - b)
            if (gain <= STEP * np.maximum(1.0, np.abs(a))).any():
                continue
            weights = {first: float(gain[1]), second: float(gain[0])}
            best = self._best({n: w * points(n) for n, w in weights.items()})
            value, even = (
                float(np.dot(self._key(one, names), list(weights.values()))) for one in (best, left)
            )
            if value < even - STEP * max(1.0, abs(even)):
                found[self._key(best, names)] = best
                todo += [(left, best), (best, right)]
        self.complete = not todo
        found.pop(self._key(self._given, names), None)
        self.ways += found.values()

    def _key(self, result: SitingResult, names: Sequence[str]) -> tuple[float, ...]:
        """Return two criteria turned so that less is better, shares in percentage points."""
        return tuple(round(sign(n) * points(n) * result.criteria[n], 9) for n in names)

    def _best(self, shares: Mapping[str, float], then: str = "") -> SitingResult:
        i = self._siting.instance
        return self._siting.solve(
            shares,
            require=self._given.sites,
            forbid=[code for code in i.sites if code not in self._given.sites],
            then=(then,) if then else (),
            control=self._control,
        )
