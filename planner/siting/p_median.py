"""Scenarios that are a pure p-median, handed to the exact location engine.

The engine proves the same optimum as the model in PuLP, hundreds of times faster where every
municipality is a candidate; a test holds the two against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.location.listing import list_p_medians
from planner.location.median import solve_p_median
from planner.model.solution import Solution
from planner.model.solving.optimise import HOLD, Stage, stage_reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.control import Control
    from planner.location.listing import Listed
    from planner.location.result import LocationResult
    from planner.model.instance import Instance

SUMS = ("mean_km", "mean_minutes")
"""Criteria that are a sum over units of what their own office costs, and nothing else."""


FEW = 20
"""Sets of offices that are as good up to which they are compared by units without principals."""


def sites_alone(i: Instance) -> bool:
    """Tell whether an instance is of one period without staff or dates."""
    s = i.scenario
    return (
        s.dialogues is None
        and len(i.periods) == 1
        and i.periods[0].openings_most is None
        and not (s.rollout.opens or s.rollout.available_from)
    )


def is_p_median(i: Instance) -> bool:
    """Tell whether an instance is: a fixed number of sites, one mean distance, no other rule."""
    s = i.scenario
    fixed = sum(role != "candidate" for role in i.roles)
    return (
        sites_alone(i)
        and not (s.limits or s.objective.then or s.units.contiguous)
        and len(s.objective.names) == 1
        and s.objective.names[0] in SUMS
        and s.offices.fewest == s.offices.most
        and fixed <= s.offices.most <= len(i.sites)
    )


def p_median(i: Instance, control: Control) -> tuple[Solution, tuple[Stage, ...]]:
    """Solve an instance for which `is_p_median` holds.

    Units without principals go to their nearest office. Ties are broken by the least sum of
    their km, where the sets of offices that are as good are few, and by the codes of sites and
    units, whatever the order of rows.
    """
    name = i.scenario.objective.names[0]
    cost = i.unit_km if name == "mean_km" else i.unit_minutes
    asked: dict[str, Any] = {
        "required": [j for j, role in enumerate(i.roles) if role != "candidate"],
        "point_keys": i.units,
        "site_keys": i.sites,
    }
    p = i.scenario.offices.most
    found = solve_p_median(cost, p, time_limit=control.remaining(), **asked)
    plans: Sequence[LocationResult | Listed] = [found]
    if len(i.idle) and found.proven and not control.stopped():
        limit = found.objective + HOLD * max(1.0, found.objective)
        tied = list_p_medians(cost, p, limit, most=FEW, start=found.start, **asked)
        if tied.bound > limit:
            plans = tied.plans
    served = [i.brought_near(plan.open, np.array(plan.assignment)) for plan in plans]
    far = [float(i.idle_km[np.arange(len(i.units)), by].sum()) for by in served]
    best = min(range(len(plans)), key=lambda k: (far[k], k))
    solution = Solution((tuple(plans[best].open),), served[best][None, :].astype(np.int64))
    objective, bound = found.objective / i.total, found.bound / i.total
    reason = "optimal" if found.proven else stage_reason(objective, bound, control)
    return solution, (Stage(name, reason, objective, bound, solution),)
