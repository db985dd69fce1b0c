"""A table as rows of cells: text cut at the separator that its header shows, and its columns."""

import csv
import io
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from planner.case.columns import short
from planner.case.schemas import MAX_ROWS, TableSchema
from planner.errors import Problem
from planner.message import Message, say

SEPARATORS = (",", ";", "\t")
_SAID = re.compile(r'"?sep=([,;\t])"?[,;\t]*\r?\n?', re.IGNORECASE)
"""The first line by which Excel is told the separator."""


@dataclass(frozen=True)
class Grid:
    """The rows of a file that hold anything.

    Attributes
    ----------
    rows : sequence of (int, list of str)
        The line on which each begins, and its cells.
    separator : str
        "" in a workbook.
    sheets : tuple of str
        Those of a workbook that have the header; the first is read.
    """

    rows: Sequence[tuple[int, list[str]]]
    separator: str
    sheets: tuple[str, ...] = ()


def column_name(header: str) -> str:
    """Return a header as columns are named: no capitals, nothing around, no spaces inside."""
    return "_".join(header.lower().split())


def cut(table: TableSchema, text: str) -> Grid | Problem:
    """Cut a text into rows and cells, by the separator that its header shows.

    Parameters
    ----------
    text : str
        The whole file.
    """
    said = _SAID.match(text)
    known = table.columns
    fits = [said[1]] if said else [mark for mark in SEPARATORS if _fits(text, mark, known)]
    if len(fits) > 1:
        marks = ", ".join(map(repr, fits))
        expected = say("one separator between columns; several fit here: {}", marks)
        return Problem(table.file, 1, "", short(text.split("\n", 1)[0].rstrip()), expected)
    separator = fits[0] if fits else ","
    reader = _reader(text, separator)
    rows = []
    line = 1
    try:
        for row in reader:
            if any(map(str.strip, row)):
                rows.append((line, row))
            line = reader.line_num + 1
            if len(rows) > MAX_ROWS + 1:
                return Problem(table.file, rows[-1][0], "", "", say("at most {} rows", MAX_ROWS))
    except csv.Error as error:
        expected = say("cells with {!r} between them, every quote closed ({})", separator, error)
        return Problem(table.file, line, "", "", expected)
    return Grid(rows[1:] if said else rows, separator)


def _reader(text: str, separator: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _fits(text: str, separator: str, known: Container[str]) -> bool:
    """Tell whether a separator makes a known column of any cell of the header."""
    try:
        header: list[str] = next(
            (row for row in _reader(text, separator) if any(map(str.strip, row))), []
        )
    except csv.Error:
        return False
    return any(column_name(cell) in known for cell in header)


_NAMELESS = re.compile(r"(Unnamed: [0-9]+(_level_[0-9]+)?)?")
"""The header of a column without a name; the words are those that pandas gives it."""


def without_empty(header: list[str], rest: Sequence[tuple[int, list[str]]]) -> list[str]:
    """Return a header without the columns at its right that have no name and hold nothing."""
    width = len(header)
    while width > 1 and _is_empty(header, width - 1, rest):
        width -= 1
    return header[:width]


def _is_empty(header: list[str], place: int, rest: Sequence[tuple[int, list[str]]]) -> bool:
    return _NAMELESS.fullmatch(header[place].strip()) is not None and not any(
        row[place].strip() for _, row in rest if place < len(row)
    )


def find_columns(
    table: TableSchema, line: int, header: list[str], rest: Sequence[tuple[int, list[str]]]
) -> tuple[dict[str, int], list[Problem]]:
    """Find where each column is; a name that isn't a column gets the likeliest one."""
    wanted = list(table.columns)
    named = [column_name(cell) for cell in header]
    missing = [name for name in table.required if name not in named]
    if missing == list(table.required):
        expected = say("a header with the columns {}", ",".join(wanted))
        if "|" in header[0]:
            expected += say("; with a comma, a semicolon or a tab between them, not {!r}", "|")
        return {}, [Problem(table.file, line, "", short(",".join(header)), expected)]
    problems = []
    for name in dict.fromkeys(named):
        places = [place for place, other in enumerate(named) if other == name]
        column = short(header[places[0]])
        if name in wanted:
            if len(places) > 1:
                expected = say("this column once, not twice")
                problems.append(Problem(table.file, line, name, "", expected))
            continue
        full = [place for place in places if not _is_empty(header, place, rest)]
        if full and _NAMELESS.fullmatch(column.strip()):
            value, asked = _nameless(full[0], rest)
            problems.append(Problem(table.file, line, column, value, asked))
        elif full:
            close = get_close_matches(name, [w for w in wanted if w not in named], 1)
            missing = [m for m in missing if m not in close]
            asked = (
                say("a known column; did you mean {!r}?", close[0])
                if close
                else say("a known column; known are {}", ", ".join(wanted))
            )
            problems.append(Problem(table.file, line, column, "", asked))
    problems += [
        Problem(table.file, line, m, "", say("this column; it is missing")) for m in missing
    ]
    return {name: named.index(name) for name in wanted if name in named}, problems


def _nameless(place: int, rest: Sequence[tuple[int, list[str]]]) -> tuple[str, Message]:
    """Return the first value of a column without a name, and what to do with the column."""
    cells = [row[place].strip() for _, row in rest if place < len(row)]
    asked = say("a name over every column that holds something, such as {}", place + 1)
    for first in (0, 1):
        if cells == [str(number) for number in range(first, first + len(cells))]:
            asked = say("no numbers of rows: leave them out (index=False, row.names=FALSE)")
    return short(next(filter(None, cells))), asked
