"""The dialogue calendar: which principals each office meets in which quarter.

A plan says how many principals of a unit an office meets in a period; about one in five will say
no, and nobody knows who. So every principal stands in one of three lists:

- planned: as many, office by office and period by period, as the plan has dialogues;
- reserve: asked in the quarter given when someone there says no. There are as many as are
  expected to say no (principals less uptake x principals), spread as the dialogues are;
- after: those whom the plan's staff don't reach, next in the same order when the time is up.

Guaranteed, whatever the order of rows: nobody is missing and nobody twice; planned per office and
period equal the plan's dialogues to the unit, and those after hold all of the plan's unmet, county
by county. Hours by the end of every quarter are at most what the office's own advisors have had
since the period began: what a quarter has over is work done ahead for the next.

Kept to a whole principal where all of it can be, and else missed by as little as possible: the
hours of a period (a plan counts with the mean journey of a unit); each kind's share (public, large,
small) of a county's list in every period; each municipality's share of its county's reserves and,
unless need decides, of those after. The table of quarters shows hours that were passed.

Near ones are met one after another; how few journeys that leaves is measured, not proved.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner import cache
from planner.calendar.allotment import Cohort, Limit, Slot, allot
from planner.calendar.bookings import Bookings, apportion, make_bookings
from planner.calendar.order import kinds, people
from planner.calendar.tables import AFTER, PLANNED, RESERVE, STATUSES, entry_table, quarter_table
from planner.errors import InputError, Problem
from planner.message import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.plan import Plan
    from planner.scenario.spec import Scenario


@dataclass(frozen=True)
class Calendar:
    """Who is met when, and what that asks of each office. Tables are not to be changed in place.

    Attributes
    ----------
    entries : pandas.DataFrame
        One row a principal, in the order of the calendar. Index `id`: the organisation number,
        or ``0115-sole-1`` for a sole trader, who is counted but not listed. Columns `office` and
        `town`; `period` and `quarter`, empty for those after; `status` (planned, reserve, after);
        `name`, empty for sole traders; `type` as in principals.csv, or sole_trader; `kind`;
        `size`, children and pupils, missing for sole traders; `municipality_code`,
        `municipality`, `county_code`, `county`; `km` and `minutes`, one way; `hours` of advisors.
    quarters : pandas.DataFrame
        One row an office, period and quarter. Columns `office`, `town`, `period`, `quarter`,
        `months`, `advisors`, `planned`, one for each kind of those planned, `reserve`,
        `municipalities` visited, `hours`, `hours_available`, and `spare`: the hours there have
        been less the hours needed since the period began, at the end of the quarter.
    kinds : tuple of str
        public, large and small; or public and independent, where no size is large.
    order : str
        "near" or "need".
    """

    entries: pd.DataFrame
    quarters: pd.DataFrame
    kinds: tuple[str, ...]
    order: str


def make_calendar(plan: Plan, inputs: Inputs, scenario: Scenario, travel: Travel) -> Calendar:
    """Say which principals each office meets in which quarter.

    Parameters
    ----------
    scenario : Scenario
        The one that the plan answers; it plans dialogues.

    Returns
    -------
    Calendar

    Raises
    ------
    InputError
        If the scenario plans no dialogues, or orders by a column that is not there.
    PlannerError
        If the plan does not answer this scenario with these tables.
    """
    if scenario.dialogues is None:
        problem = Problem(
            f"scenario {scenario.name}",
            None,
            "dialogues",
            "",
            say("the sections dialogues, staffing and money, for there to be a calendar"),
        )
        raise InputError([problem])
    table = people(inputs, scenario, travel)
    bookings = make_bookings(plan, scenario, table, travel)
    order = scenario.calendar.order
    table = _cached(table, bookings, order)
    entries = entry_table(table, plan, inputs, travel, bookings)
    names = kinds(scenario)
    return Calendar(entries, quarter_table(entries, plan, bookings, names), names, order)


def _cached(table: pd.DataFrame, bookings: Bookings, order: str) -> pd.DataFrame:
    """Give everyone a list, a period, an office and a quarter, or those given before to the same.

    Several hundred small programs are solved for that.
    """
    given = table[["county_code", "municipality_code", "kind", "place"]]
    name = f"calendar-{cache.key(given.to_csv(), repr(bookings), order)}"
    found = None if cache.anew() else cache.load(name)
    if found is not None:
        return table.assign(**json.loads(found))
    table = _in_periods(_in_lists(table, bookings, spread=order == "near"), bookings)
    table = _in_quarters(table, bookings)
    columns = {column: table[column].tolist() for column in ("unit", "status", "t", "office", "q")}
    cache.store(name, json.dumps(columns).encode())
    return table


def _in_lists(table: pd.DataFrame, bookings: Bookings, *, spread: bool) -> pd.DataFrame:
    """Put everyone in a list (column `status`), and name their unit (column `unit`).

    Every municipality has its share of its county's reserves among those asked, give or take
    one: else those far away would be in reserve, as that keeps hours down. With `spread`, it has
    its share of those after too; without, they are the last in the order.
    """
    table = table.assign(unit=table.index.map(bookings.unit))
    groups = _groups(table, ("county_code", "unit"))
    county = {unit: code for (code, unit, *_), _, _ in groups}
    counts: Counter[tuple[str, str, str]] = Counter()
    for (unit, _), n in bookings.planned.items():
        counts[county[unit], PLANNED, f"unit {unit}"] += n
    for (code, _), n in bookings.reserve.items():
        counts[code, RESERVE, f"county {code}"] += n
    for code, n in bookings.after.items():
        counts[code, AFTER, f"county {code}"] += n
    rooms = sorted(counts.items())
    # By need, a reserve is second in line; otherwise nobody is asked first for where they stand.
    when = {PLANNED: 0.0, RESERVE: 0.0 if spread else 0.5, AFTER: 1.0}
    slots = [Slot(pool, code, when[status], n, status) for (code, status, pool), n in rooms]
    cohorts = [
        Cohort((f"unit {unit}", f"county {code}"), code, kind, place, len(members))
        for (code, unit, _, kind, _), place, members in groups
    ]
    limits = _like_shares(groups, slots, RESERVE, (PLANNED, RESERVE))
    if spread:
        limits += _like_shares(groups, slots, AFTER, STATUSES)
    found = {
        member: slots[s].batch
        for members, s in _shared(groups, slots, allot(cohorts, slots, limits))
        for member in members
    }
    return table.assign(status=[found[member] for member in table.index])


def _like_shares(
    groups: Sequence[_Alike], slots: Sequence[Slot], status: str, among: Sequence[str]
) -> list[Limit]:
    """|list[m] - share x among[m]| <= 1 for every municipality m, by its county's share."""
    listed, everyone = Counter[str](), Counter[str]()
    for slot in slots:
        listed[slot.mix] += slot.count * (slot.batch == status)
        everyone[slot.mix] += slot.count * (slot.batch in among)
    weights: dict[str, dict[tuple[int, int], float]] = {}
    for i, ((county, _, municipality, *_), _, _) in enumerate(groups):
        share = listed[county] / max(everyone[county], 1)
        weights.setdefault(municipality, {}).update(
            ((i, s), (slot.batch == status) - share)
            for s, slot in enumerate(slots)
            if slot.mix == county and slot.batch in among
        )
    return [Limit(each, 1.0, -1.0) for _, each in sorted(weights.items())]


