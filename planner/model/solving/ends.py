"""The best ends of a rollout: the offices and regions of its last period that are as good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulp import lpSum

from planner.errors import InfeasibleScenario, SolverStopped
from planner.model.build import build
from planner.model.solving.combine import expression
from planner.model.solving.optimise import hold, optimise, weakest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.control import Control
    from planner.model.build import Model
    from planner.model.instance import Instance
    from planner.model.solution import Solution
    from planner.model.solving.optimise import Stage

MOST_ENDS = 8
"""Ends that are listed at most; each is then a model of the rollout of its own."""

MOST_PAIRS = 10_000
"""Units times sites up to which other ends are looked for."""


def best_ends(
    i: Instance, end: Solution, stages: Sequence[Stage], control: Control
) -> tuple[list[Solution], bool]:
    """List the ends that are as good as one that was found, this one first.

    Two ends in which the same units with principals go to the same offices count as one: what
    office serves nobody decides nothing of a rollout.

    Parameters
    ----------
    i : Instance
        Of the last period alone.
    end : Solution
    stages : sequence of Stage
        What was proved of the goals that the ends keep.
    control : Control

    Returns
    -------
    tuple of list and bool
        At most `MOST_ENDS` ends, and whether it is proved that there are no others.
    """
    if weakest(stages) is not None or len(i.units) * len(i.sites) > MOST_PAIRS:
        return [end], False
    model = build(i, control)
    for stage in stages:
        hold(model, expression(model, stage.name), stage.objective)
    ends = [end]
    while len(ends) <= MOST_ENDS:
        _rule_out(model, ends[-1], len(ends))
        try:
            other = optimise(model, "ends", 0 * model.penalty, control, gap=0.0)
        except InfeasibleScenario:
            return ends, True
        except SolverStopped:
            break
        ends.append(other.solution)
    return ends[:MOST_ENDS], False


def _rule_out(model: Model, end: Solution, number: int) -> None:
    """Ask for another set of offices, or another office for some unit with principals."""
    v, served_by = model.variables, end.served_by[-1]
    same = [x if j in end.offices[-1] else 1 - x for j, x in enumerate(v.open[-1])]
    same += [
        v.serve[-1][u][int(served_by[u])] for u, n in enumerate(model.instance.weight) if n > 0
    ]
    model.problem.addConstraint(lpSum(same) <= len(same) - 1, f"other_{number}")
