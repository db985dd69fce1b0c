"""The distance of the principal farthest from an office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, travelled
from planner.criteria.late import pulp

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Decisions, Ints, Numbers


def max_km(p: LpProblem, i: Numbers, v: Decisions, rows: Rows) -> LpAffineExpression:
    """Farthest principal, z km: z >= sum_j farthest[u,j] serve[T,u,j] for every u."""
    farthest = i.unit_farthest
    z = p.add_variable("max_km", 0, float(farthest.max()))
    for by_site, served in zip(farthest, v.serve[-1], strict=True):
        rows.append(
            z
            >= pulp.lpSum_vars_coefs((x, float(km)) for x, km in zip(served, by_site, strict=True))
        )
    return 1 * z


def farthest_km(i: Numbers, served_by: Ints) -> float:
    """Return the km of the principal farthest away, by who serves each unit."""
    km, count = travelled(i, i.km, served_by)
    return float(km[count > 0].max())


MAX_KM = Criterion(
    name="max_km",
    unit="km",
    better="min",
    definition="the farthest principal",
    symbols="z >= sum_j farthest[u,j] serve[u,j] for every u",
    measure=lambda i, outcome: farthest_km(i, outcome.served_by[-1]),
    expression=max_km,
)
