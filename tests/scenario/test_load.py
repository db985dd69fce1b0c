"""Scenario files: found, merged, overridden; everything that is wrong with one told at once."""

from __future__ import annotations

import json
import tomllib

import pytest

from planner.case.read import default_data_folder
from planner.case.text import MAX_TOML
from planner.errors import InputError
from planner.runs.writing import scenario_toml
from planner.scenario.load import load_scenario, scenario_names
from planner.scenario.spec import Scenario

BASE = """
name = "base"
[title]
sv = "Grund"
en = "Base"
[description]
sv = "En grund att bygga på"
en = "Something to build on"
[offices]
count = 3
[thresholds]
beyond_km = { value = 200, unit = "km", low = 100, high = 300, source = "assumption" }
university_limit = { value = 45, unit = "min", low = 20, high = 90 }
[objective]
method = "epsilon"
optimise = "mean_km"
[limits]
max_km = { most = 500 }
spread = { most = 90, hard = false, penalty = 2 }
"""


@pytest.fixture
def folder(tmp_path):
    """A data folder with one scenario, `base`."""
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "base.toml").write_text(BASE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def write(folder):
    """Write a scenario beside `base` and return its name."""

    def writer(text, name="mine"):
        data = text if isinstance(text, bytes) else text.encode()
        (folder / "scenarios" / f"{name}.toml").write_bytes(data)
        return name

    return writer


def problems_of(reference, folder, overrides=()):
    with pytest.raises(InputError) as caught:
        load_scenario(reference, folder, overrides)
    return caught.value.problems


def test_a_scenario_is_found_by_name_and_by_path(folder, tmp_path):
    by_name = load_scenario("base", folder)
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text(BASE, encoding="utf-8")
    assert load_scenario(str(elsewhere), folder) == by_name
    assert by_name.offices.count == 3


def test_an_unknown_name_gets_the_nearest_one_and_the_list(folder):
    (problem,) = problems_of("bse", folder)
    assert problem.value == "bse"
    assert "did you mean 'base'?" in problem.expected
    assert "a name among base" in problem.expected


def test_a_file_without_a_name_is_called_after_itself(folder, write):
    write(BASE.replace('name = "base"', ""), "unnamed")
    assert load_scenario("unnamed", folder).name == "unnamed"


def test_extends_merges_sections_key_by_key(folder, write):
    write('extends = "base"\nname = "mine"\n[title]\nen = "Mine"\n[limits]\nmax_km = { most = 9 }')
    mine = load_scenario("mine", folder)
    assert (mine.name, mine.title.sv, mine.title.en) == ("mine", "Grund", "Mine")
    assert mine.limits["max_km"].value == 9  # the whole value of a key that is given
    assert mine.limits["spread"].penalty == 2
    assert mine.offices.count == 3


def test_without_leaves_sections_out(folder, write):
    write('extends = "base"\nwithout = ["limits", "offices"]\nname = "mine"')
    mine = load_scenario("mine", folder)
    assert mine.limits == {}
    assert mine.offices.count == 10  # the default


def test_extends_is_followed_and_looks_beside_the_file_first(folder, write, tmp_path):
    write('extends = "base"\nname = "middle"\n[offices]\ncount = 4', "middle")
    write('extends = "middle"\nname = "mine"\n[units]\nlevel = "principal"')
    mine = load_scenario("mine", folder)
    assert (mine.offices.count, mine.units.level) == (4, "principal")
    beside = tmp_path / "elsewhere"
    beside.mkdir()
    (beside / "base.toml").write_text(BASE.replace("count = 3", "count = 5"), encoding="utf-8")
    (beside / "mine.toml").write_text('extends = "base"\nname = "mine"', encoding="utf-8")
    assert load_scenario(str(beside / "mine.toml"), folder).offices.count == 5


def test_a_circle_of_scenarios_is_told(folder, write):
    write('extends = "two"', "one")
    write('extends = "one"', "two")
    (problem,) = problems_of("one", folder)
    assert problem.column == "extends"
    assert "not in a circle" in problem.expected


@pytest.mark.parametrize("line", ["extends = 3", 'extends = ["base"]'])
def test_extends_is_one_name(folder, write, line):
    write(line)
    assert problems_of("mine", folder)[0].column == "extends"


@pytest.mark.parametrize("without", ['"limits"', '["staffing"]', "[[1]]", "3"])
def test_without_names_sections_that_are_there(folder, write, without):
    write(f'extends = "base"\nwithout = {without}\nname = "mine"')
    (problem,) = problems_of("mine", folder)
    assert (problem.file, problem.column) == ("mine.toml", "without")


def test_overrides_are_toml_values_and_plain_words(folder):
    scenario = load_scenario(
        "base",
        folder,
        [
            "offices.count=[2, 4]",
            "units.level=municipality",
            'sites.required=["0180"]',
            "solver.time_limit=2.5",
            "units.contiguous=true",
            "limits.balance.most=1.5",
        ],
    )
    assert scenario.offices.count == (2, 4)
    assert (scenario.units.level, scenario.units.contiguous) == ("municipality", True)
    assert scenario.sites.required == ("0180",)
    assert scenario.solver.time_limit == 2.5
    assert scenario.limits["balance"].value == 1.5


def test_a_bare_number_changes_the_value_of_a_quantity_alone(folder):
    changed = load_scenario("base", folder, ["thresholds.beyond_km=150"]).thresholds.beyond_km
    assert (changed.value, changed.unit, changed.low, changed.high) == (150, "km", 100, 300)


def test_a_bare_number_replaces_a_limit_that_is_one(folder):
    limit = load_scenario("base", folder, ["limits.max_km.most=300"]).limits["max_km"].most
    assert (limit.value, limit.unit, limit.low, limit.high) == (300, "km", 300, 300)


def test_a_bare_number_keeps_the_range_of_a_limit_that_has_one(folder, write):
    most = 'most = { value = 500, unit = "km", low = 450, high = 700 }'
    write(BASE.replace("most = 500", most), "ranged")
    limit = load_scenario("ranged", folder, ["limits.max_km.most=700"]).limits["max_km"].most
    assert (limit.value, limit.low, limit.high) == (700, 450, 700)
    (problem,) = problems_of("ranged", folder, ["limits.max_km.most=300"])
    assert problem.expected == "low <= value <= high, got 450.0 <= 300.0 <= 700.0"


@pytest.mark.parametrize("word", ['"far"', "true", "nan", "inf", "[1]", "1" + "0" * 400])
def test_what_is_no_number_is_one_problem_of_its_limit(folder, word):
    (problem,) = problems_of("base", folder, [f"limits.max_km.most={word}"])
    assert problem.column.startswith("limits.max_km.most")


def test_a_word_for_a_number_is_told_what_a_number_looks_like(folder):
    (problem,) = problems_of("base", folder, ["thresholds.beyond_km=far"])
    assert problem.expected.startswith("a number with its range, for instance { value = 200")


def test_a_number_without_all_its_parts_is_not_made_whole_by_an_override(folder, write):
    write(BASE.replace("low = 100, high = 300, ", ""), "partial")
    problems = problems_of("partial", folder, ["thresholds.beyond_km=150"])
    assert [p.column for p in problems] == ["thresholds.beyond_km.high", "thresholds.beyond_km.low"]


def test_a_value_outside_its_range_is_an_error(folder):
    (problem,) = problems_of("base", folder, ["thresholds.beyond_km=500"])
    assert problem.column == "thresholds.beyond_km"
    assert problem.expected == "low <= value <= high, got 100.0 <= 500.0 <= 300.0"


@pytest.mark.parametrize("override", ["offices.count", "=3", "", " = 3"])
def test_an_override_has_a_key_and_a_value(folder, override):
    (problem,) = problems_of("base", folder, [override])
    assert problem.file == "--set"
    assert "key=value" in problem.expected


def test_an_override_into_a_value_is_told(folder):
    (problem,) = problems_of("base", folder, ["offices.count.more=3"])
    assert (problem.file, problem.column) == ("--set", "offices.count.more")
    assert problem.expected == "a section at 'count'"


def test_every_problem_is_told_at_once(folder, write):
    write(
        BASE.replace("count = 3", 'count = "many"\ncolour = "red"')
        .replace('method = "epsilon"', 'method = "magic"')
        .replace("value = 200", "value = 999")
        .replace("max_km = { most = 500 }", "max_km = { least = 500 }\nmax_kn = { most = 1 }")
        .replace("[title]", "[titel]")
        + '[units]\nlevel = "village"\n'
    )
    columns = {p.column for p in problems_of("mine", folder, ["a.b=1", "oops"])}
    assert columns >= {
        "offices.count",
        "offices.colour",
        "objective.method",
        "thresholds.beyond_km",
        "limits",
        "title",
        "titel",
        "units.level",
        "a",
    }
    assert "" in columns  # --set oops


def test_a_problem_names_its_file_line_key_and_value(folder, write):
    write(BASE.replace("count = 3", "count = 0"))
    problem = problems_of("mine", folder)[0]
    assert (problem.file, problem.row, problem.column, problem.value) == (
        "mine.toml",
        10,
        "offices.count",
        "0",
    )


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("[ofices]\ncount = 3", "did you mean 'offices'?"),
        ("[units]\nlevl = 'county'", "did you mean 'level'?"),
        ("[solver]\nqqqq = 1", "a known key (gap, name, nodes, threads, time_limit)"),
        ("[rollout]\nmay_clos = true", "did you mean 'may_close'?"),
    ],
)
def test_an_unknown_key_gets_a_suggestion(folder, write, wrong, hint):
    write(BASE + wrong)
    assert any(hint in problem.expected for problem in problems_of("mine", folder))


