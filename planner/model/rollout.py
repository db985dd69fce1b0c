"""The rules of the rollout: dialogues, staff and money, period by period.

Symbols as in constraints.py, and dialogues[t,u,j], advisors[t,j], hires[t,j], pool[t,j],
unmet[u] as in variables.py; h[u,j] hours of a dialogue; Y[t] years in a period.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np
from pulp import LpAffineExpression, lpSum, lpSum_vars_coefs

from planner.criteria.base import planned
from planner.criteria.rollout import period_cost
from planner.model.constraints import Group

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pulp

    from planner.criteria.reads import Variables, Work
    from planner.model.instance import Instance
    from planner.scenario.sections import Staffing


def needs(i: Instance, v: Variables) -> tuple[Work, Staffing]:
    """Return the two parts that the rules of a rollout need and a static plan lacks."""
    return planned(v.work), planned(i.scenario.staffing)


def every_principal_is_counted(i: Instance, v: Variables) -> Iterator[Group]:
    """sum_{t,j} dialogues[t,u,j] + unmet[u] = uptake x principals[u], in whole numbers."""
    work, _ = needs(i, v)
    yield Group(
        "uptake",
        tuple(
            lpSum(x for grid in work.dialogues for x in grid[u]) + work.unmet[u] == int(i.target[u])
            for u in range(len(i.units))
        ),
        structural=True,
    )


def dialogues_in_own_region(i: Instance, v: Variables) -> Iterator[Group]:
    """dialogues[t,u,j] <= uptake x principals[u] x serve[t,u,j]."""
    work, _ = needs(i, v)
    yield Group(
        "own_region",
        tuple(
            work.dialogues[t][u][j] <= int(i.target[u]) * v.serve[t][u][j]
            for t, u in v.pairs(len(i.periods))
            if i.target[u]
            for j in range(len(i.sites))
        ),
        structural=True,
    )


def hours_are_enough(i: Instance, v: Variables) -> Iterator[Group]:
    """sum_u h[u,j] dialogues[t,u,j] <= yearly hours x Y[t] x (advisors[t,j] + pool[t,j])."""
    work, staffing = needs(i, v)
    for t, period in enumerate(i.periods):
        each = staffing.yearly_hours.value * float(i.years[t])
        rows = tuple(
            lpSum_vars_coefs(
                (work.dialogues[t][u][j], float(i.hours[u, j])) for u in range(len(i.units))
            )
            <= each * work.advisors[t][j] + each * work.pool[t][j]
            for j in range(len(i.sites))
        )
        yield Group("hours", rows, {"hours": staffing.yearly_hours.value, "period": period.name})


def teams_hold_whole_dialogues(i: Instance, v: Variables) -> Iterator[Group]:
    """sum_u dialogues[t,u,j] <= n[k] open[t,j] + s[k] (advisors[t,j] - a[k] open[t,j]).

    A team of a advisors holds at most floor(hours x a / h) whole dialogues, h the fewest hours
    that one takes from j. The rows are the edges (a[k], n[k]), slope s[k], of the upper convex
    hull of those points: no plan in whole dialogues is lost, and the bound is tighter than with
    parts of them. Lent full-time equivalents come in parts, so with them there are no such rows.
    """
    work, staffing = needs(i, v)
    served = np.flatnonzero(i.target)
    if staffing.sister_pool is not None or not len(served):
        return
    most = staff_most(i, staffing)
    least = math.ceil(staffing.minimum_team.value)
    rows = []
    for t in range(len(i.periods)):
        hours = staffing.yearly_hours.value * float(i.years[t])
        for j in range(len(i.sites)):
            each = float(i.hours[served, j].min())
            whole = [
                (a, math.floor(hours * a / each + 1e-9)) for a in range(least, int(most[t]) + 1)
            ]
            held = lpSum(work.dialogues[t][u][j] for u in served)
            for (a, n), (b, m) in itertools.pairwise(_upper_hull(whole)):
                slope = (m - n) / (b - a)
                rows.append(held <= slope * work.advisors[t][j] + (n - slope * a) * v.open[t][j])
    yield Group("whole", tuple(rows), structural=True)


def _upper_hull(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the corners of the upper convex hull of points sorted by their first coordinate."""
    hull: list[tuple[int, int]] = []
    for x, y in points:
        while len(hull) > 1 and (hull[-1][1] - hull[-2][1]) * (x - hull[-2][0]) <= (
            y - hull[-2][1]
        ) * (hull[-1][0] - hull[-2][0]):
            hull.pop()
        hull.append((x, y))
    return hull


def minimum_team(i: Instance, v: Variables) -> Iterator[Group]:
    """Teams: minimum x open[t,j] <= advisors[t,j] <= A[t] x open[t,j], A[t] all there can be.

    Both in whole advisors: HiGHS's presolve has gone wrong on broken coefficients here.
    """
    work, staffing = needs(i, v)
    least = staffing.minimum_team.value
    team = math.ceil(least)
    most = [math.floor(number) for number in staff_most(i, staffing)]
    for t, period in enumerate(i.periods):
        yield Group(
            "minimum_team",
            tuple(work.advisors[t][j] >= team * v.open[t][j] for j in range(len(i.sites))),
            {"count": least, "period": period.name},
        )
        yield Group(
            "staff_where_open",
            tuple(work.advisors[t][j] <= most[t] * v.open[t][j] for j in range(len(i.sites))),
            structural=True,
        )