def _in_periods(table: pd.DataFrame, bookings: Bookings) -> pd.DataFrame:
    """Give everyone a period (column `t`, its number) and an office (column `office`).

    Dialogues are counted by unit, reserves by county; only dialogues take hours.
    """
    last = len(bookings.periods)
    found = dict.fromkeys(table.index, last)
    for status, within, counts in (
        (PLANNED, ("county_code", "unit"), bookings.planned),
        (RESERVE, ("county_code", "county_code"), bookings.reserve),
    ):
        groups = _groups(table[table["status"] == status], within)
        county = {pool: code for (code, pool, *_), _, _ in groups}
        rooms = sorted((t, pool, n) for (pool, t), n in counts.items() if n)
        slots = [Slot(pool, county[pool], t / last, n, f"{t}") for t, pool, n in rooms]
        cohorts = [
            Cohort((pool,), code, kind, place, len(members))
            for (code, pool, _, kind, _), place, members in groups
        ]
        limits = []
        for (office, t), most in sorted(bookings.available.items()) if status == PLANNED else ():
            ours = [s for s, (u, pool, _) in enumerate(rooms) if u == t]
            ours = [s for s in ours if bookings.office[rooms[s][1], t] == office]
            hours = enumerate(bookings.hours[key[2], office] for key, _, _ in groups)
            limits.append(Limit({(i, s): h for i, h in hours for s in ours}, most))
        for members, s in _shared(groups, slots, allot(cohorts, slots, limits)):
            found |= dict.fromkeys(members, rooms[s][0])
    numbers = [found[member] for member in table.index]
    offices = [
        bookings.office[unit, min(t, last - 1)]
        for unit, t in zip(table["unit"], numbers, strict=True)
    ]
    return table.assign(t=numbers, office=offices)


