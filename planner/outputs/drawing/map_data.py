"""What the interactive map shows, as plain data: words in both languages, plans, principals."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.case.coordinates import beside
from planner.message import LANGUAGES, Language
from planner.model.places import principal_homes
from planner.outputs.drawing.outlines import decimals, number_places, regions_of
from planner.outputs.drawing.palette import class_limits, class_styles, region_style
from planner.outputs.rows import OfficeRow, office_rows
from planner.outputs.views import CountryTotal, Home, View, country_total, runs
from planner.outputs.words.text import Texts, load_texts
from planner.outputs.words.unverified import Doubt, marked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import geopandas as gpd
    import pandas as pd

    from planner.case.types import Inputs
    from planner.plan import Office, Plan

WORDS = (
    "map.",
    "unit.",
    "count.",
    "word.",
    "offices.",
    "municipalities.",
    "assumptions.",
    "page.",
    "unsure.",
)
"""Which strings travel with the page."""


@dataclass(frozen=True)
class PlanShown:
    """A plan on the map, with its name in every language."""

    plan: Plan
    name: Mapping[Language, str]
    views: tuple[View, ...]


def map_data(
    shown: Sequence[PlanShown],
    numbers: Mapping[str, int],
    inputs: Inputs,
    unsure: Mapping[str, Doubt],
) -> dict[str, Any]:
    """Gather what the map's scripts show: everything by running number, text ready to be read.

    Parameters
    ----------
    numbers : mapping of str to int
        Office code -> number, over all the plans.
    unsure : mapping of str to Doubt
        What is not confirmed of the offices.

    Returns
    -------
    dict
        Ready for JSON.
    """
    marks = marked(unsure)
    places = inputs.municipalities
    county = places["county_code"].map(inputs.counties["name"])
    towns = {office.code: office.town for s in reversed(shown) for office in s.plan.offices}
    limits = class_limits([m for s in shown for view in s.views for m in _minutes(view)])
    listed, sole = _principals(inputs)
    made = _PeriodData(numbers, inputs, listed, unsure)
    views = [[made.of(s, i) for i in range(len(s.views))] for s in shown]
    alike = [runs(of_plan) for of_plan in views]
    periods = merged([[view.period for view in s.views] for s in shown])
    shows = list(
        zip(
            *(
                [run_of(spans, i) for i in nearest_views(periods, [v.period for v in s.views])]
                for s, spans in zip(shown, alike, strict=True)
            ),
            strict=True,
        )
    )
    steps = runs(shows)
    return {
        "texts": {language: _words(language) for language in LANGUAGES},
        "country": inputs.country.name,
        "names": inputs.country.language,
        "sister": inputs.country.sister_agency,
        "places": list(zip(places["name"], county, places["principals"].map(int), strict=True)),
        "principals": [[name for _, name in row] for row in listed],
        "sole": sole,
        "classes": {
            "limits": limits,
            "paints": [style.paint for style in class_styles(len(limits) + 1)],
        },
        "offices": [
            {
                "town": towns[code],
                "paint": region_style(number).paint,
                **({"unsure": True} if code in marks else {}),
            }
            for code, number in numbers.items()
        ],
        "periods": [
            {"key": periods[step[0]], "name": each(_span([periods[n] for n in step]))}
            for step in steps
        ],
        "plans": [
            {
                "name": s.name,
                "limit": s.plan.threshold("beyond_km"),
                "at": [shows[step[0]][n] for step in steps],
                "views": [
                    views[n][span[0]] | {"name": each(_span([s.views[i].period for i in span]))}
                    for span in alike[n]
                ],
            }
            for n, s in enumerate(shown)
        ],
    }


def _words(language: Language) -> dict[str, str]:
    strings = load_texts(language, "map").strings
    return {key: text for key, text in strings.items() if key.startswith(WORDS)}


def each[Said](say: Callable[[Texts], Said]) -> dict[Language, Said]:
    """Say the same in every language."""
    return {language: say(load_texts(language, "map")) for language in LANGUAGES}


def merged(orders: Sequence[Sequence[str]]) -> list[str]:
    """Join periods of several plans into one order that keeps to each of theirs.

    A period that only a later plan has comes just before the next one that both have.
    """
    joined: list[str] = []
    for order in orders:
        at = len(joined)
        for period in reversed(order):
            if period in joined:
                at = joined.index(period)
            else:
                joined.insert(at, period)
    return joined


def nearest_views(periods: Sequence[str], own: Sequence[str]) -> list[int]:
    """Say which of its own periods a plan shows in each of `periods`.

    The same one; else the latest that came before, or the first there is.
    """
    shown, latest = [], 0
    for period in periods:
        latest = own.index(period) if period in own else latest
        shown.append(latest)
    return shown


def run_of(spans: Sequence[Sequence[int]], place: int) -> int:
    """Return in which of some runs a place is."""
    return next(n for n, span in enumerate(spans) if place in span)


def _principals(inputs: Inputs) -> tuple[list[list[tuple[str, str]]], list[int]]:
    """Return by municipality the id and name of the listed that count, and how many others do."""
    home: pd.Series[str] = principal_homes(inputs)
    names = inputs.principals["name"].to_dict()
    row = {code: index for index, code in enumerate(inputs.municipalities.index)}
    listed: list[list[tuple[str, str]]] = [[] for _ in row]
    sole = Counter[str]()
    for key, code in home.items():
        if key in names:
            listed[row[code]].append((str(key), str(names[key])))
        else:
            sole[code] += 1
    for rows in listed:
        rows.sort(key=lambda pair: (pair[1].casefold(), pair[0]))
    return listed, [sole[code] for code in row]


def _minutes(view: View) -> list[int]:
    return [round(home.minutes) for home in view.homes.values()]


@dataclass(frozen=True)
class _PeriodData:
    """Makes the data of a period of a plan."""

    numbers: Mapping[str, int]
    inputs: Inputs
    listed: list[list[tuple[str, str]]]
    unsure: Mapping[str, Doubt]

    @cached_property
    def _drawn(self) -> gpd.GeoDataFrame:
        return self.inputs.outlines.to_crs(self.inputs.country.crs)

    def of(self, shown: PlanShown, index: int) -> dict[str, Any]:
        """Return the data of one period."""
        view, inputs, numbers = shown.views[index], self.inputs, self.numbers
        rows = office_rows(shown.plan, view, numbers, inputs, self.unsure)
        total = country_total(view)
        away = [
            [place, n, *_way(view.away[key], numbers)]
            for place, people in enumerate(self.listed)
            for n, (key, _) in enumerate(people)
            if key in view.away
        ]
        return {
            "homes": [_home(view.homes.get(code), numbers) for code in inputs.municipalities.index],
            "away": away,
            "regions": [_region(row) for row in rows if row.open],
            "total": {
                "municipalities": total.municipalities,
                "principals": total.principals,
                **_travel(total),
                "beyond": shown.plan.periods[index].share_beyond,
                "advisors": total.advisors,
            },
            "shut": [
                {"office": numbers[office.code], "note": each(_shut(office, index, shown.views))}
                for office in shown.plan.offices
                if office.code not in {row.code for row in rows if row.open}
            ],
            "spots": self._spots(view),
        }

    def _spots(self, view: View) -> list[list[float]]:
        """Return where the numbers of regions are written."""
        west, _, east, _ = self.inputs.outlines.total_bounds
        fine = decimals(self.inputs.outlines) - 1
        places = number_places(self._drawn, regions_of(self._drawn, view), view, "EPSG:4326")
        return [
            [round(y, fine), round(float(beside((west + east) / 2, x)), fine), number]
            for x, y, number in places
        ]


def _way(home: Home, numbers: Mapping[str, int]) -> list[Any]:
    return [numbers[home.office], round(home.km, 1), round(home.minutes)]


def _home(home: Home | None, numbers: Mapping[str, int]) -> list[Any] | None:
    if home is None:
        return None
    row = [*_way(home, numbers), home.principals]
    return [*row, [numbers[code] for code, _ in home.others]] if home.others else row


def _travel(of: OfficeRow | CountryTotal) -> dict[str, Any]:
    if not of.principals:
        return {"km": None, "minutes": None, "farthest": None}
    return {"km": round(of.km, 1), "minutes": round(of.minutes), "farthest": round(of.farthest, 1)}


def _region(row: OfficeRow) -> dict[str, Any]:
    return {
        "office": row.number,
        "counties": each(row.county_names),
        "municipalities": row.municipalities,
        "principals": row.principals,
        **_travel(row),
        "exists": row.office.role == "existing",
        "opens": each(row.opening),
        "advisors": row.advisors if row.office.advisors else None,
        "university": None if math.isnan(row.university) else round(row.university),
        "sister": each(row.sister),
    }


def _shut(office: Office, index: int, views: Sequence[View]) -> Callable[[Texts], str]:
    """Say why an office of the plan is not open in a period: not yet, or no longer."""
    before = any(office.code in {r.office.code for r in view.regions} for view in views[:index])
    closes = office.closes
    if before and closes:
        return lambda t: t("map.closed", period=t.period(closes))
    return lambda t: t("map.not_open", period=t.period(office.opens))


def _span(periods: Sequence[str]) -> Callable[[Texts], str]:
    return lambda t: t.span(periods)
