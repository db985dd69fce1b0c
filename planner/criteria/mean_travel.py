"""Mean distance and mean time from principals to their office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, PerUnit, assigned, travelled

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Decisions, Floats, Numbers, Outcome


def _km(i: Numbers) -> Floats:
    return i.unit_km / i.total


def _minutes(i: Numbers) -> Floats:
    return i.unit_minutes / i.total


def mean_km(_p: LpProblem, i: Numbers, v: Decisions, _rows: Rows) -> LpAffineExpression:
    """Mean km: sum_{u,j} km[u,j] serve[T,u,j] / principals, one way, weighted by principals."""
    return assigned(v, _km(i))


def mean_minutes(_p: LpProblem, i: Numbers, v: Decisions, _rows: Rows) -> LpAffineExpression:
    """Minutes: as mean_km, along the fastest road."""
    return assigned(v, _minutes(i))


def _mean(i: Numbers, table: Floats, outcome: Outcome) -> float:
    there, count = travelled(i, table, outcome.served_by[-1])
    return float((there * count).sum() / int(count.sum()))


WORDS = "one way from the municipal seat to the office, mean over principals"
SYMBOLS = "sum_{u,j} w[u] d[u,j] serve[u,j] / sum_u w[u]"

MEAN_KM = Criterion(
    name="mean_km",
    unit="km",
    better="min",
    definition=f"{WORDS}, by the shortest road",
    symbols=SYMBOLS,
    measure=lambda i, outcome: _mean(i, i.km, outcome),
    expression=mean_km,
    price=PerUnit(_km),
    moved_by=("principals",),
)

MEAN_MINUTES = Criterion(
    name="mean_minutes",
    unit="min",
    better="min",
    definition=f"{WORDS}, by the fastest road",
    symbols=SYMBOLS,
    measure=lambda i, outcome: _mean(i, i.minutes, outcome),
    expression=mean_minutes,
    price=PerUnit(_minutes),
    moved_by=("principals", "minutes"),
)
