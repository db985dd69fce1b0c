"""One wrong code is one problem, with where it is used; nothing else is told of the same fault."""

from __future__ import annotations

import pytest

from case.sheets import sheet, told
from planner.case.codes import Codes, code_problems
from planner.case.schemas import OUTLINES, TABLES

PLACES, COUNTIES, ROADS, DEMAND, LISTED = (
    TABLES[name].file for name in ("municipalities", "counties", "roads", "demand", "principals")
)
CODES = ["0101", "0102", "0201", "0202"]


def tables(**changes):
    """Return four municipalities in two counties, all of them used; some columns changed."""
    cells = {
        "counties": {"code": ["01", "02"]},
        "municipalities": {"code": CODES, "county_code": ["01", "01", "02", "02"]},
        "roads": {"code_a": CODES[:3], "code_b": CODES[1:]},
        "demand": {"municipality_code": CODES},
        "principals": {"municipality_code": ["0101", "0101", "0202"]},
    }
    for name, columns in changes.items():
        cells[name] = cells[name] | columns
    return {name: sheet(name, **columns) for name, columns in cells.items()}


def found(outlines=CODES, **changes):
    return told(code_problems(tables(**changes), outlines)[0])


@pytest.mark.parametrize(
    ("code", "meant"),
    [("0101", "0101"), ("101", "0101"), ("00101", "0101"), ("0302", "302"), ("9", None)],
)
def test_zeros_in_front_do_not_tell_codes_apart(code, meant):
    assert Codes(sheet("municipalities", code=["0101", "302"])).resolve(code) == meant


def test_sound_tables_have_no_problem_and_their_codes_are_returned():
    problems, codes = code_problems(tables(), CODES)
    assert problems == []
    assert codes["counties"].known == {"01", "02"}
    assert codes["municipalities"].known == {*CODES}


def test_a_stranger_is_one_problem_however_often_it_is_used():
    listed = {"municipality_code": ["0909", "0909", "0202"]}
    assert found(principals=listed) == [
        (LISTED, 2, "municipality_code", "0909",
         f"a code in {PLACES}; used in {LISTED} (lines 2, 3)"),
    ]  # fmt: skip
    listed = {"municipality_code": ["0909"]}
    assert [p[4] for p in found(principals=listed)] == [f"a code in {PLACES}"]


def test_the_code_that_is_missing_where_a_stranger_stands_is_what_was_meant():
    """One slip, one problem: not that the one is unknown and the other missing too."""
    assert found(demand={"municipality_code": ["0101", "0102", "0201", "0909"]}) == [
        (DEMAND, 5, "municipality_code", "0909",
         f"a code in {PLACES}; did you mean 0202, which is missing here?"),
    ]  # fmt: skip
    assert found(outlines=["0101", "0102", "0201", "0909"]) == [
        (OUTLINES, None, "code", "0909",
         f"a code in {PLACES}; did you mean 0202, which is missing here?"),
    ]  # fmt: skip
    ends = {"code_a": ["0101", "0102", "0201"], "code_b": ["0102", "0201", "0909"]}
    assert found(roads=ends) == [
        (ROADS, 4, "code_b", "0909",
         f"a code in {PLACES}; did you mean 0202, which is missing here?"),
    ]  # fmt: skip


def test_a_code_changed_where_it_is_defined_is_told_there_once():
    changed = {"code": ["0909", *CODES[1:]]}
    problems, codes = code_problems(tables(municipalities=changed), CODES)
    where = f"{ROADS} (line 2), {DEMAND} (line 2), {LISTED} (lines 2, 3), {OUTLINES}"
    expected = f"0101, used in {where}; or 0909 there"
    assert told(problems) == [(PLACES, 2, "code", "0909", expected)]
    assert codes["municipalities"].resolve("0101") == "0909"


def test_a_county_changed_where_it_is_defined_is_told_there_once():
    assert found(counties={"code": ["91", "02"]}) == [
        (COUNTIES, 2, "code", "91", f"01, used in {PLACES} (lines 2, 3); or 91 there"),
    ]


