"""The share of principals who are far from their office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, PerUnit, assigned, travelled

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Decisions, Floats, Ints, Numbers


def _beyond(i: Numbers) -> Floats:
    return i.beyond(i.beyond_km) / i.total


def share_beyond(_p: LpProblem, i: Numbers, v: Decisions, _rows: Rows) -> LpAffineExpression:
    """Share of principals farther than thresholds.beyond_km from their office."""
    return assigned(v, _beyond(i))


def share_far(i: Numbers, served_by: Ints) -> float:
    """Return the share of principals farther than the threshold, by who serves each unit."""
    km, count = travelled(i, i.km, served_by)
    return int(count[km > i.beyond_km + 1e-9].sum()) / int(count.sum())


SHARE_BEYOND = Criterion(
    name="share_beyond",
    unit="share",
    better="min",
    definition="principals farther than `thresholds.beyond_km` from their office",
    symbols="sum_{u,j} w[u] far[u,j] serve[u,j] / sum_u w[u], far the share of a unit's principals "
    "who are beyond",
    measure=lambda i, outcome: share_far(i, outcome.served_by[-1]),
    expression=share_beyond,
    price=PerUnit(_beyond),
    moved_by=("principals",),
)
