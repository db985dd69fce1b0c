"""The workbook: everything that a plan says as sheets to filter, sort and print."""

from __future__ import annotations

import io
import textwrap
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from planner.case.travel import travel_matrix
from planner.outputs.files import sheets_people, sheets_plan, sheets_proof
from planner.outputs.files.sheets import Material, Sheet, Shown, workbook_texts
from planner.outputs.views import make_views, number_offices
from planner.outputs.words import facts
from planner.outputs.words.assurance import make_assurance
from planner.outputs.words.changed import title_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from planner.calendar.calendar import Calendar
    from planner.case.types import Inputs
    from planner.outputs.files.sheets import Cell
    from planner.outputs.findings import Finding
    from planner.outputs.words.assurance import Assurance
    from planner.outputs.words.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.verify import Verification

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


def render_workbook(  # noqa: PLR0913 - the last are options
    plan: Plan,
    inputs: Inputs,
    scenario: Scenario,
    calendar: Calendar | None,
    *,
    reference: Plan | None = None,
    reference_name: str = "",
    language: Language = "sv",
    verification: Verification | None = None,
    findings: Sequence[Finding] = (),
) -> bytes:
    """Write a plan as an Excel workbook.

    Nothing in it is computed by the program that opens it: every cell is a text, a number or a
    date, and no text from the tables is taken for a formula or an address.

    Parameters
    ----------
    plan : Plan
    inputs : Inputs
    scenario : Scenario
    calendar : Calendar or None
        None where the scenario plans no dialogues: then there are no sheets for it.
    reference : Plan, optional
        The plan that criteria are compared with, usually the announced one.
    reference_name : str
        What to call it in running text; by default after its scenario.
    language : {"sv", "en"}
    verification : Verification, optional
        What recomputing the plan found, for the assurance sheet.
    findings : sequence of Finding
        Other analyses of the same question, which the assurance sheet names.

    Returns
    -------
    bytes
        An .xlsx file; the same for the same inputs, byte for byte.
    """
    travel = travel_matrix(inputs)
    reference = None if reference == plan else reference
    views = make_views(plan, inputs, travel, number_offices(inputs, plan, reference))
    t = workbook_texts(language)
    name = facts.reference_name(reference, reference_name, t) if reference else ""
    material = Material(plan, inputs, scenario, calendar, reference, views, travel, t, name)
    assured = make_assurance(
        plan, inputs, scenario, verification, language=language, findings=findings
    )
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(out, options) as book:
        title = title_of(scenario, t, plan.changed).translate(UNSEEN)
        author = inputs.country.agency.translate(UNSEEN)
        book.set_properties({"title": title, "author": author, "created": WRITTEN})
        _write(book, title, _sheets(material, assured), language)
    return out.getvalue()


def _sheets(m: Material, assured: Assurance) -> list[Sheet]:
    """Return every sheet in the order of the tabs; the first lists the others."""
    found = [sheets_plan.offices(m), sheets_plan.regions(m)]
    found += [sheets_people.municipalities(m), sheets_people.principals(m), sheets_plan.periods(m)]
    if m.work:
        found.append(sheets_plan.staff(m))
    if m.calendar is not None:
        found.append(sheets_people.quarters(m, m.calendar))
        for office in m.plan.offices:
            found.append(sheets_people.office_calendar(m, m.calendar, office))
    found.append(sheets_plan.criteria(m))
    if m.plan.objective:
        found.append(sheets_plan.weighing(m))
    found.append(sheets_proof.proofs(m))
    found += [sheets_plan.assumptions(m), sheets_plan.sources(m)]
    found.append(sheets_plan.assurance(m, assured))
    return [sheets_plan.overview(m), *found]


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


def _write(book: Workbook, title: str, found: list[Sheet], language: Language) -> None:
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


def _fill(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
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


def _write_cells(page: Worksheet, sheet: Sheet, formats: _Formats) -> list[int]:
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
                if isinstance(cell, Shown):
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