def test_of_two_codes_changed_each_is_paired_with_the_one_like_it():
    changed = {"code": ["0191", "0102", "0201", "0292"]}
    assert [(p[1], p[3], p[4][:4]) for p in found(municipalities=changed)] == [
        (2, "0191", "0101"),
        (5, "0292", "0202"),
    ]


def test_a_row_taken_out_is_one_problem():
    gone = {"code": CODES[:3], "county_code": ["01", "01", "02"]}
    assert [(p[0], p[3]) for p in found(municipalities=gone)] == [(ROADS, "0202")]


def test_zeros_lost_in_a_table_are_one_problem_of_that_table():
    bare = [code.lstrip("0") for code in CODES]
    hint = f"a code in {PLACES}; a leading zero lost? 0101"
    assert found(demand={"municipality_code": bare}) == [
        (DEMAND, 2, "municipality_code", "101", f"{hint} (so too on lines 3, 4, 5)"),
    ]
    assert found(outlines=["101", *CODES[1:]]) == [(OUTLINES, None, "code", "101", hint)]
    assert found(municipalities={"code": bare}) == [
        (PLACES, 2, "code", "101",
         f"text with its leading zeros: 0101, as in {ROADS} (so too on lines 3, 4, 5)"),
    ]  # fmt: skip


def test_every_code_is_mentioned():
    """With or without its zeros; a table without the column says nothing of it."""
    fewer = {"municipality_code": CODES[:3]}
    assert [p[:4] for p in found(demand=fewer)] == [(DEMAND, None, "municipality_code", "0202")]
    assert [p[:4] for p in found(outlines=CODES[1:])] == [(OUTLINES, None, "code", "0101")]
    assert found(outlines=None, roads={"code_a": ["0101"], "code_b": ["0102"]}) == []
    sheets = tables() | {"demand": sheet("demand", principals_estimate=[1])}
    assert code_problems(sheets, None)[0] == []


def test_codes_that_are_others_altogether_are_one_problem_of_their_table():
    """Outlines with codes of another register; and a table with hardly any row."""
    codes = [f"{n:02}" for n in range(6)]
    sheets = {"municipalities": sheet("municipalities", code=codes)}
    (problem,) = code_problems(sheets, [f"SE-{code}" for code in codes])[0]
    assert (problem.file, problem.value) == (OUTLINES, "SE-00")
    assert problem.expected.endswith("(so too of 5 more codes)")
    (problem,) = code_problems(sheets, codes[:1])[0]
    assert (problem.file, problem.value) == (OUTLINES, "01")
    assert problem.expected.endswith("this one is missing (so too of 4 more codes)")


def test_a_code_spelt_almost_as_one_is_asked_about():
    """Only where it is a long one, and only one is like it: of four figures many are."""
    names = {"code": ["northtown", "0102", "0201", "0202"]}
    rest = {"roads": {"code_a": ["northtown", "0102", "0201"], "code_b": CODES[1:]},
            "demand": {"municipality_code": names["code"]}}  # fmt: skip
    listed = {"municipality_code": ["nortown", "0102", "9999"]}
    told_of = found(names["code"], municipalities=names, principals=listed, **rest)
    assert [(p[3], p[4]) for p in told_of] == [
        ("nortown", f"a code in {PLACES}; did you mean northtown?"),
        ("9999", f"a code in {PLACES}"),
    ]


def test_a_code_of_a_row_set_aside_is_known_without_a_line():
    places = sheet("municipalities", stray=[{"code": "202"}], code=["0101"])
    (problem,) = code_problems(
        {"municipalities": places, "principals": sheet("principals", municipality_code=["0202"])},
        None,
    )[0]
    assert (problem.row, problem.value) == (None, "202")


def test_codes_are_looked_up_in_their_own_table():
    """Counties among counties, municipalities among municipalities."""
    sheets = {
        "municipalities": sheet("municipalities", code=["0101"], county_code=["09"]),
        "principals": sheet("principals", municipality_code=["8"]),
    }
    problems, codes = code_problems(sheets, None)
    assert ([p.value for p in problems], [*codes]) == (["8"], ["municipalities"])
    counties = {"counties": sheet("counties", code=["8", "0101"])}
    problems = code_problems(sheets | counties, None)[0]
    assert sorted(p.value for p in problems) == ["0101", "09", "8", "8"]
