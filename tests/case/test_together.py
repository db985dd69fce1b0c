"""Many rows of one fault are one problem, few are told one by one."""

from __future__ import annotations

import pytest

from planner.case.together import gathered, lines_told, more_rows
from planner.errors import Problem
from planner.message import say


def problems(count):
    return [Problem("x.csv", line, "c", str(line), say("less")) for line in range(2, 2 + count)]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([7], "line 7"),
        ([9, 3, 9], "lines 3, 9"),
        ([5, 4, 3, 2, 1], "lines 1, 2, 3, 4, 5"),
        (range(10, 67), "57 lines: 10, 11, 12, 13, 14, ..."),
    ],
)
def test_lines_in_order_each_once_and_how_many_where_they_are_many(lines, told):
    assert lines_told(lines) == told


def test_nothing_is_added_about_no_other_row():
    assert more_rows([]) == ""
    assert more_rows([3]) == " (so too on line 3)"


@pytest.mark.parametrize(
    ("count", "rows", "told"),
    [(0, 9, 0), (4, 4, 4), (5, 5, 1), (5, 99, 1), (5, 100, 5), (14, 290, 14), (15, 290, 1)],
)
def test_many_are_five_rows_or_more_and_above_a_twentieth_of_the_table(count, rows, told):
    assert len(gathered(problems(count), rows)) == told


def test_what_many_rows_have_is_told_of_the_first_with_the_others_and_the_cause():
    (found,) = gathered(problems(5), 5, say("; why?"))
    assert (found.file, found.row, found.column, found.value) == ("x.csv", 2, "c", "2")
    assert found.expected == "less (so too on lines 3, 4, 5, 6); why?"
    assert gathered(problems(2), 5, say("; why?")) == problems(2)
