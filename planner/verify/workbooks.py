"""Workbooks read with the standard library: plan.xlsx strictly, tables however they were saved."""

import io
import lzma
import math
import posixpath
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree as ET

from planner.message import say
from planner.verify.numbers import StoredNumber

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
VALUE, INLINE = f"{MAIN}v", f"{MAIN}is"
LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
MAX_BYTES = 100_000_000
"""Of all parts that are read, unpacked."""

BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, LookupError,
    ArithmeticError, NotImplementedError, RuntimeError, ET.ParseError,
)  # fmt: skip
"""What comes of damaged bytes, beside ValueError and OSError."""

Cell = str | float
"""A text, or a number as the workbook holds it: in the precision of floats."""


@dataclass(frozen=True)
class XlsxSheet:
    """A visible sheet: its name, its header and the rows below, cells by column's letters."""

    name: str
    head: Mapping[str, Cell]
    rows: Sequence[Mapping[str, Cell]]

    @cached_property
    def columns(self) -> Sequence[str]:
        """Letters of every column that has a cell."""
        return sorted({letters for row in self.rows for letters in row})

    @cached_property
    def by_text(self) -> Sequence[Mapping[str, Sequence[Mapping[str, Cell]]]]:
        """The rows of the sheet by the texts of each column."""
        found = []
        for column in self.columns:
            rows: dict[str, list[Mapping[str, Cell]]] = {}
            for row in self.rows:
                cell = row.get(column)
                if isinstance(cell, str) and cell:
                    rows.setdefault(cell, []).append(row)
            found.append(rows)
        return found


@lru_cache(maxsize=1)  # a run is told by what its workbook says, written and read again
def read_workbook(data: bytes) -> tuple[XlsxSheet, ...]:
    """Read a workbook's visible sheets.

    Raises
    ------
    ValueError
        If it is no workbook, too large, or holds what a program would compute or look up.
    """
    return _unpacked(io.BytesIO(data), _visible)


