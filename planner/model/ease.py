"""How a hard rule gives way, so that the least change which makes a scenario feasible is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pulp import lpSum, lpSum_vars_coefs

if TYPE_CHECKING:
    import pulp
    from pulp import LpAffineExpression

    from planner.model.constraints import Group
    from planner.model.instance import Instance

UP = frozenset(
    {"openings_most", "hires_most", "sister_pool", "budget", "office_most", "limit_most"}
)
DOWN = frozenset({"office_fewest", "minimum_team", "dialogues_by", "limit_least"})
"""Rules with a number that may be raised, or lowered."""

NUMBER = ("count", "budget", "limit", "share")
"""Words that hold the number of a rule."""

IN_PARTS = frozenset({"budget", "limit_most", "limit_least", "sister_pool"})
"""Rules whose number need not be whole."""

TENTH = 0.01
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
    way : {"up", "down", "either", "extra", "given_up"}
        What happens to the number; "extra" where something is added beside it.
    whole : bool
        Whether the change is a whole number.
    most : float or None
        The largest change that makes sense.
    apart : bool
        Whether every row has a change of its own, which add up.
    """

    room: tuple[float, ...]
    size: float = 1.0
    way: Literal["up", "down", "either", "extra", "given_up"] = "given_up"
    whole: bool = True
    most: float | None = None
    apart: bool = False


def ease_of(i: Instance, group: Group) -> Ease:
    """Tell how a rule gives way.

    A number goes up or down; hours are made up for by more full-time advisors (a product of
    hours and advisors is not linear); a share may rise; any other rule is kept or given up.
    """
    rows = len(group.constraints)
    if group.words.get("criterion") == "p95_km":
        return Ease((TENTH,), 5.0, "extra", whole=False, most=95.0)
    if group.rule in UP | DOWN:
        number = rule_number(group)
        room = (1.0,) * rows
        if group.rule == "sister_pool":  # the sum, then every site: none without the agency
            room = (1.0, *(float(there) for there in i.spsm))
        return Ease(
            room,
            abs(number) or 1.0,
            "up" if group.rule in UP else "down",
            whole=group.rule not in IN_PARTS and number == round(number),
            most=number
            if group.rule in {"office_fewest", "minimum_team", "dialogues_by"}
            else None,
        )
    if group.rule == "office_count":
        return Ease((1.0,) * rows, rule_number(group), "either", most=float(len(i.sites)))
    if group.rule == "hours" and i.scenario.staffing is not None:
        order = [period.name for period in i.periods].index(str(group.words["period"]))
        each = i.scenario.staffing.yearly_hours.value * float(i.years[order])
        return Ease((each,) * rows, _staff(i, order), "extra", whole=False, apart=True)
    if group.rule == "balance":
        due = [
            float(sum(int(i.target[u]) for u, of in enumerate(i.unit_county) if of == county))
            for county in sorted(set(i.unit_county))
        ]
        room = tuple(x for d in due if d for x in (d * TENTH, d * TENTH))
        share = float(str(group.words["share"]))
        return Ease(room, share or 1.0, "up", whole=False, most=100.0)
    return Ease((1.0,) * rows, most=1.0)


def rule_number(group: Group) -> float:
    """Return the number that a rule names."""
    return float(str(next(group.words[word] for word in NUMBER if word in group.words)))


def _staff(i: Instance, t: int) -> float:
    """Return the advisors that all the dialogues of a period's length would take, at least 1."""
    assert i.scenario.staffing is not None  # noqa: S101 - the caller has looked
    hours = i.scenario.staffing.yearly_hours.value * float(i.years[t])
    return max(1.0, float((i.hours.min(axis=1) * i.target).sum()) / hours)


def eased_rows(
    problem: pulp.LpProblem, group: Group, ease: Ease, number: int
) -> tuple[list[LpAffineExpression], LpAffineExpression]:
    """Return the rows of a rule with room for change, and the sum of the changes."""
    category: Literal["Integer", "Continuous"] = "Integer" if ease.whole else "Continuous"
    changes: list[pulp.LpVariable] = []

    def change() -> pulp.LpVariable:
        name = f"change_{number}_{len(changes)}"
        changes.append(problem.add_variable(name, 0, ease.most, category))
        return changes[-1]

    shared = None if ease.apart else change()
    other = change() if ease.way == "either" else None
    rows: list[LpAffineExpression] = []
    for row, room in zip(group.constraints, ease.room, strict=True):
        terms = [(x, float(c)) for x, c in row.items()]
        mine = change() if shared is None else shared
        less = lpSum_vars_coefs([*terms, (mine, -room)]) + row.constant
        more = lpSum_vars_coefs([*terms, (mine if other is None else other, room)]) + row.constant
        sense = row.sense or 0
        if sense <= 0:
            rows.append(less <= 0)
        if sense >= 0:
            rows.append(more >= 0)
    return rows, lpSum(changes)
