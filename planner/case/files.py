"""The files of a data folder: each read once as bytes, hashed, and told apart as text."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from planner.case.cells import Grid, cut
from planner.case.columns import described, short
from planner.case.schemas import OUTLINES, TABLES, WORKBOOKS, CountryFile, TableSchema
from planner.case.text import (
    MAX_BYTES,
    MAX_TOML,
    listed,
    parse_toml,
    read_bytes,
    read_text,
    table_text,
)
from planner.case.workbook import open_workbook
from planner.errors import InputError, Problem
from planner.message import Message, say


def default_data_folder() -> Path:
    """Return the data that came with the program: in the wheel, or in a source checkout.

    Returns
    -------
    pathlib.Path
    """
    package = Path(__file__).resolve().parents[1]
    packed = package / "_data"
    return packed if packed.is_dir() else package.parent / "data"


class DataFolder:
    """Reads files and remembers their hashes and what was wrong with them.

    Attributes
    ----------
    hashes : dict of str to str
        Path relative to the folder -> sha256 of the bytes.
    doubts : list of Problem
        What stops nothing, and may not be meant.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.hashes: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.doubts: list[Problem] = []

    def text(self, file: str, most: int = MAX_BYTES) -> str | None:
        """Return a file's text, its letters composed (NFC); None if there is none to return."""
        try:
            text, raw = read_text(self._folder / file, file, most)
        except InputError as error:
            self.problems.extend(error.problems)
            return None
        self.hashes[file] = hashlib.sha256(raw).hexdigest()
        return text

    def table(self, table: TableSchema) -> tuple[TableSchema, Grid] | None:
        """Return a table with the file that it is read from, and its cells; None if there is none.

        That is the CSV file, and where there is none a workbook of the same name.
        """
        file, *others = [name for name in table.files if (self._folder / name).exists()] or [""]
        if not file:
            self._missing(table.file, ", ".join(WORKBOOKS))
            return None
        if others:
            expected = say("{} alone, which is read, or the same in both", file)
            self.doubts.append(Problem(others[0], None, "", "", expected))
        try:
            raw = read_bytes(self._folder / file, file)
            found = replace(table, file=file)
            grid = (
                cut(found, table_text(raw, file))
                if file == table.file
                else open_workbook(found, raw)
            )
        except InputError as error:
            self.problems.extend(error.problems)
            return None
        self.hashes[file] = hashlib.sha256(raw).hexdigest()
        if isinstance(grid, Problem):
            self.problems.append(grid)
            return None
        if len(grid.sheets) > 1:
            expected = say("one sheet with this header; the first of these is read")
            self.doubts.append(Problem(file, None, "", short(", ".join(grid.sheets)), expected))
        return found, grid

    def json(self, file: str) -> Any:
        """Return what a JSON file holds, or None."""
        if not (self._folder / file).exists():
            self._missing(file, "EPSG:4326")
            return None
        text = self.text(file)
        if text is None:
            return None
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            self._problem(file, error.lineno, "", say("JSON ({})", error.msg))
        except (RecursionError, ValueError):
            self._problem(file, None, "", say("JSON of reasonable depth and numbers"))
        return None

    def country(self, file: str) -> dict[str, Any]:
        """Return what country.toml says, as far as it is sound."""
        text = self.text(file, MAX_TOML)
        if text is None:
            return {}
        try:
            said = parse_toml(text, file)
        except InputError as error:
            self.problems.extend(error.problems)
            return {}
        try:
            return CountryFile.model_validate(said).model_dump()
        except ValidationError as error:
            wrong = error.errors()
        self.problems += listed(file, wrong, lambda e: _country_problem(file, text, e))
        unsound = {e["loc"][0] for e in wrong}
        return {key: value for key, value in said.items() if key not in unsound}

    def _missing(self, file: str, how: str) -> None:
        """Tell of a file that is missing, and of one that may hold what it should."""
        expected = say("this file; it is missing")
        path = self._folder / file
        if lying := _likeliest(path):
            expected += say("; {} lies there: save it as {} ({})", lying, path.name, how)
        self._problem(file, None, "", expected)

    def _problem(self, file: str, row: int | None, value: str, expected: Message) -> None:
        self.problems.append(Problem(file, row, "", value, expected))


ALIKE = {
    ".geojson": (".gpkg", ".shp"),
    ".csv": (".xls", ".xlsb", ".xlsm", ".numbers", ".tsv"),
}
"""Endings of files that hold outlines, or tables, and are not read."""
_NAMED = {Path(file).stem for file in (OUTLINES, *(table.file for table in TABLES.values()))}


def _likeliest(wanted: Path) -> str:
    """Return the file that may be the one that is wanted: of its name, else of a like kind."""
    names = sorted(item.name for item in wanted.parent.glob("*") if item.is_file())
    same = [name for name in names if name.lower().startswith(f"{wanted.stem.lower()}.")]
    kinds = ALIKE.get(wanted.suffix, ())
    like = [
        name
        for name in names
        if name.lower().endswith(kinds) and Path(name).stem.lower() not in _NAMED
    ]
    return next(iter(same + like), "")


def _country_problem(file: str, text: str, error: Mapping[str, Any]) -> Problem:
    key = str(error["loc"][0])
    found = re.search(rf"(?m)^[ \t]*\[*{re.escape(key)}\b", text)
    row = text.count("\n", 0, found.start()) + 1 if found else None
    missing = error["type"] == "missing"
    value = "" if missing else short(str(error["input"]))
    kind = "" if missing and len(error["loc"]) > 1 else error["type"]
    return Problem(file, row, short(key), value, _asked(key, kind))


def _asked(key: str, kind: str) -> Message:
    fields = CountryFile.model_fields
    if key not in fields:
        return say("a known key: {}", ", ".join(fields))
    if kind == "missing":
        return say("this key; it is missing")
    said = fields[key].description
    return Message(said) if said else described(fields[key].annotation)
