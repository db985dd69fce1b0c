"""The criteria as linear expressions of the decisions, each with its unit.

Each function returns the expression of one criterion in the last period (the rollout
complete) and adds the auxiliary variables that it needs. The expressions are exact at an
optimum of the direction that is better; what a finished plan scores is measured from its
assignments in planner.model.measures, never read from here.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from pulp import LpVariable, lpSum, lpSum_vars_coefs

from planner.model import rollout

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pulp
    from pulp import LpAffineExpression

    from planner.model.instance import Floats, Instance
    from planner.model.variables import Variables

    Rows = list[LpAffineExpression]
    Criterion = Callable[[pulp.LpProblem, Instance, Variables, Rows], LpAffineExpression]


def _assigned(i: Instance, v: Variables, cost: Floats) -> LpAffineExpression:
    """sum_{u,j} cost[u,j] serve[T,u,j] / principals."""
    scaled = cost / i.total
    return lpSum_vars_coefs(
        (v.serve[-1][u][j], float(scaled[u, j])) for u, j in np.argwhere(scaled)
    )


def mean_km(_p: pulp.LpProblem, i: Instance, v: Variables, _rows: Rows) -> LpAffineExpression:
    """Mean km: sum_{u,j} km[u,j] serve[T,u,j] / principals, one way, weighted by principals."""
    return _assigned(i, v, i.unit_km)


def mean_minutes(_p: pulp.LpProblem, i: Instance, v: Variables, _rows: Rows) -> LpAffineExpression:
    """Minutes: as mean_km, along the fastest road."""
    return _assigned(i, v, i.unit_minutes)


def share_beyond(_p: pulp.LpProblem, i: Instance, v: Variables, _rows: Rows) -> LpAffineExpression:
    """Share of principals farther than thresholds.beyond_km from their office."""
    return _assigned(i, v, i.unit_beyond)


def max_km(p: pulp.LpProblem, i: Instance, v: Variables, rows: Rows) -> LpAffineExpression:
    """Farthest principal, z km: z >= sum_j farthest[u,j] serve[T,u,j] for every u."""
    z = p.add_variable("max_km", 0, float(i.unit_farthest.max()))
    for u in range(len(i.units)):
        rows.append(
            z
            >= lpSum_vars_coefs(
                (v.serve[-1][u][j], float(i.unit_farthest[u, j])) for j in range(len(i.sites))
            )
        )
    return 1 * z


def spread(p: pulp.LpProblem, i: Instance, v: Variables, rows: Rows) -> LpAffineExpression:
    """Mean km from a municipal seat to the nearest office, over municipalities, unweighted.

    The radius formulation (Garcia, Labbe and Marin, INFORMS J. Computing 23, 2011): with the
    distinct distances D_1 < D_2 < ... of a municipality, the nearest office is at
    D_1 + sum_k (D_{k+1} - D_k) none[S_k], where none[S] >= 1 - sum_{j in S} open[T,j] says that
    no site of S = {j: d_j <= D_k} is open. Municipalities with the same S share the variable.
    """
    always = {j for j, role in enumerate(i.end_roles) if role != "candidate"}
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
        rows.append(none >= 1 - lpSum(v.open[-1][j] for j in near_sites))
        terms.append((none, gap / len(i.km)))
    return lpSum_vars_coefs(terms) + constant / len(i.km)


def min_separation_km(
    p: pulp.LpProblem, i: Instance, v: Variables, rows: Rows
) -> LpAffineExpression:
    """Closest pair of offices, z km: z <= d[j,k] + (D - d[j,k]) (2 - open_j - open_k).

    One office is no pair and counts as 0 km: z <= D (sum_j open_j - 1).
    """
    longest = float(i.site_km.max())
    z = p.add_variable("min_separation_km", 0, longest)
    if i.scenario.offices.fewest == 1:
        rows.append(z <= longest * (lpSum(v.open[-1]) - 1))
    for j in range(len(i.sites)):
        for k in range(j + 1, len(i.sites)):
            d = float(min(i.site_km[j, k], i.site_km[k, j]))
            rows.append(z <= d + (longest - d) * (2 - v.open[-1][j] - v.open[-1][k]))
    return 1 * z


def university_minutes(
    p: pulp.LpProblem, i: Instance, v: Variables, rows: Rows
) -> LpAffineExpression:
    """Minutes from an office to the nearest campus with teacher education, mean over offices."""
    return _mean_over_offices(p, i, v, rows, "university_minutes", i.university_minutes)


def university_beyond(
    _p: pulp.LpProblem, i: Instance, v: Variables, _rows: Rows
) -> LpAffineExpression:
    """Offices farther than thresholds.university_limit from teacher education: a count."""
    limit = i.scenario.thresholds.university_limit.value
    far = np.flatnonzero(i.university_minutes > limit + 1e-9)
    return lpSum(v.open[-1][j] for j in far)


def spsm_share(p: pulp.LpProblem, i: Instance, v: Variables, rows: Rows) -> LpAffineExpression:
    """Share of offices in a town with the sister agency, those in own premises apart."""
    return _mean_over_offices(
        p, i, v, rows, "spsm_share", i.spsm.astype(float), apart=i.own, better="max"
    )


def county_splits(p: pulp.LpProblem, i: Instance, v: Variables, rows: Rows) -> LpAffineExpression:
    """Counties served by more than one office: a count.

    home[c,j] = 1 for one office a county; split[c] >= serve[T,u,j] - home[c,j] for u in c.
    """
    if i.scenario.units.level == "county":
        return lpSum([])
    splits = []
    for c, county in enumerate(sorted(set(i.unit_county))):
        home = [p.add_variable(f"home_{c}_{j}", 0, 1, "Binary") for j in range(len(i.sites))]
        split = p.add_variable(f"split_{c}", 0, 1)
        rows.append(lpSum(home) == 1)
        for u in (u for u, of in enumerate(i.unit_county) if of == county):
            rows.extend(split >= v.serve[-1][u][j] - home[j] for j in range(len(i.sites)))
        splits.append(split)
    return lpSum(splits)


def balance(p: pulp.LpProblem, i: Instance, v: Variables, rows: Rows) -> LpAffineExpression:
    """Principals of the largest region over the mean: z >= n load_j / principals."""
    z = p.add_variable("balance", 0, i.scenario.offices.most)
    share = i.weight / i.total
    loads = [
        lpSum_vars_coefs((v.serve[-1][u][j], float(share[u])) for u in range(len(i.units)))
        for j in range(len(i.sites))
    ]
    fewest, most = i.scenario.offices.fewest, i.scenario.offices.most
    for n, other in _office_counts(p, v.open[-1], fewest, most, rows, "balance"):
        rows.extend(z >= n * load - n * other for load in loads)
    return 1 * z


def _mean_over_offices(  # noqa: PLR0913 - one place for the two criteria that are ratios
    p: pulp.LpProblem,
    i: Instance,
    v: Variables,
    rows: Rows,
    name: str,
    value: Floats,
    *,
    apart: Sequence[bool] | np.ndarray | None = None,
    better: str = "min",
) -> LpAffineExpression:
    """Mean of a site's value over the open offices that count, exact for any number of them.

    With the number n of offices free, z >= sum_j value_j open_j / n - M (1 - is_n) for every n.
    """
    counted = [j for j in range(len(i.sites)) if apart is None or not apart[j]]
    top = float(max((value[j] for j in counted), default=0.0))
    if better == "max":
        top = max(top, 1.0)  # a share that counts no office is whole
    z = p.add_variable(name, 0, max(top, 1e-9))
    total = lpSum_vars_coefs((v.open[-1][j], float(value[j])) for j in counted if value[j])
    offices = [v.open[-1][j] for j in counted]
    most, fewest = i.scenario.offices.most, i.scenario.offices.fewest
    largest = float(sum(sorted((float(value[j]) for j in counted), reverse=True)[:most]))
    lowest = fewest - (len(i.sites) - len(counted))
    for n, other in _office_counts(p, offices, lowest, most, rows, name):
        if better == "min":
            rows.append(n * z >= total - largest * other)
        else:
            rows.append(n * z <= total + n * top * other)
    return 1 * z


def _office_counts(  # noqa: PLR0913 - one place for what depends on the number of offices
    p: pulp.LpProblem,
    offices: Sequence[LpVariable],
    fewest: int,
    most: int,
    rows: Rows,
    name: str,
) -> list[tuple[int, LpAffineExpression]]:
    """Pairs (n, 1 - is_n): is_n = 1 when n of these offices are open; n = 0 counts nothing."""
    numbers = range(max(0, fewest), min(most, len(offices)) + 1)
    chosen = {n: p.add_variable(f"{name}_is_{n}", 0, 1, "Binary") for n in numbers}
    rows.append(lpSum(chosen.values()) == 1)
    rows.append(lpSum(offices) == lpSum(n * x for n, x in chosen.items()))
    return [(n, 1 - x) for n, x in chosen.items() if n]


def cost_msek(_p: pulp.LpProblem, i: Instance, v: Variables, _rows: Rows) -> LpAffineExpression:
    """MSEK over all periods."""
    return lpSum(rollout.cost_msek(i, v, t) for t in range(len(i.periods)))


def waiting(_p: pulp.LpProblem, i: Instance, v: Variables, _rows: Rows) -> LpAffineExpression:
    """Principal-months until the first dialogue."""
    return rollout.waiting(i, v)


def unmet(_p: pulp.LpProblem, i: Instance, v: Variables, _rows: Rows) -> LpAffineExpression:
    """Principals who would take part but get no dialogue: a count."""
    work, _, _ = rollout.needs(i, v)
    return lpSum(work.unmet)


EXPRESSIONS: dict[str, Criterion] = {
    "mean_km": mean_km,
    "mean_minutes": mean_minutes,
    "share_beyond": share_beyond,
    "max_km": max_km,
    "spread": spread,
    "min_separation_km": min_separation_km,
    "university_minutes": university_minutes,
    "university_beyond": university_beyond,
    "spsm_share": spsm_share,
    "county_splits": county_splits,
    "balance": balance,
    "cost_msek": cost_msek,
    "waiting": waiting,
    "unmet": unmet,
}
"""Criterion -> its expression. p95_km is a bound on the share beyond it: see build.py."""
