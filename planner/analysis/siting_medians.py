"""Siting questions that are a p-median, handed to the location engine."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.analysis.families import SUMS, Family, sum_cost
from planner.analysis.siting_ways import Found, Query, enumerated
from planner.location.listing import list_p_medians
from planner.location.median import solve_p_median
from planner.model.solution import Solution
from planner.model.solve import HOLD, Control, StageReason, stage_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.location.kernels import Ints
    from planner.location.result import Start
    from planner.model.instance import Floats, Instance


POSSIBLE = (*SUMS, "spread", "university_minutes", "university_beyond")
"""Criteria that a p-median with points for municipalities and sites can weigh."""
LIGHT = 0.01
"""How much the next criterion first weighs beside those that go before it, as a share."""
FEW = 20
"""Sets of offices that are as good up to which they are listed."""
TIED = 1e-9
"""Relative difference that the engine's proof leaves open."""


def median_fits(i: Instance, query: Query) -> bool:
    """Tell whether a question is a p-median with terms for municipalities and sites."""
    s = i.scenario
    return (
        s.offices.fewest == s.offices.most
        and not (query.bounds or query.excluded or s.limits or s.units.contiguous)
        and bool(query.objective)
        and {*query.objective, *query.then} <= set(POSSIBLE)
        and bool(np.isfinite(i.university_minutes).all())
    )


def same_medians(one: Instance, other: Instance) -> bool:
    """Tell whether two instances have the same answer to every question that is a p-median."""

    def fixed(i: Instance) -> tuple[object, ...]:
        limit = i.scenario.thresholds.university_limit
        return i.total, i.units, i.municipalities, i.sites, i.roles, i.scenario.offices, limit

    def tables(i: Instance) -> tuple[Floats, ...]:
        return i.unit_km, i.unit_minutes, i.unit_beyond, i.km, i.university_minutes

    return fixed(one) == fixed(other) and all(
        np.array_equal(a, b) for a, b in zip(tables(one), tables(other), strict=True)
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


@dataclass(frozen=True)
class _Best:
    """The best plan by a weighted sum of criteria.

    `value` and `bound` are of the sum, `cost` is what the engine calls it, less its constant.
    """

    plan: Solution
    value: float
    bound: float
    cost: float
    proven: bool
    start: Start


def p_median(i: Instance, query: Query, control: Control) -> Found:
    """Answer a question for which `median_fits` holds.

    Where criteria come afterwards, the sets of offices that are as good are listed, and the best
    of them is taken. Where they are many, the next criterion is added with a weight so small that
    the sum is least where the objective is least and then it is; that it is so is proved.
    """
    first = best = _least(i, query, query.objective, None, control)
    objective = dict(query.objective)
    for name in query.then:
        if not best.proven or control.stopped():
            break
        if set(objective) == {name}:
            continue
        tied = _tied(i, query, objective, best)
        found = tied and enumerated(tied, query)
        if found:
            best = replace(best, plan=found.solution)
            break
        best, objective = _among_the_best(i, query, objective, best, name, control)
    reason: StageReason = "optimal"
    if control.stopped() and query.then:
        reason = control.limit()
    elif not best.proven:
        reason = stage_reason(first.value, first.bound, control)
    return Found(best.plan, first.value, first.bound, reason)


def _least(
    i: Instance, query: Query, objective: Mapping[str, float], start: Start | None, control: Control
) -> _Best:
    """Solve one weighted sum."""
    median = as_median(i, replace(query, objective=objective))
    if start is not None and len(start.multipliers) != len(median.cost):
        start = None
    found = solve_p_median(
        median.cost,
        i.scenario.offices.most,
        start=start,
        time_limit=control.remaining(),
        **median.asked,
    )
    value, bound = found.objective + median.constant, found.bound + median.constant
    plan = _solution(i, found.open, found.assignment)
    return _Best(plan, value, bound, found.objective, found.proven, found.start)


def _tied(i: Instance, query: Query, objective: Mapping[str, float], best: _Best) -> Family | None:
    """Return the sets of offices that are as good as the best; None where they are many."""
    nodes = itertools.count()
    median = as_median(i, replace(query, objective=objective))
    limit = best.cost + max(HOLD * max(1.0, abs(best.value)), TIED * best.cost)
    listing = list_p_medians(
        median.cost,
        i.scenario.offices.most,
        limit,
        most=FEW,
        start=best.start,
        go_on=lambda found, _bound: found <= FEW and next(nodes) <= FEW,
        **median.asked,
    )
    if listing.bound <= limit:
        return None
    sets = np.zeros((len(listing.plans), len(i.sites)), dtype=bool)
    for row, one in zip(sets, listing.plans, strict=True):
        row[list(one.open)] = True
    return Family(i, sets)


def _among_the_best(  # noqa: PLR0913 - one argument a part of the question
    i: Instance,
    query: Query,
    objective: Mapping[str, float],
    best: _Best,
    name: str,
    control: Control,
) -> tuple[_Best, dict[str, float]]:
    """Find the best plan by one more criterion among those that are best so far.

    Weighed against the objective f, the criterion g weighs less and less until the best plan by
    f + w g is best by f, or until the plan known is as good as any by the sum: either is best by
    f, and none that is has less of g.

    Returns
    -------
    tuple of _Best and dict
        The plan, and a sum of which only such plans have the least.
    """
    least, known = _sum(i, objective, best.plan), _sum(i, {name: 1.0}, best.plan)
    weight = LIGHT * (best.cost or 1.0) / (known or 1.0)
    found = best
    while True:
        aim = {**objective, name: objective.get(name, 0.0) + weight}
        found = _least(i, query, aim, found.start, control)
        if not found.proven or found.value >= least + weight * known - TIED * found.cost:
            found = replace(found, plan=best.plan)
            break
        more = _sum(i, objective, found.plan) - least
        if more <= HOLD * max(1.0, abs(least)):
            break
        weight = more / (known - _sum(i, {name: 1.0}, found.plan))
    # With half the weight no plan that has more of f is as good by the sum.
    aim[name] -= weight / 2.0
    value = _sum(i, aim, found.plan)
    cost = value - as_median(i, replace(query, objective=aim)).constant
    return replace(found, value=value, cost=cost), aim


def _sum(i: Instance, objective: Mapping[str, float], plan: Solution) -> float:
    """Measure a weighted sum of criteria of a plan."""
    offices, served_by = list(plan.offices[-1]), plan.served_by[-1]
    limit = i.scenario.thresholds.university_limit.value + 1e-9
    total = 0.0
    for name, share in objective.items():
        if name in SUMS:
            value = sum_cost(i, name)[np.arange(len(served_by)), served_by].sum()
        elif name == "spread":
            value = i.km[:, offices].min(axis=1).mean()
        elif name == "university_minutes":
            value = i.university_minutes[offices].mean()
        else:
            value = (i.university_minutes[offices] > limit).sum()
        total += share * float(value)
    return total


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
