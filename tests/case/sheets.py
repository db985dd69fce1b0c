"""Tables made of some columns, and problems as plain figures, for tests of rules."""

from __future__ import annotations

from planner.case.schemas import TABLES
from planner.case.sheet import ReadTable


def sheet(table, /, stray=(), **cells):
    """Return a table of some columns, its rows on lines 2, 3, ..."""
    count = len(next(iter(cells.values())))
    return ReadTable(TABLES[table], list(range(2, 2 + count)), cells, list(stray))


def told(problems):
    """Return problems as (file, row, column, value, expected)."""
    return [(p.file, p.row, p.column, p.value, p.expected) for p in problems]
