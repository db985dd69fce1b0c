"""The hard rules on open sites and regions: those of a plan's end, or of a siting alone.

The criteria of siting are measured once more, from the open sites and who is served by which.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from planner.hardrules.arrays import Arrays, Floats, Ints, arrays_of
from planner.hardrules.findings import line, over, under
from planner.scenario.spec import Scenario

Measure = Callable[[Arrays, Sequence[int], Ints], float]

MORE_IS_BETTER = frozenset({"min_separation_km", "spsm_share"})
"""Criteria whose limits are lower ones."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a siting beside the rules of its scenario.

    Attributes
    ----------
    bounds : mapping of str to float
        Criterion -> the worst value allowed.
    require, forbid : collection of int
        Sites that must, or must not, have an office.
    excluded : collection of collection of int
        Sets of offices that may not come out.
    """

    bounds: Mapping[str, float] = field(default_factory=dict)
    require: Collection[int] = ()
    forbid: Collection[int] = ()
    excluded: Collection[Collection[int]] = ()


def check_siting(
    instance: Any, offices: Collection[int], served_by: Ints, asked: Asked | None = None
) -> list[str]:
    """Name every hard rule that the offices and regions of a last period break.

    Parameters
    ----------
    instance : planner.model.instance.Instance
        Of the whole scenario, its rollout included.
    offices : collection of int
        Open sites, as indices.
    served_by : numpy.ndarray of int, shape (u,)
        The site that serves each unit.
    asked : Asked, optional
        What is asked besides.

    Returns
    -------
    list of str
        One line a rule; empty where all hold.
    """
    case, opened, asked = arrays_of(instance), sorted(offices), asked or Asked()
    found = [
        *line("candidates", not_allowed(case, opened)),
        *line("office count", count_at_end(case, len(opened))),
        *line("roles", roles_at_end(case, opened)),
        *line("opening dates", _dates_at_end(case, opened)),
        *line("question", _question(case, opened, asked)),
    ]
    unserved = list(_not_served(case, opened, served_by))
    if unserved:
        return [*found, *line("open offices", unserved)]
    limits = {n: worst for n, worst in hard_limits(case.scenario).items() if n in MEASURES}

    def measured(name: str) -> float:
        return MEASURES[name](case, opened, served_by)

    return [
        *found,
        *line("connected regions", in_pieces(case, served_by)),
        *line("hard limits", missed(limits, measured)),
        *line("bounds", missed(asked.bounds, measured)),
    ]


def not_allowed(case: Arrays, opened: Collection[int]) -> Iterator[str]:
    """Yield the open towns that are excluded, or no candidates."""
    yield from (f"{case.sites[j]} may not have an office" for j in opened if not case.allowed[j])


def count_at_end(case: Arrays, number: int) -> Iterator[str]:
    """Yield what is wrong with the number of offices of the last period."""
    spec = case.scenario.offices
    if not spec.fewest <= number <= spec.most:
        asked = f"{spec.most}" if spec.fewest == spec.most else f"{spec.fewest} to {spec.most}"
        yield f"{number} at the end, {asked} asked for"


def roles_at_end(case: Arrays, opened: Collection[int]) -> Iterator[str]:
    """Yield the required and existing towns that have no office in the last period."""
    spec, rollout = case.scenario.sites, case.scenario.rollout
    there = {case.sites[j] for j in opened}
    for code in spec.required:
        if code not in there:
            yield f"{code} is required and not open at the end"
    if not rollout.may_close or len(rollout.periods) == 1:
        for code in spec.existing:
            if code not in there:
                yield f"{code} exists, may not close and is not open at the end"


def hard_limits(scenario: Scenario) -> dict[str, float]:
    """Return criterion -> the worst value that its hard limit allows."""
    return {name: limit.value for name, limit in scenario.limits.items() if limit.hard}


def missed(limits: Mapping[str, float], measured: Callable[[str], float]) -> Iterator[str]:
    """Yield the criteria that are worse than a limit."""
    for name, worst in sorted(limits.items()):
        value = measured(name)
        if name in MORE_IS_BETTER and under(value, worst):
            yield f"{name} is {value:.9g}, at least {worst:.9g} asked for"
        if name not in MORE_IS_BETTER and over(value, worst):
            yield f"{name} is {value:.9g}, at most {worst:.9g} asked for"


def in_pieces(case: Arrays, served_by: Ints) -> Iterator[str]:
    """Yield the offices whose regions fall into pieces, where that is forbidden."""
    if case.scenario.units.contiguous:
        for j, count in sorted(pieces(case, served_by).items()):
            if count > 1:
                yield f"the region of {case.sites[j]} is in {count} pieces"


def _dates_at_end(case: Arrays, opened: Sequence[int]) -> Iterator[str]:
    """Yield towns with a date to open that, once open, can't be closed again by the end."""
    rollout, there = case.scenario.rollout, {case.sites[j] for j in opened}
    for code, period in rollout.opens.items():
        stays = not rollout.may_close or period == rollout.periods[-1].name
        if stays and code not in there:
            yield f"{code} must open in {period} and is not open at the end"


