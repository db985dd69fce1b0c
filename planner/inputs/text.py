"""Text and TOML files from anywhere: read within limits, or refused with the reason."""

from __future__ import annotations

import re
import stat
import tomllib
import unicodedata
from typing import TYPE_CHECKING, Any

from planner.errors import InputError, Problem
from planner.inputs.asked import asked
from planner.inputs.columns import short
from planner.message import Message, reason, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pydantic import ValidationError

MAX_BYTES = 20_000_000
"""A larger file is no table of a country; reading it would take more memory than most have."""
MAX_TOML = 200_000
"""Bytes of a TOML file: the longest that ships has six thousand."""
MAX_DEPTH = 20
"""Parts of a TOML key, and tables or lists within each other."""
MAX_MARKS = 30
"""Combining marks on one letter: Unicode's Stream-Safe Text Format."""
MAX_PROBLEMS = 1000
"""Of one file; what comes after them is counted."""

KINDS = ("tuple[", "list[", "literal[", "constrained-", "function-")
"""How a part of a place begins that names one of the kinds that a value may be, not a key."""

# Ordering the marks of one letter takes time that grows with their number squared, and so does
# reading a TOML key with its parts.
_MARKS = re.compile(rf"[\u0300-\U0010ffff]{{{MAX_MARKS + 1},}}")
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_LONG_KEY = re.compile(rf"""(?<![\w"'.-])(?:{_PART}\.[ \t]*+){{{MAX_DEPTH}}}""")


def read_text(path: Path, file: str, most: int = MAX_BYTES) -> tuple[str, bytes]:
    """Read a file of text.

    Parameters
    ----------
    path : pathlib.Path
    file : str
        What to call it in messages.
    most : int
        Bytes.

    Returns
    -------
    text : str
        Without a byte order mark, its letters composed (NFC).
    raw : bytes

    Raises
    ------
    InputError
        With one problem: no file that can be read, too many bytes, not UTF-8.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _refused(file, say("a file with text in it, no folder, device or pipe"))
        with path.open("rb") as opened:
            raw = opened.read(most + 1)
    except FileNotFoundError as error:
        raise _refused(file, say("this file; it is missing")) from error
    except OSError as error:
        raise _refused(file, say("a file that can be read ({})", error.strerror)) from error
    if len(raw) > most:
        raise _refused(file, say("at most {} bytes", most))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        expected = say("text in UTF-8 (in Excel: 'CSV UTF-8')")
        raise _refused(file, expected, row, say("byte 0x{:02x}", raw[error.start])) from error
    for found in _MARKS.finditer(text):
        row = text.count("\n", 0, found.start()) + 1
        if _stacked(found[0]):
            expected = say("at most {} combining marks on a letter", MAX_MARKS)
            raise _refused(file, expected, row)
    return unicodedata.normalize("NFC", text), raw


def read_toml(path: Path, file: str) -> tuple[dict[str, Any], str]:
    """Read a TOML file; return what it holds and its text.

    Raises
    ------
    InputError
        With one problem.
    """
    text, _ = read_text(path, file, MAX_TOML)
    return parse_toml(text, file), text


def parse_toml(text: str, file: str) -> dict[str, Any]:
    """Return what TOML says, if it is of reasonable depth and numbers.

    Raises
    ------
    InputError
        With one problem.
    """
    try:
        return _parsed(text)
    except ValueError as error:
        line = re.search(r"line (\d+)", str(error))
        raise _refused(
            file, say("valid TOML ({})", reason(error, 200)), int(line[1]) if line else None
        ) from error


def _parsed(text: str) -> dict[str, Any]:
    if long := _LONG_KEY.search(text):
        row = text.count("\n", 0, long.start()) + 1
        raise ValueError(say("a key of at most {} parts (at line {})", MAX_DEPTH, row))
    try:
        tree = tomllib.loads(text)
    except RecursionError as error:
        raise ValueError(say("nested at most {} deep", MAX_DEPTH)) from error
    layer: list[Any] = [tree]
    for _ in range(MAX_DEPTH):
        inside = [v for node in layer for v in (node.values() if isinstance(node, dict) else node)]
        if any(isinstance(value, int) and value.bit_length() > 64 for value in inside):
            raise ValueError(say("a whole number that is too big for any use"))
        layer = [value for value in inside if isinstance(value, dict | list)]
    if layer:
        raise ValueError(say("nested at most {} deep", MAX_DEPTH))
    return tree


def place(item: Mapping[str, Any]) -> list[Any]:
    """Return the keys that lead to what pydantic found, without the kinds that a value may be."""
    return [part for part in item["loc"] if not str(part).startswith(KINDS)]


def model_problems(file: str, error: ValidationError) -> list[Problem]:
    """Tell what pydantic found wrong in a file: the dotted key, the value, what was expected."""

    def told(item: Mapping[str, Any]) -> Problem:
        value = "" if isinstance(item["input"], dict) else str(item["input"])[:80]
        key = ".".join(str(part) for part in place(item))
        return Problem(file, None, key, value, asked(item))

    return listed(file, error.errors(), told)


def listed[T](file: str, wrong: Sequence[T], tell: Callable[[T], Problem]) -> list[Problem]:
    """Tell the first problems of a file, and how many there are beyond them."""
    problems = [tell(item) for item in wrong[:MAX_PROBLEMS]]
    if len(wrong) > MAX_PROBLEMS:
        more = say("{} more problems", len(wrong) - MAX_PROBLEMS)
        problems.append(Problem(file, None, "", more, say("those above mended first")))
    return problems


def _stacked(run: str) -> bool:
    marks = 0
    for letter in run:
        marks = marks + 1 if unicodedata.combining(letter) else 0
        if marks > MAX_MARKS:
            return True
    return False


def _refused(file: str, expected: Message, row: int | None = None, value: str = "") -> InputError:
    return InputError(
        [Problem(file, row, "", value if isinstance(value, Message) else short(value), expected)]
    )
