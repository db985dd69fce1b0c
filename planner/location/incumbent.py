"""The best plan so far, and what a plan must cost to be better."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.location.interchange import interchange
from planner.location.kernels import total

if TYPE_CHECKING:
    from planner.location.kernels import Floats, Ints

PROMISING = 1.02
"""A proposed plan within this factor of the best is worth an interchange."""


class Incumbent:
    """The best plan so far, and the cost a plan must stay under to be better.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (sites, points).
    fixed, free : numpy.ndarray
        Sites that are always open, and those that may open.
    whole : bool
        Whether every plan costs a whole number.
    deadline : float
        After this `time.monotonic` plans are priced, but not improved.
    """

    def __init__(
        self, cost: Floats, fixed: Ints, free: Ints, *, whole: bool, deadline: float = np.inf
    ) -> None:
        self._deadline = deadline
        self.cost, self.fixed, self.free, self.whole = cost, fixed, free, whole
        self.sites = np.empty(0, dtype=np.intp)
        self.value = self.ceiling = np.inf
        self._seen: set[bytes] = set()

    def threshold(self) -> float:
        """Return the cost below which a plan is of interest."""
        if self.whole:
            return min(self.ceiling, self.value - 1.0 + 1e-6)
        return min(self.ceiling, self.value - 1e-9 * abs(self.value))

    def glance(self, sites: Ints) -> None:
        """Price a plan; improve it by interchange only if it is the best yet."""
        if total(self.cost, sites) < self.value:
            self.offer(sites)

    def offer(self, sites: Ints, *, rounds: int = 1_000) -> None:
        """Price a plan; improve it by interchange if it is promising and new."""
        sites = np.sort(sites)
        key = sites.tobytes()
        if key in self._seen:
            return
        self._seen.add(key)
        value = total(self.cost, sites)
        if value < self.value * PROMISING:
            sites, value = interchange(
                self.cost, sites, self.free, rounds=rounds, deadline=self._deadline
            )
        if value < self.value:
            self.sites, self.value = sites, value
