"""A plan as tables and layers: what GIS files hold and what the Python interface hands out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from planner.outputs.drawing.outlines import regions_of
from planner.outputs.words import facts
from planner.outputs.words.assurance import assurance_rows
from planner.outputs.words.basis import assumption_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.outputs.context import Context
    from planner.outputs.rows import OfficeRow
    from planner.outputs.words.text import Texts
    from planner.plan import Plan
    from planner.scenario.spec import Scenario

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
    assignments : pandas.DataFrame
        What serves whom in every period, as in plan.json.
    criteria : pandas.DataFrame
        `value` in `unit`, shares as per cent.
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


def make_frames(context: Context) -> Frames:
    """Lay a plan out as tables and layers.

    Texts in the tables are in the context's language; names of columns are the same in all.
    """
    t, heading = context.texts("workbook", "gis"), context.heading
    return Frames(
        offices=_offices(context, t),
        regions=_regions(context, t),
        municipalities=_municipalities(context, t),
        allocation=_allocation(context),
        periods=_periods(context.plan, context.scenario, t),
        assignments=pd.DataFrame([asdict(row) for row in context.plan.assignments]),
        criteria=_criteria(context, t),
        assumptions=_assumptions(context, t),
        assurance=pd.DataFrame(
            assurance_rows(context.assurance), columns=["part", "subject", "statement"]
        ),
        heading=f"{heading.title}. {heading.line}".rstrip(),
    )


def _region_columns(row: OfficeRow, t: Texts) -> dict[str, Any]:
    return {
        "counties": row.county_names(t),
        "municipalities": row.municipalities,
        "principals": row.principals,
        "mean_km": row.km,
        "mean_minutes": row.minutes,
        "farthest_km": row.farthest,
    }


def _offices(context: Context, t: Texts) -> gpd.GeoDataFrame:
    rows = [
        {
            "number": row.number,
            "code": row.code,
            "town": row.town,
            "role": t(f"role.{row.office.role}"),
            "opens": row.office.opens,
            "closes": row.office.closes or "",
            **_region_columns(row, t),
            "university_minutes": row.university,
            "sister": row.office.spsm,
            "sister_basis": row.doubt.sister if row.office.spsm else "",
            "unverified": row.unsure,
            "advisors": row.advisors,
            "dialogues": row.dialogues,
        }
        for row in context.offices
    ]
    codes = [row.code for row in context.offices]
    places = context.inputs.municipalities.loc[codes, ["lon", "lat"]]
    return _layer(rows, shapely.points(places.to_numpy(float)))


def _regions(context: Context, t: Texts) -> gpd.GeoDataFrame:
    shapes = regions_of(context.inputs.outlines, context.last)
    offices = [row for row in context.offices if row.open and row.code in shapes]
    rows = [
        {
            "number": row.number,
            "office": row.code,
            "town": row.town,
            **_region_columns(row, t),
        }
        for row in offices
    ]
    return _layer(rows, [_multi(shapes[row.code]) for row in offices])


def _municipalities(context: Context, t: Texts) -> gpd.GeoDataFrame:
    inputs, view, numbers = context.inputs, context.last, context.numbers
    towns = {office.code: office.town for office in context.plan.offices}
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


def _allocation(context: Context) -> gpd.GeoDataFrame:
    plan, view, inputs, travel = context.plan, context.last, context.inputs, context.travel
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
    rows = [
        {
            "period": result.period,
            "months": float(period.months),
            "open": len(result.open),
            "opening": t.listing(plan.opened(result.period)),
            "closing": t.listing(plan.closed(result.period)),
            "advisors": result.advisors,
            "dialogues": result.dialogues,
            "waiting": result.unmet,
            "cost_msek": result.cost_msek,
            "max_km": result.max_km,
            "percent_beyond": result.share_beyond * 100,
        }
        for period, result in zip(scenario.rollout.periods, plan.periods, strict=True)
    ]
    return pd.DataFrame(rows)


def _criteria(context: Context, t: Texts) -> pd.DataFrame:
    rows, plan = [], context.plan
    for row in context.criteria:
        if row.key not in plan.criteria:  # the other plan's alone
            continue
        measure = facts.MEASURES.get(row.key)
        value = plan.criteria[row.key] * (measure.scale if measure else 1.0)
        rows.append((row.key, row.name, value, facts.unit_of(row.key, t), row.noted))
    return pd.DataFrame(rows, columns=["criterion", "title", "value", "unit", "meaning"])


def _assumptions(context: Context, t: Texts) -> pd.DataFrame:
    rows = [
        {
            "assumption": given.key,
            "name": assumption_name(given.key, context.scenario, context.inputs, t),
            **asdict(given),
        }
        for given in context.plan.assumptions
    ]
    columns = ["assumption", "name", "value", "low", "high", "unit", "source"]
    return pd.DataFrame(rows, columns=columns)


def _layer(rows: Sequence[dict[str, Any]], shapes: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=list(shapes), crs=WGS84)


def _multi(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a shape as one multipolygon, so that a layer has one type."""
    return shapely.multipolygons(shapely.get_parts(shape))
