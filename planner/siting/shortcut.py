"""Scenarios whose sites and regions are settled without a model: what planning asks first.

Two kinds: so many candidate towns that the model would take minutes where `Siting` takes seconds,
and pure p-medians, which the exact location engine proves hundreds of times faster than the model
in PuLP where every municipality is a candidate. Tests hold them against the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from planner.criteria import SUMS
from planner.criteria.reads import Solution
from planner.location.listing import Listed, list_p_medians
from planner.location.median import solve_p_median
from planner.model.solving.optimise import HOLD, Stage, stage_reason
from planner.model.solving.stages import SolvedInstance
from planner.siting.median_form import fixed_sites
from planner.siting.problem import Siting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.control import Control
    from planner.location.result import LocationResult
    from planner.model.instance import Floats, Instance

PAIRS = 10_000
"""Units times sites up to which the model settles them in seconds."""

FEW = 20
"""Sets of offices that are as good up to which they are compared by units without principals."""


def solve_sites(i: Instance, control: Control) -> SolvedInstance | None:
    """Find the best sites and regions as `model.solving.stages.solve_instance` does, but faster.

    The optimum of three criteria for 290 towns takes seconds; the model of two has none after
    five minutes of processor time.

    Returns
    -------
    SolvedInstance or None
        None where the model must answer, or can: where the candidates are few. SCIP is asked for
        its own answer.

    Raises
    ------
    InfeasibleScenario, SolverStopped
        As in `planner.model.solving.optimise.optimise`.
    """
    if control.solver != "highs" or not _sites_alone(i):
        return None
    if _many(i):
        siting = Siting(i)
        if siting.priced:
            found = siting.best(control)
            name = i.scenario.goals[0]
            stage = Stage(name, found.reason, found.objective, found.bound, found.solution)
            return SolvedInstance(found.solution, (stage,))
    return p_median(i, control) if is_p_median(i) else None


def _sites_alone(i: Instance) -> bool:
    """Tell whether an instance is of one period without staff or dates."""
    s = i.scenario
    return (
        s.dialogues is None
        and len(i.periods) == 1
        and i.periods[0].openings_most is None
        and not (s.rollout.opens or s.rollout.available_from)
    )


def _many(i: Instance) -> bool:
    """Tell whether one goal, or one sum, asks for more than the model settles in seconds.

    Who serves whom must hang on the goal: on a sum over units.
    """
    s = i.scenario.objective
    more = s.then or s.method == "lexicographic"
    return not more and len(i.units) * len(i.sites) > PAIRS and bool(set(s.names) & set(SUMS))


def is_p_median(i: Instance) -> bool:
    """Tell whether an instance is: a fixed number of sites, one mean distance, no other rule."""
    s = i.scenario
    return (
        _sites_alone(i)
        and not (s.limits or s.objective.then or s.units.contiguous)
        and len(s.objective.names) == 1
        and s.objective.names[0] in _means(i)
        and s.offices.fewest == s.offices.most
        and len(fixed_sites(i)) <= s.offices.most <= len(i.sites)
    )


def p_median(i: Instance, control: Control) -> SolvedInstance:
    """Solve an instance for which `is_p_median` holds.

    Units without principals go to their nearest office. Ties are broken by the least sum of
    their km, where the sets of offices that are as good are few, and by the codes of sites and
    units, whatever the order of rows.
    """
    name = i.scenario.objective.names[0]
    cost = _means(i)[name]
    asked: dict[str, Any] = {
        "required": sorted(fixed_sites(i)),
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
    return SolvedInstance(solution, (Stage(name, reason, objective, bound, solution),))


def _means(i: Instance) -> dict[str, Floats]:
    """Return the tables of what means over principals are sums of, undivided: whole numbers."""
    return {"mean_km": i.unit_km, "mean_minutes": i.unit_minutes}
