"""The map page as text: sealed, the same every time, and saying the same as its tables."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from outputs.handmade import HOSTILE, scenario
from outputs.pages import assert_sound
from planner.outputs.maps import render_map


def data_of(page):
    (block,) = (code for kind, code in page.scripts if kind == "application/json")
    return json.loads(block)


@pytest.fixture(scope="session")
def small_map(small, small_plan):
    return render_map(small_plan, small, scenario())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_is_sound_in_both_languages(small, small_plan, language):
    html = render_map(small_plan, small, scenario(), language=language)
    page = assert_sound(html, language)
    assert ("Kontor och regioner" in page.words) == (language == "sv")


def test_the_same_inputs_give_the_same_bytes(small, small_plan, small_map):
    assert render_map(small_plan, small, scenario()) == small_map


def test_folium_draws_the_map_and_leaflet_is_inside(small_map):
    assert "L.map(" in small_map
    assert "Leaflet 1." in small_map
    assert "sourceMappingURL" not in small_map


def test_every_period_has_its_tables_in_order(small_map):
    page = assert_sound(small_map, "sv")
    views = [given["data-view"] for _, given in page.attributes if "data-view" in given]
    assert views == ["0-0", "0-1"]
    assert page.words.index("Kontor och regioner, 2022") < page.words.index(
        "Kontor och regioner, 2023"
    )


def test_the_script_is_told_what_the_tables_say(small_map):
    data = data_of(assert_sound(small_map, "sv"))
    before, after = data["plans"][0]["views"]
    island = [name for name, _ in data["places"]].index("Ö")
    assert before["homes"][island] == [1, 60.0, 84]
    assert after["homes"][island] == [2, 30.0, 60]
    assert [office["town"] for office in data["offices"]] == ["Norr", "Ost"]
    assert before["shut"] == [{"office": 2, "note": "öppnar 2023"}]
    assert after["regions"][1]["travel"] == [5.0, 10]


def test_a_reference_plan_can_be_chosen_but_not_the_plan_itself(small, small_plan):
    other = replace(small_plan, scenario="announced", offices=small_plan.offices)
    data = data_of(assert_sound(render_map(small_plan, small, scenario(), reference=other), "sv"))
    assert [plan["name"] for plan in data["plans"]] == ["Planen", "Den aviserade planen"]
    alone = render_map(small_plan, small, scenario(), reference=small_plan)
    assert alone == render_map(small_plan, small, scenario())


def test_attribution_stands_on_the_map(real_inputs, announced):
    page = assert_sound(render_map(announced, real_inputs, scenario()), "sv")
    assert "OpenStreetMaps bidragsgivare, ODbL" in page.words
    assert real_inputs.country.attribution[-1] in page.words


def test_the_real_map_is_small_enough_to_send(real_inputs, announced, rollout):
    html = render_map(rollout, real_inputs, scenario(), reference=announced)
    assert len(html.encode()) < 1_500_000


def hostile(small, small_plan):
    """The plan and its tables with a name that tries everything."""
    offices = tuple(replace(office, town=HOSTILE) for office in small_plan.offices)
    places = small.municipalities.assign(name=HOSTILE, seat=HOSTILE)
    counties = small.counties.assign(name=HOSTILE)
    country = replace(small.country, agency=HOSTILE, name=HOSTILE, attribution=(HOSTILE,))
    inputs = replace(small, municipalities=places, counties=counties, country=country)
    return replace(small_plan, offices=offices), inputs


def test_a_hostile_name_stays_text(small, small_plan):
    plan, inputs = hostile(small, small_plan)
    title = {"sv": HOSTILE, "en": HOSTILE}
    page = assert_sound(render_map(plan, inputs, scenario(title=title)), "sv")
    assert not [tag for tag, _ in page.attributes if tag == "img"]
    assert " ".join(HOSTILE.split()) in page.words
    assert data_of(page)["offices"][0]["town"] == HOSTILE
    code = "".join(code for kind, code in page.scripts if not kind)
    assert "alert" not in code
    assert "49" not in data_of(page)["offices"][0]["town"]
