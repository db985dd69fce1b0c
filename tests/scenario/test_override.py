"""Lists and tables that ``--set`` adds to and takes from."""

from __future__ import annotations

import pytest

from country import make_country
from planner.data import load
from planner.errors import InputError
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
