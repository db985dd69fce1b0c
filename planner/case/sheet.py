"""One table as checked columns: whatever is wrong in it is listed, the rest is kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, TypedDict

from pydantic import TypeAdapter, ValidationError

from planner.case import numbers
from planner.case.cells import Grid, cut, find_columns, without_empty
from planner.case.columns import NOTHING, described, holds_thousands, kind_of, short
from planner.case.gathering import Found, gathered, habit_of, share_problems, told_once
from planner.case.numbers import Kind, Marks, Odd, Vast, marks_of
from planner.case.schemas import TableSchema
from planner.errors import Problem
from planner.message import Message, say

MOST_WRONG = 20_000
"""Cells that are wrong: few enough to keep, and enough for what one cause does to a table."""
CHUNK = 1000
"""Rows checked at a time: a table that is wrong throughout needn't be kept in memory twice."""


@dataclass(frozen=True)
class ReadTable:
    """The rows of a table that have a cell for each column.

    Attributes
    ----------
    lines : sequence of int
        The line of the file on which each row begins.
    cells : mapping of str to sequence
        Column -> its checked values; None stands where a problem was reported.
    stray : sequence of mapping
        What can be told of rows with too many or too few cells, as text.
    """

    table: TableSchema
    lines: Sequence[int]
    cells: Mapping[str, Sequence[Any]]
    stray: Sequence[Mapping[str, str]]

    def rows(self, *columns: str) -> Iterator[tuple[Any, ...]]:
        """Yield (line, value, ...) of every row in which all these columns are sound."""
        if all(column in self.cells for column in columns):
            for row in zip(self.lines, *(self.cells[c] for c in columns), strict=True):
                if None not in row:
                    yield row

    def mentions(self, column: str) -> set[str]:
        """Return every code that the column holds, those of rows set aside among them."""
        found = {code for _, code in self.rows(column)}
        return found | {row[column] for row in self.stray if column in row}


def read_sheet(
    table: TableSchema, given: str | Grid, decimal: str | None = None
) -> tuple[ReadTable | None, list[Problem]]:
    """Split a table into columns and check every cell, and that keys are used once.

    Parameters
    ----------
    given : str or Grid
        The whole text of a file, or its cells.
    decimal : {".", ","}, optional
        The decimal mark, if country.toml says it.

    Returns
    -------
    sheet : ReadTable or None
        None if the file can't be told apart into columns.
    problems : list of Problem
    """
    grid = cut(table, given) if isinstance(given, str) else given
    if isinstance(grid, Problem):
        return None, [grid]
    if not grid.rows:
        columns = ",".join(table.required)
        return None, [
            Problem(table.file, None, "", "", say("the header {}; nothing is here", columns))
        ]
    (top, whole), *rest = grid.rows
    header = without_empty(whole, rest)
    names, problems = find_columns(table, top, header, rest)
    if not names:
        return None, problems
    if not rest and not table.optional:
        problems.append(Problem(table.file, None, "", "", say("at least one row under the header")))
    again = [line for line, row in rest if row == whole]
    problems += [
        Problem(table.file, line, "", "", say("a row, not the header again")) for line in again
    ]
    rest = [(line, _trimmed(row, len(header))) for line, row in rest if row != whole]
    good = [(line, row) for line, row in rest if len(row) == len(header)]
    odd = [(line, row) for line, row in rest if len(row) != len(header)]
    problems += _other_widths(table.file, len(header), odd, grid.separator, alike=not good)
    stray = [{name: row[i] for name, i in names.items() if i < len(row)} for _, row in odd]
    lines = [line for line, _ in good]
    cells = {name: [row[i] for _, row in good] for name, i in names.items()}
    marks, wrong = _marks(table, grid.separator, decimal, lines, cells)
    problems += wrong
    values, found = _checked(table, lines, cells, marks)
    problems += told_once(found, len(lines), workbook=not grid.separator)
    sheet = ReadTable(table, lines, values, stray)
    for name, hint in table.columns.items():
        if kind_of(hint) == "percent":
            problems += share_problems(table, name, list(sheet.rows(name)))
    return sheet, problems + _key_problems(sheet)


def _trimmed(row: list[str], width: int) -> list[str]:
    """Return a row without cells to the right of the header that hold nothing."""
    return row[:width] if len(row) > width and not any(map(str.strip, row[width:])) else row


def _other_widths(
    file: str, width: int, odd: Sequence[tuple[int, list[str]]], separator: str, *, alike: bool
) -> list[Problem]:
    """Tell of rows with too many or too few cells; once, if all rows have as many."""
    expected = say("{} cells as in the header", width)
    if separator == ",":
        expected = say("{} cells as in the header; quote text that holds a comma", width)
    if alike and len(odd) > 1 and len({len(row) for _, row in odd}) == 1:
        odd, expected = odd[:1], expected + say("; all {} rows have as many", len(odd))
    return [Problem(file, line, "", say("{} cells", len(row)), expected) for line, row in odd]


