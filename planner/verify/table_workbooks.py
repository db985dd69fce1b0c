"""Tables in XLSX and ODS workbooks, read with the standard library alone."""

import posixpath
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

from planner.message import say
from planner.verify.numbers import StoredNumber
from planner.verify.xlsx import BROKEN, Parts

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
    try:
        with zipfile.ZipFile(path) as packed:
            part = Parts(packed)
            found = _ods(part) if path.suffix == ".ods" else _xlsx(part)
            return [
                [(number, row) for number, row in rows if any(map(str.strip, row))]
                for rows in found
            ]
    except BROKEN as error:
        raise ValueError(say("no workbook ({})", str(error)[:80])) from error


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
    links = {
        _said(link, "Id"): _said(link, "Target") for link in part("xl/_rels/workbook.xml.rels")
    }
    shared = (
        list(map(_rich, part("xl/sharedStrings.xml"))) if "xl/sharedStrings.xml" in part else []
    )
    for sheet in part("xl/workbook.xml").iter():
        if _kind(sheet) == "sheet":
            key = next(v for k, v in sheet.items() if k.endswith("}id"))
            root = part(posixpath.join("/xl", links[key] or "")[1:])
            yield list(_xlsx_rows(root, shared))


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
        place = int(said)
        if not 0 <= place < len(shared):
            raise ValueError(say("no text {}", place))
        return shared[place]
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
