"""What counting settles: how many offices there can be, by openings, towns and dates alone.

No solver takes part. Where offices may close the counting is another, and is left to the model of
`planner.model.solving.offices`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

import pulp

from planner.model import constraints
from planner.model.solving.offices import offices_alone
from planner.model.variables import define_variables

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.model.constraints import Group
    from planner.model.instance import Instance

COUNTED = (
    constraints.number_of_offices,
    constraints.openings_per_period,
    constraints.fixed_roles,
    constraints.opening_dates,
)
"""The rules that counting is enough for."""


@dataclass(frozen=True)
class Count:
    """How many offices there can be when the rollout is complete.

    Attributes
    ----------
    fixed : int
        Offices that must be open in the end.
    fewest, most : int
    existing : int
        Offices that are open before the first period.
    openings : tuple of int
        Of each period, as many as there can be, own premises apart.
    own : int
        Offices in premises of the agency's own that can be opened.
    """

    fixed: int
    fewest: int
    most: int
    existing: int
    openings: tuple[int, ...]
    own: int


@dataclass(frozen=True)
class _Kept:
    """What the rules that are kept say of each period and site."""

    most: tuple[float, ...]
    first: tuple[int, ...]
    date: tuple[int | None, ...]
    there: tuple[bool, ...]
    must: tuple[bool, ...]
    least: int
    at_most: float


def counting(i: Instance) -> Counting | None:
    """Return what can be counted of an instance; None where its offices may close."""
    if i.scenario.rollout.may_close:
        return None
    v = define_variables(pulp.LpProblem("counting"), offices_alone(i))
    groups = (group for rule in COUNTED for group in rule(i, v))
    return Counting(i, tuple(replace(group, constraints=()) for group in groups))


@dataclass(frozen=True)
class Counting:
    """The rules of offices, openings, towns and dates, some of which can be left out.

    Attributes
    ----------
    instance : Instance
        Its offices may not close.
    rules : tuple of Group
        As the model names them, without their rows.
    """

    instance: Instance
    rules: tuple[Group, ...]

    def nearest(self, rule: int) -> int | None:
        """Return the number nearest to its own with which a rule lets all hold; None if none does.

        A number of openings may only rise, and so on: what is asked of it may only get easier.
        """
        group = self.rules[rule]
        now = int(str(group.words["count"]))
        ways = {"office_count": (-1, 1), "office_fewest": (-1,)}.get(group.rule, (1,))
        for by in range(len(self.instance.sites) + 1):
            for to in (now + way * by for way in ways):
                every = range(len(self.rules))
                if to >= 0 and self.with_number(rule, to).clash(every) is None:
                    return to
        return None

    def with_number(self, rule: int, number: int) -> Counting:
        """Return the same with another number in one rule."""
        group = self.rules[rule]
        changed = replace(group, words={**group.words, "count": number})
        return replace(self, rules=(*self.rules[:rule], changed, *self.rules[rule + 1 :]))

    def clash(self, kept: Collection[int]) -> frozenset[int] | None:
        """Return the rules kept if they can't hold together; None if they can."""
        count = self.count(kept)
        asked = self._read(kept)
        if count is None or max(count.fewest, asked.least) > min(count.most, asked.at_most):
            return frozenset(kept)
        return None

    def count(self, kept: Collection[int]) -> Count | None:
        """Return how many offices there can be under the rules kept, whatever number is asked for.

        None where no rollout keeps the dates and openings of those that must open, or no office
        can be open in the first period.
        """
        rules, sites = self._read(kept), range(len(self.instance.sites))
        if any(rules.must[j] and rules.there[j] and rules.first[j] for j in sites):
            return None
        there = [self.instance.roles[j] == "existing" and not rules.first[j] for j in sites]
        left, own = list(rules.most), self.instance.own
        for j in sites:
            date = rules.date[j]
            if date is None:
                continue
            if date < rules.first[j]:
                return None
            left[date] -= not own[j]
        if min(left) < 0:
            return None
        free = [j for j in sites if not there[j] and rules.date[j] is None]
        waiting = [j for j in free if not own[j]]
        for t in range(len(left)):  # whoever must open and can't before has room from then on
            late = sum(rules.must[j] and rules.first[j] >= t for j in waiting)
            if late > sum(left[t:]):
                return None
        begins = [
            j
            for j in sites
            if there[j]
            or rules.date[j] == 0
            or (rules.date[j] is None and not rules.first[j] and (own[j] or left[0] >= 1))
        ]
        if not begins:
            return None
        fixed = sum(rules.must)
        openings = [sum(rules.date[j] == t and not own[j] for j in sites) for t in range(len(left))]
        opened = 0
        for t in range(len(left)):
            can = sum(rules.first[j] <= t for j in waiting) - opened
            now = int(min(left[t], can))
            openings[t] += now
            opened += now
        in_own = sum(bool(own[j]) and not there[j] for j in sites)
        return Count(
            fixed=fixed,
            fewest=fixed + (not any(rules.must[j] for j in begins)),
            most=sum(there) + in_own + sum(openings),
            existing=sum(there),
            openings=tuple(openings),
            own=in_own,
        )

    def _read(self, kept: Collection[int]) -> _Kept:
        sites, rules = self.instance.sites, [self.rules[number] for number in kept]
        order = {period.name: t for t, period in enumerate(self.instance.periods)}
        of = {(rule.rule, rule.code): rule.words for rule in rules if rule.code}
        caps = {
            rule.words["period"]: rule.words["count"]
            for rule in rules
            if rule.rule == "openings_most"
        }

        def period(rule: str, code: str) -> int | None:
            words = of.get((rule, code))
            return None if words is None else order[str(words["period"])]

        numbers = {rule.rule: int(str(rule.words["count"])) for rule in rules if not rule.code}
        return _Kept(
            most=tuple(float(str(caps.get(name, "inf"))) for name in order),
            first=tuple(period("available_from", code) or 0 for code in sites),
            date=tuple(period("opens", code) for code in sites),
            there=tuple(("existing", code) in of for code in sites),
            must=tuple(
                any((rule, code) in of for rule in ("required", "existing", "opens"))
                for code in sites
            ),
            least=max(1, numbers.get("office_count", 0), numbers.get("office_fewest", 0)),
            at_most=min(numbers.get(rule, inf) for rule in ("office_count", "office_most")),
        )
