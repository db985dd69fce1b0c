"""The distance between the two offices closest to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, PerSet
from planner.criteria.late import np, pulp

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Decisions, Floats, Numbers, Outcome, Sets


def min_separation_km(p: LpProblem, i: Numbers, v: Decisions, rows: Rows) -> LpAffineExpression:
    """Closest pair of offices, z km: z <= d[j,k] + (D - d[j,k]) (2 - open_j - open_k).

    One office is no pair and counts as 0 km: z <= D (sum_j open_j - 1).
    """
    longest = float(i.site_km.max())
    z = p.add_variable("min_separation_km", 0, longest)
    if i.fewest == 1:
        rows.append(z <= longest * (pulp.lpSum(v.open[-1]) - 1))
    for j in range(len(i.site_km)):
        for k in range(j + 1, len(i.site_km)):
            d = float(min(i.site_km[j, k], i.site_km[k, j]))
            rows.append(z <= d + (longest - d) * (2 - v.open[-1][j] - v.open[-1][k]))
    return 1 * z


def _closest(i: Numbers, outcome: Outcome) -> float:
    """Km between the two closest offices; with one office, 0: there is no pair."""
    offices = list(outcome.offices[-1])
    if len(offices) < 2:
        return 0.0
    between = i.site_km[np.ix_(offices, offices)]
    return float(between[~np.eye(len(offices), dtype=bool)].min())


def _of_sets(sets: Sets, site_km: Floats) -> Floats:
    """Km between the two closest offices: pairs from far to close, the last one stays."""
    either_way = np.minimum(site_km, site_km.T)
    pairs = np.argwhere(np.triu(np.ones_like(either_way, dtype=bool), 1))
    found = np.zeros(len(sets.sets))
    for j, k in pairs[np.argsort(-either_way[pairs[:, 0], pairs[:, 1]], kind="stable")]:
        found[sets.sets[:, j] & sets.sets[:, k]] = either_way[j, k]
    return found


MIN_SEPARATION_KM = Criterion(
    name="min_separation_km",
    unit="km",
    better="max",
    definition="between the two closest offices",
    symbols="z <= d[j,k] + (D - d[j,k]) (2 - open[j] - open[k]) for every pair, D the longest",
    measure=_closest,
    expression=min_separation_km,
    price=PerSet(lambda i: (i.site_km,), _of_sets),
    by_number=True,
)