def _in_quarters(table: pd.DataFrame, bookings: Bookings) -> pd.DataFrame:
    """Give everyone but those after a quarter (column `q`, its number; else -1).

    A dialogue is put in the quarter by whose end there have been hours enough for it.
    """
    parts, found = bookings.quarters, dict.fromkeys(table.index, -1)
    for (office, t), crowd in table[table["status"] != AFTER].groupby(["office", "t"]):
        own = [q for q, part in enumerate(parts) if part.period == bookings.periods[t]]
        elapsed = [parts[q].elapsed for q in own]
        planned = crowd[crowd["status"] == PLANNED]
        reach = [math.floor(len(planned) * share + 1e-9) for share in elapsed]
        counts = [n - before for n, before in zip(reach, [0, *reach], strict=False)]
        groups = _groups(planned)
        hours = {i: bookings.hours[key[0], office] for i, (key, _, _) in enumerate(groups)}
        needed = sum(hours[i] * len(members) for i, (_, _, members) in enumerate(groups))
        most = max(bookings.available[office, t], needed)
        limits = [
            Limit({(i, n): h for i, h in hours.items() for n in range(k + 1)}, most * share)
            for k, share in enumerate(elapsed)
        ]
        reserve = crowd[crowd["status"] == RESERVE]
        asked = apportion(len(reserve), counts if any(counts) else [parts[q].months for q in own])
        for groups_of, room, bounds in (
            (groups, counts, limits),
            (_groups(reserve), asked, []),
        ):
            slots = [Slot("", "", k / len(own), n, f"{k}") for k, n in enumerate(room)]
            cohorts = [Cohort(("",), "", key[1], place, len(who)) for key, place, who in groups_of]
            for members, k in _shared(groups_of, slots, allot(cohorts, slots, bounds)):
                found |= dict.fromkeys(members, own[k])
    return table.assign(q=[found[member] for member in table.index])


_Alike = tuple[tuple[Any, ...], float, list[str]]
"""What its members have in common, the place in the order from 0 to 1, and the members."""


def _groups(table: pd.DataFrame, within: tuple[str, ...] = ()) -> list[_Alike]:
    """Gather principals that are alike; a place is the share of those who stand before.

    `within` names columns that set them apart; places are counted for each of the first.
    """
    columns = [*within, "municipality_code", "kind", "place", "draw"]
    everyone = sorted(
        zip(*(table[name].tolist() for name in columns), table.index.tolist(), strict=True),
        key=lambda row: (row[-3], row),
    )
    alike: dict[tuple[Any, ...], list[str]] = {}
    rank: dict[tuple[Any, ...], float] = {}
    stood: Counter[Any] = Counter()
    for *key, _, member in everyone:
        pool = key[0] if within else ""
        alike.setdefault(tuple(key), []).append(member)
        rank[tuple(key)] = rank.get(tuple(key), 0.0) + stood[pool] + 0.5
        stood[pool] += 1
    return [
        (key, rank[key] / len(members) / stood[key[0] if within else ""], members)
        for key, members in sorted(alike.items())
    ]


def _shared(
    groups: Sequence[_Alike], slots: Sequence[Slot], found: dict[tuple[int, int], int]
) -> Iterator[tuple[list[str], int]]:
    """Give each group's members, as drawn, to its slots from first to last."""
    taken = [0] * len(groups)
    for i, s in sorted(found, key=lambda key: (key[0], slots[key[1]].when, key[1])):
        members = groups[i][2][taken[i] : taken[i] + found[i, s]]
        taken[i] += found[i, s]
        yield members, s
