"""The rows that every output tells of a plan: offices, municipalities, counties, the whole country.

They are typed: whoever shows them picks columns, and writes them in a language.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.outputs.drawing.palette import region_style
from planner.outputs.views import (
    CountryTotal,
    Home,
    Region,
    View,
    any_exist,
    country_total,
    mean_of,
)
from planner.outputs.words.unverified import SURE, Doubt, sister_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts
    from planner.plan import Office, Plan


@dataclass(frozen=True)
class OfficeRow(Region):
    """One office in one period, with the region that it serves then, its counties by name.

    Attributes
    ----------
    open : bool
        Whether it is open in the period; if not, it has no region.
    advisors : int
        In the period.
    dialogues : int
        Over all periods.
    beside : bool
        Whether some office was there before the plan: others are told to be new then.
    doubt : Doubt
        What is not confirmed of its town.
    """

    open: bool
    advisors: int
    dialogues: int
    beside: bool
    doubt: Doubt

    @property
    def code(self) -> str:
        """The code of its municipality."""
        return self.office.code

    @property
    def town(self) -> str:
        """Its town."""
        return self.office.town

    @property
    def university(self) -> float:
        """Minutes to teacher education."""
        return self.office.university_minutes

    @property
    def paint(self) -> str:
        """The SVG paint of its region."""
        return region_style(self.number).paint

    @property
    def unsure(self) -> bool:
        """Whether it rests on a statement that is not confirmed."""
        return self.doubt.marked

    def county_names(self, t: Texts) -> str:
        """Name its counties, "Hallands och Västra Götalands län", parts marked as such.

        A last word that all the names share is said once.
        """
        last = {name.rpartition(" ")[2] for name, _ in self.counties}
        shared = f" {last.pop()}" if len(last) == 1 and len(self.counties) > 1 else ""
        plain = [(name.removesuffix(shared), whole) for name, whole in self.counties]
        said = [name if whole else t("word.part", county=name) for name, whole in plain]
        return t.listing(said) + shared

    def opening(self, t: Texts) -> str:
        """Say when it opens, and when it closes if it does."""
        return write_opening(self.office, t, beside=self.beside)

    def sister(self, t: Texts) -> str:
        """Say whether it is in a town of the sister agency."""
        return sister_words(self.office, self.doubt, t)


@dataclass(frozen=True)
class PlaceRow:
    """One municipality in one period."""

    name: str
    county: str
    office: str
    km: float
    minutes: float
    principals: int


@dataclass(frozen=True)
class PeriodTables:
    """What the tables of a page say of one period."""

    period: str
    rows: tuple[OfficeRow, ...]
    places: tuple[PlaceRow, ...]
    total: CountryTotal

    @property
    def staffed(self) -> bool:
        """Whether any office has advisors."""
        return any(row.office.advisors for row in self.rows)


def office_rows(
    plan: Plan,
    view: View,
    numbers: Mapping[str, int],
    inputs: Inputs,
    unsure: Mapping[str, Doubt],
) -> tuple[OfficeRow, ...]:
    """Return a row for every office that a plan ever has, by number.

    Parameters
    ----------
    view : View
        The period that regions and advisors are of.
    numbers : mapping of str to int
        Office code -> number.
    unsure : mapping of str to Doubt
        What is not confirmed of the offices.
    """
    regions = {region.office.code: region for region in view.regions}
    held: Counter[str] = Counter()
    for batch in plan.dialogues:
        held[batch.office] += batch.dialogues
    beside, names = any_exist(view), inputs.counties["name"]

    def row(office: Office) -> OfficeRow:
        none = Region(numbers[office.code], office, (), 0, 0, math.nan, math.nan, math.nan)
        region = regions.get(office.code, none)
        counties = tuple((str(names[code]), whole) for code, whole in region.counties)
        return OfficeRow(
            **vars(replace(region, counties=counties)),
            open=region is not none,
            advisors=office.advisors.get(view.period, 0),
            dialogues=held[office.code],
            beside=beside,
            doubt=unsure.get(office.code, SURE),
        )

    return tuple(row(office) for office in sorted(plan.offices, key=lambda o: numbers[o.code]))


def period_tables(
    offices: Sequence[OfficeRow], view: View, inputs: Inputs, t: Texts
) -> PeriodTables:
    """Put one period's offices and municipalities, in order of name, into rows."""
    towns = {region.office.code: region.office.town for region in view.regions}
    places = [_place_row(code, home, towns, inputs, t) for code, home in view.homes.items()]
    places.sort(key=lambda row: _alphabetical(row.name))
    opened = tuple(row for row in offices if row.open)
    return PeriodTables(view.period, opened, tuple(places), country_total(view))


