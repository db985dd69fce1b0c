"""Tables cut into rows and cells: which line, which column, what is wrong, what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from planner.case import cells, sheet
from planner.case.schemas import TABLES
from planner.case.sheet import ReadTable, read_sheet

if TYPE_CHECKING:
    from planner.errors import Problem

PAIRS, ROADS, CAMPUSES = TABLES["adjacency"], TABLES["roads"], TABLES["campuses"]


def told(problems: list[Problem]) -> list[tuple[Any, ...]]:
    """Return problems as (row, column, value, expected)."""
    return [(p.row, p.column, p.value, p.expected) for p in problems]


def pairs(*rows: str) -> tuple[ReadTable | None, list[tuple[Any, ...]]]:
    """Return what rows of the table of borders make."""
    found, problems = read_sheet(PAIRS, "\n".join(["code_a,code_b", *rows, ""]))
    return found, told(problems)


def rows_of(found: ReadTable | None) -> list[tuple[Any, ...]]:
    """Return the lines and codes of a sheet of borders."""
    assert found is not None
    return list(found.rows("code_a", "code_b"))


def test_lines_are_those_of_the_file() -> None:
    """Blank lines count, before the header too."""
    found, problems = read_sheet(PAIRS, "\n,\ncode_a,code_b\n\na,b\n,\nc,d\n")
    assert problems == []
    assert rows_of(found) == [(5, "a", "b"), (7, "c", "d")]
    found, problems = read_sheet(PAIRS, "code_x\n")
    assert (found, problems[0].row) == (None, 1)
    found, problems = read_sheet(PAIRS, "\n\ncode_x\n")
    assert (found, problems[0].row) == (None, 3)


@pytest.mark.parametrize("text", ["", "\n\n", ",\n"])
def test_a_file_of_nothing(text: str) -> None:
    """Only the columns that must be there are asked for."""
    found, problems = read_sheet(TABLES["municipalities"], text)
    assert found is None
    ((row, column, value, expected),) = told(problems)
    assert (row, column, value) == (None, "", "")
    assert expected.startswith("the header code,name,county_code,")
    assert expected.endswith("certified_teachers_pct_2022; nothing is here")


def test_a_table_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many rows under the header, and no more."""
    monkeypatch.setattr(cells, "MAX_ROWS", 2)
    assert rows_of(pairs("a,b", "c,d")[0]) == [(2, "a", "b"), (3, "c", "d")]
    assert pairs("a,b", "", "c,d", "e,f", "g,h") == (None, [(5, "", "", "at most 2 rows")])


def test_a_quote_that_is_never_closed() -> None:
    """Told on the line where its row begins."""
    found, problems = pairs("a,b", 'c,"d', "e,f")
    assert found is None
    ((row, column, value, expected),) = problems
    assert (row, column, value) == (3, "", "")
    assert expected.startswith("cells with ',' between them, every quote closed (")
    ((row, *_),) = told(read_sheet(PAIRS, '"code_a,code_b\n')[1])
    assert row == 1


@pytest.mark.parametrize(
    ("header", "mark"),
    [("code_a|code_b", "|"), ("x", "")],
)
def test_a_header_that_is_none(header: str, mark: str) -> None:
    """Which mark stands where commas should is told."""
    found, problems = read_sheet(PAIRS, header + "\n")
    asked = "a header with the columns code_a,code_b"
    asked += f"; with a comma, a semicolon or a tab between them, not '{mark}'" if mark else ""
    assert (found, told(problems)) == (None, [(1, "", header, asked)])


@pytest.mark.parametrize(
    ("header", "problems"),
    [
        ("code_a,code_b,km,minutes,kind", []),
        ("Code A,CODE_B, KM,minutes ,Kind", []),
        ("code_a,code_b,kms,minutes,kind", [("kms", "a known column; did you mean 'km'?")]),
        (
            "code_a,code_b,km,minutes,sort",
            [
                ("sort", "a known column; known are code_a, code_b, km, minutes, kind"),
                ("kind", "this column; it is missing"),
            ],
        ),
        (
            "code_a,code_b,km,minutes,kind,km,km",
            [("km", "this column once, not twice")],
        ),
        (
            "code_a,code_b,km,minutes,kind,x,x",
            [("x", "a known column; known are code_a, code_b, km, minutes, kind")],
        ),
        (
            "code_c,km,minutes,kind",
            [
                ("code_c", "a known column; did you mean 'code_b'?"),
                ("code_a", "this column; it is missing"),
            ],
        ),
        ("code_a,code_b,minutes", [(m, "this column; it is missing") for m in ("km", "kind")]),
    ],
)
def test_columns_of_a_header(header: str, problems: list[tuple[str, str]]) -> None:
    """A name that isn't a column gets the likeliest one that is missing, and is told once."""
    count = header.count(",") + 1
    text = f"{header}\n" + ",".join(["0"] * count) + "\n"
    found = [(p.column, p.expected) for p in read_sheet(ROADS, text)[1] if p.row == 1]
    assert found == problems


