"""Workbooks: typed sheets, written to be filtered, sorted and printed."""

from __future__ import annotations

import io
import textwrap
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from planner.message import Language
    from planner.outputs.words.text import Texts

WORDS = ("workbook", "assurance")
"""Files of texts that sheets are told with."""

WRITTEN = datetime(2000, 1, 1, tzinfo=UTC)
"""The date in the file's properties: the same plan gives the same bytes on any day."""

LOCALE = {"sv": "[$-41D]", "en": "[$-809]"}
DATES = {"sv": "yyyy-mm-dd", "en": "d mmm yyyy"}
UNSEEN = dict.fromkeys([*range(0x20), 0x7F], " ")
FORBIDDEN = str.maketrans(UNSEEN | dict.fromkeys("[]:*?/\\", " "))
NAME_MOST = 31
HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE6EC", "bottom": 1}
GREY = "#595959"
WIDE, MARGIN = 70, 3
"""Characters: of the widest column, and of the room beside a column's text."""
DIGITS = 12
"""Of a number: not all programs keep more than 15, and a file that is saved again says the same."""

DATE = 11
"""Characters of a date."""
LINE = 15
"""Height of a line in points."""
A4 = 9


@dataclass(frozen=True)
class Rounded:
    """A number with the decimals to show it with."""

    value: float
    decimals: int


Cell = str | int | float | date | Rounded | None


@dataclass(frozen=True)
class WorkbookSheet:
    """One sheet: a header row and typed rows.

    Attributes
    ----------
    name, about : str
        On the tab, and in the list of sheets.
    columns : tuple of (str, int)
        Headers, each with its unit, and the decimals of the numbers under it.
    keys : int
        Leading columns that stay in sight.
    muted : frozenset of int
        Rows to be written in grey.
    """

    name: str
    about: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: int = 1
    muted: frozenset[int] = frozenset()


def columns(t: Texts, *names: str, **words: object) -> tuple[tuple[str, int], ...]:
    """Return headers in words; ``km:1`` is the column km with one decimal."""
    split = [name.partition(":") for name in names]
    return tuple((t(f"column.{key}", **words), int(decimals or 0)) for key, _, decimals in split)


def sheet(
    t: Texts,
    key: str,
    heads: tuple[tuple[str, int], ...],
    rows: Iterable[tuple[Cell, ...]],
    **options: Any,
) -> WorkbookSheet:
    """Return a sheet with its name and what it is about in words."""
    return WorkbookSheet(t(f"sheet.{key}"), t(f"about.{key}"), heads, tuple(rows), **options)


def write_workbook(
    title: str, author: str, sheets: Sequence[WorkbookSheet], language: Language
) -> bytes:
    """Write sheets as an Excel workbook; the first lists the others.

    Nothing in it is computed by the program that opens it: every cell is a text, a number or a
    date, and no text from the tables is taken for a formula or an address.

    Returns
    -------
    bytes
        An .xlsx file; the same for the same sheets, byte for byte.
    """
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(out, options) as book:
        title, author = title.translate(UNSEEN), author.translate(UNSEEN)
        book.set_properties({"title": title, "author": author, "created": WRITTEN})
        _write(book, title, sheets, language)
    return out.getvalue()


def tab_names(names: Iterable[str]) -> list[str]:
    """Make names that a spreadsheet takes for its tabs: short, plain and each of them once."""
    taken: list[str] = []
    for name in names:
        plain = " ".join(name.translate(FORBIDDEN).split()).strip("'") or "-"
        tab, number = _cut(plain, ""), 1
        while tab.casefold() in {other.casefold() for other in taken}:
            number += 1
            tab = _cut(plain, f" {number}")
        taken.append(tab)
    return taken


def _cut(name: str, ending: str) -> str:
    """Cut a name to what a tab holds, counted as a spreadsheet counts (UTF-16)."""
    while len((name + ending).encode("utf-16-le")) // 2 > NAME_MOST:
        name = name[:-1]
    return name.rstrip(" '") + ending


