"""Why no plan keeps every hard rule: a smallest set of rules that clash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import InfeasibleScenario
from planner.model.build import build
from planner.model.solve import Control, optimise

if TYPE_CHECKING:
    from planner.model.constraints import Group
    from planner.model.instance import Instance


def clashing_rules(instance: Instance, control: Control | None = None) -> list[Group]:
    """Find a set of rules that can't hold together, none of which can be left out of it.

    A deletion filter (Chinneck and Dravnieks, ORSA J. Computing 3, 1991) over named groups of
    rows: leave a group out; if what is left still clashes, it stays out. Works for clashes that
    only integrality causes, where a solver's irreducible subsystem of the LP says nothing.

    Returns
    -------
    list of Group
        In call order; empty if the instance is feasible.
    """
    control = control or Control()
    groups = build(instance).groups
    if _feasible(instance, set(), control):
        return []
    left_out: set[int] = set()
    for number, group in enumerate(groups):
        if not group.structural and not _feasible(instance, left_out | {number}, control):
            left_out.add(number)
    return [
        group
        for number, group in enumerate(groups)
        if not group.structural and number not in left_out
    ]


def _feasible(instance: Instance, without: set[int], control: Control) -> bool:
    model = build(instance, without=without)
    try:
        optimise(model, "rules", 0 * model.variables.open[0][0], control)
    except InfeasibleScenario:
        return False
    return True
