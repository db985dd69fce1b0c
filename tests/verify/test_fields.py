"""Files field by field: each thing that can be wrong gets its own words and its own place."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from planner.errors import InputError, Problem
from planner.verify import fields
from planner.verify.fields import MAX_BYTES, Fields, Stated, exact, read_csv, read_text, record
from planner.verify.rules import read_rules
from planner.verify.run_files import COLUMNS, read_assignments
from verify.small import Run


def told(problems: list[Problem]) -> list[tuple[Any, ...]]:
    """Return problems as (row, column, value, expected)."""
    return [(p.row, p.column, p.value, p.expected) for p in problems]


def asked(value: Any, ask: Callable[[Fields], object]) -> tuple[object, list[tuple[Any, ...]]]:
    """Return what asking a table gives, and the problems told."""
    problems: list[Problem] = []
    found = ask(Fields("f", value, problems))
    return found, told(problems)


@pytest.mark.parametrize(
    ("ask", "value", "found", "wrong"),
    [
        (lambda f: f.text("a"), "x", "x", None),
        (lambda f: f.text("a"), 1, "", "text"),
        (lambda f: f.text("a"), None, "", "text"),
        (lambda f: f.flag("a"), True, True, None),
        (lambda f: f.flag("a"), 1, False, "true or false"),
        (lambda f: f.whole("a"), 3, 3, None),
        (lambda f: f.whole("a"), True, 0, "a whole number"),
        (lambda f: f.whole("a"), Fraction(1, 2), 0, "a whole number"),
        (lambda f: f.number("a"), Fraction(1, 2), Fraction(1, 2), None),
        (lambda f: f.number("a"), 3, Fraction(3), None),
        (lambda f: f.number("a"), "3", Fraction(0), "a number"),
        (lambda f: f.number("a"), False, Fraction(0), "a number"),
        (lambda f: f.stated("a"), {"value": 3}, Fraction(3), None),
        (lambda f: f.texts("a"), ["x", "y"], ("x", "y"), None),
        (lambda f: f.texts("a"), ["x", 7, 8], (), "text in every place"),
        (lambda f: f.texts("a"), "xy", (), "a list"),
        (lambda f: f.numbers("a"), [1, Fraction(1, 2)], (1, Fraction(1, 2)), None),
        (lambda f: f.numbers("a"), [1, True], (), "a number in every place"),
        (lambda f: f.rows("a"), [[1], [2, 3]], ((1,), (2, 3)), None),
        (lambda f: f.rows("a"), [1], (), "a list in every place"),
        (lambda f: f.tables("a"), [1], (), "a table in every place"),
        (lambda f: "a" in f, 0, True, None),
        (lambda f: "a" in f, None, False, None),
    ],
)
def test_a_field_is_of_its_kind(
    ask: Callable[[Fields], object], value: Any, found: object, wrong: str | None
) -> None:
    """What is of another kind is empty, and told once; what is missing has no value to tell."""
    given, problems = asked({"a": value}, ask)
    assert (given, type(given)) == (found, type(found))
    assert [(row, column, expected) for row, column, _, expected in problems] == (
        [] if wrong is None else [(None, "a", wrong)]
    )


def test_a_place_is_told_with_its_path() -> None:
    """Tables within tables, and rows by their number; long values are cut."""
    tree = {"a": {"b": [{"c": 1}, {"c": "x" * 50}]}, "d": [[1], ["y"]]}
    _, problems = asked(tree, lambda f: [row.whole("c") for row in f.table("a").tables("b")])
    assert problems == [(None, "a.b.1.c", "x" * 40, "a whole number")]
    _, problems = asked(tree, lambda f: f.rows("d"))
    assert problems == [(None, "d.1", "y", "a number in every place")]
    _, problems = asked([1, 2], lambda f: f.table("a").raw())
    assert problems == [
        (None, "", "[1, 2]", "a table of keys and values"),
        (None, "a", "", "a table of keys and values"),
    ]


@dataclass(frozen=True)
class Inner:
    n: int


@dataclass(frozen=True)
class Outer:
    text: str
    there: bool
    listed: tuple[Inner, ...]
    one: Inner
    by_name: Mapping[str, Stated]
    either: str | tuple[str, ...]
    perhaps: Fraction | None
    known: int
    base: str = "none"


WHOLE = {
    "text": "x",
    "there": True,
    "listed": [{"n": 1}, {"n": 2}],
    "one": {"n": 3},
    "by_name": {"a": {"value": 4, "unit": "km"}},
    "either": "x",
    "perhaps": None,
    "more": 7,
}
READ = Outer("x", True, (Inner(1), Inner(2)), Inner(3), {"a": Fraction(4)}, "x", None, 5)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, {}),
        ({"either": ["x", "y"]}, {"either": ("x", "y")}),
        ({"perhaps": 0, "base": ""}, {"perhaps": Fraction(0), "base": ""}),
        ({"base": None, "known": 6, "listed": []}, {"listed": ()}),
    ],
)
def test_a_record_is_read_by_its_types(changed: Any, found: Any) -> None:
    """What may be missing is then None, or its default; what is given is not read."""
    given, problems = asked(WHOLE | changed, lambda f: record(Outer, f, known=5))
    assert (given, problems) == (replace(READ, **found), [])


def test_what_is_wrong_in_a_record_is_told_with_its_place() -> None:
    """All of it in one reading; a field without a default has to be there."""
    wrong = WHOLE | {"listed": [{"n": "1"}], "one": 3, "by_name": {"a": 4}, "either": 5, "base": 6}
    del wrong["text"]
    _, problems = asked(wrong, lambda f: record(Outer, f, known=5))
    assert [(column, expected) for _, column, _, expected in problems] == [
        ("text", "text"),
        ("listed.0.n", "a whole number"),
        ("one", "a table of keys and values"),
        ("one.n", "a whole number"),
        ("by_name.a", "a table of keys and values"),
        ("by_name.a.value", "a number"),
        ("either", "text"),
        ("base", "text"),
    ]


def test_a_file_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused before it is read."""
    path, problems = tmp_path / "big", list[Any]()
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert read_text(path, "big", problems) is None
    assert told(problems) == [(None, "", "", "at most 200000000 bytes")]
    monkeypatch.setattr(fields, "MAX_BYTES", 3)
    path.write_text("abc", "utf-8")
    assert read_text(path, "big", []) == "abc"
    path.write_text("abcd", "utf-8")
    assert read_text(path, "big", []) is None