def _marks(
    table: TableSchema,
    separator: str,
    decimal: str | None,
    lines: Sequence[int],
    cells: Mapping[str, Sequence[str]],
) -> tuple[Marks, list[Problem]]:
    """Return how the table writes numbers; where that is in doubt, the first number that is."""
    if decimal is not None:
        return Marks(decimal, said=True), []
    if separator == ",":
        return Marks(), []
    hints = table.columns
    kinds = {name: kind_of(hints[name]) for name in cells}
    marks, doubt = marks_of(
        {n: (kind, holds_thousands(hints[n]), cells[n]) for n, kind in kinds.items() if kind}
    )
    if doubt is None:
        return marks, []
    column, place, expected = doubt
    shown = short(cells[column][place])
    return marks, [Problem(table.file, lines[place], column, shown, expected)]


@cache
def _adapter(table: TableSchema) -> TypeAdapter[dict[str, list[Any]]]:
    """Return one checker for all the columns of a table, as lists of cells."""
    columns = {name: list[hint] for name, hint in table.columns.items()}  # type: ignore[valid-type]
    return TypeAdapter(TypedDict(table.row.__name__, columns, total=False))  # type: ignore[operator]


def _checked(
    table: TableSchema, lines: list[int], cells: dict[str, list[str]], marks: Marks
) -> tuple[dict[str, list[Any]], list[Found]]:
    """Turn cells into values; a cell that won't do becomes None and a problem."""
    problems: list[Found] = []
    values: dict[str, list[Any]] = {name: [None] * len(lines) for name in cells}
    for start in range(0, len(lines), CHUNK):
        if len(problems) > MOST_WRONG:
            break  # enough to mend: the rows that follow are not looked at, and not trusted
        part = slice(start, start + CHUNK)
        found, wrong = _checked_part(
            table, lines[part], {name: column[part] for name, column in cells.items()}, marks
        )
        problems += wrong
        for name, column in found.items():
            values[name][part] = column
    return values, problems


def _checked_part(
    table: TableSchema, lines: list[int], cells: dict[str, list[str]], marks: Marks
) -> tuple[dict[str, list[Any]], list[Found]]:
    adapter, hints = _adapter(table), table.columns
    kinds = {name: kind_of(hints[name]) for name in cells}
    plain = {name: _plain(column, kinds[name], marks) for name, column in cells.items()}
    try:
        return adapter.validate_python(plain), []
    except ValidationError as error:
        bad = dict.fromkeys((str(e["loc"][0]), int(e["loc"][1])) for e in error.errors())
    problems = [
        (
            habit_of(cells[name][i], kinds[name])
            or ("beyond" if kinds[name] and plain[name][i] is not None else None),
            Problem(
                table.file,
                lines[i],
                name,
                short(cells[name][i]),
                described(hints[name]) + _hint(cells[name][i], kinds[name], marks),
            ),
        )
        for name, i in sorted(bad, key=itemgetter(1))
        if not _in_doubt(cells[name][i], kinds[name], marks)
    ]
    kept = {name: [i for i in range(len(lines)) if (name, i) not in bad] for name in cells}
    sound = adapter.validate_python({name: [plain[name][i] for i in kept[name]] for name in cells})
    values = {name: [None] * len(lines) for name in cells}
    for name, places in kept.items():
        for i, value in zip(places, sound[name], strict=True):
            values[name][i] = value
    return values, problems


def _plain(cells: list[str], kind: Kind | None, marks: Marks) -> Sequence[str | None]:
    """Return what to check of a column's cells; None, which no column takes, for one refused."""
    if kind is None:
        return [None if isinstance(cell, Odd) else cell for cell in cells]
    return [numbers.plain(cell, kind, marks) for cell in cells]


def _hint(cell: str, kind: Kind | None, marks: Marks) -> Message | str:
    """Say what often goes wrong with a cell like this one."""
    if isinstance(cell, Vast):
        return say("; as text: a workbook keeps 15 digits of a number")
    if isinstance(cell, Odd):
        return say("; the cell holds a date, or true or false")
    if kind is not None:
        return numbers.why(cell, kind, marks)
    if habit_of(cell, kind) == "rounded":
        return say("; every digit: what is shown with E+ or E- is rounded")
    if cell in NOTHING:
        return say("; an empty cell where there is nothing")
    return "" if cell.strip() else say("; the cell is empty")


def _in_doubt(cell: str, kind: Kind | None, marks: Marks) -> bool:
    """Tell whether the table's one problem of decimal marks is what is wrong with a number."""
    return kind is not None and not marks.decimal and bool({",", "."} & set(cell))


def _key_problems(sheet: ReadTable) -> list[Problem]:
    """Find rows that say the same thing twice, and pairs of a thing with itself."""
    file, key = sheet.table.file, sheet.table.key
    alone, again = list[Problem](), list[Problem]()
    first: dict[tuple[str, ...], int] = {}
    for line, *values in sheet.rows(*key):
        same = tuple(sorted(values) if sheet.table.undirected else values)
        if sheet.table.undirected and len(set(values)) == 1:
            alone.append(
                Problem(file, line, key[1], values[1], say("another code than {}", key[0]))
            )
        elif same in first:
            expected = (
                say("each pair once")
                if sheet.table.undirected
                else say("each {} once", " + ".join(key))
            )
            value = ", ".join(values)
            expected += say("; already on line {}", first[same])
            again.append(Problem(file, line, ", ".join(key), short(value), expected))
        first.setdefault(same, line)
    rows = len(sheet.lines)
    return [*gathered(alone, rows), *gathered(again, rows)]
