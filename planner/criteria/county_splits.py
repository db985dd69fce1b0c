"""Counties that more than one office serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria.base import Criterion
from planner.criteria.late import pulp

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Decisions, Numbers, Outcome


def county_splits(p: LpProblem, i: Numbers, v: Decisions, rows: Rows) -> LpAffineExpression:
    """Counties served by more than one office: a count.

    home[c,j] = 1 for one office a county; split[c] >= serve[T,u,j] - home[c,j] for u in c.
    """
    if i.whole_counties:
        return pulp.lpSum([])
    splits, sites = [], range(len(v.open[-1]))
    for c, county in enumerate(sorted(set(i.unit_county))):
        home = [p.add_variable(f"home_{c}_{j}", 0, 1, "Binary") for j in sites]
        split = p.add_variable(f"split_{c}", 0, 1)
        rows.append(pulp.lpSum(home) == 1)
        for u in (u for u, of in enumerate(i.unit_county) if of == county):
            rows.extend(split >= v.serve[-1][u][j] - home[j] for j in sites)
        splits.append(split)
    return pulp.lpSum(splits)


def _split(i: Numbers, outcome: Outcome) -> float:
    offices: dict[str, set[int]] = {}
    for county, j in zip(i.unit_county, outcome.served_by[-1], strict=True):
        offices.setdefault(county, set()).add(int(j))
    return sum(len(serving) > 1 for serving in offices.values())


COUNTY_SPLITS = Criterion(
    name="county_splits",
    unit="counties",
    better="min",
    definition="served by more than one office",
    symbols="split[c] >= serve[u,j] - home[c,j] for u in c, one home a county",
    measure=_split,
    expression=county_splits,
)
