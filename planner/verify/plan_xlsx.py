"""plan.xlsx: the figures of its sheets, held against the plan computed again.

A workbook's headers are in words of a language, so a sheet is known by what its rows are of (codes,
or how many there are), and a figure is told where some column has it right in every row.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

from planner.message import join, reason, say
from planner.verify.checks import Check, check, shown
from planner.verify.content import settled
from planner.verify.criteria import PERCENT, YES_NO
from planner.verify.expected_tables import CheckedPlan, Table, Value
from planner.verify.workbooks import Cell, XlsxSheet, read_workbook

Figures = Mapping[str, Value]
Found = Mapping[str, Sequence[Mapping[str, Cell]]]
"""Key of a row -> the rows of a sheet that have it."""

FILE = "plan.xlsx"
CALENDAR = "calendar of "
NEAR = 1e-4
"""Numbers are written as they are, the hours of quarters to the fourth decimal."""


@dataclass(frozen=True)
class RequiredRows:
    """What some sheet must list.

    Attributes
    ----------
    rows : mapping of str to sequence of mapping of str to Value
        Key -> the figures by name of each row that has it. Keys that are numbers of rows from 0
        stand in no column.
    size : int
        How many rows the sheet has in all, those without a key among them; 0 for any number.
    """

    name: str
    rows: Mapping[str, Sequence[Figures]]
    size: int = 0
    numbered: bool = False


def check_workbook(run: Path, finished: CheckedPlan, inputs: Mapping[str, str]) -> Check:
    """Check every figure of the sheets, but no words.

    `inputs` are the digests of the tables by file, as the manifest has them.
    """
    try:
        sheets = read_workbook(settled(run / FILE))
    except (OSError, ValueError) as error:
        return check(FILE, [say("can't be read: {}", reason(error))], "")
    wrong: list[str] = []
    listings = list(_listings(finished, inputs))
    for listing in listings:
        wrong += [say("{}: {}", listing.name, found) for found in _misses(sheets, listing)]
    wrong += _criteria(sheets, finished)
    told = [
        say("{} {}", sum(map(len, listing.rows.values())), listing.name)
        for listing in listings
        if not listing.name.startswith(CALENDAR)
    ]
    return check(FILE, wrong, join(told, ", "))


def _listings(finished: CheckedPlan, inputs: Mapping[str, str]) -> Iterator[RequiredRows]:
    """Yield what the workbook must list of a plan."""
    case, work = finished.case, finished.done is not None
    spans = [span.name for span in case.rules.periods]
    unsaid = {"opens", "closes", "sister", "advisors"} | (set() if work else {"dialogues"})
    yield RequiredRows(say("offices"), _one_each(finished.offices(), unsaid))
    yield RequiredRows(say("counties"), finished.counties())
    places = _one_each(finished.municipalities(), {"county_code", "office"})
    yield RequiredRows(say("municipalities"), places)
    yield RequiredRows(say("principals"), _one_each(finished.principals()), case.total)
    unsaid = set() if work else {"advisors", "dialogues", "waiting", "cost_msek"}
    rows = _one_each(finished.periods(), unsaid).values()
    yield RequiredRows(
        say("periods"), {str(n): row for n, row in enumerate(rows)}, len(rows), numbered=True
    )
    yield RequiredRows(say("proofs"), _one_each(finished.proofs()))
    yield RequiredRows(say("assumptions"), dict(_assumptions(finished)))
    yield RequiredRows(
        say("files"), {file: [{"sha256": digest}] for file, digest in inputs.items()}
    )
    if work:
        staff: dict[str, list[Figures]] = {}
        for office in finished.plan.offices:
            row = {f"advisors {span}": office.advisors.get(span, 0) for span in spans}
            staff.setdefault(office.town, []).append(row)
        yield RequiredRows(say("towns with staff"), staff, len(finished.plan.offices))
    if finished.turns is not None:
        yield RequiredRows(say("municipalities in the calendar"), _one_each(finished.lists()))
        rows = _one_each(finished.quarters()).values()
        each = {str(n): row for n, row in enumerate(rows)}
        yield RequiredRows(say("quarters"), each, len(rows), numbered=True)
        for office in finished.plan.offices:
            ours = [turn for turn in finished.turns if turn.office == office.code]
            table = {
                turn.id: [{"hours": turn.hours}] for turn in ours if turn.id in case.tables.listed
            }
            yield RequiredRows(say("calendar of {}", office.town), table, len(ours))


def _one_each(table: Table, unsaid: Iterable[str] = ()) -> dict[str, list[Figures]]:
    return {
        str(key): [{name: value for name, value in row.items() if name not in unsaid}]
        for key, row in table.items()
    }


def _assumptions(finished: CheckedPlan) -> Iterator[tuple[str, list[Figures]]]:
    for given in finished.plan.assumptions:
        scale = PERCENT if given.unit == "share" else 1
        yield given.key, [{n: getattr(given, n) * scale for n in ("value", "low", "high")}]


def _misses(sheets: Sequence[XlsxSheet], listing: RequiredRows) -> list[str]:
    """Return what is wrong in the sheet that has most of a listing right."""
    if not listing.rows:
        return []
    found = [
        _compared(rows, listing)
        for sheet in sheets
        if listing.size in (0, len(sheet.rows))
        for rows in _by_key(sheet, listing)
    ]
    return min(found, key=len, default=[say("no sheet lists them, each once")])


def _by_key(sheet: XlsxSheet, listing: RequiredRows) -> Iterator[Found]:
    """Yield a sheet's rows by the cell of any column that has just the keys asked for."""
    if listing.numbered:
        yield {str(n): [row] for n, row in enumerate(sheet.rows)}
        return
    for rows in sheet.by_text:
        if rows.keys() == listing.rows.keys() and all(
            len(rows[key]) == len(each) for key, each in listing.rows.items()
        ):
            yield rows


