"""The sheets of the workbook that list municipalities and principals, and the calendar."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.calendar.order import SOLE_TRADER, people
from planner.calendar.tables import STATUSES
from planner.outputs.files.sheets import Cell, Material, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.calendar.calendar import Calendar
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


def municipalities(m: Material) -> Sheet:
    """List every municipality with its office in the last period."""
    towns = {office.code: office.town for office in m.plan.offices}
    table, counts = m.inputs.municipalities.to_dict("index"), _by_municipality(m)
    counties = m.inputs.counties["name"]
    rows: list[tuple[Cell, ...]] = []
    for code, home in m.views[-1].homes.items():
        place = table[code]
        rows.append(
            (
                code,
                str(place["name"]),
                str(counties[place["county_code"]]),
                m.t.listing([towns[o] for o in (home.office, *(o for o, _ in home.others))]),
                home.km,
                home.minutes,
                home.principals,
                int(place["sole_traders"]),
                *(tuple(counts.get((code, s), 0) for s in STATUSES) if m.calendar else ()),
                *(_number(place[column]) for column in INDICATORS.values()),
            )
        )
    names = m.columns(
        *("municipality_code", "municipality", "county", "town", "km:1", "minutes:0"),
        *("principals", "sole_traders", *(STATUSES if m.calendar else ())),
        *INDICATORS,
    )
    return m.sheet("municipalities", names, rows, keys=2)


def _by_municipality(m: Material) -> dict[tuple[str, str], int]:
    if m.calendar is None:
        return {}
    entries = m.calendar.entries
    counted = entries.groupby(["municipality_code", "status"]).size()
    return {(str(code), str(status)): int(n) for (code, status), n in counted.items()}


def principals(m: Material) -> Sheet:
    """List every principal that counts, by municipality; sole traders without a name."""
    t, listed = m.t, m.inputs.principals.astype(object).to_dict("index")
    table = _everyone(m).sort_values(["municipality_code", "kind", "name"], kind="stable")
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
                "" if more is None else str(more["school_forms"]),
                *(
                    (None,) * 3
                    if more is None
                    else (int(more[c]) for c in ("units", "children_preschool", "pupils"))
                ),
                "" if more is None else t(f"register.{more['status']}"),
                *(_turn(row, t) if m.calendar else ()),
            )
        )
    names = m.columns(
        *("orgnr", "name", "type", "kind", "municipality", "county", "town", "km:1", "minutes:0"),
        *("school_forms", "units", "preschool", "pupils", "register"),
        *(("status", "period", "quarter") if m.calendar else ()),
    )
    return m.sheet("principals", names, rows, keys=2)


def quarters(m: Material, calendar: Calendar) -> Sheet:
    """Say what each quarter asks of each office."""
    rows = [
        (
            row["town"],
            m.t.period(row["period"]),
            _quarter_words(row["quarter"], m.t),
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
    names = m.columns(
        *("town", "period", "quarter", "advisors", "planned"),
        *(f"planned_{kind}" for kind in calendar.kinds),
        *("reserve", "visited", "hours:0", "hours_available:0", "spare:0"),
    )
    return m.sheet("quarters", names, rows, keys=3)


def office_calendar(m: Material, calendar: Calendar, office: Office) -> Sheet:
    """List whom one office meets, quarter by quarter: the planned, then the reserves."""
    t = m.t
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
    columns = m.columns(
        *("quarter", "status", "municipality", "name", "kind", "size", "km:1", "minutes:0"),
        *("hours:0", "county", "orgnr"),
    )
    muted = frozenset(k for k, row in enumerate(table["status"]) if row != "planned")
    name = t("sheet.calendar", town=office.town)
    return Sheet(name, t("about.calendar", town=office.town), columns, rows, 2, muted)


def _everyone(m: Material) -> pd.DataFrame:
    """Return the calendar's entries, or the like of them for a plan without a calendar."""
    if m.calendar is not None:
        return m.calendar.entries
    table = people(m.inputs, m.scenario, m.travel)
    last = m.plan.periods[-1].period
    served = {a.id: a.office for a in m.plan.assignments if a.period == last}
    level = m.scenario.units.level
    unit = table.index if level == "principal" else table[f"{level}_code"]
    office = [served[key] for key in unit]
    index = {code: number for number, code in enumerate(m.travel.codes)}
    ways = [(index[c], index[o]) for c, o in zip(table["municipality_code"], office, strict=True)]
    towns = {o.code: o.town for o in m.plan.offices}
    return table.assign(
        town=[towns[code] for code in office],
        municipality=table["municipality_code"].map(m.inputs.municipalities["name"]),
        county=table["county_code"].map(m.inputs.counties["name"]),
        km=[float(m.travel.km[way]) for way in ways],
        minutes=[float(m.travel.minutes[way]) for way in ways],
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