def _question(case: Arrays, opened: Sequence[int], asked: Asked) -> Iterator[str]:
    """Yield what the offices do against the question."""
    there = set(opened)
    yield from (f"{case.sites[j]} was asked for" for j in sorted({*asked.require} - there))
    yield from (f"{case.sites[j]} was ruled out" for j in sorted({*asked.forbid} & there))
    if any(there == set(each) for each in asked.excluded):
        yield "this set of offices was ruled out"


def _not_served(case: Arrays, opened: Sequence[int], served_by: Ints) -> Iterator[str]:
    """Yield the units that no open office serves."""
    if len(served_by) != len(case.units):
        yield f"{len(served_by)} units are served, there are {len(case.units)}"
        return
    for u in np.flatnonzero(~np.isin(served_by, opened)):
        yield f"{case.units[u]} is served by {case.sites[served_by[u]]}, which is not open"


HAIR = 1e-9
"""Km or minutes past a threshold that are rounding alone."""


def _mean(travel: Floats, case: Arrays, served_by: Ints) -> float:
    unit, municipality, count = case.members.T
    return float(travel[municipality, served_by[unit]] @ count / count.sum())


def _reached(case: Arrays, served_by: Ints) -> tuple[Floats, Ints]:
    """Return distances in km, shortest first, and the principals up to each."""
    unit, municipality, count = case.members[case.members[:, 2] > 0].T
    km = case.km[municipality, served_by[unit]]
    order = np.argsort(km)
    return km[order], np.cumsum(count[order])


def _p95(case: Arrays, served_by: Ints) -> float:
    km, people = _reached(case, served_by)
    return float(km[np.argmax(100 * people >= 95 * people[-1])])


def _share_beyond(case: Arrays, served_by: Ints) -> float:
    km, people = _reached(case, served_by)
    limit = case.scenario.thresholds.beyond_km.value
    near = np.searchsorted(km, limit + HAIR, side="right")
    return float(1 - people[near - 1] / people[-1]) if near else 1.0


def _separation(case: Arrays, offices: Sequence[int]) -> float:
    between = [case.site_km[a, b] for n, a in enumerate(offices) for b in offices[:n]]
    return float(min(between, default=0.0))


def _beyond_university(case: Arrays, offices: Sequence[int]) -> float:
    limit = case.scenario.thresholds.university_limit.value
    return float(sum(case.university_minutes[j] > limit + HAIR for j in offices))


def _sister_share(case: Arrays, offices: Sequence[int]) -> float:
    counted = [bool(case.spsm[j]) for j in offices if not case.own[j]]
    return sum(counted) / len(counted) if counted else 1.0


def _splits(case: Arrays, served_by: Ints) -> float:
    serving = Counter(county for county, _ in set(zip(case.unit_county, served_by, strict=True)))
    return float(sum(count > 1 for count in serving.values()))


def _people(case: Arrays, served_by: Ints) -> Floats:
    return np.bincount(served_by, weights=case.weight)


def _balance(case: Arrays, offices: Sequence[int], served_by: Ints) -> float:
    load = _people(case, served_by)
    return float(load.max() * len(offices) / load.sum())


MEASURES: dict[str, Measure] = {
    "mean_km": lambda case, _, served_by: _mean(case.km, case, served_by),
    "mean_minutes": lambda case, _, served_by: _mean(case.minutes, case, served_by),
    "p95_km": lambda case, _, served_by: _p95(case, served_by),
    "max_km": lambda case, _, served_by: float(_reached(case, served_by)[0][-1]),
    "share_beyond": lambda case, _, served_by: _share_beyond(case, served_by),
    "spread": lambda case, offices, _: float(case.km[:, offices].min(axis=1).mean()),
    "min_separation_km": lambda case, offices, _: _separation(case, offices),
    "university_minutes": lambda case, offices, _: float(case.university_minutes[offices].mean()),
    "university_beyond": lambda case, offices, _: _beyond_university(case, offices),
    "spsm_share": lambda case, offices, _: _sister_share(case, offices),
    "county_splits": lambda case, _, served_by: _splits(case, served_by),
    "balance": _balance,
    "largest_region": lambda case, _, served_by: float(_people(case, served_by).max()),
}
"""Criterion -> its measure: arrays, open sites (a list), the site of each unit, shape (u,)."""


def pieces(case: Arrays, served_by: Ints) -> dict[int, int]:
    """Return into how many pieces the region of each office falls in the map of borders.

    The map is of counties where the units are counties, else of municipalities.
    """
    places: Sequence[object] = range(len(case.municipality_county))
    if case.scenario.units.level == "county":
        places = case.municipality_county
    beside = defaultdict[object, set[object]](set)
    for a, b in case.links.tolist():
        beside[places[a]].add(places[b])
        beside[places[b]].add(places[a])
    regions = defaultdict[int, set[object]](set)
    unit, municipality, _ = case.members.T
    for j, m in zip(served_by[unit].tolist(), municipality.tolist(), strict=True):
        regions[j].add(places[m])
    return {j: _parts(beside, region) for j, region in regions.items()}


def _parts(beside: Mapping[object, set[object]], places: set[object]) -> int:
    count, left = 0, set(places)
    while left:
        count += 1
        edge = {left.pop()}
        while edge:
            edge = set[object]().union(*(beside[place] for place in edge)) & left
            left -= edge
    return count
