"""What the tables and the scenario say together: units, towns, travel, hours, prices, quarters."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from planner.verify.distances import Distances
from planner.verify.rules import Rules, Span, WorkRules
from planner.verify.tables import DataTables

MONTHS, TWELVE = 3, 12


@dataclass(frozen=True)
class ExactCase:
    """A scenario on a data folder, every number exact."""

    rules: Rules
    tables: DataTables

    @property
    def km(self) -> Distances:
        """Least km between seats."""
        return self.tables.km

    @property
    def minutes(self) -> Distances:
        """Least minutes between seats."""
        return self.tables.minutes

    @cached_property
    def members(self) -> Mapping[str, tuple[tuple[str, int], ...]]:
        """Unit -> (municipality, principals who live there), units in order."""
        tables = self.tables
        if self.rules.level == "principal":
            return {unit: ((tables.homes[unit], 1),) for unit in sorted(tables.homes)}
        found: dict[str, list[tuple[str, int]]] = {}
        for code in sorted(tables.county):
            unit = tables.county[code] if self.rules.level == "county" else code
            found.setdefault(unit, []).append((code, tables.principals[code]))
        return {unit: tuple(found[unit]) for unit in sorted(found)}

    @cached_property
    def weight(self) -> Mapping[str, int]:
        """Unit -> principals."""
        return {unit: sum(n for _, n in rows) for unit, rows in self.members.items()}

    @cached_property
    def total(self) -> int:
        """Principals in all."""
        return sum(self.weight.values())

    def county(self, unit: str) -> str:
        """Return the county that a unit is, or lies in."""
        return self.tables.county[self.members[unit][0][0]]

    def unit_of(self, principal: str) -> str:
        """Return the unit that a principal belongs to."""
        home = self.tables.homes[principal]
        by_level = {"principal": principal, "county": self.tables.county[home]}
        return by_level.get(self.rules.level, home)

    def unit_km(self, unit: str, office: str) -> Fraction:
        """Return the mean one-way km of a unit's principals, or of its places without any."""
        return self._mean(unit, office, self.km)

    def unit_minutes(self, unit: str, office: str) -> Fraction:
        """Return the mean one-way minutes, as `unit_km`."""
        return self._mean(unit, office, self.minutes)

    def _mean(self, unit: str, office: str, distance: Distances) -> Fraction:
        steps, number = distance.steps(office), distance.number
        weight, members = self.weight[unit], self.members[unit]
        if not weight:
            alike = sum(steps[number[home]] for home, _ in members)
            return Fraction(alike, distance.scale * len(members))
        total = sum(steps[number[home]] * n for home, n in members)
        return Fraction(total, distance.scale * weight)

    def campus_minutes(self, town: str) -> Fraction | None:
        """Return minutes to the nearest campus with teacher education; None if there is none."""
        return self._campus_minutes.get(town)

    @cached_property
    def _campus_minutes(self) -> Mapping[str, Fraction]:
        return self.minutes.nearest(self.tables.campuses) if self.tables.campuses else {}

    @cached_property
    def sister_towns(self) -> frozenset[str]:
        """Towns with premises of the sister agency, of the kinds and basis that count."""
        sites = self.rules.sites
        return frozenset(
            place.town
            for place in self.tables.premises
            if place.kind in sites.kinds and place.basis in sites.basis
        )

    @cached_property
    def allowed(self) -> frozenset[str]:
        """Towns that may have an office: the candidates, and those that must; none excluded."""
        sites = self.rules.sites
        lists: Mapping[str, Iterable[str]] = {
            "sister": self.sister_towns,
            "seats": self.tables.county,
            "announced": self.tables.announced,
        }
        given = sites.candidates
        found = set(lists.get(given, ()) if isinstance(given, str) else given)
        if sites.require_train:
            found &= self.tables.train or set()
        return frozenset((found | {*sites.required, *sites.existing}) - {*sites.excluded})

    def role(self, town: str) -> str:
        """Return the role of a town's office."""
        sites = self.rules.sites
        if town in sites.existing:
            return "existing"
        return "required" if town in sites.required else "candidate"

    @cached_property
    def neighbours(self) -> Mapping[str, frozenset[str]]:
        """Places that are beside each other: counties at county level, else municipalities.

        By a border, or by a road or ferry where no chain of borders joins its ends.
        """
        pairs = set(self.tables.borders)
        land = {code: {code} for code in self.tables.county}
        for a, b in pairs:
            if land[a] is not land[b]:
                land[a] |= land[b]
                land.update(dict.fromkeys(land[b], land[a]))
        pairs |= {(road.a, road.b) for road in self.tables.roads if road.b not in land[road.a]}
        found: dict[str, set[str]] = {}
        for pair in pairs:
            a, b = (self._place(code) for code in pair)
            found.setdefault(a, set()).add(b)
            found.setdefault(b, set()).add(a)
        return {place: frozenset(beside - {place}) for place, beside in found.items()}

    def places(self, unit: str) -> frozenset[str]:
        """Return where a unit lies, in the terms of `neighbours`."""
        return frozenset(self._place(home) for home, _ in self.members[unit])

    def _place(self, municipality: str) -> str:
        return self.tables.county[municipality] if self.rules.level == "county" else municipality

    @cached_property
    def taking_part(self) -> Mapping[str, int]:
        """Unit -> principals who accept: uptake x principals in whole numbers.

        Largest remainders, ties in the order of units, so that the sum is uptake x all
        principals rounded once (a half to the even number).
        """
        work = self.rules.work
        if work is None:
            return dict.fromkeys(self.members, 0)
        share = {unit: work.uptake * n for unit, n in self.weight.items()}
        whole = {unit: int(x) for unit, x in share.items()}
        missing = round(work.uptake * self.total) - sum(whole.values())
        by_remainder = sorted(share, key=lambda unit: whole[unit] - share[unit])
        for unit in by_remainder[:missing]:
            whole[unit] += 1
        return whole

    def hours(self, work: WorkRules, unit: str, office: str) -> Fraction:
        """Return advisor hours of a dialogue: each taking part prepares, meets and travels."""
        return _hours(work, self.unit_minutes(unit, office))

    def hours_from(self, work: WorkRules, home: str, office: str) -> Fraction:
        """Return advisor hours of a dialogue with a principal of a municipality."""
        return _hours(work, self.minutes(home, office))

    def journey_msek(self, work: WorkRules, unit: str, office: str) -> Fraction:
        """Return the cost of a dialogue's journeys: a share is held in person, both ways."""
        km = work.taking_part * work.in_person * 2 * self.unit_km(unit, office)
        return km * work.per_km / 10**6

    @cached_property
    def years(self) -> tuple[Fraction, ...]:
        """Length of each period in years."""
        return tuple(period.months / TWELVE for period in self.rules.periods)

    @cached_property
    def waits(self) -> tuple[Fraction, ...]:
        """Months from the start to the middle of each period, and last to the end of all."""
        found, begun = [], Fraction(0)
        for period in self.rules.periods:
            found.append(begun + period.months / 2)
            begun += period.months
        return (*found, begun)


