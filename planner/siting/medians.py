"""Siting questions that are a p-median, handed to the location engine."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.location.listing import list_p_medians
from planner.location.median import solve_p_median
from planner.model.solving.optimise import HOLD, StageReason, stage_reason
from planner.siting.median_form import as_median, weighted_sum
from planner.siting.office_sets import Family
from planner.siting.ways import Found, Query, enumerated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.control import Control
    from planner.location.result import Start
    from planner.model.instance import Instance
    from planner.model.solution import Solution

LIGHT = 0.01
"""How much the next criterion first weighs beside those that go before it, as a share."""
FEW = 20
"""Sets of offices that are as good up to which they are listed."""
TIED = 1e-9
"""Relative difference that the engine's proof leaves open."""


@dataclass(frozen=True)
class _Best:
    """The best plan by a weighted sum of criteria.

    `value` and `bound` are of the sum, `cost` is what the engine makes of it.
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
    plan = median.solution(i, found.open, found.assignment)
    value = _sum(i, objective, plan)
    bound = min(value, found.bound + median.constant)
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
    return weighted_sum(i, objective, plan.offices[-1], plan.served_by[-1])


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
        solution = median.solution(i, one.open, one.assignment)
        found.append(Found(solution, value, min(value, bound), reason))
    return found, bound
