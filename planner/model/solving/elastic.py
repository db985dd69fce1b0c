"""A model in which rules give way, each by a change that counts."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pulp

from planner.model.build import Model, add_group, build
from planner.model.settings import STAYS, Change, merged
from planner.model.solving.easing import Ease, ease_of, eased_percentile, eased_rows, rule_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from pulp import LpAffineExpression

    from planner.control import Control
    from planner.model.constraints import Group
    from planner.model.instance import Instance

DIGITS = 4
"""Changes that need not be whole are rounded outward to so many digits."""

SMALL = 1e-6
"""A change smaller than this is the solver's arithmetic."""

KEPT = STAYS | {"hours"}
"""Rules that do not give way here: hours times advisors is not linear."""


@dataclass(frozen=True)
class Eased:
    """A model, and the rules in it that give way: how, and by how much in what was found."""

    model: Model
    rules: tuple[tuple[Group, Ease, LpAffineExpression], ...]

    @property
    def total(self) -> LpAffineExpression:
        """The sum of the changes, each as a share of the rule's own number."""
        return pulp.lpSum(x * (1 / ease.size) for _, ease, x in self.rules)

    def changes(self) -> tuple[Change, ...]:
        """Read the changes that the solver has found."""
        read = (change_of(rule, ease, x) for rule, ease, x in self.rules)
        return tuple(change for change in read if change.by > 0)


def ease_model(
    i: Instance,
    control: Control,
    gives_way: Callable[[Group], bool],
    free: Callable[[Group], bool] = lambda _: False,
) -> Eased:
    """Build the model in which some rules give way.

    Rows of whole teams are left out: they follow from the hours and from teams, which may be
    smaller.
    """
    groups = build(i, control, loose=True).groups
    eased, without = [], {number for number, group in enumerate(groups) if group.rule == "whole"}
    for rule, numbers in merged(groups):
        if free(rule):
            without.update(numbers)
        elif rule.rule not in KEPT and gives_way(rule):
            without.update(numbers)
            eased.append((rule, numbers))
    model = build(i, control, loose=True, without=without)
    rules = []
    # The groups of the model that was built, not of the first: their variables are its own.
    named = {numbers: rule for rule, numbers in merged(model.groups)}
    for _, numbers in eased:
        rule, at = named[numbers], numbers[0]
        ease = ease_of(i, rule)
        if rule.words.get("criterion") == "p95_km":
            ease = replace(ease, whole=False)
            rows, x = eased_percentile(model.problem, i, model.variables, rule, at)
        else:
            rows, x = eased_rows(model.problem, rule, ease, at)
        add_group(model.problem, replace(rule, constraints=tuple(rows)), at)
        rules.append((rule, ease, x))
    return Eased(model, tuple(rules))


def change_of(rule: Group, ease: Ease, change: LpAffineExpression) -> Change:
    """Read a change that the solver has found, rounded outward."""
    values = [float(x.varValue or 0.0) for x in change]
    rule, way = replace(rule, constraints=()), ease.way
    if way == "either":
        way = "up" if values[0] >= values[1] else "down"
    by = max(0.0, sum(values))
    if by < SMALL:
        return Change(rule, 0.0, None, 0.0)
    if ease.whole:
        by = float(round(by))
    if way == "given_up":
        return Change(rule, by, None, by / ease.size)
    number = rule_number(rule)
    to = outward(number + by if way == "up" else number - by, way, whole=ease.whole)
    by = abs(to - number)
    return Change(rule, by, to, by / ease.size)


def outward(to: float, way: str, *, whole: bool) -> float:
    """Round a number outward, but for what is the solver's arithmetic."""
    if whole:
        return float(round(to))
    digits = DIGITS - 1 - math.floor(math.log10(abs(to))) if abs(to) > SMALL else DIGITS
    step = 10.0**digits
    return (
        math.ceil(to * step - SMALL) / step
        if way == "up"
        else -math.ceil(-to * step - SMALL) / step
    )
