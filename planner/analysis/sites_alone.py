"""Scenarios with so many candidate towns that sites and regions are settled without a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analysis.families import SUMS
from planner.analysis.siting import Siting
from planner.model.median import sites_alone
from planner.model.solve import Stage
from planner.model.stages import Result

if TYPE_CHECKING:
    from planner.model.instance import Instance
    from planner.model.solve import Control


PAIRS = 10_000
"""Units times sites up to which the model settles them in seconds."""


def solve_sites(i: Instance, control: Control) -> Result | None:
    """Find the best sites and regions as `planner.model.stages.solve_instance` does, but faster.

    The optimum of three criteria for 290 towns takes seconds; the model of two has none after
    five minutes of processor time.

    Returns
    -------
    Result or None
        None where the model must answer, or can: where the candidates are few.

    Raises
    ------
    InfeasibleScenario, SolverStopped
        As in `planner.model.solve.optimise`.
    """
    s = i.scenario.objective
    more = s.then or s.method == "lexicographic"
    if control.solver != "highs" or more or not sites_alone(i):
        return None
    if len(i.units) * len(i.sites) <= PAIRS or not set(s.names) & set(SUMS):
        return None  # who serves whom hangs on a sum
    siting = Siting(i)
    if not siting.priced:
        return None
    found = siting.best(control)
    stage = Stage(i.scenario.goals[0], found.reason, found.objective, found.bound, found.solution)
    return Result(found.solution, (stage,))
