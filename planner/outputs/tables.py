"""The rows of the tables that the map and the report share, one set a period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.outputs.drawing.palette import region_style
from planner.outputs.words.unverified import marked, sister_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.case.types import Inputs
    from planner.outputs.views import Home, Region, View
    from planner.outputs.words.text import Texts
    from planner.outputs.words.unverified import Doubt
    from planner.plan import Office


NONE: Mapping[str, Doubt] = {}


@dataclass(frozen=True)
class OfficeRow:
    """One office in one period; km and minutes are means over its principals, one way.

    `sister` says whether it is in a town of the sister agency, `unsure` whether it rests on a
    statement that is not confirmed.
    """

    number: int
    paint: str
    town: str
    counties: str
    municipalities: int
    principals: int
    km: float
    minutes: float
    farthest: float
    opens: str
    advisors: int
    university: float
    sister: str
    unsure: bool


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
class Total:
    """The whole country in one period."""

    municipalities: int
    principals: int
    km: float
    minutes: float
    farthest: float
    advisors: int


@dataclass(frozen=True)
class Tables:
    """Everything a period's tables say."""

    period: str
    rows: tuple[OfficeRow, ...]
    places: tuple[PlaceRow, ...]
    total: Total
    staffed: bool


def make_tables(view: View, inputs: Inputs, t: Texts, unsure: Mapping[str, Doubt] = NONE) -> Tables:
    """Put one period's offices and municipalities into rows.

    Parameters
    ----------
    view : View
    inputs : Inputs
    t : Texts
    unsure : mapping of str to Doubt
        What is not confirmed of the offices.

    Returns
    -------
    Tables
    """
    regions = view.regions
    rows = tuple(_office_row(region, view, inputs, t, unsure) for region in regions)
    towns = {region.office.code: region.office.town for region in regions}
    places = [_place_row(code, home, towns, inputs, t) for code, home in view.homes.items()]
    staffed = any(region.office.advisors for region in regions)
    places.sort(key=lambda row: _alphabetical(row.name))
    return Tables(view.period, rows, tuple(places), country_total(view), staffed)


def country_total(view: View) -> Total:
    """Sum up one period over the whole country."""
    regions = view.regions
    served = sum(region.principals for region in regions)

    def mean(name: str) -> float:
        parts = [getattr(r, name) * r.principals for r in regions if r.principals]
        return sum(parts) / served if served else float("nan")

    return Total(
        municipalities=len(view.homes),
        principals=served,
        km=mean("km"),
        minutes=mean("minutes"),
        farthest=max((r.farthest_km for r in regions if r.principals), default=float("nan")),
        advisors=sum(region.office.advisors.get(view.period, 0) for region in regions),
    )


def _office_row(
    region: Region, view: View, inputs: Inputs, t: Texts, unsure: Mapping[str, Doubt]
) -> OfficeRow:
    office = region.office
    return OfficeRow(
        number=region.number,
        paint=region_style(region.number).paint,
        town=office.town,
        counties=county_names(region, inputs, t),
        municipalities=region.municipalities,
        principals=region.principals,
        km=region.km,
        minutes=region.minutes,
        farthest=region.farthest_km,
        opens=write_opening(office, t, beside=any_exist(view)),
        advisors=office.advisors.get(view.period, 0),
        university=office.university_minutes,
        sister=sister_words(office, unsure, t),
        unsure=office.code in marked(unsure),
    )


def county_names(region: Region, inputs: Inputs, t: Texts) -> str:
    """Name the counties of a region, "Hallands och Västra Götalands län", parts marked as such.

    A last word that all the names share is said once.
    """
    names = {code: str(inputs.counties.at[code, "name"]) for code, _ in region.counties}
    last = {name.rpartition(" ")[2] for name in names.values()}
    shared = f" {last.pop()}" if len(last) == 1 and len(names) > 1 else ""
    written = []
    for code, whole in region.counties:
        name = names[code].removesuffix(shared)
        written.append(name if whole else t("word.part", county=name))
    return t.listing(written) + shared


def any_exist(view: View) -> bool:
    """Tell whether some office was there before the plan: the others are new then."""
    return any(region.office.role == "existing" for region in view.regions)


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