class Parts:
    """The parts of a workbook, read within bounds."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._left = MAX_BYTES

    def __call__(self, name: str) -> ET.Element:
        """Return the root of a part. XML may declare entities only with DOCTYPE: that is refused.

        Its encoding is what is said here, so that no other hides a DOCTYPE.
        """
        with self._packed.open(name) as part:
            data = part.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError(say("more than {} bytes unpacked", MAX_BYTES))
        if b"<!DOCTYPE" in data or b"\x00" in data:
            raise ValueError(say("{} has a DOCTYPE or is not in UTF-8", name))
        return ET.fromstring(data, ET.XMLParser(encoding="utf-8"))  # noqa: S314 - see above

    def __contains__(self, name: str) -> bool:
        return name in self._packed.NameToInfo


def _unpacked[T](file: Path | BinaryIO, read: Callable[[Parts], T]) -> T:
    try:
        with zipfile.ZipFile(file) as packed:
            return read(Parts(packed))
    except BROKEN as error:
        raise ValueError(say("no workbook ({})", str(error)[:80])) from error


def _links(part: Parts) -> dict[str | None, str]:
    """Return which part each link of an XLSX workbook leads to."""
    return {link.get("Id"): link.get("Target", "") for link in part("xl/_rels/workbook.xml.rels")}


def _linked(part: Parts, target: str) -> ET.Element:
    return part(posixpath.join("/xl", target)[1:])


def _shared(part: Parts, read: Callable[[ET.Element], str]) -> list[str]:
    """Return the texts that cells of an XLSX workbook name by number."""
    file = "xl/sharedStrings.xml"
    return list(map(read, part(file))) if file in part else []


def _at(shared: Sequence[str], number: str) -> str:
    place = int(number)
    if not 0 <= place < len(shared):
        raise ValueError(say("no text {}", place))
    return shared[place]


def _visible(part: Parts) -> tuple[XlsxSheet, ...]:
    links, shared = _links(part), _shared(part, _text)
    listed = part("xl/workbook.xml").find(f"{MAIN}sheets")
    found = []
    for sheet in () if listed is None else listed:
        if sheet.get("state", "visible") == "visible":
            root = _linked(part, links.get(sheet.get(LINKED), ""))
            head, *rows = _rows(root, shared) or [{}]
            found.append(XlsxSheet(sheet.get("name", ""), head, rows))
    return tuple(found)


def _rows(root: ET.Element, shared: Sequence[str]) -> list[dict[str, Cell]]:
    """Return the rows of a sheet."""
    found: list[dict[str, Cell]] = []
    for row in root.iterfind(f"{MAIN}sheetData/{MAIN}row"):
        cells: dict[str, Cell] = {}
        for cell in row:
            letters = cell.get("r", "").rstrip("0123456789")
            for part in cell:
                if part.tag == INLINE:
                    cells[letters] = _text(part)
                elif part.tag != VALUE:
                    raise ValueError(say("more than a value in {}", cell.get("r")))
                elif part.text is not None:
                    cells[letters] = _value(cell.get("t", "n"), part.text, shared)
        found.append(cells)
    return found


def _text(item: ET.Element) -> str:
    return unicodedata.normalize("NFC", "".join(item.itertext()))


def _value(kind: str, text: str, shared: Sequence[str]) -> Cell:
    if kind == "n":
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(say("no finite number: {}", text[:40]))
        return number
    if kind != "s":
        raise ValueError(say("a cell of kind {}", kind))
    return _at(shared, text)


SheetRow = tuple[int, list[str]]
MOST = 1_100_000
"""Rows of a sheet: more than any program makes."""
WIDEST = 20_000
"""Columns, likewise."""


def sheets(path: Path) -> list[list[SheetRow]]:
    """Return the sheets of a workbook: of each row that holds anything its number and its cells.

    Raises
    ------
    ValueError
        If it is no workbook, or too large.
    OSError
        If the file can't be read.
    """
    read = _ods if path.suffix == ".ods" else _xlsx
    found = _unpacked(path, lambda part: list(read(part)))
    return [[(number, row) for number, row in rows if any(map(str.strip, row))] for rows in found]


def _kind(element: ET.Element) -> str:
    """Return the name of an element without its namespace, of which there are several."""
    return element.tag.rpartition("}")[2]


def _said(element: ET.Element, name: str) -> str | None:
    """Return an attribute, in whatever namespace."""
    return next((v for key, v in element.items() if key.rpartition("}")[2] == name), None)


def _held(text: str) -> StoredNumber:
    """Return a number as people write it, whatever power of ten the file has."""
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > 400:
        raise ValueError(say("no finite number: {}", text[:40]))
    whole = number == number.to_integral_value()
    return StoredNumber(f"{number.to_integral_value():f}" if whole else repr(float(text)), text)


# XLSX ----------------------------------------------------------------------------------------


def _xlsx(part: Parts) -> Iterator[list[SheetRow]]:
    links, shared = _links(part), _shared(part, _rich)
    for sheet in part("xl/workbook.xml").iter():
        if _kind(sheet) == "sheet":
            key = next(v for k, v in sheet.items() if k.endswith("}id"))
            yield list(_xlsx_rows(_linked(part, links[key]), shared))


def _xlsx_rows(root: ET.Element, shared: list[str]) -> Iterator[SheetRow]:
    number = 0
    for row in (element for element in root.iter() if _kind(element) == "row"):
        number = int(row.get("r") or number + 1)
        cells: dict[int, str] = {}
        column = -1
        for cell in row:
            letters = re.match("[A-Z]*", cell.get("r", ""))
            column = _place(letters[0]) if letters and letters[0] else column + 1
            cells[column] = _xlsx_cell(cell, shared)
        yield number, [cells.get(place, "") for place in range(max(cells, default=-1) + 1)]


def _place(letters: str) -> int:
    place = 0
    for letter in letters[:3]:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _xlsx_cell(cell: ET.Element, shared: list[str]) -> str:
    parts = {_kind(part): part for part in cell}
    said = parts["v"].text or "" if "v" in parts else ""
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _rich(parts["is"]) if "is" in parts else ""
    if kind == "s" and said:
        return _at(shared, said)
    if kind == "n" and said:
        return _held(said)
    return "" if kind == "e" else unicodedata.normalize("NFC", _meant(said))


def _rich(item: ET.Element) -> str:
    """Return a text with its pieces of any look put together, how it is spoken left out."""
    pieces = [item, *(run for run in item if _kind(run) == "r")]
    texts = (t.text or "" for piece in pieces for t in piece if _kind(t) == "t")
    return unicodedata.normalize("NFC", "".join(map(_meant, texts)))


def _meant(text: str) -> str:
    """Return a text with what stands for a character that XML can't hold, such as ``_x000D_``."""
    coded = "_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_"
    return re.sub(coded, lambda found: chr(int(found[1], 16)), text)


# ODS -----------------------------------------------------------------------------------------


def _ods(part: Parts) -> Iterator[list[SheetRow]]:
    for table in part("content.xml").iter():
        if _kind(table) == "table":
            yield list(_ods_rows(table))


def _ods_rows(table: ET.Element) -> Iterator[SheetRow]:
    number = 0
    for row in (element for element in table.iter() if _kind(element) == "table-row"):
        times = int(_said(row, "number-rows-repeated") or 1)
        cells: list[str] = []
        for cell in row:
            told = _ods_cell(cell)
            repeated = int(_said(cell, "number-columns-repeated") or 1)
            cells += [told] * min(repeated, WIDEST if told or len(cells) < 100 else 0)
        while cells and not cells[-1]:
            cells.pop()
        if cells and number + times > MOST:
            raise ValueError(say("more than {} rows", MOST))
        for step in range(times if cells else 0):
            yield number + step + 1, cells
        number += times


def _ods_cell(cell: ET.Element) -> str:
    kind = _said(cell, "value-type")
    if kind in ("float", "percentage", "currency"):
        return _held(_said(cell, "value") or "")
    if kind != "string":
        return _said(cell, f"{kind}-value") or ""
    lines = ["".join(_letters(line)) for line in cell if _kind(line) == "p"]
    return unicodedata.normalize("NFC", _said(cell, "string-value") or "\n".join(lines))


def _letters(line: ET.Element) -> Iterator[str]:
    """Yield the text of a paragraph, whose spaces in a row are elements."""
    yield line.text or ""
    for piece in line:
        if _kind(piece) == "s":
            yield " " * min(int(_said(piece, "c") or 1), WIDEST)
        elif _kind(piece) != "annotation":
            yield from _letters(piece)
        yield piece.tail or ""
