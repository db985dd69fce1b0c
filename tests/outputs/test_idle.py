"""Where nobody is to be met: a county without principals is told everywhere, and weighs nothing.

In the country of these tests Ost and Ö, the county of Öst, have no principals. With offices in
Norr and Mitt they belong to Mitt, 20 and 50 km away: 35 km, each municipality counted alike.
"""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

import planner
from country import country_tables, make_country
from outputs.handmade import report_of, workbook_of
from outputs.pages import assert_sound
from planner.outputs.drawing.map_data import PlanShown, map_data
from planner.outputs.rows import county_rows
from planner.outputs.views import make_views, mean_of, number_offices
from planner.outputs.words import facts
from planner.outputs.words.text import MISSING, load_texts
from planner.verify import verify_run
from tiny import tiny_scenario

SV = load_texts("sv")
COUNTIES = {"units.level": "county", "sites.candidates": "sister", "offices.count": 2}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    tables = country_tables(demand={"0301": 0, "0302": 0})
    return planner.load(make_country(tmp_path_factory.mktemp("empty"), tables))


@pytest.fixture(scope="module")
def result(data):
    return planner.solve(data, tiny_scenario(COUNTIES))


def view_of(plan, data):
    return make_views(plan, data.inputs, data.travel, number_offices(data.inputs, plan))[-1]


def test_a_mean_of_nobody_counts_every_way_alike():
    assert mean_of([(3, 10.0), (1, 50.0), (0, 900.0)]) == 20
    assert mean_of([(0, 20.0), (0, 50.0)]) == 35
    assert str(mean_of([])) == "nan"


def test_a_county_without_principals_has_its_distance(result, data):
    rows = {
        row.county: row for row in county_rows(result.plan, view_of(result.plan, data), data.inputs)
    }
    assert (rows["Öst"].town, rows["Öst"].principals, rows["Öst"].km) == ("Mitt", 0, 35)
    assert rows["Öst"].municipalities == 2
    kept = result.assignments.set_index("id")
    assert (kept.at["03", "km"], kept.at["03", "principals"]) == (35, 0)


def test_every_export_tells_its_municipalities_and_leaves_them_out_of_the_means(result, data):
    """Mitt's region is Mitt 6 x 0 and Vik 3 x 5 km: 15 over 9 whatever lies in Öst."""
    view = view_of(result.plan, data)
    assert {code: view.homes[code].km for code in ("0301", "0302")} == {"0301": 20, "0302": 50}
    mitt = next(region for region in view.regions if region.office.town == "Mitt")
    assert (mitt.km, mitt.farthest) == (pytest.approx(15 / 9), 5)
    book = load_workbook(io.BytesIO(workbook_of(result.plan, data.inputs, result.scenario)))
    places = {row[1]: row for row in book["Kommuner"].iter_rows(values_only=True)}
    assert (places["Ö"][4], places["Ö"][6]) == (50, 0)
    counties = {row[3]: row for row in book["Regioner"].iter_rows(values_only=True)}
    assert (counties["Öst"][6], counties["Öst"][7]) == (0, 35)
    layer = result.municipalities.set_index("municipality")
    assert (layer.at["Ost", "km"], layer.at["Ost", "principals"]) == (20, 0)
    shown = PlanShown(result.plan, {"sv": "Planen", "en": "The plan"}, (view,))
    drawn = map_data([shown], number_offices(data.inputs, result.plan), data.inputs, {})
    homes = dict(
        zip(data.inputs.municipalities.index, drawn["plans"][0]["views"][0]["homes"], strict=True)
    )
    assert homes["0301"][1:] == [20.0, 16, 0]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_report_says_so_in_a_note(result, data, language):
    said = assert_sound(
        report_of(result.plan, data.inputs, result.scenario, language=language), language
    ).words
    note = {
        "sv": "I 2 kommuner finns ingen huvudman. Deras avstånd visas, men räknas inte in",
        "en": "In 2 municipalities there is no principal. Their distances are shown, but do not",
    }[language]
    assert note in said
    assert {"sv": "Öst 2 Mitt 2 0 35,0", "en": "Öst 2 Mitt 2 0 35.0"}[language] in said


def test_an_office_that_serves_nobody_has_no_mean(data):
    """Ost must be open, and has but its own empty county: a dash, and no division by nothing."""
    asked = tiny_scenario({**COUNTIES, "sites.required": ["0301"]})
    found = planner.solve(data, asked)
    said = assert_sound(report_of(found.plan, data.inputs, asked), "sv").words
    assert f"2 Ost Öst 2 0 {MISSING} {MISSING} {MISSING}" in said
    assert "Öst 2 Ost 2 0 15,0" in said  # Ost itself and Ö, 30 km by ferry


def test_a_county_without_principals_that_changes_office_is_told(result, data):
    asked = tiny_scenario({**COUNTIES, "sites.required": ["0301"]})
    other = view_of(planner.solve(data, asked).plan, data)
    moves = facts.moves(view_of(result.plan, data), other, data.inputs)
    move = next(move for move in moves if move.county == "Öst")
    assert (move.principals, move.km_before, move.km_after) == (0, 15, 35)


@pytest.mark.slow
def test_its_run_is_written_and_verifies(result, data, tmp_path):
    out = result.save(tmp_path / "run")
    assert verify_run(out, data.folder).ok
    rows = (out / "assignments.csv").read_text("utf-8")
    assert "03" in rows
    assert "35" in rows
