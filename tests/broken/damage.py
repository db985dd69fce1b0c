"""Damage that Excel and hands do to the tables that ship: each one cause, in a table of functions.

A damage takes the tables, file -> rows of cells (the header first), and changes them in place.
"""

from __future__ import annotations

import csv
import io
import shutil
from typing import TYPE_CHECKING

from country import FILES
from planner.case.read import default_data_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Tables = dict[str, list[dict[str, str]]]

COUNTIES, PLACES, BORDERS, ROADS = (
    FILES[name] for name in ("counties", "municipalities", "adjacency", "roads")
)
DEMAND, LISTED, CAMPUSES, SISTER, ANNOUNCED = (
    FILES[name] for name in ("demand", "principals", "campuses", "sister_sites", "announced")
)


def damaged(folder: Path, *changes: Callable[[Tables], None]) -> Path:
    """Copy the tables that ship to a folder, changed, and return it."""
    ours = default_data_folder()
    shutil.copytree(ours, folder, dirs_exist_ok=True)
    tables = {}
    for file in FILES.values():
        text = (ours / file).read_text(encoding="utf-8")
        tables[file] = list(csv.DictReader(io.StringIO(text)))
    for change in changes:
        change(tables)
    for file, rows in tables.items():
        out = io.StringIO()
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (folder / file).write_text(out.getvalue(), encoding="utf-8")
    return folder


def cell(file: str, line: int, column: str, value: str) -> Callable[[Tables], None]:
    """Write another value into a cell."""

    def change(tables: Tables) -> None:
        tables[file][line - 2][column] = value

    return change


def swapped(file: str, one: str, other: str, *lines: int) -> Callable[[Tables], None]:
    """Exchange two columns, on some lines or on all."""

    def change(tables: Tables) -> None:
        for line, row in enumerate(tables[file], 2):
            if not lines or line in lines:
                row[one], row[other] = row[other], row[one]

    return change


def sorted_alone(file: str, column: str) -> Callable[[Tables], None]:
    """Sort one column and leave the others where they are."""

    def size(value: str) -> tuple[float, str]:
        try:
            return float(value), value
        except ValueError:
            return 0.0, value

    def change(tables: Tables) -> None:
        values = sorted((row[column] for row in tables[file]), key=size)
        for row, value in zip(tables[file], values, strict=True):
            row[column] = value

    return change


def shifted(file: str, column: str) -> Callable[[Tables], None]:
    """Paste a column one row too low, the last value at the top."""

    def change(tables: Tables) -> None:
        values = [row[column] for row in tables[file]]
        for row, value in zip(tables[file], [values[-1], *values], strict=False):
            row[column] = value

    return change


def every(file: str, column: str, change_of: Callable[[str], str]) -> Callable[[Tables], None]:
    """Change every value of a column."""

    def change(tables: Tables) -> None:
        for row in tables[file]:
            row[column] = change_of(row[column])

    return change


def code(file: str, old: str, new: str) -> Callable[[Tables], None]:
    """Change a code in one table, wherever it stands there."""

    def change(tables: Tables) -> None:
        for row in tables[file]:
            for column, value in row.items():
                if value == old:
                    row[column] = new

    return change


def no_zeros(*files: str) -> Callable[[Tables], None]:
    """Take the leading zeros from every code, as a spreadsheet does."""

    def change(tables: Tables) -> None:
        for file in files:
            for row in tables[file]:
                for column in row:
                    if "code" in column:
                        row[column] = row[column].lstrip("0")

    return change
