"""Lists and tables that ``--set`` adds to and takes from."""

from __future__ import annotations

import json
import pickle

import pytest

from country import make_country
from planner.data import load
from planner.errors import InputError
from planner.runs.writing import scenario_toml
from planner.scenario.load import load_scenario
from planner.scenario.override import differences, flat
from planner.workflows.session import dropped

SCENARIO = """
name = "small"
[title]
sv = "Liten"
en = "Small"
[description]
sv = "Ett litet land"
en = "A small country"
[sites]
required = ["0101"]
[offices]
count = 2
[limits]
max_km = { most = { value = 200, unit = "km", low = 100, high = 300 } }
[thresholds]
beyond_km = { value = 200, unit = "km", low = 100, high = 300 }
university_limit = { value = 45, unit = "min", low = 20, high = 90 }
[objective]
method = "epsilon"
optimise = "mean_km"
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = make_country(tmp_path_factory.mktemp("country"))
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SCENARIO, encoding="utf-8")
    return load(folder)


@pytest.mark.parametrize(
    ("overrides", "required"),
    [
        (['sites.required+=["0201"]'], ("0101", "0201")),
        (['sites.required += ["0101", "0201"]'], ("0101", "0201")),
        (["sites.required+=0201"], ("0101", "0201")),
        (["sites.required+=1880"], ("0101", "1880")),
        (["sites.required-=0101"], ()),
        (['sites.required-=["0101"]', 'sites.required+=["0301"]'], ("0301",)),
        (['sites.required=["0201"]', 'sites.required+=["0301"]'], ("0201", "0301")),
    ],
)
def test_a_list_is_added_to_and_taken_from_in_order(data, overrides, required):
    assert data.scenario("small", overrides).sites.required == required


def test_a_list_that_the_scenario_does_not_say_is_as_it_is_by_default(data):
    usual = data.scenario("small").sites
    assert usual.excluded == ()
    assert data.scenario("small", ['sites.excluded+=["0301"]']).sites.excluded == ("0301",)
    fewer = data.scenario("small", [f"sites.basis-={usual.basis[0]}"]).sites.basis
    assert fewer == usual.basis[1:] != ()


def test_a_table_is_added_to_and_taken_from(data):
    assert not data.scenario("small", ["limits-=max_km"]).limits
    more = data.scenario("small", ["limits+={ mean_km = { most = 90 } }"]).limits
    assert more.keys() == {"max_km", "mean_km"}


@pytest.mark.parametrize(
    ("override", "column", "expected"),
    [
        ("offices.count+=1", "offices.count", "a list or a table for +=; there is 2"),
        ("offices.count-=1", "offices.count", "a list or a table for -=; there is 2"),
        ("sites.candidates+=0101", "sites.candidates", "a list or a table for +=; there is sister"),
        ("sites.required-=0201", "sites.required", "some of what is there, 0101; there is no 0201"),
        ("sites.excluded-=0201", "sites.excluded", "nothing; there is no 0201"),
        ("limits-=mean_km", "limits", "some of what is there, max_km; there is no mean_km"),
        ("limits+=[1]", "limits", "a table, for instance"),
        ("sites.requird+=0201", "sites.requird", "did you mean 'required'"),
        ("sites.requird-=0201", "sites.requird", "a list or a table for -=; there is nothing"),
        ("+=1", "", "key=value"),
    ],
)
def test_what_can_not_be_is_told_once(data, override, column, expected):
    with pytest.raises(InputError) as wrong:
        data.scenario("small", [override])
    (problem,) = wrong.value.problems
    assert problem.column == column
    assert expected in problem.expected


@pytest.mark.parametrize(
    ("overrides", "items"),
    [
        (['sites.required=["0201"]'], "0101 Norr"),
        (['sites={ required = ["0101"], excluded = ["0301"] }'], ""),
        (["limits={ mean_km = { most = 90 } }"], "limits.max_km.most"),
        (['sites.required=["0101", "0201"]'], ""),
        (['sites.required+=["0201"]'], ""),
        (["sites.required-=0101"], ""),
        (["offices.count=1"], ""),
    ],
)
def test_what_a_list_or_table_drops_is_told(data, overrides, items):
    found = dropped(
        data.scenario("small"), data.scenario("small", overrides), overrides, data.inputs
    )
    assert [words["items"].split(",")[0] for _, words in found] == ([items] if items else [])


BASE = """
title = { sv = "Grund", en = "Base" }
description = { sv = "Att bygga på", en = "To build on" }
[offices]
count = 3
[sites]
candidates = "seats"
required = ["0101"]
[thresholds]
beyond_km = { value = 200, unit = "km", low = 100, high = 300 }
university_limit = { value = 45, unit = "min", low = 20, high = 90 }
[objective]
method = "epsilon"
optimise = "mean_km"
[limits]
max_km = { most = 500 }
"""
EXTENDED = 'extends = "base"\n[offices]\ncount = 4\n'
OWN = """
extends = "{base}"
title = {{ sv = "Mitt", en = "Mine" }}
[offices]
count = 5
[limits]
"""


@pytest.fixture
def folder(tmp_path):
    """A data folder with two scenarios, the second of which extends the first."""
    scenarios = tmp_path / "data" / "scenarios"
    scenarios.mkdir(parents=True)
    (scenarios / "base.toml").write_text(BASE, encoding="utf-8")
    (scenarios / "extended.toml").write_text(EXTENDED, encoding="utf-8")
    return tmp_path / "data"


def test_a_shipped_scenario_has_changed_nothing_even_where_it_extends_another(folder):
    for name in ("base", "extended"):
        scenario = load_scenario(name, folder)
        assert (scenario.changed, scenario.base) == ({}, None)


def test_settings_are_told_against_the_scenario_that_was_asked_for(folder):
    given = ["offices.count=8", "thresholds.beyond_km=150", "limits.max_km.most=400"]
    scenario = load_scenario("extended", folder, given)
    assert scenario.base == load_scenario("extended", folder)
    assert scenario.changed == {
        "offices.count": (4, 8),
        "thresholds.beyond_km": (200, 150),
        "limits.max_km.most": (500, 400),
    }


def test_a_setting_to_what_was_so_already_is_no_change(folder):
    assert load_scenario("base", folder, ["offices.count=3"]).changed == {}


def test_what_is_added_or_left_out_has_no_value_on_the_other_side(folder):
    scenario = load_scenario("base", folder, ["limits={spread={most=90}}"])
    assert scenario.changed["limits.max_km.most"] == (500, None)
    assert scenario.changed["limits.spread.most"] == (None, 90)


@pytest.mark.parametrize("base", ["extended", "between"])
def test_a_file_of_ones_own_is_told_against_the_shipped_one_it_extends(folder, tmp_path, base):
    (tmp_path / "between.toml").write_text(
        'extends = "extended"\n[units]\nlevel = "municipality"\n'
    )
    own = tmp_path / "own.toml"
    own.write_text(OWN.format(base=base), encoding="utf-8")
    scenario = load_scenario(str(own), folder, ["offices.count=6"])
    assert scenario.base.name == "extended"
    assert scenario.base.title.sv == "Grund"
    assert scenario.changed["offices.count"] == (4, 6)
    assert ("units.level" in scenario.changed) == (base == "between")
    assert not {"name", "title.sv"} & set(scenario.changed)


def test_a_file_that_extends_nothing_is_its_own_base(folder, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(BASE, encoding="utf-8")
    assert load_scenario(str(own), folder).base is None
    changed = load_scenario(str(own), folder, ["offices.count=8"])
    assert (changed.base.name, changed.changed) == ("own", {"offices.count": (3, 8)})


def test_a_copy_of_a_shipped_scenario_is_told_against_it(folder, tmp_path):
    copy = tmp_path / "copy.toml"
    copy.write_text('name = "base"\n' + BASE.replace("count = 3", "count = 7"), encoding="utf-8")
    assert load_scenario(str(copy), folder).changed == {"offices.count": (3, 7)}


def test_a_runs_scenario_is_told_against_what_its_plan_names(folder, tmp_path):
    resolved = load_scenario("extended", folder).replace(name="mine", offices__count=8)
    (tmp_path / "scenario.toml").write_text(scenario_toml(resolved), encoding="utf-8")
    assert load_scenario(str(tmp_path / "scenario.toml"), folder).base is None
    (tmp_path / "plan.json").write_text(json.dumps({"base": "extended"}), encoding="utf-8")
    again = load_scenario(str(tmp_path / "scenario.toml"), folder)
    assert again == resolved
    assert again.changed == {"offices.count": (4, 8)}


def test_a_change_in_python_is_told_against_the_first(folder):
    scenario = load_scenario("base", folder)
    changed = scenario.replace(offices__count=8)
    assert changed.changed == {"offices.count": (3, 8)}
    assert changed.replace(units__level="municipality").changed == {
        "offices.count": (3, 8),
        "units.level": ("county", "municipality"),
    }
    assert changed.replace(offices__count=3).changed == {}


def test_what_was_changed_is_no_part_of_the_question(folder):
    base = load_scenario("base", folder)
    there_and_back = base.replace(offices__count=8).replace(offices__count=3)
    assert there_and_back == base
    assert there_and_back.base is not None
    assert there_and_back.model_dump() == base.model_dump()
    assert base.replace(offices__count=8) != base


def test_what_was_changed_goes_along_to_another_process(folder):
    changed = load_scenario("base", folder, ["offices.count=8"])
    assert pickle.loads(pickle.dumps(changed)).changed == {"offices.count": (3, 8)}  # noqa: S301


def test_the_last_period_alone_has_changed_what_the_whole_has(folder):
    changed = load_scenario("base", folder, ["offices.count=8"])
    assert changed.complete().changed == {"offices.count": (3, 8)}


def test_a_number_without_a_range_is_one_value_and_one_with_a_range_three():
    bare = {"value": 5, "unit": "km", "low": 5, "high": 5}
    wide = bare | {"high": 9}
    assert flat({"a": bare}) == {"a": 5}
    assert differences(flat({"a": bare}), flat({"a": wide})) == {
        "a.low": (None, 5),
        "a.high": (None, 9),
    }


def test_a_table_in_a_list_is_told_key_by_key_and_a_plain_list_whole():
    before = {"periods": [{"name": "1"}, {"name": "2"}], "codes": ["a", "b"]}
    now = {"periods": [{"name": "1"}, {"name": "3"}], "codes": ["b"]}
    assert differences(flat(before), flat(now)) == {
        "periods.1.name": ("2", "3"),
        "codes": (["a", "b"], ["b"]),
    }
