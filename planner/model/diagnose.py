"""Why no plan keeps every hard rule: a smallest set of rules that clash."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.errors import InfeasibleScenario
from planner.model.build import build
from planner.model.constraints import Group
from planner.model.solve import Control, optimise

if TYPE_CHECKING:
    from planner.model.instance import Instance


def clashing_rules(instance: Instance, control: Control | None = None) -> list[Group]:
    """Find a set of rules that can't hold together, none of which can be left out of it.

    A deletion filter (Chinneck and Dravnieks, ORSA J. Computing 3, 1991) over named groups of
    rows: leave a group out; if what is left still clashes, it stays out. Works for clashes that
    only integrality causes, where a solver's irreducible subsystem of the LP says nothing.

    Returns
    -------
    list of Group
        In call order, contiguity last; empty if the instance is feasible.

    Raises
    ------
    SolverStopped
        If a limit or an interrupt came first.
    """
    trial = _Trial(instance, control or Control())
    groups = build(instance).groups
    # Whole dialogues follow from the hours: as rows of their own they would hide that rule.
    implied = {number for number, group in enumerate(groups) if group.rule == "whole"}
    if trial.feasible(implied):
        trial = replace(trial, whole=instance.scenario.dialogues is not None)
        if not trial.whole or trial.feasible(implied):
            return []
    connected = instance.scenario.units.contiguous
    if connected and not replace(trial, instance=_disconnected(instance)).feasible(implied):
        trial, connected = replace(trial, instance=_disconnected(instance)), False
    left_out = set(implied)
    for number, group in enumerate(groups):
        if not group.structural and not trial.feasible(left_out | {number}):
            left_out.add(number)
    clash = [
        group
        for number, group in enumerate(groups)
        if not group.structural and number not in left_out
    ]
    return [*clash, Group("contiguous", ())] if connected else clash


@dataclass(frozen=True)
class _Trial:
    """An instance to try without some of its rules, with dialogues in parts or whole."""

    instance: Instance
    control: Control
    whole: bool = False

    def feasible(self, without: set[int]) -> bool:
        model = build(self.instance, without=without, whole=self.whole)
        try:
            optimise(model, "rules", 0 * model.variables.open[0][0], self.control)
        except InfeasibleScenario:
            return False
        return True


def _disconnected(instance: Instance) -> Instance:
    scenario = instance.scenario
    units = scenario.units.model_copy(update={"contiguous": False})
    return replace(instance, scenario=scenario.model_copy(update={"units": units}))
