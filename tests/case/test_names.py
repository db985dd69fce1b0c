"""Places of one name: told apart wherever they are named, and verified so."""

from __future__ import annotations

import json
import zipfile

import pytest

from country import country_tables, make_country
from planner.case.codes import told_apart
from planner.data import load
from planner.verify import verify_run
from planner.workflows.run import RunRequest, run_scenario
from verify.small import ROLLOUT


def test_a_name_that_is_the_only_one_stands_as_it_is():
    assert told_apart(["Vik", "Norr"], ["Väst", "Väst"], ["1", "2"]) == ["Vik", "Norr"]


def test_names_in_two_groups_are_told_apart_by_group():
    found = told_apart(["Vik", "VIK", "Ö"], ["Väst", "Öst", "Öst"], ["1", "2", "3"])
    assert found == ["Vik (Väst)", "VIK (Öst)", "Ö"]


def test_names_in_one_group_are_told_apart_by_code_too():
    found = told_apart(["Vik", "Vik", "Vik"], ["Väst", "Väst", "Öst"], ["1", "2", "3"])
    assert found == ["Vik (Väst, 1)", "Vik (Väst, 2)", "Vik (Öst)"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run in a country where two towns are called Norr, in two counties."""
    place = tmp_path_factory.mktemp("twins")
    tables = country_tables()
    for row in tables["municipalities"]:
        if row["code"] in ("0101", "0201"):
            row["name"] = row["seat"] = "Norr"
    for row in tables["announced"]:
        row["town"] = "Norr"
    folder = make_country(place / "country", tables)
    (folder / "scenarios").mkdir()
    rules = ROLLOUT.replace("count = 2", "count = 2\n[sites]\nrequired = ['0101', '0201']")
    (folder / "scenarios" / "small.toml").write_text(rules, encoding="utf-8")
    finished = run_scenario(RunRequest("small", folder, (), place / "run", "sv"))
    return place / "run", folder, finished


def test_both_towns_are_named_with_their_counties_in_every_file(run):
    out, _, finished = run
    plan = json.loads((out / "plan.json").read_bytes())
    assert [office["town"] for office in plan["offices"]] == ["Norr (Väst)", "Norr (Mellan)"]
    texts = {name: (out / name).read_text("utf-8") for name in ("map.html", "report.html")}
    with zipfile.ZipFile(out / "plan.xlsx") as book:
        texts["plan.xlsx"] = book.read("xl/sharedStrings.xml").decode()
    texts["calendar.csv"] = (out / "calendar.csv").read_text("utf-8")
    texts["plan.gpkg"] = (out / "plan.gpkg").read_bytes().decode("utf-8", "replace")
    texts["terminal"] = finished.summary
    for name, text in texts.items():
        assert "Norr (Väst)" in text, name
        assert "Norr (Mellan)" in text, name


def test_the_names_are_verified(run):
    out, folder, _ = run
    assert verify_run(out, folder).ok
    text = (out / "plan.json").read_text("utf-8").replace("Norr (Väst)", "Norr (Mellan)")
    (out / "plan.json").write_text(text, "utf-8")
    assert "office facts" in {check.name for check in verify_run(out, folder).failed}


def test_a_town_is_found_by_its_full_name(run):
    _, folder, _ = run
    towns = load(folder).inputs.municipalities["seat"]
    assert list(towns)[:3] == ["Norr (Väst)", "Söder", "Norr (Mellan)"]
