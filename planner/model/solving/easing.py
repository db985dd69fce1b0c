"""How a hard rule gives way, so that the least change which makes a scenario feasible is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from pulp import lpSum, lpSum_vars_coefs

from planner.criteria.p95_km import P95_SHARE

if TYPE_CHECKING:
    import pulp
    from pulp import LpAffineExpression

    from planner.model.constraints import Group
    from planner.model.instance import Instance
    from planner.model.variables import Variables

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
