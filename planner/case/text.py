"""Text and TOML files from anywhere: read within limits, or refused with the reason."""

from __future__ import annotations

import re
import stat
import tomllib
import unicodedata
from typing import TYPE_CHECKING, Any

from planner.case.columns import short
from planner.case.expected import expected_of
from planner.errors import InputError, Problem
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

_BY_MARK = {b"\xff\xfe\0\0": "ascii", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""Encoding by the first bytes; what begins as UTF-32 does is none that is read."""
_SURE = {*"ÄÉÓÖÜßäéóöüÅåÆæØø"}
"""Letters of Windows-1252 that those of other Latin letters have as well, but for Å, which is so
rare there that it is none of theirs, and Æ and Ø, which are not."""
_SIGNS = {*"\u2026\u2018\u2019\u201c\u201d\u2013\u2014§°\u00a0"}

UNSURE = say("; encodings differ on which letter this byte is")
"""What is added of a table that is Windows-1252 neither for certain nor for certain not."""

# Ordering the marks of one letter takes time that grows with their number squared, and so does
# reading a TOML key with its parts.
_MARKS = re.compile(rf"[\u0300-\U0010ffff]{{{MAX_MARKS + 1},}}")
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+"""
_LONG_KEY = re.compile(rf"""(?<![\w"'.-])(?:{_PART}\.[ \t]*+){{{MAX_DEPTH}}}""")


def read_text(path: Path, file: str, most: int = MAX_BYTES) -> tuple[str, bytes]:
    """Read a file of text in UTF-8.

    Parameters
    ----------
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
    raw = read_bytes(path, file, most)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(raw, file, error.start) from error
    return composed(text, file), raw


def read_bytes(path: Path, file: str, most: int = MAX_BYTES) -> bytes:
    """Read a file of at most so many bytes.

    Raises
    ------
    InputError
        With one problem.
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
    return raw


def table_text(raw: bytes, file: str) -> str:
    """Return the text of a table as programs save it: UTF-8, UTF-16 with its mark, Windows-1252.

    Parameters
    ----------
    file : str
        What to call it in messages.

    Returns
    -------
    str
        Without a byte order mark, its letters composed (NFC).

    Raises
    ------
    InputError
        With one problem, if it is none of these for certain.
    """
    encoding = next((name for mark, name in _BY_MARK.items() if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8" or not _is_windows(raw):
            raise _not_utf8(raw, file, error.start, UNSURE) from error
        text = raw.decode("windows-1252")
    text = text.removeprefix("\ufeff")
    if (nul := text.find("\0")) >= 0:
        row = text.count("\n", 0, nul) + 1
        raise _refused(file, say("text in UTF-8 (in Excel: 'CSV UTF-8')"), row, r"\x00")
    return composed(text, file)


def _is_windows(raw: bytes) -> bool:
    """Tell whether bytes that are no UTF-8 are Windows-1252 for certain.

    Of any other code page the names of a country have letters that are none of `_SURE` here. Where
    Æ and Ø are, central Europe has Ć and Ř: they are sure beside an Å alone.
    """
    text = raw.decode("windows-1252", "replace")
    letters = {letter for letter in text if letter > "\x7f"} - _SIGNS
    if not letters <= _SURE or (letters & {*"ÆØæø"} and not letters & {*"Åå"}):
        return False
    return bool(letters or re.search("[0-9]\u00a0[0-9]", text))


def _not_utf8(raw: bytes, file: str, at: int, more: str = "") -> InputError:
    row = raw.count(b"\n", 0, at) + 1
    expected = say("text in UTF-8 (in Excel: 'CSV UTF-8')") + more
    return _refused(file, expected, row, say("byte 0x{:02x}", raw[at]))


def composed(text: str, file: str, row: int | None = None) -> str:
    """Return text with its letters composed (NFC).

    Parameters
    ----------
    file : str
        What to call it in messages.
    row : int, optional
        Where it stands, if it is not the whole file.

    Raises
    ------
    InputError
        With one problem, if more marks are on a letter than any language has.
    """
    for found in _MARKS.finditer(text):
        if _stacked(found[0]):
            expected = say("at most {} combining marks on a letter", MAX_MARKS)
            raise _refused(file, expected, row or text.count("\n", 0, found.start()) + 1)
    return unicodedata.normalize("NFC", text)


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
        return Problem(file, None, key, value, expected_of(item))

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
