"""The dialogue calendar as CSV that no spreadsheet takes for formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.calendar.calendar import Calendar

DECIMALS = {"km": 1, "minutes": 1, "hours": 2}

# A spreadsheet computes a cell that starts like this (full-width forms too), and it may cut
# cells at any of the separators, whatever the file is separated by.
_LIVE = re.compile(r"(^|[,;|])([\s\"]*)(?=[=+\-@＝＋－＠])")  # noqa: RUF001
_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def calendar_csv(calendar: Calendar) -> str:
    """Return the calendar as the text of a CSV file, one row a principal.

    Parameters
    ----------
    calendar : Calendar

    Returns
    -------
    str
        Columns as in `Calendar.entries`, after the id. Text that a spreadsheet would compute
        has an apostrophe before the sign that makes it live.
    """
    table = calendar.entries.reset_index().round(DECIMALS)
    for name in table.select_dtypes(exclude="number"):
        table[name] = [inert(str(value)) for value in table[name].tolist()]
    return str(table.to_csv(index=False, lineterminator="\n"))


def inert(text: str) -> str:
    """Return text that a spreadsheet shows as it is, on one line: `=1+1` becomes `'=1+1`."""
    return _LIVE.sub(r"\1\2'", _UNSEEN.sub(" ", text))