def staff_most(i: Instance, staffing: Staffing) -> list[float]:
    """Return the most advisors there can be in each period: those there and all hires so far.

    Without a cap on hires, enough for all the dialogues in the shortest period from anywhere, and
    for a minimum team: advisors are whole, so a team of 2.5 is one of three.
    """
    shortest = float(i.years.min()) * staffing.yearly_hours.value
    busy = math.ceil(float(i.hours.max() * i.target.sum()) / shortest)
    enough = busy + math.ceil(staffing.minimum_team.value)
    most, so_far = [], sum(there.value for there in staffing.existing.values())
    for period in i.periods:
        so_far += enough if period.hires_most is None else period.hires_most.value
        most.append(so_far)
    return most


def hiring(i: Instance, v: Variables) -> Iterator[Group]:
    """hires[t,j] >= advisors[t,j] - advisors[t-1,j]; sum_j hires[t,j] <= hires_most[t]."""
    work, staffing = needs(i, v)
    there = staffing.existing
    before = [there[code].value if code in there else 0 for code in i.sites]
    for t, period in enumerate(i.periods):
        yield Group(
            "hires",
            tuple(
                work.hires[t][j]
                >= work.advisors[t][j] - (work.advisors[t - 1][j] if t else before[j])
                for j in range(len(i.sites))
            ),
            structural=True,
        )
        if period.hires_most is not None:
            most = period.hires_most.value
            yield Group(
                "hires_most",
                (lpSum(work.hires[t]) <= most,),
                {"count": most, "period": period.name},
            )


def dialogues_are_counted(i: Instance, v: Variables) -> Iterator[Group]:
    """held[t] = held[t-1] + sum_{u,j} dialogues[t,u,j]."""
    work, _ = needs(i, v)
    yield Group(
        "held",
        tuple(
            work.held[t] == (work.held[t - 1] if t else 0) + lpSum(x for row in grid for x in row)
            for t, grid in enumerate(work.dialogues)
        ),
        structural=True,
    )


def counties_keep_pace(i: Instance, v: Variables) -> Iterator[Group]:
    """|met[c] - due[c] held[T] / due| <= balance x due[c] + 1 for every county c.

    met[c] counts the dialogues of a county when the horizon ends, due is uptake x principals; the
    one is for whole dialogues.
    """
    spec = i.scenario.dialogues
    if spec is None or spec.balance is None:
        return
    work, _ = needs(i, v)
    allowed, everyone = spec.balance.value, int(i.target.sum())
    rows = []
    for county in sorted(set(i.unit_county)):
        units = [u for u, of in enumerate(i.unit_county) if of == county]
        due = int(i.target[units].sum())
        if due:
            met = due - lpSum(work.unmet[u] for u in units)
            pace = due / everyone * work.held[-1]
            off = allowed * due + 1
            rows += [met - pace <= off, pace - met <= off]
    yield Group("balance", tuple(rows), {"share": 100 * allowed})


def sister_pool(i: Instance, v: Variables) -> Iterator[Group]:
    """sum_j pool[t,j] <= pool; only in the sister agency's towns, only where open."""
    work, staffing = needs(i, v)
    if staffing.sister_pool is None:
        return
    lent = staffing.sister_pool.value
    for t in range(len(i.periods)):
        rows = [lpSum(work.pool[t]) <= lent]
        rows += [
            work.pool[t][j] <= (lent if i.spsm[j] else 0) * v.open[t][j]
            for j in range(len(i.sites))
        ]
        yield Group("sister_pool", tuple(rows), {"count": lent})


def budgets(i: Instance, v: Variables) -> Iterator[Group]:
    """cost[t] <= budget[t], MSEK."""
    for t, period in enumerate(i.periods):
        if period.budget_msek is not None:
            most = period.budget_msek.value
            yield Group(
                "budget",
                (period_cost(i, v, t) <= most,),
                {"budget": most, "period": period.name},
            )


def targets(
    problem: pulp.LpProblem, i: Instance, v: Variables, penalties: list[LpAffineExpression]
) -> Iterator[Group]:
    """sum_{t <= by} dialogues >= least - slack; hard targets have no slack."""
    work, _ = needs(i, v)
    order = {period.name: t for t, period in enumerate(i.periods)}
    for number, target in enumerate(i.scenario.dialogues.targets if i.scenario.dialogues else ()):
        held: LpAffineExpression = 1 * work.held[order[target.by]]
        if not target.hard:
            slack = problem.add_variable(f"short_{number}", 0)
            penalties.append(target.penalty * slack)
            held = held + slack
        yield Group(
            "dialogues_by",
            (held >= target.least.value,),
            {"count": target.least.value, "period": target.by},
            not target.hard,
        )
