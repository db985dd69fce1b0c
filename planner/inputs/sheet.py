"""One CSV file as checked columns: whatever is wrong in it is listed, the rest is kept."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict

from pydantic import TypeAdapter, ValidationError

from planner.errors import Problem
from planner.inputs.columns import described, short
from planner.inputs.schemas import MAX_ROWS
from planner.inputs.text import MAX_PROBLEMS
from planner.message import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.inputs.schemas import Table

CHUNK = 1000
"""Rows checked at a time: a table that is wrong throughout needn't be kept in memory twice."""


@dataclass(frozen=True)
class Sheet:
    """The rows of a table that have a cell for each column.

    Attributes
    ----------
    table : Table
    lines : sequence of int
        The line of the file on which each row begins.
    cells : mapping of str to sequence
        Column -> its checked values; None stands where a problem was reported.
    stray : sequence of mapping
        What can be told of rows with too many or too few cells, as text.
    """

    table: Table
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


def read_sheet(table: Table, text: str) -> tuple[Sheet | None, list[Problem]]:
    """Split a CSV file into columns and check every cell, and that keys are used once.

    Parameters
    ----------
    table : Table
    text : str
        The whole file.

    Returns
    -------
    sheet : Sheet or None
        None if the file can't be told apart into columns.
    problems : list of Problem
    """
    records, problems = _records(table.file, text)
    if not records:
        if not problems:
            columns = ",".join(table.required)
            problems = [
                Problem(table.file, None, "", "", say("the header {}; nothing is here", columns))
            ]
        return None, problems
    (top, header), *rest = records
    names, wrong = _header(table, top, header)
    problems += wrong
    if not names:
        return None, problems
    if not rest and not table.optional:
        problems.append(Problem(table.file, None, "", "", say("at least one row under the header")))
    again = [line for line, row in rest if row == header]
    problems += [
        Problem(table.file, line, "", "", say("a row, not the header again")) for line in again
    ]
    rest = [(line, row) for line, row in rest if row != header]
    good = [(line, row) for line, row in rest if len(row) == len(header)]
    odd = [(line, row) for line, row in rest if len(row) != len(header)]
    for line, row in odd:
        expected = say("{} cells as in the header; quote text that holds a comma", len(header))
        problems.append(Problem(table.file, line, "", f"{len(row)} cells", expected))
    stray = [{name: row[i] for name, i in names.items() if i < len(row)} for _, row in odd]
    lines = [line for line, _ in good]
    cells = {name: [row[i] for _, row in good] for name, i in names.items()}
    values, wrong = _checked(table, lines, cells)
    sheet = Sheet(table, lines, values, stray)
    return sheet, problems + wrong + _key_problems(sheet)


def _records(file: str, text: str) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """Split the text into (line, cells); lines with nothing on them are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records = []
    line = 1
    try:
        for row in reader:
            if any(row):
                records.append((line, row))
            line = reader.line_num + 1
            if len(records) > MAX_ROWS + 1:
                expected = say("at most {} rows", MAX_ROWS)
                return [], [Problem(file, records[-1][0], "", "", expected)]
    except csv.Error as error:
        expected = say("comma-separated cells, every quote closed ({})", error)
        return [], [Problem(file, line, "", "", expected)]
    return records, []


def _header(table: Table, line: int, header: list[str]) -> tuple[dict[str, int], list[Problem]]:
    """Find where each column is; a name that isn't a column gets the likeliest one."""
    wanted = list(table.columns)
    missing = [name for name in table.required if name not in header]
    if missing == list(table.required):
        mark = next((m for m in (";", "\t", "|") if m in header[0]), None)
        expected = say("a header with the columns {}", ",".join(wanted))
        if mark:
            expected += say("; comma-separated with a decimal point, not {!r}", mark)
        return {}, [Problem(table.file, line, "", short(",".join(header)), expected)]
    problems = []
    for name in dict.fromkeys(header):
        if name in wanted and header.count(name) > 1:
            problems.append(Problem(table.file, line, name, "", say("this column once, not twice")))
        elif name not in wanted:
            free = [w for w in wanted if w not in header]
            close = get_close_matches(name.strip().lower(), free, 1)
            missing = [m for m in missing if m not in close]
            asked = (
                say("a known column; did you mean {!r}?", close[0])
                if close
                else say("a known column; known are {}", ", ".join(wanted))
            )
            problems.append(Problem(table.file, line, short(name), "", asked))
    problems += [
        Problem(table.file, line, m, "", say("this column; it is missing")) for m in missing
    ]
    return {name: header.index(name) for name in wanted if name in header}, problems


@cache
def _adapter(table: Table) -> TypeAdapter[dict[str, list[Any]]]:
    """Return one checker for all the columns of a table, as lists of cells."""
    columns = {name: list[hint] for name, hint in table.columns.items()}  # type: ignore[valid-type]
    return TypeAdapter(TypedDict(table.row.__name__, columns, total=False))  # type: ignore[operator]


def _checked(
    table: Table, lines: list[int], cells: dict[str, list[str]]
) -> tuple[dict[str, list[Any]], list[Problem]]:
    """Turn cells into values; a cell that won't do becomes None and a problem."""
    problems: list[Problem] = []
    values: dict[str, list[Any]] = {name: [None] * len(lines) for name in cells}
    for start in range(0, len(lines), CHUNK):
        if len(problems) > MAX_PROBLEMS:
            break  # enough to mend: the rows that follow are not looked at, and not trusted
        part = slice(start, start + CHUNK)
        found, wrong = _checked_part(
            table, lines[part], {name: column[part] for name, column in cells.items()}
        )
        problems += wrong
        for name, column in found.items():
            values[name][part] = column
    return values, problems


def _checked_part(
    table: Table, lines: list[int], cells: dict[str, list[str]]
) -> tuple[dict[str, list[Any]], list[Problem]]:
    adapter = _adapter(table)
    try:
        return adapter.validate_python(cells), []
    except ValidationError as error:
        bad = dict.fromkeys((str(e["loc"][0]), int(e["loc"][1])) for e in error.errors())
    problems = [
        Problem(
            table.file,
            lines[i],
            name,
            short(cells[name][i]),
            described(table.columns[name]) + _hint(cells[name][i]),
        )
        for name, i in bad
    ]
    kept = {name: [i for i in range(len(lines)) if (name, i) not in bad] for name in cells}
    sound = adapter.validate_python({name: [cells[name][i] for i in kept[name]] for name in cells})
    values = {name: [None] * len(lines) for name in cells}
    for name, places in kept.items():
        for i, value in zip(places, sound[name], strict=True):
            values[name][i] = value
    return values, problems


def _hint(cell: str) -> Message | str:
    """Say what often goes wrong with a cell like this one."""
    if not cell.strip():
        return say("; the cell is empty")
    if re.fullmatch(r"-?[0-9 .]*,[0-9]+", cell):
        return say("; a decimal point, not a comma")
    if re.fullmatch(r"-?[0-9.]+(\s[0-9.]+)+", cell):
        return say("; no spaces inside numbers")
    return ""


def _key_problems(sheet: Sheet) -> list[Problem]:
    """Find rows that say the same thing twice, and pairs of a thing with itself."""
    file, key = sheet.table.file, sheet.table.key
    problems = []
    first: dict[tuple[str, ...], int] = {}
    for line, *values in sheet.rows(*key):
        same = tuple(sorted(values) if sheet.table.undirected else values)
        if sheet.table.undirected and len(set(values)) == 1:
            problems.append(
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
            problems.append(Problem(file, line, ", ".join(key), short(value), expected))
        first.setdefault(same, line)
    return problems
