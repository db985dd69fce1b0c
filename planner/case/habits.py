"""What a program does to every cell alike is one thing to mend: it is told once, with the lines."""

from __future__ import annotations

import re
from collections import defaultdict
from operator import itemgetter
from typing import TYPE_CHECKING, Literal

from planner.case.columns import described
from planner.case.together import gathered
from planner.errors import Problem
from planner.message import Message, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.case.numbers import Kind
    from planner.case.schemas import Table

Habit = Literal["empty", "marks", "rounded", "beyond"]
"""Numbers that are not there, numbers with marks of their own, codes that are no longer whole, and
numbers that a column can't hold, as in another unit."""
type Found = tuple[Habit | None, Problem]
"""A cell that is wrong, with the habit that it comes of, if it comes of one."""

_MARKED = re.compile(r"[-+\u2212]?[0-9]+([.,'\u2019][0-9]+)+")
_ROUNDED = re.compile(r"[0-9]([.,][0-9]+)?E[+-][0-9]+")
"""Many digits as a spreadsheet shows them in a narrow column."""
_NO_RESULTS = say("; formulas have no results before Excel or LibreOffice has saved them")


def habit_of(cell: str, kind: Kind | None) -> Habit | None:
    """Return what a program may have done to a cell that is wrong; `kind` is None for text."""
    if kind is None:
        return "rounded" if _ROUNDED.fullmatch(cell) else None
    if not cell:
        return "empty"
    return "marks" if _MARKED.fullmatch(cell.strip()) else None


def told_once(found: Sequence[Found], rows: int, *, workbook: bool) -> list[Problem]:
    """Tell what many cells of a table have in common once, and of the rest each by itself.

    Parameters
    ----------
    found : sequence of (Habit or None, Problem)
    rows : int
        Of the table.
    workbook : bool
        Whether the cells are those of a workbook.
    """
    alike: dict[tuple[Habit, str], list[Problem]] = defaultdict(list)
    problems: list[Problem] = []
    for habit, problem in found:
        column = problem.column if habit == "beyond" else ""
        (alike[habit, column] if habit else problems).append(problem)
    for (habit, _), each in alike.items():
        cause: Message | str = _NO_RESULTS if workbook and habit == "empty" else ""
        problems += gathered(each, rows, cause)
    return problems


def share_problems(table: Table, column: str, found: Sequence[tuple[int, float]]) -> list[Problem]:
    """Find a column of per cent that holds shares of one, as workbooks do that show per cent.

    Parameters
    ----------
    table : Table
    column : str
    found : sequence of (line, value)
    """
    line, most = max(found, key=itemgetter(1), default=(0, 0.0))
    if len(found) < 2 or most > 1 or all(value in {0.0, 1.0} for _, value in found):
        return []  # ones and noughts fill a column that nobody has counted
    expected = described(table.columns[column])
    expected += say("; all are at most 1, as shares are: {:g}?", 100 * most)
    return [Problem(table.file, line, column, f"{most:g}", expected)]
