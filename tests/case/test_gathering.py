"""What is wrong with many rows in one way is told once, with the lines."""

from __future__ import annotations

import pytest

from planner.case.gathering import (
    gathered,
    habit_of,
    lines_told,
    more_rows,
    share_problems,
    told_once,
)
from planner.case.schemas import TABLES
from planner.case.sheet import read_sheet
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


ROADS = TABLES["roads"]
MUNICIPALITIES = TABLES["municipalities"]


@pytest.mark.parametrize(
    ("cell", "kind", "habit"),
    [
        ("", "whole", "empty"),
        ("4.000", "whole", "marks"),
        ("-1'234,5", "decimal", "marks"),
        ("12 km", "decimal", None),
        ("2.12E+09", None, "rounded"),
        ("2,1E+11", None, "rounded"),
        ("", None, None),
        ("4.000", None, None),
        ("1E05", None, None),
    ],
)
def test_a_habit_shows_in_a_cell(cell, kind, habit):
    assert habit_of(cell, kind) == habit


def found(habit, lines, column="km"):
    return [(habit, Problem("a.csv", line, column, "x", say("more"))) for line in lines]


def test_few_are_told_one_by_one_and_many_once():
    few = told_once(found("marks", range(2, 6)), 6, workbook=False)
    assert [problem.row for problem in few] == [2, 3, 4, 5]
    (one,) = told_once(found("marks", range(2, 8)), 6, workbook=False)
    assert str(one) == "a.csv:2, km = 'x': expected more (so too on lines 3, 4, 5, 6, 7)"


def test_what_is_no_habit_is_told_one_by_one_beside_it():
    told = told_once(found(None, range(2, 9)) + found("empty", range(2, 9)), 9, workbook=False)
    assert len(told) == 7 + 1
    assert "formulas" not in str(told[-1])


def test_empty_cells_of_a_workbook_may_be_formulas():
    (one,) = told_once(found("empty", range(2, 9)), 9, workbook=True)
    assert str(one).endswith("formulas have no results before Excel or LibreOffice has saved them")


def test_a_table_with_thousands_is_one_problem_whatever_the_columns():
    rows = "".join(f'0101,02{n:02},"1,{n}00.5","2,{n}00.5",road\n' for n in range(1, 7))
    _, problems = read_sheet(ROADS, "code_a,code_b,km,minutes,kind\n" + rows)
    assert [(problem.row, problem.column) for problem in problems] == [(2, "km")]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([0.85, 0.7], "85"),
        ([1, 0.5], "100"),
        ([0.85], None),
        ([0, 0], None),
        ([0, 1, 1], None),
        ([85, 0.7], None),
        ([1.1, 0.5], None),
        ([], None),
    ],
)
def test_shares_of_one_are_not_taken_for_per_cent(values, told):
    column = "certified_teachers_pct_2022"
    problems = share_problems(MUNICIPALITIES, column, list(enumerate(values, start=2)))
    assert len(problems) == (told is not None)
    if told:
        assert str(problems[0].expected).endswith(f"all are at most 1, as shares are: {told}?")
        assert problems[0].row == 2


@pytest.mark.parametrize("note", ["NA", "NaN", "None", "#N/A", "<NA>", "null"])
def test_a_note_does_not_say_that_there_is_none(note):
    rows = f"town,municipality_code,planned_year,open_june_2024,note\nÅ,0101,2022,yes,{note}\n"
    _, (problem,) = read_sheet(TABLES["announced"], rows)
    assert str(problem.expected).endswith("; an empty cell where there is nothing")
    sheet, problems = read_sheet(TABLES["announced"], rows.replace(note, f"{note} yet"))
    assert problems == []
    assert sheet.cells["note"] == [f"{note} yet"]
