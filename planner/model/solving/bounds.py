"""What can be counted of the rules that clash, without a search: sums of openings, distances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.criteria.p95_km import P95_SHARE
from planner.model.settings import identity
from planner.model.solving.counting import counting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from planner.model.constraints import Group
    from planner.model.instance import Floats, Instance

ALMOST = 1e-9
"""Km, shares and the like that are nothing."""

NAMED = 3
"""Places too far away that are named."""


@dataclass(frozen=True)
class Fact:
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


def facts(i: Instance, clashes: Sequence[Iterable[Group]]) -> tuple[Fact, ...]:
    """Count what shows that clashes are clashes, where counting is enough."""
    found = [fact for clash in clashes for fact in _offices(i, tuple(clash))]
    limits = {identity(rule): rule for clash in clashes for rule in clash if "limit" in rule.words}
    found += [fact for rule in limits.values() for fact in _limit(i, rule)]
    return tuple(found)


def _offices(i: Instance, clash: tuple[Group, ...]) -> Iterator[Fact]:
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
            yield Fact("openings" if capped else "candidates", vars(count))
        elif offices < count.fewest:
            yield Fact("fixed" if count.fewest == count.fixed else "fixed_more", vars(count))


def _limit(i: Instance, rule: Group) -> Iterator[Fact]:
    """Hold a limit against what it would be with an office in every town that may have one."""
    name, limit = str(rule.words["criterion"]), float(str(rule.words["limit"]))
    if name == "max_km":
        yield from _farthest(i, limit)
    if name == "balance":
        yield from _largest(i, limit)
    best = _at_best(i, name)
    if best is not None and best > limit + ALMOST:
        yield Fact("at_best", {"criterion": name, "value": best, "limit": limit})


def _farthest(i: Instance, limit: float) -> Iterator[Fact]:
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
        yield Fact("far", words) if alone else Fact("far_county", words | {"county": i.units[u]})
    if len(order) > NAMED:
        yield Fact("far_more", {"count": len(order) - NAMED, "limit": limit})


def _largest(i: Instance, limit: float) -> Iterator[Fact]:
    """Hold the largest unit, which can't be divided, against the mean region."""
    u, offices = int(i.weight.argmax()), i.scenario.offices.fewest
    value = float(i.weight[u]) * offices / i.total
    if value > limit + ALMOST and i.scenario.units.level != "principal":
        kind = "county" if i.scenario.units.level == "county" else "place"
        words: dict[str, object] = {kind: i.units[u], "offices": offices, "value": value}
        yield Fact(f"largest_{kind}", words | {"share": float(i.weight[u] / i.total)})


def _at_best(i: Instance, name: str) -> float | None:
    """Return what a criterion is at least, with an office in every town that may have one."""
    if name == "spread":
        return float(i.km.min(axis=1).mean())
    sums = {"mean_km": "unit_km", "mean_minutes": "unit_minutes", "share_beyond": "unit_beyond"}
    if name in sums:
        cost: Floats = getattr(i, sums[name])
        return float(cost.min(axis=1).sum() / i.total)
    if name == "p95_km":
        levels = np.unique(i.km)
        low, high = 0, len(levels) - 1
        while low < high:  # the least distance that 95 in 100 can be within
            middle = (low + high) // 2
            beyond = i.beyond(float(levels[middle])).min(axis=1).sum()
            low, high = (low, middle) if beyond <= P95_SHARE * i.total else (middle + 1, high)
        return float(levels[low])
    return None
