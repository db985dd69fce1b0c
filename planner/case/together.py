"""Rows told together: many rows wrong in one way have one cause, and are one thing to mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import Problem
from planner.message import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.message import Message

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