@dataclass(frozen=True)
class CountyRow:
    """A county, or the part of it that one office serves in the last period.

    Attributes
    ----------
    number : int
        The office's number on maps and in tables.
    town, code, county : str
        The office's town; code and name of the county.
    whole : bool
        Whether the office serves all of the county.
    municipalities, principals : int
        Of the part that the office serves.
    km : float
        Mean one-way distance of its principals; where there are none, of its municipalities.
    dialogues, unmet : int
        Of the whole county over all periods: held, and principals who get none.
    """

    number: int
    town: str
    code: str
    county: str
    whole: bool
    municipalities: int
    principals: int
    km: float
    dialogues: int
    unmet: int


def county_rows(plan: Plan, view: View, inputs: Inputs) -> list[CountyRow]:
    """List every county under the office that serves it in a period.

    Returns
    -------
    list of CountyRow
        By number of office, then by county code.
    """
    county_of = inputs.municipalities["county_code"]
    places: Counter[tuple[str, str]] = Counter()
    principals: Counter[tuple[str, str]] = Counter()
    for code, home in view.homes.items():
        most = home.principals - sum(n for _, n in home.others)
        for office, n in ((home.office, most), *home.others):
            places[office, str(county_of[code])] += 1
            principals[office, str(county_of[code])] += n
    held: Counter[str] = Counter()
    for batch in plan.dialogues:
        held[_county(batch.unit, batch.id, inputs)] += batch.dialogues
    ways: defaultdict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for row in plan.assignments:
        if row.period == view.period:
            key = row.office, _county(row.unit, row.id, inputs)
            ways[key].append((row.principals, row.km))
    return [
        CountyRow(
            number=region.number,
            town=region.office.town,
            code=county,
            county=str(inputs.counties.at[county, "name"]),
            whole=whole,
            municipalities=places[key],
            principals=principals[key],
            km=mean_of(ways[key]),
            dialogues=held[county],
            unmet=plan.unmet.get(county, 0),
        )
        for region in view.regions
        for county, whole in region.counties
        for key in [(region.office.code, county)]
    ]


def _county(unit: str, code: str, inputs: Inputs) -> str:
    """Return the county of a unit: of a county itself, a municipality or a principal."""
    if unit == "county":
        return code
    home, sole, _ = code.partition("-sole-")
    if unit == "principal" and not sole:
        home = str(inputs.principals.at[code, "municipality_code"])
    return str(inputs.municipalities.at[home, "county_code"])


def write_opening(office: Office, t: Texts, *, beside: bool = False) -> str:
    """Say when an office opens, that it is new `beside` others, and when it closes if it does."""
    opens = t("word.already_open") if office.role == "existing" else t.period(office.opens)
    if beside and office.role != "existing":
        opens = t("word.newly", period=opens)
    return t("word.closes", opens=opens, closes=t.period(office.closes)) if office.closes else opens


def _place_row(code: str, home: Home, towns: dict[str, str], inputs: Inputs, t: Texts) -> PlaceRow:
    place = inputs.municipalities.loc[code]
    office = towns[home.office]
    if home.others:
        parts = [t("municipalities.shared_part", town=towns[o], n=n) for o, n in home.others]
        office = t("municipalities.shared", town=office, others=", ".join(parts))
    return PlaceRow(
        name=str(place["name"]),
        county=str(inputs.counties.at[place["county_code"], "name"]),
        office=office,
        km=home.km,
        minutes=home.minutes,
        principals=home.principals,
    )


def _alphabetical(name: str) -> tuple[str, str]:
    """Order names as Swedish does, å ä ö after z, on any machine whatever its locale."""
    folded = name.casefold().translate(str.maketrans("åäö", "{|}"))
    return folded, name
