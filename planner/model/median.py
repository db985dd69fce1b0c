"""Scenarios that are a pure p-median, handed to the exact location engine.

The engine proves the same optimum as the model in PuLP, hundreds of times faster where every
municipality is a candidate; a test holds the two against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.location.median import solve_p_median
from planner.model.solution import Solution
from planner.model.solve import Control, Stage, stage_reason

if TYPE_CHECKING:
    from planner.model.instance import Instance

SUMS = ("mean_km", "mean_minutes")
"""Criteria that are a sum over units of what their own office costs, and nothing else."""


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

    Ties are broken by the codes of sites and units, whatever the order of rows.
    """
    name = i.scenario.objective.names[0]
    found = solve_p_median(
        i.unit_km if name == "mean_km" else i.unit_minutes,
        i.scenario.offices.most,
        required=[j for j, role in enumerate(i.roles) if role != "candidate"],
        time_limit=control.remaining(),
        point_keys=i.units,
        site_keys=i.sites,
    )
    served_by = np.array([found.assignment], dtype=np.int64)
    solution = Solution((tuple(found.open),), served_by)
    objective, bound = found.objective / i.total, found.bound / i.total
    reason = "optimal" if found.proven else stage_reason(objective, bound, control)
    return solution, (Stage(name, reason, objective, bound, solution),)
