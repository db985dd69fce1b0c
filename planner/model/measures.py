"""What a finished plan scores on every criterion, measured from who is served by which office.

Nothing here is read from the solver: only the open sites and the assignments are, so that a
wrong expression in the model can't hide in the figures it reports.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.model.instance import Floats, Instance, Ints
    from planner.model.solution import Solution


def measure(i: Instance, solution: Solution) -> dict[str, float]:
    """Measure every criterion of a solution.

    The criteria of siting are those of the last period, when the rollout is complete; cost,
    waiting and unmet are those of the whole horizon, where the scenario plans the work.

    Returns
    -------
    dict of str to float
        Kilometres, minutes, shares, counts, MSEK and principal-months, as in docs/model.md.
    """
    found = measure_sites(i, solution.offices[-1], solution.served_by[-1])
    if solution.work is None:
        return found
    unmet = i.target - solution.work.dialogues.sum(axis=0)
    months = (solution.work.dialogues * i.wait[:-1, None]).sum() + unmet.sum() * i.wait[-1]
    return found | {
        "cost_msek": float(period_costs(i, solution).sum()),
        "waiting": float(months),
        "unmet": float(round(unmet.sum(), 6)),
    }


def period_costs(i: Instance, solution: Solution) -> Floats:
    """Return the cost of each period in MSEK, shape (t,): staff, premises, openings, journeys."""
    work, money = solution.work, i.scenario.money
    if work is None or money is None:
        return np.zeros(len(i.periods))
    lent = money.sister_advisor.value if money.sister_advisor else 0.0
    before = {j for j, role in enumerate(i.roles) if role == "existing"}
    costs = np.zeros(len(i.periods))
    for t, offices in enumerate(solution.offices):
        yearly = (
            money.advisor.value * work.advisors[t].sum()
            + lent * work.pool[t].sum()
            + money.premises.value * len(offices)
        )
        journeys = i.journey_msek[np.arange(len(i.units)), solution.served_by[t]]
        costs[t] = (
            yearly * i.years[t]
            + money.opening.value * len(set(offices) - before)
            + money.closing.value * len(before - set(offices))
            + (journeys * work.dialogues[t]).sum()
        )
        before = set(offices)
    return costs


def measure_sites(i: Instance, offices: Sequence[int], served_by: Ints) -> dict[str, float]:
    """Measure the criteria of siting in one period.

    Parameters
    ----------
    i : Instance
    offices : sequence of int
        Open sites, as indices into `i.sites`; at least one.
    served_by : numpy.ndarray of int, shape (u,)
        The site that serves each unit.
    """
    unit, municipality, count = i.members.T
    site = served_by[unit]
    km, minutes = i.km[municipality, site], i.minutes[municipality, site]
    max_km, share_beyond = reach(i, served_by)
    total = int(count.sum())
    near = i.km[:, list(offices)].min(axis=1)
    counted = [j for j in offices if not i.own[j]]
    beyond = i.scenario.thresholds.university_limit.value
    campus = i.university_minutes[list(offices)]
    load = np.bincount(site, weights=count, minlength=len(i.sites))
    return {
        "mean_km": float((km * count).sum() / total),
        "mean_minutes": float((minutes * count).sum() / total),
        "p95_km": weighted_percentile(km, count, 0.95),
        "max_km": max_km,
        "share_beyond": share_beyond,
        "spread": float(near.mean()),
        "min_separation_km": _separation(i, offices),
        "university_minutes": float(campus.mean()),
        "university_beyond": int((campus > beyond + 1e-9).sum()),
        "spsm_share": sum(bool(i.spsm[j]) for j in counted) / len(counted) if counted else 1.0,
        "county_splits": _county_splits(i, served_by),
        "contiguous": int(all(len(parts) == 1 for parts in region_parts(i, served_by).values())),
        "balance": float(load.max() * len(offices) / total),
    }


def reach(i: Instance, served_by: Ints) -> tuple[float, float]:
    """Return the km of the principal farthest away, and the share farther than the threshold."""
    unit, municipality, count = i.members.T
    km = i.km[municipality, served_by[unit]]
    far = km > i.scenario.thresholds.beyond_km.value + 1e-9
    return float(km[count > 0].max()), int(count[far].sum()) / int(count.sum())


def weighted_percentile(values: np.ndarray, weights: np.ndarray, share: float) -> float:
    """Return the smallest value that at least a share of the weight does not exceed."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    needed = share * reached[-1] - 1e-9
    return float(values[order][np.searchsorted(reached, needed)])


def region_parts(i: Instance, served_by: Ints) -> dict[int, list[list[int]]]:
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


def _separation(i: Instance, offices: Sequence[int]) -> float:
    """Km between the two closest offices; with one office, 0: there is no pair."""
    if len(offices) < 2:
        return 0.0
    between = i.site_km[np.ix_(list(offices), list(offices))]
    return float(between[~np.eye(len(offices), dtype=bool)].min())


def _county_splits(i: Instance, served_by: Ints) -> int:
    offices: dict[str, set[int]] = {}
    for county, j in zip(i.unit_county, served_by, strict=True):
        offices.setdefault(county, set()).add(int(j))
    return sum(len(serving) > 1 for serving in offices.values())