def _compared(found: Found, listing: RequiredRows) -> list[str]:
    """Return, for each figure, what is wrong in the column that has most of its values right.

    Each has a column of its own: of two that are the same, one may not stand for both.
    """
    keys = [key for key, rows in listing.rows.items() for _ in rows]
    columns = sorted({column for rows in found.values() for row in rows for column in row})
    ours = {key: found[key] for key in listing.rows}
    told = {column: _cells(ours, column) for column in columns}
    wrong: list[str] = []
    for name in next(iter(listing.rows.values()))[0]:
        values = [
            cell if isinstance(cell, str | None) else float(cell)
            for cell in _cells(listing.rows, name)
        ]
        best: list[tuple[str, Cell | None, Cell | None]] = []
        off, taken = len(keys) // 2 + 1, ""
        for column, cells in told.items():
            differing = (
                n for n, pair in enumerate(zip(cells, values, strict=True)) if not _same(*pair)
            )
            places = list(islice(differing, off))
            if len(places) < off:
                best, off = [(keys[n], cells[n], values[n]) for n in places], len(places)
                taken = column
            if not off:
                break
        told.pop(taken, None)
        if off > len(keys) // 2:
            wrong.append(say("no column tells {}", name))
        for key, cell, value in best:
            wrong.append(
                say("{} {}: expected {}, found {}", key, name, _shown(value), _shown(cell))
            )
    return wrong


def _cells[T](table: Mapping[str, Sequence[Mapping[str, T]]], column: str) -> list[T | None]:
    """Return a column by key, its cells in rows with the same key in order of size."""
    if all(len(rows) == 1 for rows in table.values()):
        return [row.get(column) for (row,) in table.values()]
    return [
        cell
        for rows in table.values()
        for cell in sorted((row.get(column) for row in rows), key=_by_size)
    ]


def _by_size(cell: object) -> tuple[float, str]:
    if isinstance(cell, int | float | Fraction):
        return float(cell), ""
    return 0.0, str(cell)


def _same(cell: Cell | None, value: Cell | None) -> bool:
    """Tell whether a cell says a value; where there is none, any words say so."""
    if isinstance(value, float) and isinstance(cell, float):
        return abs(cell - value) <= NEAR * max(1.0, abs(value) * NEAR)
    return cell == value or (value is None and not isinstance(cell, float))


def _shown(value: Cell | None) -> str:
    return shown(Fraction(value)) if isinstance(value, float) else shown(value)


def _criteria(sheets: Sequence[XlsxSheet], finished: CheckedPlan) -> list[str]:
    """Return which criteria no column tells of, in the sheet that tells of most.

    Their names are in words; those of another plan may stand beside them.
    """
    figures = {
        str(name): float(value)
        for name, row in finished.criteria().items()
        for value in row.values()
        if name not in YES_NO and isinstance(value, Fraction)
    }
    best = sorted(figures)
    for sheet in sheets:
        if not len(figures) <= len(sheet.rows) <= 2 * len(finished.plan.criteria):
            continue
        for column in sheet.columns:
            cells = [row.get(column) for row in sheet.rows]
            off = [n for n, x in figures.items() if not any(_same(cell, x) for cell in cells)]
            best = min(best, off, key=len)
    return [say("criteria: {}: expected {}", name, _shown(figures[name])) for name in best]
