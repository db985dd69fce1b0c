"""A workbook read with the standard library: visible sheets as rows of texts and numbers."""

import lzma
import math
import posixpath
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree as ET

from planner.message import say

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


def read_workbook(file: Path | BinaryIO) -> tuple[XlsxSheet, ...]:
    """Read a workbook's visible sheets.

    Raises
    ------
    ValueError
        If it is no workbook, too large, or holds what a program would compute or look up.
    OSError
        If the file can't be read.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            return _sheets(Parts(packed))
    except BROKEN as error:
        raise ValueError(say("no workbook ({})", str(error)[:80])) from error


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


def _sheets(part: Parts) -> tuple[XlsxSheet, ...]:
    targets = {
        link.get("Id"): link.get("Target", "") for link in part("xl/_rels/workbook.xml.rels")
    }
    shared: list[str] = []
    if "xl/sharedStrings.xml" in part:
        shared = [_text(item) for item in part("xl/sharedStrings.xml")]
    listed = part("xl/workbook.xml").find(f"{MAIN}sheets")
    found = []
    for sheet in () if listed is None else listed:
        if sheet.get("state", "visible") == "visible":
            root = part(posixpath.join("/xl", targets.get(sheet.get(LINKED), ""))[1:])
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
    place = int(text)
    if not 0 <= place < len(shared):
        raise ValueError(say("no text {}", place))
    return shared[place]