def _write(book: Workbook, title: str, found: Sequence[WorkbookSheet], language: Language) -> None:
    tabs = tab_names(sheet.name for sheet in found)
    formats = _Formats(book, language)
    pages = [book.add_worksheet(tab) for tab in tabs]
    for page, sheet in zip(pages, found, strict=True):
        _fill(page, sheet, formats)
        page.set_landscape()
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.set_header("&L" + title.replace("&", "&&")[:200] + "&R&A")
        page.set_footer("&C&P / &N")
    first, start = pages[0], len(found[0].rows) + 2
    for row, (tab, sheet) in enumerate(zip(tabs[1:], found[1:], strict=True), start=start):
        address = "internal:'" + tab.replace("'", "''") + "'!A1"
        first.write_url(row, 0, address, formats.link, string=tab)
        first.write_string(row, 1, sheet.about, formats[_text(sheet.about), False])


def _fill(page: Worksheet, sheet: WorkbookSheet, formats: _Formats) -> None:
    """Write one sheet: a header that stays in sight, rows by type, a filter, widths, heights."""
    widths = [min(WIDE, width) for width in _write_cells(page, sheet, formats)]
    for column, (head, _) in enumerate(sheet.columns):
        numbers = any(not isinstance(row[column], str) for row in sheet.rows)
        page.write_string(0, column, head, formats.head[numbers])
        page.set_column(column, column, widths[column] + MARGIN)
    page.set_row(0, LINE * max(map(_lines, (head for head, _ in sheet.columns), widths)))
    for number, row in enumerate(sheet.rows, start=1):
        if any(isinstance(cell, str) and len(cell) > WIDE for cell in row):
            page.set_row(number, LINE * max(map(_lines, row, widths)))
    page.freeze_panes(1, sheet.keys)
    if sheet.about:
        page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.columns) - 1)


def _write_cells(page: Worksheet, sheet: WorkbookSheet, formats: _Formats) -> list[int]:
    """Write the rows and return the width of each column in characters.

    That is its longest cell, and the words of its header.
    """
    widths = [max(map(len, head.split())) for head, _ in sheet.columns]
    decimals = [places for _, places in sheet.columns]
    for number, row in enumerate(sheet.rows, start=1):
        muted = number - 1 in sheet.muted
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                length = len(cell)
                page.write_string(number, column, cell, formats[_text(cell), muted])
            elif isinstance(cell, date):
                length = DATE
                page.write_datetime(number, column, cell, formats["date", muted])
            elif cell is not None:
                value, places = cell, decimals[column]
                if isinstance(cell, Rounded):
                    value, places = cell.value, cell.decimals
                length = len(f"{value:,.{places}f}")
                value = float(f"{value:.{DIGITS}g}")
                page.write_number(number, column, value, formats[places, muted])
            else:
                continue
            widths[column] = max(widths[column], length)
    return widths


def _text(cell: str) -> str:
    return "long" if len(cell) > WIDE else "text"


def _lines(cell: Cell, width: int) -> int:
    """Count the lines that a cell takes; spreadsheets other than Excel don't find out."""
    if not isinstance(cell, str) or len(cell) <= width + MARGIN - 1:
        return 1
    return len(textwrap.wrap(cell, width + MARGIN - 1))


class _Formats(dict[tuple[str | int, bool], "Format"]):
    """The cell formats of a workbook by kind and whether they are muted, each made once.

    A kind is text, long, date, or the decimals of a number.
    """

    def __init__(self, book: Workbook, language: Language) -> None:
        self._book = book
        self._language = language
        self.head = {
            False: book.add_format(HEAD | {"align": "left"}),
            True: book.add_format(HEAD | {"align": "right", "indent": 1}),
        }
        self.link = book.add_format({"font_color": "#0B57A4", "underline": 1, "valign": "top"})

    def __missing__(self, key: tuple[str | int, bool]) -> Format:
        kind, muted = key
        shape: dict[str, object] = {"valign": "top"}
        if kind == "long":
            shape["text_wrap"] = True
        elif kind == "date":
            shape |= {"num_format": LOCALE[self._language] + DATES[self._language]}
        elif isinstance(kind, int):
            number = "#,##0" + ("." + "0" * kind if kind else "") + "_i_i"
            shape |= {"num_format": LOCALE[self._language] + number}
        if "num_format" in shape:
            shape["align"] = "right"
        if muted:
            shape["font_color"] = GREY
        self[key] = self._book.add_format(shape)
        return self[key]