def test_an_unknown_key_deep_down_gets_a_suggestion(folder, write):
    write(BASE + '[[rollout.periods]]\nname = "2022"\nmonts = 4\n')
    (problem,) = problems_of("mine", folder)
    assert problem.column == "rollout.periods.0.monts"
    assert "did you mean 'months'?" in problem.expected


@pytest.mark.parametrize(
    ("text", "row"),
    [("name = \n", 1), ('name = "x"\n[title\n', 2), ('name = "x"\nname = "y"\n', 2)],
)
def test_broken_toml_is_told_with_its_line(folder, write, text, row):
    write(text)
    (problem,) = problems_of("mine", folder)
    assert (problem.file, problem.row) == ("mine.toml", row)
    assert "valid TOML" in problem.expected


def test_text_that_is_not_utf8_is_told_with_its_line(folder, write):
    write('name = "x"\ntitle = "Växjö"\n'.encode("latin-1"))
    (problem,) = problems_of("mine", folder)
    assert (problem.row, problem.value) == (2, "byte 0xe4")
    assert "UTF-8" in problem.expected


def test_a_byte_order_mark_does_no_harm(folder, write):
    write(b"\xef\xbb\xbf" + BASE.encode())
    assert load_scenario("mine", folder).name == "base"


def test_a_huge_file_is_not_read_through(folder, write):
    write(b"# " + b"x" * MAX_TOML)
    (problem,) = problems_of("mine", folder)
    assert f"at most {MAX_TOML} bytes" in problem.expected


