"""A plan as tables and layers: what GIS files hold and what the Python interface hands out."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from planner.case.travel import travel_matrix
from planner.outputs.drawing.outlines import dissolve
from planner.outputs.pages import sections
from planner.outputs.tables import county_names
from planner.outputs.views import make_views, number_offices
from planner.outputs.words import facts
from planner.outputs.words.assurance import assurance_rows, make_assurance
from planner.outputs.words.changed import heading_of
from planner.outputs.words.text import load_texts
from planner.outputs.words.unverified import SURE, doubts, marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.outputs.findings import Finding
    from planner.outputs.views import Region, View
    from planner.outputs.words.text import Language, Texts
    from planner.plan import Office, Plan
    from planner.scenario.spec import Scenario
    from planner.verify import Verification

WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class Frames:
    """One plan, laid out in the numbering of its map.

    Layers are in EPSG:4326 and show the last period; km and minutes are one way by road.

    Attributes
    ----------
    offices : geopandas.GeoDataFrame
        Points; every office that the plan ever has. `advisors` are those of the last period,
        `dialogues` of all; figures of the region are missing for an office that has closed.
    regions : geopandas.GeoDataFrame
        What each open office serves: municipalities joined, neighbours share their borders. A
        municipality served by several offices lies in the region of the one with most.
    municipalities : geopandas.GeoDataFrame
        With the office that serves them; km and minutes are from the municipal seat.
    allocation : geopandas.GeoDataFrame
        A straight line from each municipal seat to each office that serves it; a municipality
        where the office itself is has none.
    periods : pandas.DataFrame
    assignments : pandas.DataFrame
        What serves whom in every period, as in plan.json.
    criteria : pandas.DataFrame
        `value` in `unit`, shares as per cent.
    assumptions : pandas.DataFrame
    assurance : pandas.DataFrame
        The assurance sheet, a row a statement.
    heading : str
        The scenario's title, and what was changed of it.
    """

    offices: gpd.GeoDataFrame
    regions: gpd.GeoDataFrame
    municipalities: gpd.GeoDataFrame
    allocation: gpd.GeoDataFrame
    periods: pd.DataFrame
    assignments: pd.DataFrame
    criteria: pd.DataFrame
    assumptions: pd.DataFrame
    assurance: pd.DataFrame
    heading: str


LAYERS = ("municipalities", "regions", "allocation", "offices")
"""From the bottom of a map to its top."""

TABLES = ("periods", "assignments", "criteria", "assumptions", "assurance")


def make_frames(  # noqa: PLR0913 - the last are options
    plan: Plan,
    inputs: Inputs,
    scenario: Scenario,
    *,
    language: Language = "sv",
    verification: Verification | None = None,
    findings: Sequence[Finding] = (),
) -> Frames:
    """Lay a plan out as tables and layers.

    Parameters
    ----------
    plan : Plan
    inputs : Inputs
    scenario : Scenario
    language : {"sv", "en"}
        Of the texts in the tables; names of columns are the same in both.
    verification : Verification, optional
        What recomputing the plan found, for the assurance sheet.
    findings : sequence of Finding
        Other analyses of the same question, which the assurance sheet names.

    Returns
    -------
    Frames
    """
    t = load_texts(language, "workbook", "gis")
    travel = travel_matrix(inputs)
    numbers = number_offices(inputs, plan)
    view = make_views(plan, inputs, travel, numbers)[-1]
    heading = heading_of(scenario, inputs, t, plan.changed)
    sheet = make_assurance(
        plan, inputs, scenario, verification, language=language, findings=findings
    )
    return Frames(
        offices=_offices(plan, view, inputs, scenario, t),
        regions=_regions(view, inputs, t),
        municipalities=_municipalities(plan, view, inputs, t),
        allocation=_allocation(plan, view, inputs, travel),
        periods=_periods(plan, scenario, t),
        assignments=pd.DataFrame([asdict(row) for row in plan.assignments]),
        criteria=_criteria(plan, inputs, scenario, t),
        assumptions=_assumptions(plan, inputs, scenario, t),
        assurance=pd.DataFrame(assurance_rows(sheet), columns=["part", "subject", "statement"]),
        heading=f"{heading.title}. {heading.line}".rstrip(),
    )


def _region_columns(region: Region | None, inputs: Inputs, t: Texts) -> dict[str, Any]:
    if region is None:
        empty = dict.fromkeys(("mean_km", "mean_minutes", "farthest_km"), math.nan)
        return {"counties": "", "municipalities": 0, "principals": 0, **empty}
    return {
        "counties": county_names(region, inputs, t),
        "municipalities": region.municipalities,
        "principals": region.principals,
        "mean_km": region.km,
        "mean_minutes": region.minutes,
        "farthest_km": region.farthest_km,
    }


def _offices(
    plan: Plan, view: View, inputs: Inputs, scenario: Scenario, t: Texts
) -> gpd.GeoDataFrame:
    regions = {region.office.code: region for region in view.regions}
    unsure = doubts([office.code for office in plan.offices], scenario, inputs)
    marks = marked(unsure)
    numbers = number_offices(inputs, plan)
    ordered = sorted(plan.offices, key=lambda office: numbers[office.code])

    def row(office: Office) -> dict[str, Any]:
        held = sum(b.dialogues for b in plan.dialogues if b.office == office.code)
        return {
            "number": numbers[office.code],
            "code": office.code,
            "town": office.town,
            "role": t(f"role.{office.role}"),
            "opens": office.opens,
            "closes": office.closes or "",
            **_region_columns(regions.get(office.code), inputs, t),
            "university_minutes": office.university_minutes,
            "sister": office.spsm,
            "sister_basis": unsure.get(office.code, SURE).sister if office.spsm else "",
            "unverified": office.code in marks,
            "advisors": office.advisors.get(view.period, 0),
            "dialogues": held,
        }

    places = inputs.municipalities.loc[[office.code for office in ordered], ["lon", "lat"]]
    return _layer([row(office) for office in ordered], shapely.points(places.to_numpy(float)))


def _regions(view: View, inputs: Inputs, t: Texts) -> gpd.GeoDataFrame:
    shapes = dissolve(inputs.outlines, {code: home.office for code, home in view.homes.items()})
    regions = [region for region in view.regions if region.office.code in shapes]
    rows = [
        {
            "number": region.number,
            "office": region.office.code,
            "town": region.office.town,
            **_region_columns(region, inputs, t),
        }
        for region in regions
    ]
    return _layer(rows, [_multi(shapes[region.office.code]) for region in regions])


def _municipalities(plan: Plan, view: View, inputs: Inputs, t: Texts) -> gpd.GeoDataFrame:
    numbers, towns = number_offices(inputs, plan), {o.code: o.town for o in plan.offices}
    county = inputs.counties["name"]
    rows = []
    for code, home in view.homes.items():
        place = inputs.municipalities.loc[code]
        served_by = (home.office, *(office for office, _ in home.others))
        rows.append(
            {
                "municipality_code": code,
                "municipality": str(place["name"]),
                "county_code": str(place["county_code"]),
                "county": str(county[place["county_code"]]),
                "number": numbers[home.office],
                "office": home.office,
                "town": t.listing([towns[office] for office in served_by]),
                "km": home.km,
                "minutes": home.minutes,
                "principals": home.principals,
                "sole_traders": int(place["sole_traders"]),
            }
        )
    shapes = inputs.outlines.geometry.loc[list(view.homes)]
    return _layer(rows, [_multi(shape) for shape in shapes])


def _allocation(plan: Plan, view: View, inputs: Inputs, travel: Travel) -> gpd.GeoDataFrame:
    spots = dict(
        zip(
            inputs.municipalities.index,
            inputs.municipalities[["lon", "lat"]].to_numpy(float),
            strict=True,
        )
    )
    towns = {office.code: office.town for office in plan.offices}
    row_of = {code: index for index, code in enumerate(travel.codes)}
    rows, lines = [], []
    for code, home in view.homes.items():
        most = home.principals - sum(n for _, n in home.others)
        for office, principals in ((home.office, most), *home.others):
            if office == code:
                continue
            rows.append(
                {
                    "municipality_code": code,
                    "municipality": str(inputs.municipalities.loc[code, "name"]),
                    "office": office,
                    "town": towns[office],
                    "km": float(travel.km[row_of[code], row_of[office]]),
                    "minutes": float(travel.minutes[row_of[code], row_of[office]]),
                    "principals": principals,
                }
            )
            lines.append(shapely.linestrings([spots[code], spots[office]]))
    return _layer(rows, lines)


def _periods(plan: Plan, scenario: Scenario, t: Texts) -> pd.DataFrame:
    towns = {office.code: office.town for office in plan.offices}
    before = {office.code for office in plan.offices if office.role == "existing"}
    rows = []
    for period, result in zip(scenario.rollout.periods, plan.periods, strict=True):
        now = set(result.open)
        rows.append(
            {
                "period": result.period,
                "months": float(period.months),
                "open": len(now),
                "opening": t.listing([towns[code] for code in result.open if code not in before]),
                "closing": t.listing([towns[code] for code in sorted(before - now)]),
                "advisors": result.advisors,
                "dialogues": result.dialogues,
                "waiting": result.unmet,
                "cost_msek": result.cost_msek,
                "max_km": result.max_km,
                "percent_beyond": result.share_beyond * 100,
            }
        )
        before = now
    return pd.DataFrame(rows)


def _criteria(plan: Plan, inputs: Inputs, scenario: Scenario, t: Texts) -> pd.DataFrame:
    rows = []
    for row in facts.criterion_rows(plan, None, scenario, inputs, t):
        measure = facts.MEASURES.get(row.key)
        rows.append(
            {
                "criterion": row.key,
                "title": row.name,
                "value": plan.criteria[row.key] * (measure.scale if measure else 1.0),
                "unit": " ".join(t(f"unit.{measure.unit}", n="").split()) if measure else "",
                "meaning": f"{row.meaning} ({row.note})" if row.note else row.meaning,
            }
        )
    return pd.DataFrame(rows, columns=["criterion", "title", "value", "unit", "meaning"])


def _assumptions(plan: Plan, inputs: Inputs, scenario: Scenario, t: Texts) -> pd.DataFrame:
    rows = [
        {
            "assumption": given.key,
            "name": sections.assumption_name(given.key, scenario, inputs, t),
            "value": given.value,
            "low": given.low,
            "high": given.high,
            "unit": given.unit,
            "source": given.source,
        }
        for given in plan.assumptions
    ]
    return pd.DataFrame(
        rows, columns=["assumption", "name", "value", "low", "high", "unit", "source"]
    )


def _layer(rows: Sequence[dict[str, Any]], shapes: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=list(shapes), crs=WGS84)


def _multi(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a shape as one multipolygon, so that a layer has one type."""
    return shapely.multipolygons(shapely.get_parts(shape))
