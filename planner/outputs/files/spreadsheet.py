"""CSV files that no spreadsheet takes for formulas, and the same as workbooks for any Excel."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

if TYPE_CHECKING:
    from planner.outputs.context import Context

DECIMALS = {"km": 1, "minutes": 1, "hours": 2}

ROWS = 1_048_575
"""Of a sheet, below its header: what Excel holds."""
WRITTEN = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook has no time zones
"""When every workbook says that it was made, so that the same rows are the same bytes."""
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?(e[+-]?[0-9]{1,2})?")

# A spreadsheet computes a cell that starts like this (full-width forms too), and it may cut
# cells at any of the separators, whatever the file is separated by.
_LIVE = re.compile(r"(^|[,;|])([\s\"]*)(?=[=+\-@＝＋－＠])")  # noqa: RUF001
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def calendar_csv(context: Context) -> str:
    """Return the dialogue calendar of a plan as the text of a CSV file, one row a principal.

    Returns
    -------
    str
        Columns as in `Calendar.entries`, after the id. Text that a spreadsheet would compute
        has an apostrophe before the sign that makes it live.
    """
    calendar = context.calendar
    if calendar is None:
        raise ValueError(context.scenario.name)  # such a scenario has no calendar.csv
    table = calendar.entries.reset_index().round(DECIMALS)
    for name in table.select_dtypes(exclude="number"):
        table[name] = [inert(str(value)) for value in table[name].tolist()]
    return str(table.to_csv(index=False, lineterminator="\n"))


def inert(text: str) -> str:
    """Return text that a spreadsheet shows as it is, on one line: `=1+1` becomes `'=1+1`."""
    return _LIVE.sub(r"\1\2'", _UNSEEN.sub(" ", text))


def spreadsheet(text: str, name: str) -> bytes:
    """Return the rows of a CSV file as an .xlsx file, the same for the same rows.

    A column is of numbers if all its cells are, or nothing; any other is of text, so that codes
    keep their zeros, and no cell is a formula or an address.

    Parameters
    ----------
    text : str
        As the program writes CSV: UTF-8, commas and decimal points.
    name : str
        Of the sheet; where there are more rows than one holds, those that follow are numbered.
    """
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    numeric = [
        all(not row[place] or _NUMBER.fullmatch(row[place]) for row in rows)
        for place in range(len(header))
    ]
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": WRITTEN})
        bold = book.add_format({"bold": True})
        for number, part in enumerate(batched(rows or [[]], ROWS), 1):
            page = book.add_worksheet(name if number == 1 else f"{name} {number}")
            page.freeze_panes(1, 0)
            for column, title in enumerate(header):
                page.write_string(0, column, title, bold)
            for line, row in enumerate(part, 1):
                for column, cell in enumerate(row):
                    if cell and numeric[column]:
                        page.write_number(line, column, float(cell))
                    elif cell:
                        page.write_string(line, column, cell)
    return out.getvalue()
