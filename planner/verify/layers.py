"""plan.gpkg: the figures of its layers and tables, held against the plan computed again."""

from __future__ import annotations

import math
import sqlite3
import unicodedata
from contextlib import closing
from fractions import Fraction
from typing import TYPE_CHECKING

from planner.message import reason, say
from planner.verify.verification import MILLIONTH, Check, check, differs, misses

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator
    from pathlib import Path

    from planner.verify.told import Finished, Table, Value

FILE = "plan.gpkg"
MAX_BYTES = 200_000_000
MAX_TEXT = 1_000_000
MAX_STEPS = 100_000
"""Of a file that may be anything: its size, a cell's, and the thousands of a query's steps."""

NEAR = 5e-7
"""Numbers that differ by less are within a millionth, whatever the arithmetic of floats does."""


def check_layers(run: Path, finished: Finished) -> Check:
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
        with closing(_opened(run / FILE)) as base:
            for name, (keys, table) in tables.items():
                wrong += [say("{} {}", name, found) for found in _compared(base, name, keys, table)]
    except (OSError, sqlite3.Error, ValueError) as error:
        wrong.append(say("can't be read: {}", reason(error)))
    rows = ", ".join(f"{len(table)} {name}" for name, (_, table) in tables.items())
    return check(FILE, wrong, rows)


def _opened(path: Path) -> sqlite3.Connection:
    """Open a file that may be anything, to read tables and nothing else.

    Raises
    ------
    ValueError
        If it is too large.
    OSError, sqlite3.Error
        If it can't be opened.
    """
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(say("more than {} bytes", MAX_BYTES))
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    base = sqlite3.connect(uri, uri=True)
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TEXT)
    base.execute("PRAGMA trusted_schema = OFF")
    return base


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
    steps = iter(range(MAX_STEPS))
    base.set_progress_handler(lambda: next(steps, None) is None, 1000)
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
