"""The least change that makes an infeasible scenario feasible: an elastic re-solve."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulp

from planner.errors import InfeasibleScenario, SolverStopped
from planner.model.build import Model, build
from planner.model.diagnose import all_clashes
from planner.model.ease import Ease, ease_of, rule_number
from planner.model.settle import fix_regions, in_whole_dialogues
from planner.model.solve import Control, optimise, relative_gap

if TYPE_CHECKING:
    from planner.model.constraints import Group
    from planner.model.instance import Instance

DIGITS = 4
"""Changes that need not be whole are rounded outward to so many digits."""

NEAR = 0.005
"""Relative gap to which a change counts as the least."""

PATIENCE = 8.0
"""Seconds for each search for a change: good ones come early, the end of a proof may take hours."""

SETTLE = 5.0
"""Seconds to settle what was found in whole dialogues."""

SMALL = 1e-6
"""A change smaller than this is the solver's arithmetic."""


@dataclass(frozen=True)
class Change:
    """A rule and how it gives way.

    Attributes
    ----------
    rule : Group
    by : float
        In the unit of the rule; 1 where it is given up.
    to : float or None
        The number that the rule then has, where it has one.
    share : float
        What the change counts: a share of the rule's number, 1 for a rule given up.
    """

    rule: Group
    by: float
    to: float | None
    share: float


@dataclass(frozen=True)
class Remedy:
    """Changes after which some plan keeps every hard rule.

    Attributes
    ----------
    changes : tuple of Change
    total : float
        The sum of their shares before anything was rounded.
    bound : float
        No smaller sum can do, as far as was proved.
    proved : bool
        Whether it is the least.
    """

    changes: tuple[Change, ...]
    total: float
    bound: float
    proved: bool


@dataclass(frozen=True)
class Explanation:
    """Why a scenario has no plan, and what would give it one.

    Attributes
    ----------
    clashes : tuple of tuple of Group
        Sets of rules that can't hold together; no two sets share a rule. Empty if some plan
        keeps every rule.
    together : Remedy or None
        The least change when every rule of every clash may give way at once.
    alone : tuple of Remedy or None
        For each rule of the only clash, the least change of it alone; None where that is not
        enough, or none was found in time. Empty where there are several clashes: no rule alone
        is then enough.
    """

    clashes: tuple[tuple[Group, ...], ...]
    together: Remedy | None = None
    alone: tuple[Remedy | None, ...] = ()


def explain(instance: Instance, control: Control | None = None) -> Explanation:
    """Find the rules that clash and the least changes that end it.

    Every other clash shares a rule with one of those found, so giving up the rules found ends
    every clash there is: some change of theirs is always enough. Each search for a change takes
    `PATIENCE` seconds at most.

    Raises
    ------
    SolverStopped
        If a limit or an interrupt came before the clashes were found.
    """
    control = control or Control()
    clashes = tuple(tuple(clash) for clash in all_clashes(instance, control))
    if not clashes:
        return Explanation(())
    together = _patiently(instance, [rule for clash in clashes for rule in clash], control)
    if len(clashes) > 1:
        return Explanation(clashes, together)
    alone = tuple(_patiently(instance, [rule], control) for rule in clashes[0])
    for remedy in alone:  # what is enough alone is enough together
        if remedy is not None and (together is None or remedy.total < together.total):
            bound = 0.0 if together is None else min(together.bound, remedy.total)
            together = replace(remedy, bound=bound, proved=False)
    return Explanation(clashes, together, alone)


def _patiently(instance: Instance, rules: list[Group], control: Control) -> Remedy | None:
    until, soon = control.deadline, time.monotonic() + PATIENCE
    control.deadline = soon if until is None else min(until, soon)
    try:
        return least_change(instance, rules, control)
    except SolverStopped:
        return None
    finally:
        control.deadline = until


