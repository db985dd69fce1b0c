"""plan.gpkg: the figures of its layers and tables, held against the plan computed again."""

import math
import sqlite3
import unicodedata
from collections.abc import Hashable, Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path

from planner.message import reason, say
from planner.verify.checks import MILLIONTH, Check, check, differs, misses
from planner.verify.content import LAYERS, opened, settled
from planner.verify.expected_tables import CheckedPlan, Table, Value

FILE = LAYERS
MAX_TEXT = 1_000_000
"""Bytes of a cell in a file that may be anything."""

NEAR = 5e-7
"""Numbers that differ by less are within a millionth, whatever the arithmetic of floats does."""


def check_layers(run: Path, finished: CheckedPlan) -> Check:
    """Check every figure of the layers but shapes, styles and words."""
    tables: dict[str, tuple[tuple[str, ...], Table]] = {
        "offices": (("code",), finished.offices()),
        "regions": (("office",), finished.regions()),
        "municipalities": (("municipality_code",), finished.municipalities()),
        "allocation": (("municipality_code", "office"), finished.lines()),
        "periods": (("period",), finished.periods()),
        "assignments": (("id", "period"), finished.assignments()),
        "criteria": (("criterion",), finished.criteria()),
        "assumptions": (("assumption",), finished.assumptions()),
    }
    wrong = []
    try:
        with closing(opened(settled(run / FILE))) as base:
            base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TEXT)
            for name, (keys, table) in tables.items():
                wrong += [say("{} {}", name, found) for found in _compared(base, name, keys, table)]
    except (OSError, sqlite3.Error, ValueError) as error:
        wrong.append(say("can't be read: {}", reason(error)))
    rows = ", ".join(f"{len(table)} {name}" for name, (_, table) in tables.items())
    return check(FILE, wrong, rows)


def _compared(
    base: sqlite3.Connection, name: str, keys: tuple[str, ...], table: Table
) -> Iterator[str]:
    columns = [*keys, *next(iter(table.values()), {})]
    seen: dict[Hashable, dict[str, object]] = {}
    for row in _rows(base, name, columns, len(table) + 1):
        cells = dict(zip(columns, row, strict=True))
        first, *more = (cells.pop(column) for column in keys)
        key = (first, *more) if more else first
        if key in seen:
            yield say("{}: twice", str(key)[:60])
        seen[key] = cells
    for key in sorted(table.keys() | seen.keys(), key=str):
        if key not in seen or key not in table:
            yield say(
                "{}: {}", str(key)[:60], say("missing") if key in table else say("not in the plan")
            )
            continue
        for column, expected in table[key].items():
            yield from compared(f"{key} {column}", seen[key][column], expected)


def _rows(
    base: sqlite3.Connection, name: str, columns: list[str], most: int
) -> list[tuple[object, ...]]:
    """Return rows of a table, no view and nothing computed, within bounds of time.

    Raises
    ------
    ValueError
        If there is no such table, or it takes too long to read.
    sqlite3.Error
        If it lacks a column.
    """
    query = "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = ?"
    root = base.execute(query, [name]).fetchone()
    computed = base.execute("SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden", [name])
    if root is None or not root[0] or computed.fetchone()[0]:
        raise ValueError(say("no table {} of plain columns", name))
    listed = ", ".join(f"[{column}]" for column in columns)
    query = f"SELECT {listed} FROM [{name}] LIMIT ?"  # noqa: S608 - names of our own
    return base.execute(query, [most]).fetchall()


def compared(label: str, found: object, expected: Value) -> Iterator[str]:
    """Yield what is wrong with a cell: a number to a millionth, a text to the letter."""
    if isinstance(expected, str) or isinstance(found, str | bytes):
        plain = unicodedata.normalize("NFC", found) if isinstance(found, str) else found
        yield from differs(label, plain, expected)
        return
    number = None
    if isinstance(found, int | float) and math.isfinite(found):
        number = Fraction(found)
        if expected is not None and abs(found - float(expected)) < NEAR:
            return
    exact = None if expected is None else Fraction(expected)
    yield from misses(label, number, exact, MILLIONTH)
