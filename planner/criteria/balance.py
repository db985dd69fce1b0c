"""How much larger the largest region is than the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, loads, office_counts
from planner.criteria.late import pulp

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Decisions, Numbers, Outcome


def balance(p: LpProblem, i: Numbers, v: Decisions, rows: Rows) -> LpAffineExpression:
    """Principals of the largest region over the mean: z >= n load_j / principals."""
    z = p.add_variable("balance", 0, i.most)
    share = i.weight / i.total
    shares = [
        pulp.lpSum_vars_coefs((served[j], float(share[u])) for u, served in enumerate(v.serve[-1]))
        for j in range(len(v.open[-1]))
    ]
    numbers = range(i.fewest, i.most + 1)
    for n, other in office_counts(p, rows, "balance", v.open[-1], numbers):
        rows.extend(z >= n * load - n * other for load in shares)
    return 1 * z


def _over_mean(i: Numbers, outcome: Outcome) -> float:
    load = loads(i, outcome.served_by[-1])
    return float(load.max() * len(outcome.offices[-1]) / i.total)


BALANCE = Criterion(
    name="balance",
    unit="times the mean",
    better="min",
    definition="principals of the largest region over the mean region",
    symbols="z >= n sum_u w[u] serve[u,j] / sum_u w[u] - n (1 - is[n]) for every site j and number "
    "n of offices, one binary is[n] saying which holds",
    measure=_over_mean,
    expression=balance,
    by_number=True,
    moved_by=("principals",),
)