def least_change(instance: Instance, rules: list[Group], control: Control) -> Remedy | None:
    """Let some rules give way and find the least sum of their changes.

    A change counts as a share of the rule's own number, so that 3 openings for 2 and 30 MSEK
    for 20 count the same; giving up a rule without a number counts 1. What is found is rounded
    outward, so the plan that was found with it keeps the rules as they have changed.

    Returns
    -------
    Remedy or None
        None if no change of these rules is enough.

    Raises
    ------
    SolverStopped
        If a limit or an interrupt came before any was found.
    """
    ways = [(instance, 0.0)]
    dropped = [rule for rule in rules if rule.rule == "contiguous"]
    if dropped:
        ways = [(instance, 0.0), (_disconnected(instance), 1.0)]
    found = []
    for way, extra in ways:
        try:
            remedy = _least_change(way, rules, control)
        except InfeasibleScenario:
            continue
        given_up = tuple(Change(rule, 1.0, None, 1.0) for rule in dropped if extra)
        found.append(
            Remedy(
                (*remedy.changes, *given_up),
                remedy.total + extra,
                remedy.bound + extra,
                remedy.proved,
            )
        )
    if not found:
        return None
    best = min(found, key=lambda remedy: remedy.total)
    bound = min(remedy.bound for remedy in found)
    return replace(best, bound=bound, proved=all(remedy.proved for remedy in found))


def _least_change(instance: Instance, rules: list[Group], control: Control) -> Remedy:
    """Search in parts of dialogues, then settle them in whole numbers with the regions found."""
    model = _eased(instance, rules)
    stage = optimise(model, "change", _shares(model), control, gap=NEAR)
    value = stage.objective
    if model.variables.work is not None:
        try:
            fix_regions(model, stage.solution)
            in_whole_dialogues(model)
            soon = replace(control.finishing(), deadline=time.monotonic() + SETTLE)
            value = optimise(model, "whole", _shares(model), soon, gap=NEAR).objective
        except InfeasibleScenario:  # in these regions; then in others
            model = _eased(instance, rules)
            in_whole_dialogues(model)
            value = optimise(model, "change", _shares(model), control, gap=NEAR).objective
    changes = [
        _change(model.groups[number], ease_of(instance, model.groups[number]), x)
        for number, x in model.changes.items()
    ]
    made = tuple(change for change in changes if change.by > 0)
    bound = min(stage.bound, value)
    return Remedy(made, value, bound, relative_gap(value, bound) <= NEAR)


def _shares(model: Model) -> pulp.LpAffineExpression:
    """Return the sum of the changes, each as a share of the rule's own number."""
    return pulp.lpSum(
        x * (1 / ease_of(model.instance, model.groups[number]).size)
        for number, x in model.changes.items()
    )


def _eased(instance: Instance, rules: list[Group]) -> Model:
    """Build the model in which some rules give way.

    Rows of whole teams are left out: they follow from the hours, which may give way.
    """
    named = {(rule.rule, tuple(rule.words.items())) for rule in rules}
    groups = build(instance, loose=True).groups
    eased = [
        number
        for number, group in enumerate(groups)
        if (group.rule, tuple(group.words.items())) in named and not group.structural
    ]
    without = [number for number, group in enumerate(groups) if group.rule == "whole"]
    return build(instance, loose=True, without=without, eased=eased)


def _change(rule: Group, ease: Ease, sum_of: pulp.LpAffineExpression) -> Change:
    """Read a change that the solver has found, rounded outward."""
    values = [float(x.varValue or 0.0) for x in sum_of]
    way = ease.way
    if way == "either":
        way = "up" if values[0] >= values[1] else "down"
    by = max(0.0, sum(values))
    if by < SMALL:
        return Change(rule, 0.0, None, 0.0)
    if ease.whole:
        by = float(round(by))
    elif way == "extra":
        by = _outward(by, 2)
    if way in ("extra", "given_up"):
        return Change(rule, by, None, by / ease.size)
    number = rule_number(rule)
    to = number + by if way == "up" else number - by
    if not ease.whole:
        digits = DIGITS - 1 - math.floor(math.log10(abs(to))) if abs(to) > SMALL else DIGITS
        to = _outward(to, digits) if way == "up" else -_outward(-to, digits)
    by = abs(to - number)
    return Change(rule, by, to, by / ease.size)


def _outward(value: float, decimals: int) -> float:
    """Round up, but for what is the solver's arithmetic."""
    step = 10.0**decimals
    return math.ceil(value * step - SMALL) / step


def _disconnected(instance: Instance) -> Instance:
    scenario = instance.scenario
    units = scenario.units.model_copy(update={"contiguous": False})
    return replace(instance, scenario=scenario.model_copy(update={"units": units}))
