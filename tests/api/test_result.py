"""The Python interface: as on the command line, but with tables and maps in hand."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import geopandas as gpd
import pandas as pd
import pytest

import planner
from country import country_tables, make_country
from outputs.handmade import HOSTILE
from planner.outputs.files.frames import LAYERS, TABLES
from planner.verify import verify_run
from tiny import tiny_scenario, work_sections


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return planner.load(make_country(tmp_path_factory.mktemp("country")))


@pytest.fixture(scope="module")
def result(data):
    scenario = tiny_scenario({"sites.candidates": "seats", "offices.count": 2})
    return planner.solve(data, scenario, language="en")


def test_importing_the_package_imports_nothing_heavy():
    code = (
        "import planner, sys; print(sorted({'pandas', 'pulp', 'typer', 'numpy'} & {*sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there_and_no_other():
    assert {name for name in planner.__all__ if getattr(planner, name)} == set(planner.__all__)
    assert set(planner.__all__) <= set(dir(planner))
    with pytest.raises(AttributeError, match="no attribute 'sovle'"):
        _ = planner.sovle


def test_a_scenario_is_changed_by_keys_as_on_the_command_line():
    scenario = tiny_scenario()
    assert scenario.replace(offices__count=3).offices.count == 3
    assert scenario.replace(offices__count=3) == scenario.replace(**{"offices.count": 3})
    assert scenario.replace(offices={"count": 3}).offices.count == 3
    with pytest.raises(planner.InputError, match="did you mean 'count'"):
        scenario.replace(offices__cout=3)


def test_the_scenarios_of_a_folder_are_listed_with_titles():
    found = planner.load().scenarios
    assert found["decision-2022"] == "Proposal under the rules of 2022, not the decision"


def test_a_result_hands_out_layers_and_tables_of_the_plan(result):
    for name in LAYERS:
        layer = getattr(result, name)
        assert isinstance(layer, gpd.GeoDataFrame)
        assert layer.crs == "EPSG:4326"
    for name in TABLES:
        assert isinstance(getattr(result, name), pd.DataFrame)
    assert list(result.offices["code"].sort_values()) == [o.code for o in result.plan.offices]
    assert result.municipalities["principals"].sum() == 21
    value = result.criteria.set_index("criterion").loc["mean_km", "value"]
    assert value == result.plan.criteria["mean_km"]
    assert result.calendar is None


def test_what_is_handed_out_may_be_changed(result):
    result.offices["town"] = "gone"
    assert "gone" not in set(result.offices["town"])


def test_a_plan_with_dialogues_has_a_calendar_of_everybody(data):
    changes = {"sites.candidates": "seats", "objective.then": ["waiting"], **work_sections()}
    worked = planner.solve(data, tiny_scenario(changes))
    assert len(worked.calendar) == 21


def test_a_result_says_what_it_is_in_one_line(result):
    assert "optimal, gap 0.00%" in repr(result)
    assert all(office.town in repr(result) for office in result.plan.offices)


def test_a_saved_result_is_a_run_that_verifies(result, data, tmp_path):
    out = result.save(tmp_path / "kept", geojson=True)
    assert verify_run(out, data.folder).ok
    assert (out / "offices.geojson").is_file()
    plan = json.loads((out / "plan.json").read_text("utf-8"))
    assert [o["code"] for o in plan["offices"]] == [o.code for o in result.plan.offices]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x", "utf-8")
    with pytest.raises(planner.InputError):
        result.save(tmp_path / "mine")


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags, self.open, self.ids = set(), [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.open.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_in_a_notebook_a_result_is_a_map_and_a_table_without_scripts(result):
    html = result._repr_html_()
    page = Tags(html)
    assert page.open == []
    assert {"svg", "table"} <= page.tags
    assert not {"script", "link", "img", "iframe"} & page.tags
    assert "http" not in html
    used = set(re.findall(r'href="#([^"]+)"', html))
    assert used <= set(page.ids)
    assert len(set(page.ids)) == len(page.ids)


def test_two_results_in_one_notebook_keep_apart(result, data):
    other = planner.solve(data, result.scenario.replace(offices__count=1), language="en")
    assert not set(Tags(result._repr_html_()).ids) & set(Tags(other._repr_html_()).ids)


def test_hostile_names_are_escaped_in_a_notebook(tmp_path):
    tables = country_tables(announced=())
    for row in tables["municipalities"]:
        row["name"] = row["seat"] = HOSTILE.replace("\u2028", row["code"])
    hostile = planner.load(make_country(tmp_path, tables))
    html = planner.solve(hostile, tiny_scenario({"sites.candidates": "seats"}))._repr_html_()
    assert not {"script", "img"} & Tags(html).tags
    assert "&lt;img src=x" in html


def test_an_infeasible_scenario_names_the_clash_in_words(data):
    changes = {"sites.candidates": "seats", "offices.count": 1, "limits": {"max_km": {"most": 1}}}
    with pytest.raises(planner.InfeasibleScenario) as caught:
        planner.solve(data, tiny_scenario(changes), language="en")
    assert "- 1 offices are open when the rollout is complete" in caught.value.__notes__
    assert len(caught.value.__notes__) == len(caught.value.conflicts) == 2


def test_a_language_that_there_is_not_is_refused_with_those_there_are(data):
    with pytest.raises(planner.InputError, match="language = 'xx': expected one of sv, en"):
        planner.solve(data, tiny_scenario({"sites.candidates": "seats"}), language="xx")
