"""Every criterion computed again from who is served by which office."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from planner.message import say
from planner.verify.checks import MILLIONTH, Check, check, misses, shown
from planner.verify.criteria import MONEY, TRAVEL, unknown_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from planner.verify.exact_case import ExactCase
    from planner.verify.run_files import Plan
    from planner.verify.timeline import Timeline

    Figures = dict[str, Fraction | None]


def site_figures(case: ExactCase, offices: Iterable[str], served: Mapping[str, str]) -> Figures:
    """Compute the criteria of one period's offices and regions.

    Parameters
    ----------
    case : ExactCase
    offices : iterable of str
        Open offices, at least one.
    served : mapping of str to str
        Unit -> the office that serves it.
    """
    open_now, people = sorted(offices), case.total
    rows = [
        (case.km(home, served[unit]), case.minutes(home, served[unit]), n)
        for unit, members in case.members.items()
        for home, n in members
        if n
    ]
    campus = [case.campus_minutes(town) for town in open_now]
    reached = [x for x in campus if x is not None]
    far = sum(x is None or x > case.rules.university_limit for x in campus)
    counted = [town for town in open_now if town not in case.rules.sites.own_premises]
    load = dict.fromkeys(open_now, 0)
    for unit, office in served.items():
        load[office] += case.weight[unit]
    sister = sum(town in case.sister_towns for town in counted)
    pairs = [case.km(a, b) for a in open_now for b in open_now if a < b]
    max_km, share_beyond = reach(case, served)
    return {
        "mean_km": sum((km * n for km, _, n in rows), Fraction(0)) / people,
        "mean_minutes": sum((minutes * n for _, minutes, n in rows), Fraction(0)) / people,
        "p95_km": weighted_percentile([(km, n) for km, _, n in rows], Fraction(95, 100)),
        "max_km": max_km,
        "share_beyond": share_beyond,
        "spread": spread(case, open_now),
        "min_separation_km": min(pairs, default=Fraction(0)),
        "university_minutes": sum(reached, Fraction(0)) / len(campus)
        if len(reached) == len(campus)
        else None,
        "university_beyond": Fraction(far),
        "spsm_share": Fraction(sister, len(counted)) if counted else Fraction(1),
        "county_splits": Fraction(splits(case, served)),
        "contiguous": Fraction(not stray_parts(case, served)),
        "balance": Fraction(max(load.values()) * len(open_now), people),
        "largest_region": Fraction(max(load.values())),
    }


def reach(case: ExactCase, served: Mapping[str, str]) -> tuple[Fraction, Fraction]:
    """Return the km of the principal farthest away, and the share farther than the threshold."""
    ways = [
        (case.km(home, served[unit]), n)
        for unit, members in case.members.items()
        for home, n in members
        if n
    ]
    far = sum(n for km, n in ways if km > case.rules.beyond_km)
    return max(km for km, _ in ways), Fraction(far, case.total)


def splits(case: ExactCase, served: Mapping[str, str]) -> int:
    """Return how many counties more than one office serves."""
    offices_of: dict[str, set[str]] = {}
    for unit, office in served.items():
        offices_of.setdefault(case.county(unit), set()).add(office)
    return sum(len(each) > 1 for each in offices_of.values())


def spread(case: ExactCase, offices: Iterable[str]) -> Fraction:
    """Return the mean over municipalities of km to the nearest office, not weighted."""
    away = zip(*(case.km.steps(office) for office in offices), strict=True)
    return Fraction(sum(map(min, away)), case.km.scale * len(case.tables.county))


def weighted_percentile(rows: list[tuple[Fraction, int]], share: Fraction) -> Fraction:
    """Return the least value that at least a share of the weight does not exceed."""
    needed = share * sum(n for _, n in rows)
    reached = 0
    for value, n in sorted(rows):
        reached += n
        if reached >= needed:
            return value
    raise AssertionError("the weights sum to their sum")


def stray_parts(case: ExactCase, served: Mapping[str, str]) -> list[tuple[str, frozenset[str]]]:
    """Return (office, places) for each part of a region that no border joins to its largest."""
    regions: dict[str, set[str]] = {}
    for unit, office in served.items():
        regions.setdefault(office, set()).update(case.places(unit))
    found = []
    for office, places in sorted(regions.items()):
        parts = sorted(_parts(places, case.neighbours), key=min)
        parts.sort(key=len, reverse=True)
        found += [(office, part) for part in parts[1:]]
    return found


def _parts(
    places: Iterable[str], neighbours: Mapping[str, frozenset[str]]
) -> Iterator[frozenset[str]]:
    left = set(places)
    while left:
        part, edge = set[str](), {left.pop()}
        while edge:
            part |= edge
            edge = {n for place in edge for n in neighbours.get(place, ()) if n in left}
            left -= edge
        yield frozenset(part)


def check_reach(case: ExactCase, plan: Plan, when: Timeline) -> Check:
    """Compare how far principals have in every period with what is computed again."""
    told = {period.period: period for period in plan.periods}
    wrong: list[str] = []
    farthest = []
    for span, served in zip(case.rules.periods, when.served, strict=True):
        max_km, share = reach(case, served)
        farthest.append(max_km)
        wrong += misses(f"{span.name} max_km", told[span.name].max_km, max_km, MILLIONTH)
        found = told[span.name].share_beyond
        wrong += misses(f"{span.name} share_beyond", found, share)
    return check(say("period distances"), wrong, say("farthest {} km", shown(farthest)))


def kept(case: ExactCase, name: str) -> Fraction:
    """Return how far a criterion may be off for what it was rounded to before it was summed up."""
    if name in MONEY:
        return MILLIONTH * len(case.rules.periods)
    return MILLIONTH if name in TRAVEL else Fraction(0)


def check_criteria(
    case: ExactCase, plan: Plan, exact: Figures, version: str = ""
) -> Iterator[Check]:
    """Compare every criterion of the plan with the one computed again.

    One that the version of planner which wrote the plan did not have may be missing, unless the
    scenario asks something of it.
    """
    missing = [name for name in exact if name not in plan.criteria]
    later = sorted(unknown_to(version).intersection(missing) - case.rules.asked)
    wrong = [
        say("{}: expected {}, found nothing", name, shown(exact[name]))
        for name in missing
        if name not in later
    ]
    wrong += [
        say("{}: not a criterion of this scenario", name)
        for name in plan.criteria
        if name not in exact
    ]
    holds = say("{} criteria, all of them known", len(exact) - len(later))
    if later:
        holds += say("; not told, made before it was a criterion: {}", ", ".join(later))
    yield check(say("criteria"), wrong, holds)
    for name in sorted(exact.keys() & plan.criteria.keys()):
        found = misses(name, plan.criteria[name], exact[name], kept(case, name))
        yield check(say("criteria.{}", name), found, shown(exact[name]))