def test_letters_are_composed(tmp_path: Path) -> None:
    """Both spellings of ö are one, and a byte order mark is no letter."""
    (tmp_path / "x").write_text("\ufeffo\u0308", "utf-8")
    assert read_text(tmp_path / "x", "x", []) == "ö"


@pytest.mark.parametrize("text", ["9" * 40 + "." + "9" * 40 + "e-999", "1E+99", "+7", "-0.5"])
def test_numbers_of_a_reasonable_size(text: str) -> None:
    """Forty digits on either side of the point, three in the exponent."""
    assert exact(text) == Fraction(text)


@pytest.mark.parametrize("text", ["1." + "9" * 41, "9" * 41 + ".1", "1e1000", "1.", ".5", "1e"])
def test_numbers_beyond_it(text: str) -> None:
    """Refused, cut to forty letters in the message."""
    with pytest.raises(ValueError, match="decimal") as error:
        exact(text)
    assert str(error.value) == f"not a finite decimal number: {text[:40]}"


def test_rows_of_a_table(tmp_path: Path) -> None:
    """Lines are counted from the header; rows of another length are told, empty ones passed."""
    path, problems = tmp_path / "t.csv", list[Any]()
    path.write_text('a,b\n1,2\n,\n3\n4,5,6\n\n7,\n"8\n9",\n', "utf-8")
    rows = list(read_csv(path, "t.csv", ("a",), problems))
    assert rows == [
        (2, {"a": "1", "b": "2"}),
        (7, {"a": "7", "b": ""}),
        (9, {"a": "8\n9", "b": ""}),
    ]
    expected = "as many cells as the header has"
    assert told(problems) == [(4, "", "", expected), (5, "", "", expected)]
    problems.clear()
    assert list(read_csv(path, "t.csv", ("c", "a", "d"), problems)) == []
    assert told(problems) == [(1, "c, d", "", "these columns")]
    problems.clear()
    path.write_text('a\n1\n"2', "utf-8")
    assert list(read_csv(path, "t.csv", ("a",), problems)) == [(2, {"a": "1"})]
    ((row, _, _, expected),) = told(problems)
    assert (row, expected[:5]) == (2, "CSV (")
    problems.clear()
    path.write_text("", "utf-8")
    assert list(read_csv(path, "t.csv", ("a",), problems)) == []
    assert told(problems) == [(1, "a", "", "these columns")]
    problems.clear()
    assert list(read_csv(tmp_path / "no.csv", "no.csv", ("a",), problems)) == []
    assert len(problems) == 1


def test_a_row_that_is_no_assignment(tmp_path: Path) -> None:
    """Told with its line and what it holds; the others are read."""
    lines = [",".join(COLUMNS), "county,01,x,0101,1.5,2,3", "county,01,x,0101,1,2,three"]
    (tmp_path / "assignments.csv").write_text("\n".join(lines) + "\n", "utf-8")
    problems: list[Problem] = []
    (row,) = read_assignments(tmp_path, problems)
    assert (row.km, row.minutes, row.principals) == (Fraction(3, 2), 2, 3)
    assert told(problems) == [(3, "", "1, 2, three", "numbers: km, minutes, principals")]
    lines[2] = f"county,01,x,0101,{'1' * 41},2,{'2' * 40}"
    (tmp_path / "assignments.csv").write_text("\n".join(lines) + "\n", "utf-8")
    problems.clear()
    read_assignments(tmp_path, problems)
    assert problems[0].value == f"{'1' * 41}, 2, {'2' * 14}"