def test_rows_of_other_lengths_and_headers_again() -> None:
    """Set aside, but for the codes that they mention."""
    found, problems = pairs("a,b", "c", "code_a,code_b", "d,e,f", "g,h")
    assert rows_of(found) == [(2, "a", "b"), (6, "g", "h")]
    expected = "2 cells as in the header; quote text that holds a comma"
    assert problems == [
        (4, "", "", "a row, not the header again"),
        (3, "", "1 cells", expected),
        (5, "", "3 cells", expected),
    ]
    assert found is not None
    assert found.mentions("code_a") == {"a", "c", "d", "g"}
    assert found.mentions("code_b") == {"b", "e", "h"}


def test_a_table_that_must_have_rows() -> None:
    """A header alone will do where a table is optional."""
    header = ",".join(CAMPUSES.columns) + "\n"
    assert told(read_sheet(CAMPUSES, header)[1]) == [
        (None, "", "", "at least one row under the header")
    ]
    assert pairs()[1] == []


@pytest.mark.parametrize("chunk", [1, 2, 3, 1000])
def test_rows_are_checked_in_parts(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same is kept and told however many rows are looked at at a time."""
    monkeypatch.setattr(sheet, "CHUNK", chunk)
    found, problems = pairs("a,b", "c,-", "d,e", "-,f", "g,h")
    assert found is not None
    assert found.cells == {
        "code_a": ["a", "c", "d", None, "g"], "code_b": ["b", None, "e", "f", "h"],
    }  # fmt: skip
    assert sorted(problem[:3] for problem in problems) == [(3, "code_b", "-"), (5, "code_a", "-")]
    assert rows_of(found) == [(2, "a", "b"), (4, "d", "e"), (6, "g", "h")]


def test_after_many_problems_the_rest_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once there are more than the limit, no further part is looked at, nor trusted."""
    monkeypatch.setattr(sheet, "CHUNK", 2)
    monkeypatch.setattr(sheet, "MOST_WRONG", 2)
    rows = ["a,-", "b,-", "c,-", "d,-", "e,f"]
    found, problems = pairs(*rows)
    assert [row for row, *_ in problems] == [2, 3, 4, 5]
    assert rows_of(found) == []
    assert found is not None
    assert found.cells["code_a"] == ["a", "b", "c", "d", None]


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("", "; the cell is empty"),
        (" ", "; the cell is empty"),
        ("1,5", "; a decimal point, not a comma"),
        ("-1 000,5", "; a decimal point, not a comma"),
        (",5", "; a decimal point, not a comma"),
        ("1 00", "; spaces only between groups of three digits"),
        ("12\u00a000.5", "; spaces only between groups of three digits"),
        ("1,5 km", "; a number alone, without its unit"),
        ("x", ""),
    ],
)
def test_what_often_goes_wrong_with_a_number(cell: str, hint: str) -> None:
    """Excel's habits are told of; what is merely wrong is not."""
    _, problems = read_sheet(ROADS, f'code_a,code_b,km,minutes,kind\na,b,"{cell}",6,road\n')
    (problem,) = problems
    assert (problem.row, problem.column, problem.value) == (2, "km", cell)
    assert problem.expected == "kilometres, above 0 to 20000" + hint


def test_a_pair_once_and_of_two() -> None:
    """Either way round; the first row is named each time."""
    _, problems = pairs("a,b", "b,a", "a,b", "c,c", "c,c")
    assert sorted(problems) == [
        (3, "code_a, code_b", "b, a", "each pair once; already on line 2"),
        (4, "code_a, code_b", "a, b", "each pair once; already on line 2"),
        (5, "code_b", "c", "another code than code_a"),
        (6, "code_b", "c", "another code than code_a"),
    ]


def test_a_key_of_three_columns() -> None:
    """Rows that share two of them are two things, and their order matters."""
    row = "55,14,1,F,F,M"
    header = "institution,campus_town,municipality_code,lat,lon,main_campus,degrees"
    header += ",degrees_sourced,size_class,short"
    lines = [f"A,B,0101,{row},s", f"A,C,0101,{row},s", f"B,A,0101,{row},s", f"A,B,0101,{row},t"]
    _, problems = read_sheet(CAMPUSES, "\n".join([header, *lines]))
    key = "institution, municipality_code, campus_town"
    expected = f"each {key.replace(', ', ' + ')} once; already on line 2"
    assert told(problems) == [(5, key, "A, 0101, B", expected)]


def test_a_checker_is_made_once() -> None:
    """It takes longer to make than to use."""
    assert sheet._adapter(PAIRS) is sheet._adapter(PAIRS)


def test_cells_of_another_number_than_lines_are_refused() -> None:
    """A column that lost a row would put the others beside the wrong line."""
    odd = ReadTable(PAIRS, [2, 3], {"code_a": ["a"]}, [])
    with pytest.raises(ValueError, match="zip"):
        list(odd.rows("code_a"))
