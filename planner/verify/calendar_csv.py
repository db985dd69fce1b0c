"""calendar.csv: who is met when, held against the plan and the tables.

What the calendar promises to the unit is checked to the unit: everyone once, as many as the plan
has, in the office that serves them then, in the quarters that the period has room in. What it
promises as near as can be is measured in `planner.verify.calendar_shares`.
"""

import functools
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from planner.errors import Problem
from planner.message import say
from planner.verify.checks import Check, check, differs, misses
from planner.verify.exact_case import ExactCase, quarters
from planner.verify.fields import exact, read_csv
from planner.verify.work_done import WorkDone

FILE = "calendar.csv"
PLANNED, RESERVE, AFTER = STATUSES = ("planned", "reserve", "after")
SOLE_TRADER = "sole_trader"
COLUMNS = (
    "id", "office", "town", "period", "quarter", "status", "name", "type", "kind", "size",
    "municipality_code", "municipality", "county_code", "county", "km", "minutes", "hours",
)  # fmt: skip
TENTH, HUNDREDTH = Fraction(1, 20), Fraction(1, 200)
"""What rounding to one and to two decimals may change."""

# A spreadsheet computes a cell that begins so, and may begin a new cell at any separator; the
# file has an apostrophe there.
_LIVE = re.compile(r"(^|[,;|])([\s\"]*)(?=[=+\-@＝＋－＠])")  # noqa: RUF001
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True)
class CalendarRow:
    """A row of calendar.csv: its cells by column, and its numbers."""

    cells: Mapping[str, str]
    km: Fraction
    minutes: Fraction
    hours: Fraction


@dataclass(frozen=True)
class Turn:
    """A principal's place in the calendar.

    `t` is the number of the period, that of all periods for those after; `k` is the number of the
    quarter in its period, -1 for those after. `hours` are those that a dialogue takes.
    """

    id: str
    unit: str
    municipality: str
    county: str
    kind: str
    status: str
    office: str
    t: int
    k: int
    hours: Fraction


def read_calendar(run: Path, problems: list[Problem]) -> tuple[CalendarRow, ...]:
    """Read calendar.csv; what is wrong with it is added to `problems`."""
    found = []
    for line, row in read_csv(run / FILE, FILE, COLUMNS, problems):
        try:
            found.append(
                CalendarRow(row, *(exact(row[name]) for name in ("km", "minutes", "hours")))
            )
        except ValueError as error:
            expected = say("numbers: km, minutes, hours")
            problems.append(Problem(FILE, line, "", str(error)[:60], expected))
    return tuple(found)


def _cut(case: ExactCase) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (period, quarter) as the file names them -> `Turn.t` and `Turn.k`."""
    return {
        (inert(span.name), inert(quarter.name)): (t, k)
        for t, (span, parts) in enumerate(
            zip(case.rules.periods, quarters(case.rules), strict=True)
        )
        for k, quarter in enumerate(parts)
    } | {("", ""): (len(case.rules.periods), -1)}


def _turns(case: ExactCase, done: WorkDone, entries: Sequence[CalendarRow]) -> list[Turn]:
    """Return everyone's place, each in an office and a quarter that there are."""
    cut = _cut(case)
    hours: dict[tuple[str, str], Fraction] = {}
    found = []
    for entry in entries:
        home = case.tables.homes[entry.cells["id"]]
        office, status = entry.cells["office"], entry.cells["status"]
        if (home, office) not in hours:
            hours[home, office] = case.hours_from(done.work, home, office)
        place = cut[entry.cells["period"], entry.cells["quarter"]]
        found.append(
            Turn(
                id=entry.cells["id"],
                unit=case.unit_of(entry.cells["id"]),
                municipality=home,
                county=case.tables.county[home],
                kind=kind(case, entry.cells["id"]),
                status=status,
                office=office,
                t=place[0],
                k=place[1],
                hours=hours[home, office],
            )
        )
    return found


