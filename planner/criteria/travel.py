"""How far principals travel to their office: means, a share, a percentile, the farthest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, PerUnit, Share, travelled
from planner.criteria.late import np, pulp

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Floats, Ints, Numbers, Solution, Variables


_KM = PerUnit(lambda i: i.unit_km / i.total)
_MINUTES = PerUnit(lambda i: i.unit_minutes / i.total)
_BEYOND = PerUnit(lambda i: i.beyond(i.beyond_km) / i.total)


def _mean(i: Numbers, table: Floats, solution: Solution) -> float:
    there, count = travelled(i, table, solution.served_by[-1])
    return float((there * count).sum() / int(count.sum()))


WORDS = "one way from the municipal seat to the office, mean over principals"
SYMBOLS = "sum_{u,j} w[u] d[u,j] serve[u,j] / sum_u w[u]"

MEAN_KM = Criterion(
    name="mean_km",
    unit="km",
    better="min",
    definition=f"{WORDS}, by the shortest road",
    symbols=SYMBOLS,
    measure=lambda i, solution: _mean(i, i.km, solution),
    expression=_KM.expression,
    price=_KM,
    moved_by=("principals",),
)

MEAN_MINUTES = Criterion(
    name="mean_minutes",
    unit="min",
    better="min",
    definition=f"{WORDS}, by the fastest road",
    symbols=SYMBOLS,
    measure=lambda i, solution: _mean(i, i.minutes, solution),
    expression=_MINUTES.expression,
    price=_MINUTES,
    moved_by=("principals", "minutes"),
)


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
    measure=lambda i, solution: share_far(i, solution.served_by[-1]),
    expression=_BEYOND.expression,
    price=_BEYOND,
    moved_by=("principals",),
)


def max_km(p: LpProblem, i: Numbers, v: Variables, rows: Rows) -> LpAffineExpression:
    """Farthest principal, z km: z >= sum_j farthest[u,j] serve[T,u,j] for every u."""
    farthest = i.unit_farthest
    z = p.add_variable("max_km", 0, float(farthest.max()))
    for by_site, served in zip(farthest, v.serve[-1], strict=True):
        km = ((x, float(km)) for x, km in zip(served, by_site, strict=True))
        rows.append(z >= pulp.lpSum_vars_coefs(km))
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
    measure=lambda i, solution: farthest_km(i, solution.served_by[-1]),
    expression=max_km,
)


P95_SHARE = 0.05
"""Share of the principals that may be farther away than the percentile."""


def _percentile(i: Numbers, solution: Solution) -> float:
    return weighted_percentile(*travelled(i, i.km, solution.served_by[-1]), 1 - P95_SHARE)


def weighted_percentile(values: Floats, weights: Ints, share: float) -> float:
    """Return the smallest value that at least a share of the weight does not exceed."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    needed = share * reached[-1] - 1e-9
    return float(values[order][np.searchsorted(reached, needed)])


P95_KM = Criterion(
    name="p95_km",
    unit="km",
    better="min",
    definition="least distance within which 95 % of principals are",
    symbols="no expression; a limit X as: at most 5 % of the principals farther than X",
    measure=_percentile,
    share=Share(P95_SHARE, lambda i, limit_km: i.beyond(limit_km) / i.total),
    moved_by=("principals",),
)
