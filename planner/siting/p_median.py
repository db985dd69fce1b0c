"""Siting questions that are a p-median, handed to the location engine."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.model.solving.optimise import HOLD, StageReason, stage_reason
from planner.siting.enumeration import enumerated
from planner.siting.median_form import Costs, PMedian, as_median
from planner.siting.office_sets import OfficeSets, SetPrices
from planner.siting.question import Found, Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.control import Control
    from planner.criteria.reads import Solution
    from planner.location.result import Start
    from planner.model.instance import Instance

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


class Medians:
    """The weighted sums of one question, each solved as a p-median.

    Parameters
    ----------
    query : Query
        One for which `median_fits` holds.
    """

    def __init__(self, i: Instance, query: Query, control: Control) -> None:
        self._i, self._query, self._control = i, query, control
        self._costs = Costs(i, (*query.objective, *query.then))

    def answer(self) -> Found:
        """Answer the question.

        Where criteria come afterwards, the sets of offices that are as good are listed, and the
        best of them is taken. Where they are many, the next criterion is added with a weight so
        small that the sum is least where the objective is least and then it is; that it is so is
        proved.
        """
        query, control = self._query, self._control
        first = best = self._least(query.objective, None)
        objective = dict(query.objective)
        for name in query.then:
            if not best.proven or control.stopped():
                break
            if set(objective) == {name}:
                continue
            tied = self._tied(objective, best)
            found = tied and enumerated(tied, query)
            if found:
                best = replace(best, plan=found.solution)
                break
            best, objective = self._among_the_best(objective, best, name)
        reason: StageReason = "optimal"
        if control.stopped() and query.then:
            reason = control.limit()
        elif not best.proven:
            reason = stage_reason(first.value, first.bound, control)
        return Found(best.plan, first.value, first.bound, reason)

    def listed(self, worst: float, most: int) -> tuple[list[Found], float]:
        """List the sets of offices with at most some objective, best first.

        Parameters
        ----------
        worst : float
            The greatest objective.
        most : int
            Sets to list at most.

        Returns
        -------
        tuple of list and float
            The sets, and what no other set is below; infinite where there is no other.
        """
        control, median = self._control, self._median(self._query.objective)

        def go_on(found: int, bound: float) -> bool:
            control.progress(f"set {found}", bound + median.constant, None)
            return not control.stopped()

        listing = median.within(worst - median.constant, most, go_on)
        bound = listing.bound + median.constant
        found = []
        for one in listing.plans:
            value = one.objective + median.constant
            reason: StageReason = "optimal" if value <= bound else control.limit()
            solution = median.solution(self._i, one.open, one.assignment)
            found.append(Found(solution, value, min(value, bound), reason))
        return found, bound

    def _median(self, objective: Mapping[str, float]) -> PMedian:
        return as_median(self._i, replace(self._query, objective=objective))

    def _sum(self, objective: Mapping[str, float], plan: Solution) -> float:
        return self._costs.sum(objective, plan.offices[-1], plan.served_by[-1])

    def _least(self, objective: Mapping[str, float], start: Start | None) -> _Best:
        """Solve one weighted sum."""
        median = self._median(objective)
        found = median.best(start, self._control)
        plan = median.solution(self._i, found.open, found.assignment)
        value = self._sum(objective, plan)
        bound = min(value, found.bound + median.constant)
        return _Best(plan, value, bound, found.objective, found.proven, found.start)

    def _tied(self, objective: Mapping[str, float], best: _Best) -> SetPrices | None:
        """Return the sets of offices that are as good as the best; None where they are many."""
        nodes = itertools.count()
        limit = best.cost + max(HOLD * max(1.0, abs(best.value)), TIED * best.cost)
        listing = self._median(objective).within(
            limit,
            FEW,
            lambda found, _bound: found <= FEW and next(nodes) <= FEW,
            start=best.start,
        )
        if listing.bound <= limit:
            return None
        sets = np.zeros((len(listing.plans), len(self._i.sites)), dtype=bool)
        for row, one in zip(sets, listing.plans, strict=True):
            row[list(one.open)] = True
        return SetPrices(self._i, OfficeSets(sets))

    def _among_the_best(
        self, objective: Mapping[str, float], best: _Best, name: str
    ) -> tuple[_Best, dict[str, float]]:
        """Find the best plan by one more criterion among those that are best so far.

        Weighed against the objective f, the criterion g weighs less and less until the best plan
        by f + w g is best by f, or until the plan known is as good as any by the sum: either is
        best by f, and none that is has less of g.

        Returns
        -------
        tuple of _Best and dict
            The plan, and a sum of which only such plans have the least.
        """
        least, known = self._sum(objective, best.plan), self._sum({name: 1.0}, best.plan)
        weight = LIGHT * (best.cost or 1.0) / (known or 1.0)
        found = best
        while True:
            aim = {**objective, name: objective.get(name, 0.0) + weight}
            found = self._least(aim, found.start)
            if not found.proven or found.value >= least + weight * known - TIED * found.cost:
                found = replace(found, plan=best.plan)
                break
            more = self._sum(objective, found.plan) - least
            if more <= HOLD * max(1.0, abs(least)):
                break
            weight = more / (known - self._sum({name: 1.0}, found.plan))
        # With half the weight no plan that has more of f is as good by the sum.
        aim[name] -= weight / 2.0
        value = self._sum(aim, found.plan)
        return replace(found, value=value, cost=value - self._median(aim).constant), aim
