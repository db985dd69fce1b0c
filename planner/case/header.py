"""The header of a table: where each column is, and what is wrong with its names."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from planner.case.columns import short
from planner.case.grid import column_name
from planner.errors import Problem
from planner.message import Message, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.case.schemas import Table

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
    table: Table, line: int, header: list[str], rest: Sequence[tuple[int, list[str]]]
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