@pytest.mark.parametrize(
    ("count", "bounds"), [(3, (3, 3)), ([2, 4], (2, 4)), ([4, 2], (2, 4)), ([], (0, 0))]
)
def test_how_many_offices(count: Any, bounds: tuple[int, int], static: Run) -> None:
    """A number, or the least and the most."""
    scenario = static.scenario()
    scenario["offices"]["count"] = count
    static.write(static.plan(), scenario)
    rules = read_rules(static.folder, [])
    assert (rules.fewest, rules.most) == bounds


def test_objectives_and_limits(static: Run) -> None:
    """Rates above nothing, the leading one first; a tolerance for an order alone; limits at most,
    or else at least."""
    scenario = static.scenario()
    rate = scenario["objective"]["rates"]["mean_km"]
    scenario["objective"]["rates"] |= {"max_km": rate | {"value": 0}}
    scenario["objective"]["tolerance"] = {"mean_km": 0.25}
    scenario["limits"] = {
        "spread": {"most": rate | {"value": 9}, "hard": True, "penalty": 1},
        "balance": {"least": rate | {"value": 2}, "hard": False, "penalty": 3},
    }
    static.write(static.plan(), scenario)
    rules = read_rules(static.folder, [])
    assert rules.objective.names == ("mean_km", "university_minutes")
    assert rules.objective.tolerance == {}
    assert [(x.criterion, x.sense, x.limit, x.hard, x.penalty) for x in rules.limits] == [
        ("balance", "least", 2, False, 3), ("spread", "most", 9, True, 1),
    ]  # fmt: skip
    assert "objective.rates.max_km" in {quantity.key for quantity in rules.quantities}
    scenario["objective"]["leading"] = "spread"
    static.write(static.plan(), scenario)
    named = read_rules(static.folder, []).objective
    assert named.names == ("spread", "mean_km", "university_minutes")
    assert named.rate("spread") == 1
    scenario["objective"] |= {"method": "lexicographic", "order": ["max_km", "spread"]}
    scenario["objective"]["tolerance"] = {"max_km": 0.25}
    static.write(static.plan(), scenario)
    rules = read_rules(static.folder, [])
    assert rules.objective.names == ("max_km", "spread")
    assert rules.objective.tolerance == {"max_km": Fraction(1, 4)}
    assert not [q.key for q in rules.quantities if q.key.startswith("objective.")]
    scenario["objective"] |= {"method": "epsilon", "optimise": "spread"}
    static.write(static.plan(), scenario)
    rules = read_rules(static.folder, [])
    assert (rules.objective.names, rules.objective.tolerance) == (("spread",), {})


def test_a_scenario_of_an_earlier_version_gets_one_answer(static: Run) -> None:
    """A run that weighed criteria is told to whom it belongs, whatever else is wrong with it."""
    scenario = static.scenario()
    scenario["objective"]["weights"] = {}
    scenario["name"] = 7
    static.write(static.plan(), scenario)
    with pytest.raises(InputError) as error:
        read_rules(static.folder, [])
    (problem,) = error.value.problems
    assert problem.column == "objective.weights"
    assert "an earlier version of planner" in problem.expected


@pytest.mark.parametrize("day", ["2022-09-02", "2022-9-01", "soon"])
def test_a_period_starts_with_a_month(day: str, rollout: Run) -> None:
    """In months from the year 0; any other day is refused."""
    scenario = rollout.scenario()
    scenario["rollout"]["periods"][0]["starts"] = "2022-09-01"
    rollout.write(rollout.plan(), scenario)
    assert [span.starts for span in read_rules(rollout.folder, []).periods] == [24272, None]
    scenario["rollout"]["periods"][0]["starts"] = day
    rollout.write(rollout.plan(), scenario)
    problems: list[Problem] = []
    read_rules(rollout.folder, problems)
    assert told(problems) == [
        (None, "rollout.periods.0.starts", day, "the first day of a month, such as 2022-09-01")
    ]


def test_every_quantity_of_a_scenario_is_found(rollout: Run) -> None:
    """By dotted key, rows of lists by number, in order; and what lent staff costs by default."""
    problems: list[Problem] = []
    rules = read_rules(rollout.folder, problems)
    assert problems == []
    keys = [quantity.key for quantity in rules.quantities]
    assert keys == sorted(keys)
    assert len(keys) == 24
    assert {
        "dialogues.targets.1.least",
        "limits.max_km.most",
        "rollout.periods.0.budget_msek",
        "thresholds.beyond_km",
    } < {*keys}
    assert rules.work is not None
    assert (rules.work.sister_pool, rules.work.sister_advisor) == (None, 0)
    assert (rules.nodes, rules.time_limit, rules.gap) == (None, None, 0)
    scenario = rollout.scenario()
    del scenario["thresholds"]["beyond_km"]["low"]
    rollout.write(json.loads(json.dumps(rollout.plan())), scenario)
    read_rules(rollout.folder, problems)
    assert told(problems) == [(None, "thresholds.beyond_km.low", "", "a number")]
