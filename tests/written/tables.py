"""The tables of written.toml, each put in the place of its plain one, and what is made of it."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

from planner.case.read import read_inputs
from planner.case.schemas import TABLES
from planner.errors import InputError

HERE = Path(__file__).resolve().parent
PLAIN = HERE / "plain"
PLACES = {Path(table.file).stem: table.file for table in TABLES.values()}


def written() -> list[dict[str, Any]]:
    """Return what written.toml says of each table."""
    entries: list[dict[str, Any]] = tomllib.loads((HERE / "written.toml").read_text("utf-8"))[
        "written"
    ]
    return entries


def country_with(entry: dict[str, Any], folder: Path) -> Path:
    """Make a folder of the plain country with one table as another program wrote it."""
    shutil.copytree(PLAIN, folder)
    place = folder / PLACES[entry["table"]]
    place.unlink()
    file = HERE / "files" / entry["file"]
    shutil.copyfile(file, place.with_suffix(file.suffix))
    return folder


def refusal(folder: Path) -> list[str]:
    """Return the lines with which a folder is refused; none if it is read."""
    try:
        read_inputs(folder)
    except InputError as error:
        return [str(problem) for problem in error.problems]
    return []
