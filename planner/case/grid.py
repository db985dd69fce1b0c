"""A table as rows of cells: text cut at the separator that its header shows, or at none."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.case.columns import short
from planner.case.schemas import MAX_ROWS
from planner.errors import Problem
from planner.message import say

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from planner.case.schemas import Table

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


def cut(table: Table, text: str) -> Grid | Problem:
    """Cut a text into rows and cells, by the separator that its header shows.

    Parameters
    ----------
    table : Table
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
