"""How offices lie in the country: near everywhere, and apart from each other."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, PerPlace, PerSet
from planner.criteria.late import np, pulp

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem, LpVariable

    from planner.criteria.base import Rows
    from planner.criteria.reads import Floats, Numbers, Sets, Solution, Variables


def spread(p: LpProblem, i: Numbers, v: Variables, rows: Rows) -> LpAffineExpression:
    """Mean km from a municipal seat to the nearest office, over municipalities, unweighted.

    The radius formulation (Garcia, Labbe and Marin, INFORMS J. Computing 23, 2011): with the
    distinct distances D_1 < D_2 < ... of a municipality, the nearest office is at
    D_1 + sum_k (D_{k+1} - D_k) none[S_k], where none[S] >= 1 - sum_{j in S} open[T,j] says that
    no site of S = {j: d_j <= D_k} is open. Municipalities with the same S share the variable.
    """
    always = i.always_open
    constant, steps = 0.0, dict[tuple[int, ...], float]()
    for row in i.km:
        order = np.argsort(row, kind="stable")
        near: list[int] = []
        constant += float(row[order[0]])
        for j, following in itertools.pairwise(order):
            near.append(int(j))
            if near[-1] in always:
                break
            gap = float(row[following] - row[j])
            if gap > 0:
                key = tuple(sorted(near))
                steps[key] = steps.get(key, 0.0) + gap
    terms: list[tuple[LpVariable, float]] = []
    for number, (near_sites, gap) in enumerate(sorted(steps.items())):
        none = p.add_variable(f"none_{number}", 0, 1)
        rows.append(none >= 1 - pulp.lpSum(v.open[-1][j] for j in near_sites))
        terms.append((none, gap / len(i.km)))
    return pulp.lpSum_vars_coefs(terms) + constant / len(i.km)


def _nearest(i: Numbers, solution: Solution) -> float:
    return float(i.km[:, list(solution.offices[-1])].min(axis=1).mean())


SPREAD = Criterion(
    name="spread",
    unit="km",
    better="min",
    definition="from a municipal seat to the nearest office, mean over municipalities, unweighted",
    symbols="of a municipality D_1 + sum_k (D_{k+1} - D_k) none[S_k] over its distinct distances "
    "D, with none[S] >= 1 - sum of open over S, the sites within D_k (García, Labbé and Marín, "
    "INFORMS Journal on Computing 23, 2011)",
    measure=_nearest,
    expression=spread,
    price=PerPlace(lambda i: i.km / len(i.km)),
)


def min_separation_km(p: LpProblem, i: Numbers, v: Variables, rows: Rows) -> LpAffineExpression:
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


def _closest(i: Numbers, solution: Solution) -> float:
    """Km between the two closest offices; with one office, 0: there is no pair."""
    offices = list(solution.offices[-1])
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
