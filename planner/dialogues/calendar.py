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
since the period began: what a quarter has over is work done ahead for the next. A plan counts with
the mean journey of a unit; where no choice of principals fits into a period's hours, they are
passed by as little as possible, and the table of quarters says by how much. Where units are
counties and the hours allow it, each kind of principal (public, large, small) gets its share of
every county's list in every period, rounded up or down. Near ones are met one after another; how
few journeys that leaves is measured, not proved.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.dialogues.book import apportion, make_book
from planner.dialogues.quarters import quarters
from planner.dialogues.tables import AFTER, PLANNED, RESERVE, entry_table, quarter_table
from planner.dialogues.turns import kinds, people
from planner.errors import InputError, Problem
from planner.model.allot import Limit, Lot, Slot, allot

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from planner.dialogues.book import Book
    from planner.dialogues.quarters import Quarter
    from planner.inputs.types import Inputs
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.travel.matrix import Travel

Turn = tuple[int, str]
"""Number of a period (that of none, for those after), and planned, reserve or after."""


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
    plan : Plan
    inputs : Inputs
    scenario : Scenario
        The one that the plan answers; it plans dialogues.
    travel : Travel

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
            "the sections dialogues, staffing and money, for there to be a calendar",
        )
        raise InputError([problem])
    table = people(inputs, scenario, travel)
    book = make_book(plan, scenario, table, travel)
    parts = quarters(scenario.rollout)
    table = _in_quarters(_in_periods(table, book), book, parts)
    entries = entry_table(table, plan, inputs, travel, book, parts)
    names = kinds(scenario)
    load = quarter_table(entries, plan, book, parts, names)
    return Calendar(entries, load, names, scenario.calendar.order)


def _in_periods(table: pd.DataFrame, book: Book) -> pd.DataFrame:
    """Give everyone a status, a period and an office (columns `status`, `t`, `office`).

    Dialogues are counted by unit; those in reserve and after by county.
    """
    last = len(book.periods)
    groups = _groups(table.assign(unit=table.index.map(book.unit)), ("county_code", "unit"))
    county = {key[1]: key[0] for key, _, _ in groups}
    rooms: list[tuple[Turn, str, str, int]] = [
        *(((t, PLANNED), f"unit {u}", county[u], n) for (u, t), n in book.planned.items()),
        *(((t, RESERVE), f"county {c}", c, n) for (c, t), n in book.reserve.items()),
        *(((last, AFTER), f"county {c}", c, n) for c, n in book.after.items()),
    ]
    rooms.sort()
    slots = [Slot(pool, c, turn[0] / last, n, f"{turn}") for turn, pool, c, n in rooms]
    lots = [
        Lot((f"unit {u}", f"county {c}"), c, kind, place, len(members))
        for (c, u, _, kind, *_), place, members in groups
    ]
    limits = []
    for (office, t), most in sorted(book.available.items()):
        counted = tuple(
            s
            for s, (turn, pool, *_) in enumerate(rooms)
            if turn == (t, PLANNED) and book.office[pool.removeprefix("unit "), t] == office
        )
        hours = {i: book.hours[key[2], office] for i, (key, _, _) in enumerate(groups)}
        limits.append(Limit(counted, hours, most))
    found = {
        member: rooms[s][0]
        for members, s in _shared(groups, slots, allot(lots, slots, limits))
        for member in members
    }
    turns = [found[member] for member in table.index]
    return table.assign(
        status=[status for _, status in turns],
        t=[t for t, _ in turns],
        office=[
            book.office[book.unit[member], min(t, last - 1)]
            for member, (t, _) in zip(table.index, turns, strict=True)
        ],
    )


def _in_quarters(table: pd.DataFrame, book: Book, parts: Sequence[Quarter]) -> pd.DataFrame:
    """Give everyone but those after a quarter (column `q`, a number in `parts`; else -1).

    A dialogue is put in the quarter by whose end there have been hours enough for it.
    """
    found = dict.fromkeys(table.index, -1)
    for (office, t), crowd in table[table["status"] != AFTER].groupby(["office", "t"]):
        own = [q for q, part in enumerate(parts) if part.period == book.periods[t]]
        elapsed = [parts[q].elapsed for q in own]
        planned = crowd[crowd["status"] == PLANNED]
        reach = [math.floor(len(planned) * share + 1e-9) for share in elapsed]
        counts = [n - before for n, before in zip(reach, [0, *reach], strict=False)]
        groups = _groups(planned)
        hours = {i: book.hours[key[0], office] for i, (key, _, _) in enumerate(groups)}
        needed = sum(hours[i] * len(members) for i, (_, _, members) in enumerate(groups))
        most = max(book.available[office, t], needed)
        limits = [
            Limit(tuple(range(k + 1)), hours, most * share) for k, share in enumerate(elapsed)
        ]
        reserve = crowd[crowd["status"] == RESERVE]
        asked = apportion(len(reserve), counts if any(counts) else [parts[q].months for q in own])
        for groups_of, room, bounds in (
            (groups, counts, limits),
            (_groups(reserve), asked, []),
        ):
            slots = [Slot("", "", k / len(own), n, f"{k}") for k, n in enumerate(room)]
            lots = [Lot(("",), "", key[1], place, len(who)) for key, place, who in groups_of]
            for members, k in _shared(groups_of, slots, allot(lots, slots, bounds)):
                found |= dict.fromkeys(members, own[k])
    return table.assign(q=[found[member] for member in table.index])


_Group = tuple[tuple[Any, ...], float, list[str]]
"""What its members have in common, the place in the order from 0 to 1, and the members."""


def _groups(table: pd.DataFrame, within: tuple[str, ...] = ()) -> list[_Group]:
    """Gather principals that are alike; a place is the share of those who stand before.

    `within` names columns that set them apart; places are counted for each of the first.
    """
    columns = [*within, "municipality_code", "kind", "place", "lot"]
    everyone = sorted(
        zip(*(table[name] for name in columns), table.index, strict=True),
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
    groups: Sequence[_Group], slots: Sequence[Slot], found: dict[tuple[int, int], int]
) -> Iterator[tuple[list[str], int]]:
    """Give each group's members, as drawn, to its slots from first to last."""
    taken = [0] * len(groups)
    for i, s in sorted(found, key=lambda key: (key[0], slots[key[1]].when, key[1])):
        members = groups[i][2][taken[i] : taken[i] + found[i, s]]
        taken[i] += found[i, s]
        yield members, s