def check_calendar(
    case: ExactCase, done: WorkDone, entries: Sequence[CalendarRow]
) -> tuple[list[Check], list[Turn] | None]:
    """Check what calendar.csv promises to the unit.

    Returns
    -------
    list of Check
        The last of them only where the first hold.
    list of Turn or None
        Everyone's place, where every check holds.
    """
    found = [_everyone(case, entries)]
    if {entry.cells["id"] for entry in entries} - case.tables.homes.keys():
        return found, None
    found += [_facts(case, done, entries), _offices(case, done, entries)]
    if not found[-1].ok:
        return found, None
    every = _turns(case, done, entries)
    found += [_lists(case, done, every), _quarters(case, every)]
    return found, every if all(each.ok for each in found) else None


def _everyone(case: ExactCase, entries: Sequence[CalendarRow]) -> Check:
    seen = Counter(entry.cells["id"] for entry in entries)
    homes = case.tables.homes
    wrong = [say("{}: missing", name) for name in sorted(homes.keys() - seen.keys())]
    wrong += [
        say("{}: no principal that counts", name) for name in sorted(seen.keys() - homes.keys())
    ]
    wrong += [say("{}: {} times", name, n) for name, n in sorted(seen.items()) if n > 1]
    return check(FILE, wrong, say("all {} principals, each once", len(homes)))


def kind(case: ExactCase, name: str) -> str:
    """Return what a principal is balanced as: public, large, small; or public, independent."""
    listed, large_from = case.tables.listed.get(name), case.rules.turns.large_from
    if listed is not None and listed.type != "independent":
        return "public"
    if large_from is None:
        return "independent"
    return "large" if listed is not None and listed.size >= large_from else "small"


def _facts(case: ExactCase, done: WorkDone, entries: Sequence[CalendarRow]) -> Check:
    tables = case.tables
    wrong: list[str] = []
    ways = set()
    for entry in entries:
        name, office = entry.cells["id"], entry.cells["office"]
        home, listed = tables.homes[name], tables.listed.get(name)
        county = tables.county[home]
        told = {
            "name": listed.name if listed else "",
            "type": listed.type if listed else SOLE_TRADER,
            "kind": kind(case, name),
            "size": str(listed.size) if listed else "",
            "municipality_code": home,
            "municipality": tables.name[home],
            "county_code": county,
            "county": tables.county_name[county],
            "town": tables.seat.get(office, ""),
        }
        for column, text in told.items():
            if entry.cells[column] != inert(text):
                wrong += differs(f"{name} {column}", entry.cells[column], inert(text))
        ways.add((home, office, entry.km, entry.minutes, entry.hours))
    for home, office, *numbers in sorted(ways):
        if office in tables.county:
            label = say("{} to {}", home, office)
            way = (case.km(home, office), case.minutes(home, office))
            for column, found, number in zip(("km", "minutes"), numbers, way, strict=False):
                wrong += misses(f"{label}, {column}", found, number, TENTH)
            hours = case.hours_from(done.work, home, office)
            wrong += misses(f"{label}, hours", numbers[2], hours, HUNDREDTH)
    return check(
        say("calendar facts"), wrong, say("names, kinds, sizes, places, km, minutes and hours")
    )


def _offices(case: ExactCase, done: WorkDone, entries: Sequence[CalendarRow]) -> Check:
    """Check that each is in a quarter of a period, and in the office that then serves its unit.

    Those after the last period are in the office of that period.
    """
    cut, last = _cut(case), len(case.rules.periods) - 1
    wrong: list[str] = []
    for entry in entries:
        name, period, quarter, status, office = (
            entry.cells[key] for key in ("id", "period", "quarter", "status", "office")
        )
        t, _ = cut.get((period, quarter), (None, -1))
        if status not in STATUSES or t is None or (status == AFTER) != (t > last):
            told = status or say("nothing"), period or say("no period"), quarter
            wrong.append(say("{}: {} in {}, {}", name, *told))
            continue
        served = done.when.served[min(t, last)]
        wrong += differs(f"{name} office", office, served[case.unit_of(name)])
    return check(say("calendar offices"), wrong, say("everyone in the own office of the time"))


