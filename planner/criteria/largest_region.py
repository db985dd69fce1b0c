"""The principals of the largest region, so that "at most 500 in a region" can be asked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, loads
from planner.criteria.late import pulp

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Decisions, Numbers, Outcome


def largest_region(p: LpProblem, i: Numbers, v: Decisions, rows: Rows) -> LpAffineExpression:
    """Principals of the largest region: z >= sum_u w[u] serve[T,u,j] for every site j.

    Some region has at least the mean over as many offices as there may be, and the unit with most
    principals is in one: z is at least both, which no parts of units in the relaxation can lower.
    """
    z = p.add_variable("largest_region", least_load(i, i.most), i.total)
    for j in range(len(v.open[-1])):
        load = pulp.lpSum_vars_coefs(
            (served[j], int(w)) for served, w in zip(v.serve[-1], i.weight, strict=True) if w
        )
        rows.append(z >= load)
    return 1 * z


def least_load(i: Numbers, offices: int) -> int:
    """Return what the largest region has at least, with so many offices at most."""
    return max(math.ceil(i.total / offices), int(i.weight.max()))


def _largest(i: Numbers, outcome: Outcome) -> float:
    return int(loads(i, outcome.served_by[-1]).max())


LARGEST_REGION = Criterion(
    name="largest_region",
    unit="principals",
    better="min",
    definition="who belong to the largest region",
    symbols="z >= sum_u w[u] serve[u,j] for every site j",
    measure=_largest,
    expression=largest_region,
    moved_by=("principals",),
)
