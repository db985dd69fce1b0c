"""Properties of the readers: whatever the text, an answer or problems that can be printed."""

from __future__ import annotations

import csv
import io
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import InputError, Problem
from planner.inputs.schemas import TABLES
from planner.inputs.sheet import read_sheet
from planner.inputs.text import MAX_DEPTH, MAX_MARKS, MAX_PROBLEMS, listed, parse_toml, read_text
from planner.outputs.calendar_csv import inert

ADJACENCY = TABLES["adjacency"]
CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
CODES = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z._-]{0,9}", fullmatch=True)


@given(st.text(alphabet='ab.=[]{}"\n 1#,', max_size=60))
def test_toml_is_what_the_standard_library_says_or_a_problem(text):
    try:
        found = parse_toml(text, "x.toml")
    except InputError as error:
        (problem,) = error.problems
        assert problem.file == "x.toml"
    else:
        assert found == tomllib.loads(text)


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        (".".join("a" * MAX_DEPTH) + " = 1", True),
        (".".join("a" * (MAX_DEPTH + 1)) + " = 1", False),
        ("x = " + "[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1), True),
        ("x = " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), False),
        ("x = 18446744073709551615", True),
        ("x = 18446744073709551616", False),
    ],
)
def test_depth_and_numbers_have_a_limit(text, sound):
    if sound:
        assert parse_toml(text, "x.toml")
    else:
        with pytest.raises(InputError, match="valid TOML"):
            parse_toml(text, "x.toml")


@pytest.mark.parametrize("count", [MAX_MARKS, MAX_MARKS + 1])
def test_marks_on_a_letter_have_a_limit(tmp_path, count):
    path = tmp_path / "x.csv"
    path.write_text("a\nb" + "\u0323" * count, encoding="utf-8")
    if count == MAX_MARKS:
        assert read_text(path, "x.csv")[0].startswith("a\n")
    else:
        with pytest.raises(InputError, match=r"x\.csv:2"):
            read_text(path, "x.csv")


@given(st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=5))
def test_any_rows_are_a_sheet_or_problems_with_their_place(rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([["code_a", "code_b"], *rows])
    sheet, problems = read_sheet(ADJACENCY, out.getvalue())
    assert sheet is not None
    assert all(p.file == ADJACENCY.file and p.expected for p in problems)
    assert all(p.row is not None and p.row >= 1 for p in problems)
    str(InputError(problems)).encode("utf-8")


@given(st.lists(st.tuples(CODES, CODES), unique_by=frozenset, max_size=5))
def test_sound_rows_come_back_as_they_were(pairs):
    pairs = [(a, b) for a, b in pairs if a != b and (a, b) != ("code_a", "code_b")]
    text = "code_a,code_b\n" + "".join(f"{a},{b}\n" for a, b in pairs)
    sheet, problems = read_sheet(ADJACENCY, text)
    assert problems == []
    assert sheet is not None
    assert [(a, b) for _, a, b in sheet.rows("code_a", "code_b")] == pairs


@given(st.text(alphabet="=+-@ ,;|\t\r\na\"'", max_size=20))
def test_disarmed_text_is_dead_however_it_is_cut(text):
    told = inert(text)
    for separator in ",;|":
        for cell in told.split(separator):
            assert cell.lstrip(' "')[:1] not in set("=+-@")


def test_problems_beyond_the_limit_are_counted():
    told = listed("x", range(MAX_PROBLEMS + 7), lambda n: Problem("x", n, "", "", ""))
    assert len(told) == MAX_PROBLEMS + 1
    assert told[-1].value == "7 more problems"
