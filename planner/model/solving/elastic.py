"""The elastic model: rules give way in it, each by a change that counts.

A rule with a number gives way by a share of it, so that 3 openings for 2 and 30 MSEK for 20 count
the same; a rule without one is kept or given up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from pulp import LpAffineExpression, lpSum, lpSum_vars_coefs

from planner.criteria.travel import P95_SHARE
from planner.model.build import Model, add_group, build
from planner.model.settings import STAYS, Change, merged

if TYPE_CHECKING:
    from collections.abc import Callable

    import pulp

    from planner.control import Control
    from planner.criteria.reads import Variables
    from planner.model.constraints import Group
    from planner.model.instance import Instance

UP = frozenset(
    {"openings_most", "hires_most", "sister_pool", "budget", "office_most", "limit_most"}
)
DOWN = frozenset({"office_fewest", "minimum_team", "dialogues_by", "limit_least"})
"""Rules with a number that may be raised, or lowered."""

NUMBER = ("count", "budget", "limit", "share", "hours")
"""Words that hold the number of a rule."""

IN_PARTS = frozenset({"budget", "limit_most", "limit_least", "sister_pool"})
"""Rules whose number need not be whole."""

POINT = 0.01
"""Share of principals in one percentage point."""

DIGITS = 4
"""Changes that need not be whole are rounded outward to so many digits."""

SMALL = 1e-6
"""A change smaller than this is the solver's arithmetic."""

KEPT = STAYS | {"hours"}
"""Rules that do not give way here: hours times advisors is not linear."""


@dataclass(frozen=True)
class Ease:
    """What a change of one unit gives each row of a rule.

    Attributes
    ----------
    room : tuple of float
        By how much a row may be broken for each unit of change.
    size : float
        The number of the rule: a change counts as a share of it, and giving up a rule that has
        no number counts as 1.
    way : {"up", "down", "either", "given_up"}
        What happens to the number.
    whole : bool
        Whether the change is a whole number.
    most : float or None
        The largest change that makes sense.
    """

    room: tuple[float, ...]
    size: float = 1.0
    way: Literal["up", "down", "either", "given_up"] = "given_up"
    whole: bool = True
    most: float | None = None


def ease_of(i: Instance, rule: Group) -> Ease:
    """Tell how a rule gives way: a number goes up or down, any other rule is kept or given up."""
    rows = len(rule.constraints)
    if rule.rule in UP | DOWN:
        number = rule_number(rule)
        room = (1.0,) * rows
        if rule.rule == "sister_pool":  # the sum, then every site, in every period
            room = (1.0, *(float(there) for there in i.spsm)) * len(i.periods)
        return Ease(
            room,
            abs(number) or 1.0,
            "up" if rule.rule in UP else "down",
            whole=rule.rule not in IN_PARTS and number == round(number),
            most=number if rule.rule in {"office_fewest", "minimum_team", "dialogues_by"} else None,
        )
    if rule.rule == "office_count":
        return Ease((1.0,) * rows, rule_number(rule), "either", most=float(len(i.sites)))
    if rule.rule == "balance":
        due = [
            float(sum(int(i.target[u]) for u, of in enumerate(i.unit_county) if of == county))
            for county in sorted(set(i.unit_county))
        ]
        room = tuple(x for d in due if d for x in (d * POINT, d * POINT))
        share = float(str(rule.words["share"]))
        return Ease(room, share or 1.0, "up", whole=False, most=100.0)
    return Ease((1.0,) * rows, most=1.0)


def rule_number(rule: Group) -> float:
    """Return the number that a rule names."""
    return float(str(next(rule.words[word] for word in NUMBER if word in rule.words)))


def eased_rows(
    problem: pulp.LpProblem, rule: Group, ease: Ease, number: int
) -> tuple[list[LpAffineExpression], LpAffineExpression]:
    """Return the rows of a rule with room for change, and the change."""
    category: Literal["Integer", "Continuous"] = "Integer" if ease.whole else "Continuous"
    less = problem.add_variable(f"change_{number}_0", 0, ease.most, category)
    more = less
    if ease.way == "either":
        more = problem.add_variable(f"change_{number}_1", 0, ease.most, category)
    rows: list[LpAffineExpression] = []
    for row, room in zip(rule.constraints, ease.room, strict=True):
        terms = [(x, float(c)) for x, c in row.items()]
        sense = row.sense or 0
        if sense <= 0:
            rows.append(lpSum_vars_coefs([*terms, (less, -room)]) + row.constant <= 0)
        if sense >= 0:
            rows.append(lpSum_vars_coefs([*terms, (more, room)]) + row.constant >= 0)
    return rows, lpSum([less] if more is less else [less, more])


def eased_percentile(
    problem: pulp.LpProblem, i: Instance, v: Variables, rule: Group, number: int
) -> tuple[list[LpAffineExpression], LpAffineExpression]:
    """Return rows by which 95 in 100 are within a distance and a change, and the change.

    change >= sum_j (km[m,j] - limit)+ serve[T,u,j] - farthest far[m] for the principals of unit u
    in municipality m, and far counts at most 5 % of all: who does not is within the distance.
    """
    over = np.maximum(i.km - rule_number(rule), 0.0)
    change = problem.add_variable(f"change_{number}_0", 0, float(over.max()))
    rows, far = [], []
    for place, (u, m, count) in enumerate(i.members):
        if not count or not over[m].any():
            continue
        beyond = problem.add_variable(f"far_{number}_{place}", 0, 1, "Binary")
        far.append((beyond, float(count)))
        terms = [(v.serve[-1][u][j], float(over[m, j])) for j in np.flatnonzero(over[m])]
        rows.append(lpSum_vars_coefs([*terms, (beyond, -float(over[m].max())), (change, -1)]) <= 0)
    rows.append(lpSum_vars_coefs(far) <= P95_SHARE * i.total)
    return rows, lpSum([change])


@dataclass(frozen=True)
class Eased:
    """A model, and the rules in it that give way: how, and by how much in what was found."""

    model: Model
    rules: tuple[tuple[Group, Ease, LpAffineExpression], ...]

    @property
    def total(self) -> LpAffineExpression:
        """The sum of the changes, each as a share of the rule's own number."""
        return lpSum(x * (1 / ease.size) for _, ease, x in self.rules)

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
    """Build the model in which some rules give way, and others are free.

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
            eased.append(numbers)
    model = build(i, control, loose=True, without=without)
    rules = []
    # The groups of the model that was built, not of the first: their variables are its own.
    named = {numbers: rule for rule, numbers in merged(model.groups)}
    for numbers in eased:
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
