"""The files of a data folder: each read once as bytes, hashed, and told apart as text."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import unicodedata
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from planner.errors import Problem
from planner.inputs.columns import described, short
from planner.inputs.schemas import MAX_BYTES, CountryFile

if TYPE_CHECKING:
    from pathlib import Path


class DataFolder:
    """Reads files and remembers their hashes and what was wrong with them.

    Attributes
    ----------
    hashes : dict of str to str
        Path relative to the folder -> sha256 of the bytes.
    problems : list of Problem
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.hashes: dict[str, str] = {}
        self.problems: list[Problem] = []

    def text(self, file: str) -> str | None:
        """Return a file's text, its letters composed (NFC); None if there is none to return."""
        path = self._folder / file
        try:
            size = path.stat().st_size
            if size > MAX_BYTES:
                self._problem(file, None, f"{size} bytes", f"at most {MAX_BYTES} bytes")
                return None
            raw = path.read_bytes()
        except FileNotFoundError:
            self._problem(file, None, "", "this file; it is missing")
            return None
        except OSError as error:
            self._problem(file, None, "", f"a file that can be read ({error.strerror})")
            return None
        self.hashes[file] = hashlib.sha256(raw).hexdigest()
        try:
            return unicodedata.normalize("NFC", raw.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            before = raw[: error.start]
            byte = f"byte 0x{raw[error.start]:02x}"
            self._problem(
                file, before.count(b"\n") + 1, byte, "text in UTF-8 (in Excel: 'CSV UTF-8')"
            )
            return None

    def json(self, file: str) -> Any:
        """Return what a JSON file holds, or None."""
        text = self.text(file)
        if text is None:
            return None
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            self._problem(file, error.lineno, "", f"JSON ({error.msg})")
        except (RecursionError, ValueError):
            self._problem(file, None, "", "JSON of reasonable depth and numbers")
        return None

    def country(self, file: str) -> dict[str, Any]:
        """Return what country.toml says, as far as it is sound."""
        text = self.text(file)
        if text is None:
            return {}
        try:
            said = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            self._problem(file, int(line[1]) if line else None, "", f"TOML ({error})")
            return {}
        try:
            return CountryFile.model_validate(said).model_dump()
        except ValidationError as error:
            wrong = error.errors(include_url=False)
        for e in wrong:
            key = str(e["loc"][0])
            found = re.search(rf"(?m)^[ \t]*\[*{re.escape(key)}\b", text)
            row = text.count("\n", 0, found.start()) + 1 if found else None
            missing = e["type"] == "missing"
            value = "" if missing else short(str(e["input"]))
            kind = "" if missing and len(e["loc"]) > 1 else e["type"]
            self._problem(file, row, value, _asked(key, kind), key)
        unsound = {e["loc"][0] for e in wrong}
        return {key: value for key, value in said.items() if key not in unsound}

    def _problem(
        self, file: str, row: int | None, value: str, expected: str, column: str = ""
    ) -> None:
        self.problems.append(Problem(file, row, column, value, expected))


def _asked(key: str, kind: str) -> str:
    fields = CountryFile.model_fields
    if key not in fields:
        return f"a known key: {', '.join(fields)}"
    if kind == "missing":
        return "this key; it is missing"
    return fields[key].description or described(fields[key].annotation)
