"""Files read as they are, with the standard library alone; numbers as the decimals written."""

import csv
import functools
import io
import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, is_dataclass
from dataclasses import fields as fields_of
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, NoReturn, get_args, get_origin, get_type_hints

from planner.errors import Problem
from planner.message import Message, say

Stated = Annotated[Fraction, "value"]
"""A number with a unit, a range and a source beside it, in a table whose `value` it is."""

MAX_BYTES = 200_000_000
_DECIMAL = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")


@functools.lru_cache(maxsize=1 << 16)
def exact(text: str) -> Fraction:
    """Return the number that a decimal says, not the float nearest to it.

    Raises
    ------
    ValueError
        If the text is no finite decimal number of a reasonable size.
    """
    plain = text.replace("_", "")
    if not _DECIMAL.fullmatch(plain):
        raise ValueError(say("not a finite decimal number: {}", text[:40]))
    return Fraction(*Decimal(plain).as_integer_ratio())


def read_bytes(path: Path, file: str, problems: list[Problem]) -> bytes | None:
    """Return a file's bytes; None with a problem if it can't be read, or is too large."""
    try:
        with path.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except OSError as error:
        expected = say("a file that can be read ({})", error.strerror)
    else:
        if len(raw) <= MAX_BYTES:
            return raw
        expected = say("at most {} bytes", MAX_BYTES)
    problems.append(Problem(file, None, "", "", expected))
    return None


def read_text(path: Path, file: str, problems: list[Problem]) -> str | None:
    """Return a file's text, its letters composed (NFC); None with a problem if it can't be read."""
    raw = read_bytes(path, file, problems)
    try:
        return None if raw is None else unicodedata.normalize("NFC", raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        problems.append(Problem(file, None, "", "", say("text in UTF-8")))
    return None


class Fields:
    """A table of a file, asked field by field; what is missing or of another kind is noted.

    A field that is wrong gives an empty value, so that every problem is found in one reading;
    who reads must look at the problems before using anything.
    """

    def __init__(self, file: str, value: Any, problems: list[Problem], path: str = "") -> None:
        self._file, self._path, self._problems = file, path, problems
        self._value: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self._wrong(path, value, say("a table of keys and values"))

    def __contains__(self, key: str) -> bool:
        return self._value.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._value)

    def text(self, key: str) -> str:
        """Return a text."""
        return str(self._typed(key, str, say("text"), ""))

    def flag(self, key: str) -> bool:
        """Return true or false."""
        return bool(self._typed(key, bool, say("true or false"), default=False))

    def whole(self, key: str) -> int:
        """Return a whole number."""
        return int(self._typed(key, int, say("a whole number"), 0))

    def number(self, key: str) -> Fraction:
        """Return a number."""
        return Fraction(self._typed(key, int | Fraction, say("a number"), 0))

    def stated(self, key: str) -> Fraction:
        """Return a number that has a unit, a range and a source beside it."""
        return self.table(key).number("value")

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        return tuple(self._each(key, str, say("text")))

    def numbers(self, key: str) -> tuple[Fraction, ...]:
        """Return a list of numbers."""
        return tuple(Fraction(item) for item in self._each(key, int | Fraction, say("a number")))

    def rows(self, key: str) -> tuple[tuple[Fraction, ...], ...]:
        """Return a list of lists of numbers."""
        lists = {str(n): item for n, item in enumerate(self._each(key, list, say("a list")))}
        inner = Fields(self._file, lists, self._problems, self._at(key))
        return tuple(inner.numbers(number) for number in lists)

    def table(self, key: str) -> "Fields":
        """Return a table within this one."""
        value = self._typed(key, dict, say("a table of keys and values"), {})
        return Fields(self._file, value, self._problems, self._at(key))

    def tables(self, key: str) -> "tuple[Fields, ...]":
        """Return a list of tables."""
        return tuple(
            Fields(self._file, item, self._problems, f"{self._at(key)}.{number}")
            for number, item in enumerate(self._each(key, dict, say("a table")))
        )

    def holds(self, key: str, kind: Any) -> bool:
        """Tell whether a field is of a kind, without a word if it is not."""
        return _is(self._value.get(key), kind)

    def refuse(self, key: str, expected: Message) -> None:
        """Note that a field, though of the right kind, is not what it should be."""
        self._wrong(self._at(key), self._value.get(key), expected)

    def raw(self) -> dict[str, Any]:
        """Return the table as it was read."""
        return self._value

    def _typed(self, key: str, kind: Any, expected: Message, default: Any) -> Any:
        value = self._value.get(key)
        if _is(value, kind):
            return value
        self._wrong(self._at(key), value, expected)
        return default

    def _each(self, key: str, kind: Any, expected: Message) -> list[Any]:
        items = self._typed(key, list, say("a list"), [])
        wrong = [item for item in items if not _is(item, kind)]
        for item in wrong[:1]:
            self._wrong(self._at(key), item, say("{} in every place", expected))
        return [] if wrong else list(items)

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _wrong(self, path: str, value: object, expected: Message) -> None:
        found = "" if value is None else str(value)[:40]
        self._problems.append(Problem(self._file, None, path, found, expected))


