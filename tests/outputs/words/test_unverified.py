"""What is not confirmed, where it stands: marks, cells, measures and the answer."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from contextlib import closing
from dataclasses import replace

import pandas as pd
import pytest

from country import country_tables, make_country
from planner.data import load
from planner.outputs.words.text import load_texts
from planner.outputs.words.unverified import doubts, figure_note, marked, said
from planner.workflows.run import RunRequest, run_scenario
from verify.small import STATIC

SV, EN = load_texts("sv"), load_texts("en")
SMALL = STATIC.replace("count = 2", "count = 2\n[sites]\nrequired = []")


@pytest.fixture(scope="module")
def data():
    """The tables that ship."""
    return load()


def test_the_towns_that_the_question_rests_on_are_named(data):
    scenario = data.scenario("decision-2022")
    codes = ("0184", "1780", "2080", "1280")
    assert said(codes, scenario, data.inputs, SV) == [
        "Att SPSM har kontor i Karlstad och Falun är obekräftat. Planen vilar på det."
    ]
    assert said(codes, scenario, data.inputs, EN) == [
        "That SPSM has an office in Karlstad and Falun is unverified. The plan rests on it."
    ]


def test_what_is_partly_sourced_is_said_to_be(data):
    (told,) = said(("0180",), data.scenario("decision-2022"), data.inputs, SV)
    assert told == "Att SPSM har kontor i Stockholm är bara delvis belagt. Planen vilar på det."


def test_a_campus_without_a_sourced_degree_is_told_where_one_must_be_near(data):
    """Östersund's campus has none; Linköping's neither, but Norrköping's is near enough."""
    scenario = data.scenario("decision-2022")
    *_, told = said(("2380", "0580"), scenario, data.inputs, SV)
    assert (
        told == "Att det finns lärarutbildning nära Östersund är obekräftat. Planen vilar på det."
    )
    free = scenario.replace(limits={})
    assert all("lärarutbildning" not in each for each in said(("2380",), free, data.inputs, SV))


@pytest.mark.parametrize(
    ("given", "rests"),
    [
        ((), True),
        (("sites.candidates=seats",), False),
        (("sites.candidates=seats", "limits.spsm_share={least=0.5}"), True),
        (("sites.candidates=seats", "objective.rates.spsm_share=1"), True),
        (('sites.required=["2080"]',), False),
        (('sites.basis=["sourced"]',), False),
        (('sites.own_premises=["2080"]',), False),
    ],
)
def test_it_matters_where_the_question_asks_for_such_towns(data, given, rests):
    scenario = data.scenario("decision-2022", given)
    assert bool(said(("2080",), scenario, data.inputs, SV)) is rests
    assert bool(marked(doubts(("2080",), scenario, data.inputs))) is rests


def test_one_sourced_row_is_enough(data):
    sites = data.inputs.sister_sites
    more = sites[sites["municipality_code"] == "2080"].assign(basis="sourced")
    inputs = replace(data.inputs, sister_sites=pd.concat([sites, more]))
    assert said(("2080",), data.scenario("decision-2022"), inputs, SV) == []


def test_a_measure_says_how_many_of_its_offices_are_unverified(data):
    scenario, codes = data.scenario("decision-2022"), ("0184", "1780", "2080", "1280")
    assert figure_note("spsm_share", codes, scenario, data.inputs, SV) == "2 av 3 obekräftade"
    assert figure_note("mean_km", codes, scenario, data.inputs, SV) == ""
    free = data.scenario("free-choice")
    assert figure_note("spsm_share", codes, free, data.inputs, SV) == "2 av 4 obekräftade"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run whose office in Mitt is unverified."""
    place = tmp_path_factory.mktemp("unverified")
    tables = country_tables()
    for row in tables["sister_sites"]:
        row["basis"] = "unverified" if row["municipality_code"] == "0201" else "sourced"
    folder = make_country(place / "country", tables)
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SMALL, encoding="utf-8")
    run_scenario(RunRequest("small", folder, (), place / "run", "sv"))
    plan = json.loads((place / "run" / "plan.json").read_bytes())
    assert "0201" in {office["code"] for office in plan["offices"]}
    return place / "run"


SAID = "Att Syster har kontor i Mitt är obekräftat. Planen vilar på det."
KEY = "? betyder att orten vilar på en uppgift som inte är bekräftad"
MARK = '<span class="unsure" role="img" aria-label="obekräftad">?</span>'


def test_the_report_says_it_in_answer_map_table_and_measure(run):
    page = (run / "report.html").read_text("utf-8")
    assert f'<p class="lead">{SAID}</p>' in page
    assert len(re.findall(r'<text class="number unsure"[^>]*>\d\?</text>', page)) >= 1
    assert KEY in page
    assert f"Mitt {MARK}</th>" in page
    assert "<td>ja, obekräftad</td>" in page
    assert "(1 av 2 obekräftade)" in page
    assert re.search(r"<title[^>]*>[^<]*\d Mitt \(obekräftad\)", page)


def test_the_map_has_what_it_draws_the_marks_from(run):
    page = (run / "map.html").read_text("utf-8")
    (script,) = re.findall(r'<script[^>]*id="planner-data">(.*?)</script>', page, re.DOTALL)
    data = json.loads(script)
    assert {office["town"] for office in data["offices"] if office.get("unsure")} == {"Mitt"}
    cells = {row["sister"]["sv"] for row in data["plans"][0]["views"][-1]["regions"]}
    assert cells == {"ja", "ja, obekräftad"}
    assert SAID in data["answers"]["sv"]["short"]
    assert data["texts"]["sv"]["unsure.key"] == KEY


def test_workbook_and_layers_say_it_in_their_cells(run):
    with zipfile.ZipFile(run / "plan.xlsx") as book:
        texts = book.read("xl/sharedStrings.xml").decode()
    assert ">ja, obekräftad<" in texts
    assert f">{SAID}<" in texts
    assert "(1 av 2 obekräftade)" in texts
    with closing(sqlite3.connect(run / "plan.gpkg")) as base:
        rows = set(base.execute("SELECT town, sister_basis, unverified FROM offices"))
    assert ("Mitt", "unverified", 1) in rows
    assert {basis for town, basis, _ in rows if town != "Mitt"} == {"sourced"}
