"""How far it is to an office from anywhere in the country."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, PerPlace
from planner.criteria.late import np, pulp

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem, LpVariable

    from planner.criteria.base import Rows
    from planner.criteria.reads import Decisions, Floats, Numbers, Outcome


def _near(i: Numbers) -> Floats:
    return i.km / len(i.km)


def spread(p: LpProblem, i: Numbers, v: Decisions, rows: Rows) -> LpAffineExpression:
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


def _nearest(i: Numbers, outcome: Outcome) -> float:
    return float(i.km[:, list(outcome.offices[-1])].min(axis=1).mean())


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
    price=PerPlace(_near),
)
