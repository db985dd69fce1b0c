"""Tables in workbooks, XLSX and ODS: the cells of the first sheet that has the header."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.parsers import expat

import python_calamine

from planner.case.cells import Grid, column_name
from planner.case.columns import short
from planner.case.numbers import Odd, Typed, Vast
from planner.case.schemas import MAX_ROWS, TableSchema
from planner.case.text import composed
from planner.errors import Problem
from planner.message import say

MAX_UNPACKED = 100_000_000
"""Bytes of all parts of a workbook."""
MAX_CELLS = 3_000_000
"""Of a sheet, from its first cell to the last that holds anything: what is read is that square."""

EXACT = 2**53
"""Whole numbers from here on are changed to one that the workbook can hold."""

_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    LookupError, ArithmeticError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What comes of unpacking damaged bytes."""


def open_workbook(table: TableSchema, raw: bytes) -> Grid | Problem:
    """Return the cells of the sheet that holds a table.

    Parameters
    ----------
    raw : bytes
        The file.

    Returns
    -------
    Grid or Problem
        Rows by their numbers in the sheet. Numbers are `Typed`; what is neither text nor a number
        is `Odd`; formulas have the values that were saved with them.
    """
    try:
        _measure(raw)
        sheets = {name: _rows(rows, table.file) for name, rows in _squares(raw)}
    except _Refused as error:
        return Problem(table.file, None, "", "", error.args[0])
    whole = [name for name, rows in sheets.items() if set(table.required) <= _known(rows, table)]
    likely = whole or [name for name, rows in sheets.items() if _known(rows, table)]
    if not likely:
        found = "; ".join(
            f"{name}: {', '.join(filter(None, rows[0][1])) if rows else '-'}"
            for name, rows in sheets.items()
        )
        expected = say("a sheet whose first row is {}", ",".join(table.required))
        return Problem(table.file, None, "", short(found), expected)
    rows = sheets[likely[0]]
    if len(rows) > MAX_ROWS + 1:
        expected = say("at most {} rows", MAX_ROWS)
        return Problem(table.file, rows[MAX_ROWS + 1][0], "", "", expected)
    return Grid(rows, "", tuple(likely))


class _Refused(Exception):  # noqa: N818 - what is wrong is in its message
    """A workbook that is not read, and why."""


def _damaged() -> _Refused:
    expected = say("a workbook that can be opened ({})", say("damaged, or another kind of file"))
    return _Refused(expected + say("; open it in Excel or LibreOffice and save it anew"))


def _known(rows: Sequence[tuple[int, list[str]]], table: TableSchema) -> set[str]:
    """Return the columns that the first row of a sheet names."""
    return {column_name(cell) for cell in rows[0][1]} & set(table.columns) if rows else set()


def _squares(raw: bytes) -> Iterator[tuple[str, Sequence[Sequence[Any]]]]:
    """Yield the name of every sheet and its cells, as the library gives them."""
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for name in book.sheet_names:
            yield name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except BaseException as error:  # what the library calls a panic is no Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise _damaged() from error


def _rows(rows: Sequence[Sequence[Any]], file: str) -> list[tuple[int, list[str]]]:
    """Return the rows of a sheet that hold anything."""
    cells = ((n, [_cell(value, file, n) for value in row]) for n, row in enumerate(rows, 1))
    return [(number, row) for number, row in cells if any(map(str.strip, row))]


def _cell(value: object, file: str, row: int) -> str:
    if isinstance(value, str):
        return composed(value, file, row)
    if isinstance(value, bool):
        return Odd(str(value).upper())
    if isinstance(value, int | float):
        if abs(value) >= EXACT:
            return Vast(repr(float(value)))
        return Typed(int(value) if float(value).is_integer() else repr(value))
    return Odd(value)


def _measure(raw: bytes) -> None:
    """Refuse what unpacks to too much, or has so few cells so far apart that the square is huge."""
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = packed.infolist()
            if len({part.filename for part in parts}) < len(parts):
                raise _damaged()
            for part in parts:
                with packed.open(part) as opened:
                    data = opened.read(left + 1)
                left -= len(data)
                if left < 0:
                    raise _Refused(say("at most {} bytes unpacked", MAX_UNPACKED))
                _Extent().read(data)
    except _BROKEN as error:
        raise _damaged() from error


class _Extent:
    """How far the cells of a part of a workbook reach, whether it is XLSX or ODS."""

    def __init__(self) -> None:
        self._row = self._column = self._before = self._rows = self._columns = 0

    def read(self, data: bytes) -> None:
        """Go through a part; one that is no XML holds no cells.

        Raises
        ------
        _Refused
            If they reach too far.
        """
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(data, True)  # noqa: FBT003 - this is the last of it
        except expat.ExpatError:
            return

    def _doctype(self, *_: object) -> None:
        raise _Refused(say("a workbook that can be opened ({})", "DOCTYPE"))

    def _start(self, name: str, given: Mapping[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind in ("worksheet", "table"):
            self._row = self._column = self._before = self._rows = self._columns = 0
        elif kind == "row":
            self._row = _number(given.get("r"), self._row + 1)
            self._column = 0
        elif kind == "c":
            letters = given.get("r", "").rstrip("0123456789")
            self._column = _column(letters) if letters else self._column + 1
        elif kind == "table-row":
            self._row = self._before + _number(given.get("table:number-rows-repeated"), 1)
            self._before, self._column = self._row, 0
        elif kind == "table-cell":
            self._column += _number(given.get("table:number-columns-repeated"), 1)
        if kind in ("v", "is") or (kind == "table-cell" and "office:value-type" in given):
            self._rows = max(self._rows, self._row)
            self._columns = max(self._columns, self._column)
        if self._rows * self._columns > MAX_CELLS:
            raise _Refused(say("nothing so far from the table as in row {}", self._rows))


def _number(said: str | None, otherwise: int) -> int:
    return int(said) if said is not None and said.isdecimal() else otherwise


def _column(letters: str) -> int:
    place = 0
    for letter in letters[:8].upper():
        place = place * 26 + ord(letter) - ord("A") + 1
    return place