def _lists(case: ExactCase, done: WorkDone, every: Sequence[Turn]) -> Check:
    """Count those planned by unit, those in reserve and after by county, against the plan."""
    spans = range(len(case.rules.periods))
    wanted: Counter[tuple[str, str, int]] = Counter()
    held: dict[str, list[int]] = {}
    left, size = Counter[str](), Counter[str]()
    for unit, n in case.weight.items():
        county = case.county(unit)
        met = held.setdefault(county, [0 for _ in spans])
        size[county] += n
        left[county] += done.unmet[unit]
        for t in spans:
            wanted[PLANNED, unit, t] = done.dialogues[t].get(unit, 0)
            met[t] += done.dialogues[t].get(unit, 0)
    for county, met in held.items():
        refusing = size[county] - sum(met) - left[county]
        *asked, last = apportion(refusing, [*met, left[county]])
        for t, n in enumerate(asked):
            wanted[RESERVE, county, t] = n
        wanted[AFTER, county, len(spans)] = left[county] + last
    counted = Counter(
        (turn.status, turn.unit if turn.status == PLANNED else turn.county, turn.t)
        for turn in every
    )
    wrong: list[str] = []
    names = [*(span.name for span in case.rules.periods), say("no period")]
    for status, place, t in sorted(wanted.keys() | counted.keys(), key=str):
        key = (status, place, t)
        wrong += differs(say("{} of {} in {}", status, place, names[t]), counted[key], wanted[key])
    planned, reserve, after = (sum(turn.status == status for turn in every) for status in STATUSES)
    told = say("{} planned as the plan has them, {} in reserve, {} after", planned, reserve, after)
    return check(say("calendar lists"), wrong, told)


def _quarters(case: ExactCase, every: Sequence[Turn]) -> Check:
    """Check that the dialogues of a period are spread over it by length; reserves like them."""
    cut = quarters(case.rules)
    seen = Counter((turn.office, turn.t, turn.status, turn.k) for turn in every)
    wrong: list[str] = []
    for office, t in sorted({(turn.office, turn.t) for turn in every if turn.status != AFTER}):
        parts = cut[t]
        planned, reserve = (
            [seen[office, t, status, k] for k in range(len(parts))] for status in (PLANNED, RESERVE)
        )
        reach = [math.floor(sum(planned) * part.elapsed) for part in parts]
        counts = [n - before for n, before in zip(reach, [0, *reach], strict=False)]
        lengths = counts if any(counts) else [part.months for part in parts]
        asked = apportion(sum(reserve), lengths)
        for k, part in enumerate(parts):
            label = say("of {} in {}", office, part.name)
            wrong += differs(say("planned {}", label), planned[k], counts[k])
            wrong += differs(say("reserve {}", label), reserve[k], asked[k])
    return check(say("calendar quarters"), wrong, say("as many in each as its share of the period"))


def apportion(total: int, weights: Sequence[Fraction | int]) -> list[int]:
    """Share a whole number out by weights, largest remainders first, earlier ones where they tie.

    Where every weight is zero, the last takes it all.
    """
    if not sum(weights):
        return [0] * (len(weights) - 1) + [total]
    shares = [Fraction(total * weight) / sum(weights) for weight in weights]
    found = [math.floor(share) for share in shares]
    order = sorted(range(len(found)), key=lambda k: (found[k] - shares[k], k))
    for k in order[: total - sum(found)]:
        found[k] += 1
    return found


@functools.cache
def inert(text: str) -> str:
    """Return a text as the file has it: on one line, nothing for a spreadsheet to compute."""
    return _LIVE.sub(r"\1\2'", _UNSEEN.sub(" ", text))