def test_deep_nesting_is_told(folder, write):
    write("x = " + "[" * 20_000 + "]" * 20_000)
    (problem,) = problems_of("mine", folder)
    assert "TOML" in problem.expected
    assert problems_of("base", folder, ["offices.count=" + "[" * 20_000])


def test_a_folder_is_no_scenario(folder):
    (folder / "folder.toml").mkdir()
    assert problems_of(str(folder / "folder.toml"), folder)


def test_values_that_no_model_can_take_are_told(folder, write):
    for wrong in (
        "value = nan",
        "value = inf",
        'value = "many"',
        "value = true",
        "value = 200, low = 300, high = 100",
    ):
        write(BASE.replace("value = 200", wrong).replace(", low = 100, high = 300, s", ", s", 1))
        assert all(p.column.startswith("thresholds") for p in problems_of("mine", folder)), wrong


@pytest.mark.parametrize("name", scenario_names(default_data_folder()))
def test_a_resolved_scenario_reads_back_to_the_same(name, tmp_path):
    folder = default_data_folder()
    scenario = load_scenario(name, folder)
    path = tmp_path / "scenario.toml"
    path.write_text(scenario_toml(scenario), encoding="utf-8")
    again = load_scenario(str(path), folder)
    assert again == scenario
    assert "extends" not in tomllib.loads(path.read_text(encoding="utf-8"))
    assert Scenario.model_validate(json.loads(scenario.model_dump_json())) == scenario
