"""What a plan means on the ground in each period: regions of offices, homes of municipalities."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.plan import Assignment, Office, Plan

    Shares = Mapping[str, Counter[str]]
    """Municipality code -> office code -> principals."""


@dataclass(frozen=True)
class Region:
    """What one office serves in one period.

    Attributes
    ----------
    number : int
        The number the office has on every map and in every table.
    counties : tuple of (str, bool)
        County code, and whether all of the county belongs to the office.
    km, minutes : float
        Mean one-way travel over the principals; nan when there are none.
    farthest : float
        Km to the principal farthest away.
    """

    number: int
    office: Office
    counties: tuple[tuple[str, bool], ...]
    municipalities: int
    principals: int
    km: float
    minutes: float
    farthest: float


@dataclass(frozen=True)
class Home:
    """The office that serves a municipality, or most of its principals, in one period.

    Attributes
    ----------
    km, minutes : float
        One-way travel from the municipal seat to the office.
    principals : int
        All principals of the municipality.
    others : tuple of (str, int)
        Other offices that serve some of the principals, and how many.
    """

    office: str
    km: float
    minutes: float
    principals: int
    others: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class View:
    """One period of a plan: its open offices' regions by number, and every municipality's home.

    `away` tells of the listed principals, by id, that have another office than most others in
    their municipality.
    """

    period: str
    regions: tuple[Region, ...]
    homes: Mapping[str, Home]
    away: Mapping[str, Home] = field(default_factory=dict)


@dataclass(frozen=True)
class CountryTotal:
    """The whole country in one period."""

    municipalities: int
    principals: int
    km: float
    minutes: float
    farthest: float
    advisors: int


def mean_of(ways: Sequence[tuple[int, float]]) -> float:
    """Return the mean of some distances over the principals who travel them.

    Parameters
    ----------
    ways : sequence of (int, float)
        Principals and km. Where nobody travels, every way counts alike.

    Returns
    -------
    float
        nan of no ways at all.
    """
    weights = [n for n, _ in ways] if any(n for n, _ in ways) else [1] * len(ways)
    total = sum(n * km for n, (_, km) in zip(weights, ways, strict=True))
    return total / sum(weights) if weights else math.nan


def any_exist(view: View) -> bool:
    """Tell whether some office was there before the plan: the others are new then."""
    return any(region.office.role == "existing" for region in view.regions)


def runs(items: Sequence[object]) -> list[list[int]]:
    """Return the places of items in runs of those that are equal."""
    found: list[list[int]] = []
    for n, item in enumerate(items):
        if n and item == items[n - 1]:
            found[-1].append(n)
        else:
            found.append([n])
    return found


def country_total(view: View) -> CountryTotal:
    """Sum up one period over the whole country."""
    regions = view.regions
    served = sum(region.principals for region in regions)

    def mean(name: str) -> float:
        parts = [getattr(r, name) * r.principals for r in regions if r.principals]
        return sum(parts) / served if served else float("nan")

    return CountryTotal(
        municipalities=len(view.homes),
        principals=served,
        km=mean("km"),
        minutes=mean("minutes"),
        farthest=max((r.farthest for r in regions if r.principals), default=float("nan")),
        advisors=sum(region.office.advisors.get(view.period, 0) for region in regions),
    )


def number_offices(inputs: Inputs, plan: Plan, reference: Plan | None = None) -> dict[str, int]:
    """Give the offices numbers from north to south; those of the reference plan alone come last.

    Returns
    -------
    dict of str to int
        Office code -> number, from 1.
    """
    latitude = inputs.municipalities["lat"]
    own = {office.code for office in plan.offices}
    others = {office.code for office in reference.offices} - own if reference else set()
    ordered = [
        code
        for codes in (own, others)
        for code in sorted(codes, key=lambda code: (-float(latitude[code]), code))
    ]
    return {code: number for number, code in enumerate(ordered, start=1)}


def make_views(
    plan: Plan, inputs: Inputs, travel: Travel, numbers: Mapping[str, int]
) -> tuple[View, ...]:
    """Return one view a period, in the plan's order of periods.

    Parameters
    ----------
    numbers : mapping of str to int
        Office code -> number.

    Returns
    -------
    tuple of View
    """
    shares: dict[str, defaultdict[str, Counter[str]]] = {
        result.period: defaultdict(Counter) for result in plan.periods
    }
    members = _county_members(inputs)
    county = inputs.municipalities["county_code"].to_dict()
    homes_of = inputs.principals["municipality_code"].to_dict()
    for row in plan.assignments:
        for code, principals in _split(row, homes_of, members):
            shares[row.period][code][row.office] += principals
    roads = _Roads(travel)
    offices = {office.code: office for office in plan.offices}
    views = []
    for result in plan.periods:
        homes = {
            code: _home(code, split, roads) for code, split in sorted(shares[result.period].items())
        }
        regions = [
            _region(offices[code], numbers[code], shares[result.period], county, roads)
            for code in result.open
        ]
        regions.sort(key=lambda region: region.number)
        away = _away(plan, result.period, homes, homes_of, roads)
        views.append(View(result.period, tuple(regions), homes, away))
    return tuple(views)


def _away(
    plan: Plan,
    period: str,
    homes: Mapping[str, Home],
    homes_of: Mapping[str, str],
    roads: _Roads,
) -> dict[str, Home]:
    found = {}
    for row in plan.assignments:
        if row.unit != "principal" or row.period != period or row.id not in homes_of:
            continue
        code = str(homes_of[row.id])
        if homes[code].office != row.office:
            km, minutes = roads(code, row.office)
            found[row.id] = Home(row.office, km, minutes, 1, ())
    return found


def _county_members(inputs: Inputs) -> dict[str, list[tuple[str, int]]]:
    """Return the municipalities of each county, with how many principals each has."""
    table = inputs.municipalities
    members = defaultdict(list)
    for code, county, principals in zip(
        table.index, table["county_code"], table["principals"], strict=True
    ):
        members[str(county)].append((str(code), int(principals)))
    return dict(members)


def _split(
    row: Assignment, homes_of: Mapping[str, str], members: Mapping[str, list[tuple[str, int]]]
) -> Iterator[tuple[str, int]]:
    """Spread a unit over its municipalities, with the principals of each."""
    if row.unit == "county":
        yield from members[row.id]
    elif row.unit == "municipality":
        yield row.id, row.principals
    elif "-sole-" in row.id:  # a sole trader: counted, never listed
        yield row.id.split("-sole-")[0], row.principals
    else:
        yield str(homes_of[row.id]), row.principals


class _Roads:
    """Km and minutes from a municipal seat to an office, by code."""

    def __init__(self, travel: Travel) -> None:
        self._row = {code: index for index, code in enumerate(travel.codes)}
        self._travel = travel

    def __call__(self, code: str, office: str) -> tuple[float, float]:
        here, there = self._row[code], self._row[office]
        return float(self._travel.km[here, there]), float(self._travel.minutes[here, there])


def _home(code: str, split: Counter[str], roads: _Roads) -> Home:
    office, *others = sorted(split, key=lambda office: (-split[office], office))
    km, minutes = roads(code, office)
    return Home(
        office=office,
        km=km,
        minutes=minutes,
        principals=split.total(),
        others=tuple((other, split[other]) for other in others),
    )


def _region(
    office: Office, number: int, shares: Shares, county: Mapping[str, str], roads: _Roads
) -> Region:
    served = {code: split[office.code] for code, split in shares.items() if office.code in split}
    elsewhere = {county[code] for code, split in shares.items() if set(split) - {office.code}}
    ways = [(*roads(code, office.code), n) for code, n in served.items() if n]
    total = sum(n for _, _, n in ways)
    share = total or math.nan
    return Region(
        number=number,
        office=office,
        counties=tuple(
            (code, code not in elsewhere) for code in sorted({county[code] for code in served})
        ),
        municipalities=len(served),
        principals=total,
        km=sum(km * n for km, _, n in ways) / share,
        minutes=sum(minutes * n for _, minutes, n in ways) / share,
        farthest=max((km for km, _, _ in ways), default=math.nan),
    )
