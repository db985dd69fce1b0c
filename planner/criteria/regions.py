"""What regions are like: in one piece, along county borders, alike in size."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, loads, office_counts
from planner.criteria.late import pulp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Ints, Numbers, Solution, Variables


def county_splits(p: LpProblem, i: Numbers, v: Variables, rows: Rows) -> LpAffineExpression:
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


def _split(i: Numbers, solution: Solution) -> float:
    offices: dict[str, set[int]] = {}
    for county, j in zip(i.unit_county, solution.served_by[-1], strict=True):
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


def region_parts(i: Numbers, served_by: Ints) -> dict[int, list[list[int]]]:
    """Return, for each office, the connected parts of its region in the border graph.

    Nodes are counties at county level, municipalities otherwise; parts are sorted, the
    largest first. A region in one piece has one part.
    """
    near = defaultdict[int, set[int]](set)
    for a, b in i.node_links:
        near[a].add(b)
        near[b].add(a)
    regions: dict[int, set[int]] = {}
    for u, j in enumerate(served_by):
        regions.setdefault(int(j), set()).add(int(i.node_of_unit[u]))
    return {j: _parts(near, regions[j]) for j in sorted(regions)}


def _parts(near: Mapping[int, set[int]], nodes: set[int]) -> list[list[int]]:
    # For so few nodes: networkx takes longer to import than all plans take to measure.
    found = []
    while nodes:
        part, ring = set[int](), {min(nodes)}
        while ring:
            part |= ring
            ring = set[int]().union(*(near[node] for node in ring)) & nodes - part
        nodes = nodes - part
        found.append(sorted(part))
    return sorted(found, key=lambda part: (-len(part), part))


def _in_one_piece(i: Numbers, solution: Solution) -> float:
    parts = region_parts(i, solution.served_by[-1])
    return int(all(len(pieces) == 1 for pieces in parts.values()))


CONTIGUOUS = Criterion(
    name="contiguous",
    unit="yes or no",
    better="max",
    definition="1 where every region is connected by neighbours: a border, or a road, bridge or "
    "ferry where no chain of borders joins its ends (an island); else 0",
    symbols="a rule, `units.contiguous`",
    measure=_in_one_piece,
    asked=False,
)


def balance(p: LpProblem, i: Numbers, v: Variables, rows: Rows) -> LpAffineExpression:
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


def _over_mean(i: Numbers, solution: Solution) -> float:
    load = loads(i, solution.served_by[-1])
    return float(load.max() * len(solution.offices[-1]) / i.total)


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


def largest_region(p: LpProblem, i: Numbers, v: Variables, rows: Rows) -> LpAffineExpression:
    """Principals of the largest region: z >= sum_u w[u] serve[T,u,j] for every site j.

    Some region has at least the mean over as many offices as there may be, and the unit with most
    principals is in one: z is at least both, which no parts of units in the relaxation can lower.
    """
    z = p.add_variable("largest_region", least_load(i, i.most), i.total)
    for j in range(len(v.open[-1])):
        load = pulp.lpSum_vars_coefs(
            (served[j], int(w)) for served, w in zip(v.serve[-1], i.weight, strict=True) if w
        )
        rows.append(z >= load)
    return 1 * z


def least_load(i: Numbers, offices: int) -> int:
    """Return what the largest region has at least, with so many offices at most."""
    return max(math.ceil(i.total / offices), int(i.weight.max()))


def _largest(i: Numbers, solution: Solution) -> float:
    return int(loads(i, solution.served_by[-1]).max())


LARGEST_REGION = Criterion(
    name="largest_region",
    unit="principals",
    better="min",
    definition="who belong to the largest region",
    symbols="z >= sum_u w[u] serve[u,j] for every site j",
    measure=_largest,
    expression=largest_region,
    moved_by=("principals",),
)
