"""Many rows wrong in one way have one cause, and are one thing to mend: told once, with lines."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Literal

from planner.case.columns import described
from planner.case.numbers import Kind
from planner.case.schemas import TableSchema
from planner.errors import Problem
from planner.message import Message, say

FEW = 4
"""So many rows are told one by one, whatever the size of the table: slips of the pen."""
MANY = 0.05
"""Where more of the rows than this share have the same fault, a hand did not make it row by row."""
SHOWN = 5
"""Lines that a sentence names: enough to find the fault, and to see whether it runs through."""

ONE_COLUMN_APART = say("; is one column sorted or pasted without the others?")
"""What is behind it where a column fits the rest of its row nowhere."""


def in_order(problem: Problem) -> tuple[str, int, str, str, str]:
    """Return what problems are sorted by: file and row, then the rest."""
    return problem.file, problem.row or 0, problem.column, problem.value, problem.expected


def lines_told(lines: Iterable[int]) -> Message:
    """Return "line 3", "lines 3, 9", or "57 lines: 3, 9, 12, 20, 21, ..."."""
    found = sorted(set(lines))
    shown = ", ".join(map(str, found[:SHOWN]))
    if len(found) == 1:
        return say("line {}", shown)
    if len(found) <= SHOWN:
        return say("lines {}", shown)
    return say("{} lines: {}, ...", len(found), shown)


def more_rows(lines: Sequence[int]) -> Message | str:
    """Return what is added to what is told of one row about others with the same fault."""
    return say(" (so too on {})", lines_told(lines)) if lines else ""


def gathered(problems: list[Problem], rows: int, cause: Message | str = "") -> list[Problem]:
    """Return what is wrong with rows one by one; where it is wrong with many of them, as one.

    Parameters
    ----------
    problems : list of Problem
        Of one kind, each on a line of the same file.
    rows : int
        Of the table.
    cause : Message, optional
        What may be behind it where it is many, beginning with "; ".
    """
    if len(problems) <= max(FEW, MANY * rows):
        return problems
    first, *others = problems
    lines = [problem.row for problem in others if problem.row is not None]
    expected = first.expected + more_rows(lines) + cause
    return [Problem(first.file, first.row, first.column, first.value, expected)]


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


def share_problems(
    table: TableSchema, column: str, found: Sequence[tuple[int, float]]
) -> list[Problem]:
    """Find a column of per cent that holds shares of one, as workbooks do that show per cent.

    Parameters
    ----------
    found : sequence of (line, value)
    """
    line, most = max(found, key=itemgetter(1), default=(0, 0.0))
    if len(found) < 2 or most > 1 or all(value in {0.0, 1.0} for _, value in found):
        return []  # ones and noughts fill a column that nobody has counted
    expected = described(table.columns[column])
    expected += say("; all are at most 1, as shares are: {:g}?", 100 * most)
    return [Problem(table.file, line, column, f"{most:g}", expected)]
