"""What counting settles without a search: how many offices there can be, how near, how large.

Offices are counted by openings, towns and dates alone. Where they may close the counting is
another, and is left to the model of `planner.model.solving.ends.offices_alone`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pulp

from planner.criteria import CRITERIA
from planner.criteria.base import PerPlace, PerUnit
from planner.criteria.regions import least_load
from planner.criteria.travel import P95_SHARE
from planner.model import constraints
from planner.model.settings import identity
from planner.model.solving.ends import offices_alone
from planner.model.variables import define_variables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from planner.model.constraints import Group
    from planner.model.instance import Instance

COUNTED = (
    constraints.number_of_offices,
    constraints.openings_per_period,
    constraints.fixed_roles,
    constraints.opening_dates,
)
"""The rules that counting is enough for."""

ALMOST = 1e-9
"""Km, shares and the like that are nothing."""

NAMED = 3
"""Places too far away that are named."""


@dataclass(frozen=True)
class Count:
    """How many offices there can be when the rollout is complete.

    Attributes
    ----------
    fixed : int
        Offices that must be open in the end.
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


@dataclass(frozen=True)
class CountedFact:
    """Something counted that shows why a rule can't be kept.

    Attributes
    ----------
    kind : str
        Key of its sentence: openings, candidates, fixed, far, far_county, far_more, at_best,
        largest_county, largest_place.
    words : mapping of str to object
        What it names. A `place` or `county` is a code of the tables.
    """

    kind: str
    words: Mapping[str, object]


def facts(i: Instance, clashes: Sequence[Iterable[Group]]) -> tuple[CountedFact, ...]:
    """Count what shows that clashes are clashes, where counting is enough."""
    found = [fact for clash in clashes for fact in _offices(i, tuple(clash))]
    limits = {identity(rule): rule for clash in clashes for rule in clash if "limit" in rule.words}
    found += [fact for rule in limits.values() for fact in _limit(i, rule)]
    return tuple(found)


def _offices(i: Instance, clash: tuple[Group, ...]) -> Iterator[CountedFact]:
    """Count the offices that there can be, against the number that is asked for."""
    counted = counting(i)
    if counted is None:
        return
    number = {identity(rule): n for n, rule in enumerate(counted.rules)}
    if not all(identity(rule) in number for rule in clash):
        return
    asked = [
        rule for rule in clash if rule.rule in ("office_count", "office_fewest", "office_most")
    ]
    count = counted.count([number[identity(rule)] for rule in clash if rule not in asked])
    if count is None:
        return
    for rule in asked:
        offices = int(str(rule.words["count"]))
        if offices > count.most:
            capped = any(each.rule == "openings_most" for each in clash)
            yield CountedFact("openings" if capped else "candidates", vars(count))
        elif offices < count.fewest:
            yield CountedFact("fixed" if count.fewest == count.fixed else "fixed_more", vars(count))


def _limit(i: Instance, rule: Group) -> Iterator[CountedFact]:
    """Hold a limit against what it would be with an office in every town that may have one."""
    name, limit = str(rule.words["criterion"]), float(str(rule.words["limit"]))
    if name == "max_km":
        yield from _farthest(i, limit)
    if name == "balance":
        yield from _largest(i, limit)
    best = _at_best(i, name)
    if best is not None and best > limit + ALMOST:
        yield CountedFact("at_best", {"criterion": name, "value": best, "limit": limit})


def _farthest(i: Instance, limit: float) -> Iterator[CountedFact]:
    """Name the places that are too far from every town; a county as a whole belongs to one."""
    best = i.unit_farthest.min(axis=1)
    order = [int(u) for u in np.argsort(-best, kind="stable") if best[u] > limit + ALMOST]
    for u in order[:NAMED]:
        j = int(i.unit_farthest[u].argmin())
        rows = i.members[(i.members[:, 0] == u) & (i.members[:, 2] > 0)]
        place = int(rows[i.km[rows[:, 1], j].argmax(), 1])
        words: dict[str, object] = {
            "place": i.municipalities[place],
            "town": i.towns[j],
            "km": float(best[u]),
            "limit": limit,
        }
        alone = int(i.km[place].argmin()) == j or i.scenario.units.level != "county"
        yield (
            CountedFact("far", words)
            if alone
            else CountedFact("far_county", words | {"county": i.units[u]})
        )
    if len(order) > NAMED:
        yield CountedFact("far_more", {"count": len(order) - NAMED, "limit": limit})


def _largest(i: Instance, limit: float) -> Iterator[CountedFact]:
    """Hold the largest unit, which can't be divided, against the mean region."""
    u, offices = int(i.weight.argmax()), i.scenario.offices.fewest
    value = float(i.weight[u]) * offices / i.total
    if value > limit + ALMOST and i.scenario.units.level != "principal":
        kind = "county" if i.scenario.units.level == "county" else "place"
        words: dict[str, object] = {kind: i.units[u], "offices": offices, "value": value}
        yield CountedFact(f"largest_{kind}", words | {"share": float(i.weight[u] / i.total)})


def _at_best(i: Instance, name: str) -> float | None:
    """Return what a criterion is at least, with an office in every town that may have one."""
    price = CRITERIA[name].price
    if isinstance(price, PerUnit | PerPlace):
        return float(price.cost(i).min(axis=1).sum())
    if name == "largest_region":
        return float(least_load(i, len(i.sites)))
    if name == "p95_km":
        levels = np.unique(i.km)
        low, high = 0, len(levels) - 1
        while low < high:  # the least distance that 95 in 100 can be within
            middle = (low + high) // 2
            beyond = i.beyond(float(levels[middle])).min(axis=1).sum()
            low, high = (low, middle) if beyond <= P95_SHARE * i.total else (middle + 1, high)
        return float(levels[low])
    return None