def read_json(path: Path, file: str, problems: list[Problem]) -> Fields:
    """Read a JSON file whose top is an object."""

    def refuse(constant: str) -> NoReturn:
        raise ValueError(say("not a finite number: {}", constant))

    text = read_text(path, file, problems)
    value: Any = {}
    if text is not None:
        try:
            value = json.loads(text, parse_float=exact, parse_constant=refuse)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(file, None, "", "", say("JSON ({})", str(error)[:80])))
    return Fields(file, value, problems)


def read_toml(path: Path, file: str, problems: list[Problem]) -> Fields:
    """Read a TOML file."""
    text = read_text(path, file, problems)
    value: Any = {}
    if text is not None:
        try:
            value = tomllib.loads(text, parse_float=exact)
        except (ValueError, RecursionError) as error:
            problems.append(Problem(file, None, "", "", say("TOML ({})", str(error)[:80])))
    return Fields(file, value, problems)


def read_csv(
    path: Path, file: str, columns: tuple[str, ...], problems: list[Problem]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line, row) of a CSV file that must have some columns; empty lines are passed over."""
    text = read_text(path, file, problems)
    reader = csv.DictReader(io.StringIO(text or "", newline=""), strict=True)
    try:
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if text is not None and missing:
            problems.append(Problem(file, 1, ", ".join(missing), "", say("these columns")))
        if text is None or missing:
            return
        for row in reader:
            if None in row or None in row.values():
                expected = say("as many cells as the header has")
                problems.append(Problem(file, reader.line_num, "", "", expected))
            elif any(row.values()):
                yield reader.line_num, row
    except csv.Error as error:
        problems.append(Problem(file, reader.line_num, "", "", say("CSV ({})", error)))


Read = Callable[[Fields, str], Any]
"""What reads a field of a table."""

PLAIN: Mapping[Any, Read] = {
    str: Fields.text,
    bool: Fields.flag,
    int: Fields.whole,
    Fraction: Fields.number,
    Stated: Fields.stated,
    Any: lambda row, key: row.raw()[key],
    tuple[str, ...]: Fields.texts,
    tuple[Fraction, ...]: Fields.numbers,
    tuple[tuple[Fraction, ...], ...]: Fields.rows,
    str | tuple[str, ...]: lambda row, key: (
        row.texts(key) if row.holds(key, list) else row.text(key)
    ),
}


def record[T](kind: type[T], row: Fields, **known: Any) -> T:
    """Read a dataclass from a table: every field by its name and its type.

    A field that may be None, or has a default, may be missing.

    Parameters
    ----------
    kind : type
        The dataclass.
    **known
        Fields that are not read.
    """
    named: Any = kind
    found = {
        name: read(row, name)
        for name, read, needed in _readers(named)
        if name not in known and (needed or name in row)
    }
    return kind(**found, **known)


@functools.cache
def _readers(kind: Any) -> list[tuple[str, Read, bool]]:
    """Return the fields of a dataclass: what reads each, and whether it must be there."""
    hints = get_type_hints(kind, include_extras=True)
    return [
        (each.name, _reader(hints[each.name]), {each.default, each.default_factory} == {MISSING})
        for each in fields_of(kind)
    ]


def _reader(kind: Any) -> Read:
    inner, is_table = get_args(kind), is_dataclass(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if is_table:
        return lambda row, key: record(kind, row.table(key))
    if NoneType in inner:
        read = _reader(inner[0])
        return lambda row, key: read(row, key) if key in row else None
    if get_origin(kind) is tuple:
        return lambda row, key: tuple(record(inner[0], each) for each in row.tables(key))
    read = _reader(inner[1])  # a mapping by names
    return lambda row, key: {
        name: read(table, name) for table in (row.table(key),) for name in table
    }


def _is(value: object, kind: Any) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, kind)
