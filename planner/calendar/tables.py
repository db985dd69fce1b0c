"""The calendar as tables: a row a principal, and a row an office and quarter."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from planner.calendar.bookings import Bookings
    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.plan import Plan

PLANNED, RESERVE, AFTER = STATUSES = ("planned", "reserve", "after")

DECIMALS = 4
"""Of hours: below that lies the solver's arithmetic."""

COLUMNS = (
    "office", "town", "period", "quarter", "status", "name", "type", "kind", "size",
    "municipality_code", "municipality", "county_code", "county", "km", "minutes", "hours",
)  # fmt: skip
"""Columns of a calendar's entries, in order."""


def entry_table(
    table: pd.DataFrame, plan: Plan, inputs: Inputs, travel: Travel, bookings: Bookings
) -> pd.DataFrame:
    """Lay the calendar out, office by office and quarter by quarter."""
    parts = bookings.quarters
    towns = {office.code: office.town for office in plan.offices}
    index = {code: number for number, code in enumerate(travel.codes)}
    pairs = list(zip(table["municipality_code"], table["office"], strict=True))
    ways = [(index[code], index[office]) for code, office in pairs]
    late = table["status"] == AFTER
    full = table.assign(
        town=table["office"].map(towns),
        period=[("" if q < 0 else parts[q].period) for q in table["q"]],
        quarter=[("" if q < 0 else parts[q].name) for q in table["q"]],
        municipality=table["municipality_code"].map(inputs.municipalities["name"]),
        county=table["county_code"].map(inputs.counties["name"]),
        km=[float(travel.km[way]) for way in ways],
        minutes=[float(travel.minutes[way]) for way in ways],
        hours=[bookings.hours[pair] for pair in pairs],
        late=late,
        turn=table["status"].map({status: k for k, status in enumerate(STATUSES)}),
    ).sort_values(["office", "late", "q", "turn", "place", "municipality_code", "draw"])
    return full[list(COLUMNS)]


def quarter_table(
    entries: pd.DataFrame, plan: Plan, bookings: Bookings, names: Sequence[str]
) -> pd.DataFrame:
    """Count what each quarter asks of each office that is open then."""
    import pandas as pd  # noqa: PLC0415 - slow, and only needed with a calendar

    rows = []
    # Plain lists: a few rows a quarter, and a table of each would take most of the time.
    columns = ("office", "period", "quarter", "status", "kind", "municipality_code", "hours")
    crowds: dict[tuple[str, str, str], list[tuple[str, str, str, float]]] = {}
    for office, period, quarter, *entry in zip(
        *(entries[name].tolist() for name in columns), strict=True
    ):
        crowds.setdefault((office, period, quarter), []).append(tuple(entry))
    for office in plan.offices:
        for t, result in enumerate(plan.periods):
            if office.code not in result.open:
                continue
            spare, before = 0.0, 0.0
            for part in (part for part in bookings.quarters if part.period == result.period):
                crowd = crowds.get((office.code, part.period, part.name), [])
                planned = [entry for entry in crowd if entry[0] == PLANNED]
                met = Counter(kind for _, kind, _, _ in planned)
                hours = math.fsum(taken for *_, taken in planned)
                there = bookings.available[office.code, t] * (part.elapsed - before)
                before, spare = part.elapsed, spare + there - hours
                rows.append(
                    {
                        "office": office.code,
                        "town": office.town,
                        "period": part.period,
                        "quarter": part.name,
                        "months": part.months,
                        "advisors": office.advisors.get(part.period, 0),
                        "planned": len(planned),
                        **{name: met[name] for name in names},
                        "reserve": sum(status == RESERVE for status, *_ in crowd),
                        "municipalities": len({code for _, _, code, _ in planned}),
                        "hours": round(hours, DECIMALS),
                        "hours_available": round(there, DECIMALS),
                        "spare": round(spare, DECIMALS) + 0.0,
                    }
                )
    return pd.DataFrame(rows)
