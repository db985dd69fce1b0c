"""Columns, rows and the least of a sum: what a program for scipy is made of."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Iterable

    Terms = list[tuple[int, float]]

OPTIMAL, INFEASIBLE = 0, 2
"""What scipy says: the least was found, there is no solution."""


class Columns:
    """Columns with their bounds, and rows over them."""

    def __init__(self) -> None:
        self.low: list[float] = []
        self.high: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[Terms, float, float]] = []

    def new(self, high: float = math.inf, low: float = 0.0, *, whole: bool = False) -> int:
        """Add a column."""
        self.low.append(low)
        self.high.append(high)
        self.whole.append(whole)
        return len(self.low) - 1

    def row(self, terms: Terms, low: float = -math.inf, high: float = math.inf) -> None:
        """Add a row: low <= sum of terms <= high."""
        self.rows.append((terms, low, high))

    def solve(self, terms: Terms, held: Iterable[tuple[Terms, float]] = ()) -> np.ndarray | None:
        """Make a sum least with others at most at their values; None where there is no way.

        Presolve is off: with it HiGHS 1.15 calls some of these programs infeasible that are not.
        """
        rows = [*self.rows, *((kept, -math.inf, most) for kept, most in held)]
        cost = np.zeros(len(self.low))
        for column, number in terms:
            cost[column] += number
        where = [
            (r, column, number) for r, (each, _, _) in enumerate(rows) for column, number in each
        ]
        at, columns, numbers = (np.array(x) for x in zip(*where, strict=True))
        matrix = csr_array((numbers.astype(float), (at, columns)), (len(rows), len(cost)))
        found = milp(
            cost,
            integrality=np.array(self.whole, dtype=int),
            bounds=Bounds(self.low, self.high),
            constraints=LinearConstraint(matrix, [r[1] for r in rows], [r[2] for r in rows]),
            options={"mip_rel_gap": 0.0, "presolve": False},
        )
        if found.status == INFEASIBLE:
            return None
        assert found.status == OPTIMAL, found.message
        return found.x
