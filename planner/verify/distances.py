"""Exact distances over the road table: Dijkstra's algorithm on whole numbers."""

import heapq
import math
from collections.abc import Iterable
from fractions import Fraction

from planner.errors import InputError, Problem
from planner.message import say

ROADS = "travel/roads.csv"


class Distances:
    """The least km, or the least minutes, between seats.

    Lengths are scaled to whole numbers by their common denominator, so that sums and
    comparisons are exact; distances are found from one seat at a time, when first asked for.

    Parameters
    ----------
    codes : iterable of str
        All seats.
    links : iterable of (str, str, Fraction)
        Two seats and the length between them, the same both ways.

    Attributes
    ----------
    scale : int
        The common denominator.
    number : dict of str to int
        The place of each seat in lists.
    """

    def __init__(self, codes: Iterable[str], links: Iterable[tuple[str, str, Fraction]]) -> None:
        table = list(links)
        self.scale = math.lcm(*(length.denominator for _, _, length in table))
        self._order = sorted(codes)
        self.number = {code: number for number, code in enumerate(self._order)}
        self._beside: list[list[tuple[int, int]]] = [[] for _ in self._order]
        for a, b, length in table:
            start, end, steps = (
                self.number[a],
                self.number[b],
                length.numerator * (self.scale // length.denominator),
            )
            self._beside[start].append((end, steps))
            self._beside[end].append((start, steps))
        self._known: dict[str, list[int]] = {}

    def __call__(self, a: str, b: str) -> Fraction:
        """Return the distance between two seats; quick where many ask for the same `b`."""
        return Fraction(self.steps(b)[self.number[a]], self.scale)

    def steps(self, start: str) -> list[int]:
        """Return the distances between a seat and every seat, times `scale`.

        Raises
        ------
        InputError
            If no road leads to one of them.
        """
        if start not in self._known:
            self._known[start] = self._search([start])
        return self._known[start]

    def nearest(self, starts: Iterable[str]) -> dict[str, Fraction]:
        """Return the distance between every seat and the nearest of some.

        Raises
        ------
        InputError
            If no road leads from any of them to one of the seats.
        """
        steps = self._search(starts)
        return {code: Fraction(steps[n], self.scale) for code, n in self.number.items()}

    def _search(self, starts: Iterable[str]) -> list[int]:
        unreached = math.inf
        far: list[float] = [unreached] * len(self._order)
        queue = [(0, self.number[start]) for start in sorted(starts)]
        for _, at in queue:
            far[at] = 0
        while queue:
            steps, at = heapq.heappop(queue)
            if steps > far[at]:
                continue
            for beside, more in self._beside[at]:
                if steps + more < far[beside]:
                    far[beside] = steps + more
                    heapq.heappush(queue, (steps + more, beside))
        lost = [self._order[n] for n, steps in enumerate(far) if steps == unreached]
        if lost:
            expected = say("a road or ferry that leads here")
            raise InputError([Problem(ROADS, None, "", code, expected) for code in lost])
        return [int(steps) for steps in far]
