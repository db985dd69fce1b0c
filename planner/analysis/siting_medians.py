"""Siting questions that are a p-median, handed to the location engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analysis.families import SUMS, sum_cost
from planner.analysis.siting_ways import Found, Query
from planner.location.listing import list_p_medians
from planner.location.median import solve_p_median
from planner.model.solution import Solution
from planner.model.solve import Control, StageReason, stage_reason

if TYPE_CHECKING:
    from planner.location.kernels import Ints
    from planner.model.instance import Floats, Instance


def median_fits(i: Instance, query: Query) -> bool:
    """Tell whether a question is a p-median with terms for municipalities and sites."""
    s = i.scenario
    possible = {*SUMS, "spread", "university_minutes", "university_beyond"}
    return (
        s.offices.fewest == s.offices.most
        and not (query.bounds or query.excluded or query.then or s.limits or s.units.contiguous)
        and bool(query.objective)
        and not set(query.objective) - possible
        and bool(np.isfinite(i.university_minutes).all())
    )


@dataclass(frozen=True)
class Median:
    """A question as a p-median: costs, shape (points, sites), and what they leave out.

    Municipalities are points too, for the spread. A site's own cost f becomes a point that pays
    F - f less where the site is open, F the greatest of them: the sum is F p short of the cost.
    """

    cost: Floats
    constant: float
    asked: dict[str, Any]


def as_median(i: Instance, query: Query) -> Median:
    """Return a question for which `median_fits` holds as a p-median."""
    p = i.scenario.offices.most
    share = query.objective
    rows = [sum((share[n] * sum_cost(i, n) for n in SUMS if n in share), np.zeros(i.unit_km.shape))]
    keys = [(0, unit) for unit in i.units]
    if "spread" in share:
        rows.append(share["spread"] * i.km / len(i.km))
        keys += [(1, code) for code in i.municipalities]
    far = i.university_minutes > i.scenario.thresholds.university_limit.value + 1e-9
    own = share.get("university_minutes", 0.0) / p * i.university_minutes
    own = own + share.get("university_beyond", 0.0) * far
    top = float(own.max())
    if top > 0:
        saved = top - own
        rows.append(np.where(np.eye(len(own), dtype=bool), 0.0, saved[:, None]))
        keys += [(2, code) for code in i.sites]
    asked = {
        "required": sorted({j for j, r in enumerate(i.roles) if r != "candidate"} | query.require),
        "excluded": sorted(query.forbid),
        "point_keys": keys,
        "site_keys": i.sites,
    }
    constant = float(own.sum()) - top * len(own) + top * p if top > 0 else 0.0
    return Median(np.concatenate(rows), constant, asked)


def p_median(i: Instance, query: Query, control: Control) -> Found:
    """Answer a question for which `median_fits` holds."""
    median = as_median(i, query)
    found = solve_p_median(
        median.cost, i.scenario.offices.most, time_limit=control.remaining(), **median.asked
    )
    objective, bound = found.objective + median.constant, found.bound + median.constant
    reason = "optimal" if found.proven else stage_reason(objective, bound, control)
    return Found(_solution(i, found.open, found.assignment), objective, bound, reason)


def near_medians(
    i: Instance, query: Query, worst: float, most: int, control: Control
) -> tuple[list[Found], float]:
    """List the sets of offices that answer a question with at most some objective, best first.

    Parameters
    ----------
    i : Instance
    query : Query
        One for which `median_fits` holds.
    worst : float
        The greatest objective.
    most : int
        Sets to list at most.
    control : Control

    Returns
    -------
    tuple of list and float
        The sets, and what no other set is below; infinite where there is no other.
    """
    median = as_median(i, query)

    def go_on(found: int, bound: float) -> bool:
        control.progress(f"set {found}", bound + median.constant, None)
        return not control.stopped()

    listing = list_p_medians(
        median.cost,
        i.scenario.offices.most,
        worst - median.constant,
        most=most,
        go_on=go_on,
        **median.asked,
    )
    bound = listing.bound + median.constant
    found = []
    for one in listing.plans:
        value = one.objective + median.constant
        reason: StageReason = "optimal" if value <= bound else control.limit()
        solution = _solution(i, one.open, one.assignment)
        found.append(Found(solution, value, min(value, bound), reason))
    return found, bound


def _solution(i: Instance, offices: tuple[int, ...], assignment: Ints) -> Solution:
    return Solution((offices,), assignment[None, : len(i.units)].astype(np.int64))
