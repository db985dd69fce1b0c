"""Properties of the readers: whatever the text, an answer or problems that can be printed."""

from __future__ import annotations

import csv
import io
import tomllib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.case.schemas import TABLES
from planner.case.sheet import read_sheet
from planner.case.text import (
    MAX_BYTES,
    MAX_DEPTH,
    MAX_MARKS,
    MAX_PROBLEMS,
    MAX_TOML,
    listed,
    parse_toml,
    read_text,
    read_toml,
)
from planner.errors import InputError, Problem
from planner.outputs.files.spreadsheet import inert

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


@pytest.mark.slow
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
    told = listed("x", range(MAX_PROBLEMS + 1500), lambda n: Problem("x", n, "", "", ""))
    assert len(told) == MAX_PROBLEMS + 1
    assert told[-1].value == "1500 more problems"


@pytest.mark.parametrize("size", [5, 6])
def test_a_file_has_a_limit(tmp_path, size):
    """Bytes, not letters; what is read comes back with its letters composed."""
    path = tmp_path / "x"
    raw = "o\u0308".encode() + b"a" * (size - 3)
    path.write_bytes(raw)
    if size == 5:
        assert read_text(path, "x", 5) == ("öaa", raw)
    else:
        with pytest.raises(InputError, match="at most 5 bytes"):
            read_text(path, "x", 5)


def test_limits_are_as_promised():
    """20 MB a table, 200 kB and 20 levels a TOML file, 30 marks, 1,000 problems."""
    limits = (MAX_BYTES, MAX_TOML, MAX_DEPTH, MAX_MARKS, MAX_PROBLEMS)
    assert limits == (20_000_000, 200_000, 20, 30, 1000)


@pytest.mark.parametrize("size", [MAX_TOML, MAX_TOML + 1])
def test_a_toml_file_has_a_limit_of_its_own(tmp_path, size):
    path = tmp_path / "x.toml"
    path.write_text("a = 1\n" + "#" * (size - 6), encoding="utf-8")
    if size == MAX_TOML:
        assert read_toml(path, "x.toml") == ({"a": 1}, path.read_text(encoding="utf-8"))
    else:
        with pytest.raises(InputError, match="at most 200000 bytes"):
            read_toml(path, "x.toml")


@pytest.mark.parametrize(
    ("raw", "row", "value", "expected"),
    [
        (b"a\nb\xff", 2, "byte 0xff", "text in UTF-8 (in Excel: 'CSV UTF-8')"),
        (b"\xff\n", 1, "byte 0xff", "text in UTF-8 (in Excel: 'CSV UTF-8')"),
        (b"a\n\n\xe5\n", 3, "byte 0xe5", "text in UTF-8 (in Excel: 'CSV UTF-8')"),
        (b"a" + b"\xcc\xa3" * 31, 1, "", "at most 30 combining marks on a letter"),
        (b"\n\na" + b"\xcc\xa3" * 31, 3, "", "at most 30 combining marks on a letter"),
    ],
)
def test_what_is_no_text_is_told_with_its_line(tmp_path, raw, row, value, expected):
    path = tmp_path / "x"
    path.write_bytes(raw)
    with pytest.raises(InputError) as caught:
        read_text(path, "x")
    assert caught.value.problems == (Problem("x", row, "", value, expected),)


def test_many_letters_that_are_no_marks_are_text(tmp_path):
    """Only marks on one letter are counted, not a long word of another script."""
    text = "\u3042" * 40 + "\u0323" * 30 + ("a" + "\u0323" * 30) * 2 + "\u0e01\u0e48" * 40
    (tmp_path / "x").write_text(text, encoding="utf-8")
    assert read_text(tmp_path / "x", "x")[0] == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("a = 1\nb = ?", 2),
        ("\n\n" + ".".join("a" * 21) + " = 1", 3),
        (".".join("a" * 21) + " = 1", 1),
        ("x = " + "[" * 20 + "]" * 20, None),
        ("x = [[18446744073709551616]]", None),
    ],
)
def test_what_is_no_toml_is_told_with_its_line_where_it_has_one(text, row):
    with pytest.raises(InputError) as caught:
        parse_toml(text, "x.toml")
    (problem,) = caught.value.problems
    assert (problem.file, problem.row) == ("x.toml", row)
    assert problem.expected.startswith("valid TOML (")


@pytest.mark.parametrize("count", [MAX_PROBLEMS, MAX_PROBLEMS + 1])
def test_as_many_problems_as_the_limit_are_told(count):
    told = listed("x", range(count), lambda n: Problem("x", n, "", "", ""))
    assert [p.row for p in told[:MAX_PROBLEMS]] == list(range(MAX_PROBLEMS))
    assert told[MAX_PROBLEMS:] == (
        []
        if count == MAX_PROBLEMS
        else [Problem("x", None, "", "1 more problems", "those above mended first")]
    )
