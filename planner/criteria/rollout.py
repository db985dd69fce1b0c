"""What a rollout comes to: its cost, how long principals wait, who gets no dialogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, planned
from planner.criteria.late import np, pulp

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Floats, Numbers, Solution, Variables


def period_cost(i: Numbers, v: Variables, t: int) -> LpAffineExpression:
    """MSEK of a period: staff, premises, openings and closings, journeys."""
    work, prices, years = planned(v.work), planned(i.prices), float(i.years[t])
    terms = [
        (x, float(price))
        for j in range(len(v.open[t]))
        for x, price in (
            (work.advisors[t][j], prices.advisor * years),
            (work.pool[t][j], prices.lent * years),
            (v.open[t][j], prices.premises * years),
            (v.starts[t][j], prices.opening),
            (v.closes[t][j], prices.closing),
        )
    ]
    terms += [
        (x, float(msek))
        for row, journeys in zip(work.dialogues[t], i.journey_msek, strict=True)
        for x, msek in zip(row, journeys, strict=True)
    ]
    return pulp.lpSum_vars_coefs(terms)


def cost_msek(_p: LpProblem, i: Numbers, v: Variables, _rows: Rows) -> LpAffineExpression:
    """MSEK over all periods."""
    return pulp.lpSum(period_cost(i, v, t) for t in range(len(i.years)))


def period_costs(i: Numbers, solution: Solution) -> Floats:
    """Return the cost of each period in MSEK, shape (t,): staff, premises, openings, journeys."""
    work, prices = solution.work, i.prices
    costs = np.zeros(len(i.years))
    if work is None or prices is None:
        return costs
    before = set(i.existing)
    for t, offices in enumerate(solution.offices):
        yearly = (
            prices.advisor * work.advisors[t].sum()
            + prices.lent * work.pool[t].sum()
            + prices.premises * len(offices)
        )
        served_by = solution.served_by[t]
        journeys = i.journey_msek[np.arange(len(served_by)), served_by]
        costs[t] = (
            yearly * i.years[t]
            + prices.opening * len(set(offices) - before)
            + prices.closing * len(before - set(offices))
            + (journeys * work.dialogues[t]).sum()
        )
        before = set(offices)
    return costs


COST_MSEK = Criterion(
    name="cost_msek",
    unit="MSEK",
    better="min",
    definition="all periods: staff, premises, openings and closings, journeys",
    symbols="sum over the horizon of prices x advisors, pool, open, starts, closes and dialogues",
    measure=lambda i, solution: float(period_costs(i, solution).sum()),
    expression=cost_msek,
    horizon=True,
)


def waiting(_p: LpProblem, i: Numbers, v: Variables, _rows: Rows) -> LpAffineExpression:
    """Principal-months until the first dialogue; who gets none waits to the end."""
    terms = [
        (x, float(i.wait[t]))
        for t, grid in enumerate(planned(v.work).dialogues)
        for row in grid
        for x in row
    ]
    return pulp.lpSum_vars_coefs(terms + [(x, float(i.wait[-1])) for x in planned(v.work).unmet])


def unmet(_p: LpProblem, _i: Numbers, v: Variables, _rows: Rows) -> LpAffineExpression:
    """Principals who would take part but get no dialogue: a count."""
    return pulp.lpSum(planned(v.work).unmet)


def _without(i: Numbers, solution: Solution) -> Floats:
    return i.target - planned(solution.work).dialogues.sum(axis=0)


def _months(i: Numbers, solution: Solution) -> float:
    met = (planned(solution.work).dialogues * i.wait[:-1, None]).sum()
    return float(met + _without(i, solution).sum() * i.wait[-1])


WAITING = Criterion(
    name="waiting",
    unit="principal-months",
    better="min",
    definition="until the first dialogue, counted to the middle of the period; who gets none waits "
    "to the end",
    symbols="sum_{t,u,j} months to the middle of t x dialogues[t,u,j] + months of all x "
    "sum_u unmet[u]",
    measure=_months,
    expression=waiting,
    horizon=True,
)

UNMET = Criterion(
    name="unmet",
    unit="principals",
    better="min",
    definition="who would take part but get no dialogue",
    symbols="sum_u unmet[u]",
    measure=lambda i, solution: float(round(_without(i, solution).sum(), 6)),
    expression=unmet,
    horizon=True,
)
