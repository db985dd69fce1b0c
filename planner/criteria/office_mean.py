"""A mean over the open offices of what each of them has: a ratio, made linear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.criteria.base import office_counts
from planner.criteria.late import pulp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Better, Rows
    from planner.criteria.reads import Decisions, Numbers

SYMBOLS = (
    "n z >= sum_j value[j] open[j] - M (1 - is[n]) for every number n of offices that the scenario "
    "allows (n z <= where more is better), one binary is[n] saying which holds"
)


@dataclass(frozen=True)
class OfficeMean:
    """The mean of a value over the open offices that count.

    Attributes
    ----------
    name : str
        Of the criterion, and of its variables.
    values : mapping of int to float
        The value of each site that counts.
    better : "min" or "max"
    """

    name: str
    values: Mapping[int, float]
    better: Better

    def expression(self, p: LpProblem, i: Numbers, v: Decisions, rows: Rows) -> LpAffineExpression:
        """Mean of a site's value over the open offices that count, exact for any number of them.

        With the number n of offices free, z >= sum_j value_j open_j / n - M (1 - is_n) for every n.
        """
        values, opened = self.values, v.open[-1]
        top = max(values.values(), default=0.0)
        if self.better == "max":
            top = max(top, 1.0)  # a share that counts no office is whole
        z = p.add_variable(self.name, 0, max(top, 1e-9))
        total = pulp.lpSum_vars_coefs((opened[j], each) for j, each in values.items() if each)
        largest = float(sum(sorted(values.values(), reverse=True)[: i.most]))
        numbers = range(i.fewest - (len(opened) - len(values)), i.most + 1)
        for n, other in office_counts(p, rows, self.name, [opened[j] for j in values], numbers):
            if self.better == "min":
                rows.append(n * z >= total - largest * other)
            else:
                rows.append(n * z <= total + n * top * other)
        return 1 * z