def _hours(work: WorkRules, minutes: Fraction) -> Fraction:
    each = work.preparation + work.meeting + work.in_person * 2 * minutes / 60
    return work.taking_part * each


@dataclass(frozen=True)
class Quarter:
    """The part of a quarter that lies in one period.

    `elapsed` is the share of the period that is over when the quarter ends.
    """

    name: str
    months: Fraction
    elapsed: Fraction


def quarters(rules: Rules) -> tuple[tuple[Quarter, ...], ...]:
    """Cut each period into quarters, in order.

    With a date they are those of the calendar, "2022-Q3"; a period without one of its own follows
    the one before. Where no date was set they are counted from the start of each period.
    """
    return tuple(
        tuple(_cut(span, begins))
        for span, begins in zip(rules.periods, first_months(rules), strict=True)
    )


def first_months(rules: Rules) -> Iterator[Fraction | None]:
    """Yield when each period begins, in months from the year 0; None where no date says."""
    end: Fraction | None = None
    for span in rules.periods:
        begins = end if span.starts is None else Fraction(span.starts)
        yield begins
        end = None if begins is None else begins + span.months


def _cut(span: Span, begins: Fraction | None) -> Iterator[Quarter]:
    start = begins or Fraction(0)
    end = start + span.months
    first = math.floor(start / MONTHS)
    last = max(first + 1, math.ceil(end / MONTHS))
    for number in range(first, last):
        until = min(end, Fraction((number + 1) * MONTHS))
        name = f"{number // 4}-Q{number % 4 + 1}"
        if begins is None:
            name = f"{span.name} part {number + 1}"
        months = until - max(start, Fraction(number * MONTHS))
        yield Quarter(name, months, (until - start) / span.months)
