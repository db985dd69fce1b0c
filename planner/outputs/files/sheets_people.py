"""The sheets of the workbook that list municipalities and principals, and the calendar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.calendar.order import SOLE_TRADER, people
from planner.calendar.tables import STATUSES
from planner.outputs.files.workbook import WORDS, Cell, WorkbookSheet, columns, sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.calendar.calendar import Calendar
    from planner.outputs.context import Context
    from planner.outputs.words.text import Texts
    from planner.plan import Office

INDICATORS = {
    "population": "population_2021",
    "children": "children_0_19_2021",
    "pupils_years": "pupils_y1_9_2021_22",
    "school_units": "school_units_y1_9_2021_22",
    "eligible:1": "eligible_upper_secondary_pct_2022",
    "certified:1": "certified_teachers_pct_2022",
}


def municipalities(context: Context) -> WorkbookSheet:
    """List every municipality with its office in the last period."""
    t = context.texts(*WORDS)
    towns = {office.code: office.town for office in context.plan.offices}
    table, counts = context.inputs.municipalities.to_dict("index"), _by_municipality(context)
    counties = context.inputs.counties["name"]
    rows: list[tuple[Cell, ...]] = []
    for code, home in context.last.homes.items():
        place = table[code]
        rows.append(
            (
                code,
                str(place["name"]),
                str(counties[place["county_code"]]),
                t.listing([towns[o] for o in (home.office, *(o for o, _ in home.others))]),
                home.km,
                home.minutes,
                home.principals,
                int(place["sole_traders"]),
                *(tuple(counts.get((code, s), 0) for s in STATUSES) if context.calendar else ()),
                *(_number(place[column]) for column in INDICATORS.values()),
            )
        )
    names = columns(
        t,
        *("municipality_code", "municipality", "county", "town", "km:1", "minutes:0"),
        *("principals", "sole_traders", *(STATUSES if context.calendar else ())),
        *INDICATORS,
    )
    return sheet(t, "municipalities", names, rows, keys=2)


def _by_municipality(context: Context) -> dict[tuple[str, str], int]:
    if context.calendar is None:
        return {}
    entries = context.calendar.entries
    counted = entries.groupby(["municipality_code", "status"]).size()
    return {(str(code), str(status)): int(n) for (code, status), n in counted.items()}


def principals(context: Context) -> WorkbookSheet:
    """List every principal that counts, by municipality; sole traders without a name."""
    t = context.texts(*WORDS)
    listed = {row.Index: row for row in context.inputs.principals.astype(object).itertuples()}
    table = _everyone(context).sort_values(["municipality_code", "kind", "name"], kind="stable")
    rows: list[tuple[Cell, ...]] = []
    for row in _tuples(table):
        more = listed.get(row.id)
        rows.append(
            (
                "" if more is None else str(row.id),
                _name(row, t),
                t(f"type.{row.type}"),
                t(f"kind.{row.kind}"),
                row.municipality,
                row.county,
                row.town,
                row.km,
                row.minutes,
                "" if more is None else str(more.school_forms),
                *(
                    (None,) * 3
                    if more is None
                    else map(int, (more.units, more.children_preschool, more.pupils))
                ),
                "" if more is None else t(f"register.{more.status}"),
                *(_turn(row, t) if context.calendar else ()),
            )
        )
    names = columns(
        t,
        *("orgnr", "name", "type", "kind", "municipality", "county", "town", "km:1", "minutes:0"),
        *("school_forms", "units", "preschool", "pupils", "register"),
        *(("status", "period", "quarter") if context.calendar else ()),
    )
    return sheet(t, "principals", names, rows, keys=2)


def quarters(context: Context, calendar: Calendar) -> WorkbookSheet:
    """Say what each quarter asks of each office."""
    t = context.texts(*WORDS)
    rows = [
        (
            row["town"],
            t.period(row["period"]),
            _quarter_words(row["quarter"], t),
            int(row["advisors"]),
            int(row["planned"]),
            *(int(row[kind]) for kind in calendar.kinds),
            int(row["reserve"]),
            int(row["municipalities"]),
            float(row["hours"]),
            float(row["hours_available"]),
            float(row["spare"]),
        )
        for row in calendar.quarters.to_dict("records")
    ]
    names = columns(
        t,
        *("town", "period", "quarter", "advisors", "planned"),
        *(f"planned_{kind}" for kind in calendar.kinds),
        *("reserve", "visited", "hours:0", "hours_available:0", "spare:0"),
    )
    return sheet(t, "quarters", names, rows, keys=3)


def office_calendar(context: Context, calendar: Calendar, office: Office) -> WorkbookSheet:
    """List whom one office meets, quarter by quarter: the planned, then the reserves."""
    t = context.texts(*WORDS)
    table = calendar.entries[calendar.entries["office"] == office.code]
    rows = tuple(
        (
            t(f"status.{row.status}") if row.status == "after" else _quarter_words(row.quarter, t),
            t(f"status.{row.status}"),
            row.municipality,
            _name(row, t),
            t(f"kind.{row.kind}"),
            _number(row.size),
            row.km,
            row.minutes,
            row.hours,
            row.county,
            "" if row.type == "sole_trader" else str(row.id),
        )
        for row in _tuples(table)
    )
    names = columns(
        t,
        *("quarter", "status", "municipality", "name", "kind", "size", "km:1", "minutes:0"),
        *("hours:0", "county", "orgnr"),
    )
    muted = frozenset(k for k, row in enumerate(table["status"]) if row != "planned")
    name = t("sheet.calendar", town=office.town)
    return WorkbookSheet(name, t("about.calendar", town=office.town), names, rows, 2, muted)


def _everyone(context: Context) -> pd.DataFrame:
    """Return the calendar's entries, or the like of them for a plan without a calendar."""
    if context.calendar is not None:
        return context.calendar.entries
    table = people(context.inputs, context.scenario, context.travel)
    last = context.plan.periods[-1].period
    served = {a.id: a.office for a in context.plan.assignments if a.period == last}
    level = context.scenario.units.level
    unit = table.index if level == "principal" else table[f"{level}_code"]
    office = [served[key] for key in unit]
    index = {code: number for number, code in enumerate(context.travel.codes)}
    ways = [(index[c], index[o]) for c, o in zip(table["municipality_code"], office, strict=True)]
    towns = {o.code: o.town for o in context.plan.offices}
    return table.assign(
        town=[towns[code] for code in office],
        municipality=table["municipality_code"].map(context.inputs.municipalities["name"]),
        county=table["county_code"].map(context.inputs.counties["name"]),
        km=[float(context.travel.km[way]) for way in ways],
        minutes=[float(context.travel.minutes[way]) for way in ways],
    )


def _tuples(table: pd.DataFrame) -> Iterator[Any]:
    # pandas takes each text of a column of texts by itself, which takes it long.
    yield from table.reset_index().astype(object).itertuples()


def _name(row: Any, t: Texts) -> str:
    if row.type == SOLE_TRADER:
        return t("principal.unnamed", municipality=row.municipality)
    return str(row.name)


def _turn(row: Any, t: Texts) -> tuple[Cell, ...]:
    return t(f"status.{row.status}"), t.period(row.period), _quarter_words(row.quarter, t)


def _number(value: Any) -> Cell:
    """Return a table's number as Python's own, or nothing where it is missing."""
    if pd.isna(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _quarter_words(name: str, t: Texts) -> str:
    """Write the name of a quarter in words, "2023 kv 1"."""
    if dated := re.fullmatch(r"(\d+)-Q(\d)", name):
        return t("quarter.dated", year=dated[1], number=dated[2])
    if part := re.fullmatch(r"(.*) part (\d+)", name):
        return t("quarter.part", period=part[1], number=part[2])
    return name
