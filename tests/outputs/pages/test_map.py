"""The map page as text: sealed, the same every time, and saying the same as its tables."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from outputs.handmade import HOSTILE, county_plan, map_of, scenario
from outputs.pages import assert_sound
from planner.outputs.drawing.map_data import merged, nearest_views
from planner.outputs.drawing.palette import class_limits
from planner.plan import Assignment


def data_of(page):
    (block,) = (code for kind, code in page.scripts if kind == "application/json")
    return json.loads(block)


@pytest.fixture(scope="session")
def small_map(small, small_plan):
    return map_of(small_plan, small, scenario())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_is_sound_and_opens_in_the_language_asked_for(small, small_plan, language):
    html = map_of(small_plan, small, scenario(), language=language)
    page = assert_sound(html, language)
    assert ("Teckenförklaring" in page.words) == (language == "sv")
    assert data_of(page)["language"] == language


def test_the_same_inputs_give_the_same_bytes(small, small_plan, small_map):
    assert map_of(small_plan, small, scenario()) == small_map


def test_folium_draws_the_map_and_leaflet_is_inside(small_map):
    assert "L.map(" in small_map
    assert "Leaflet 1." in small_map
    assert "sourceMappingURL" not in small_map


def test_without_a_script_the_last_period_is_still_a_table(small_map):
    page = assert_sound(small_map, "sv")
    assert "Kontor och regioner, 2023" in page.words
    assert "Kartan behöver JavaScript" in page.words


def test_the_script_is_told_what_the_views_say(small_map):
    data = data_of(assert_sound(small_map, "sv"))
    before, after = data["plans"][0]["views"]
    island = [name for name, _, _ in data["places"]].index("Ö")
    assert before["homes"][island] == [1, 60.0, 84, 1]
    assert after["homes"][island] == [2, 30.0, 60, 1]
    assert [office["town"] for office in data["offices"]] == ["Norr", "Ost"]
    assert before["shut"] == [{"office": 2, "note": {"sv": "öppnar 2023", "en": "opens 2023"}}]
    ost = after["regions"][1]
    assert (ost["km"], ost["minutes"], ost["farthest"]) == (5.0, 10, 30.0)
    assert ost["counties"] == {"sv": "Öst", "en": "Öst"}
    total = after["total"]
    assert (total["principals"], total["km"]) == (21, 6.9)  # 145 km over 21 principals


def test_both_languages_are_in_the_file_and_say_the_same_things(small_map):
    data = data_of(assert_sound(small_map, "sv"))
    assert set(data["texts"]["sv"]) == set(data["texts"]["en"])
    assert data["titles"] == {"sv": "Två kontor", "en": "Two offices"}
    assert data["answers"]["en"]["short"][0].startswith("The plan has 2 offices")
    assert {name: len(said) for name, said in data["answers"]["sv"].items()} == {
        name: len(said) for name, said in data["answers"]["en"].items()
    }


@pytest.mark.slow
def test_every_principal_that_counts_can_be_found(real_inputs, announced):
    data = data_of(assert_sound(map_of(announced, real_inputs, scenario()), "sv"))
    listed = [len(names) for names in data["principals"]]
    assert sum(listed) + sum(data["sole"]) == sum(p[2] for p in data["places"]) == 2793
    assert [n + m for n, m in zip(listed, data["sole"], strict=True)] == [
        principals for _, _, principals in data["places"]
    ]


def test_classes_are_the_same_for_both_plans_and_every_period(small, small_plan):
    rows = tuple(row for row in small_plan.assignments if row.period == "2022")
    other = replace(small_plan, assignments=rows, periods=small_plan.periods[:1])
    data = data_of(assert_sound(map_of(small_plan, small, scenario(), reference=other), "sv"))
    seen = [h[2] for plan in data["plans"] for view in plan["views"] for h in view["homes"]]
    assert tuple(data["classes"]["limits"]) == class_limits(seen)
    assert len(data["classes"]["paints"]) == len(data["classes"]["limits"]) + 1


def test_a_principal_with_an_office_of_its_own_is_found_there(small, small_plan):
    # Mitt's only listed principal goes to Ost, its five sole traders to Norr.
    ids = ["212000201", *(f"0201-sole-{number}" for number in range(1, 6))]
    rows = tuple(
        Assignment("principal", unit, "2022", office, 10, 8, 1)
        for unit, office in zip(ids, ["0301", *["0101"] * 5], strict=True)
    )
    period = replace(small_plan.periods[0], open=("0101", "0301"))
    plan = replace(small_plan, assignments=rows, periods=(period,))
    (view,) = data_of(assert_sound(map_of(plan, small, scenario()), "sv"))["plans"][0]["views"]
    mitt = list(small.municipalities.index).index("0201")
    assert view["homes"][mitt] == [1, 10.0, 8, 6, [2]]
    assert view["away"] == [[mitt, 0, 2, 20.0, 16]]


def test_periods_in_which_nothing_changes_are_one(small, small_plan):
    """Of a plan: it has the same offices, homes and staff. Of two plans: neither changes."""
    alone = {"0101": ("01", "02", "03")}
    plan = county_plan(small, [("2022", alone), ("2023", alone), ("2024", {"0201": alone["0101"]})])
    other = county_plan(small, [("2025", {"0301": alone["0101"]})])
    data = data_of(assert_sound(map_of(plan, small, scenario(), reference=other), "sv"))
    assert [period["name"]["sv"] for period in data["periods"]] == [
        "2022\u20132023",
        "2024\u20132025",
    ]
    names = [[view["name"]["sv"] for view in each["views"]] for each in data["plans"]]
    assert names == [["2022\u20132023", "2024"], ["2025"]]
    assert [each["at"] for each in data["plans"]] == [[0, 1], [0, 0]]
    staffed = replace(plan.offices[0], advisors={"2022": 1, "2023": 2})
    plan = replace(plan, offices=(staffed, plan.offices[1]))
    data = data_of(assert_sound(map_of(plan, small, scenario()), "sv"))
    assert [period["key"] for period in data["periods"]] == ["2022", "2023", "2024"]


def test_offices_that_exist_are_marked_and_the_others_are_new(small, small_plan):
    first = replace(small_plan.offices[0], role="existing")
    plan = replace(small_plan, offices=(first, small_plan.offices[1]))
    data = data_of(assert_sound(map_of(plan, small, scenario()), "sv"))
    norr, ost = data["plans"][0]["views"][1]["regions"]
    assert (norr["exists"], norr["opens"]["sv"]) == (True, "redan öppet")
    assert (ost["exists"], ost["opens"]["sv"]) == (False, "nytt, 2023")


@pytest.mark.parametrize(
    ("orders", "joined"),
    [
        ([["2022", "2023"]], ["2022", "2023"]),
        ([["2022", "2023", "2024"], ["2024"]], ["2022", "2023", "2024"]),
        ([["2024"], ["2022", "2023", "2024"]], ["2022", "2023", "2024"]),
        ([["2023", "2025"], ["2022", "2023", "2024", "2025", "2026"]],
         ["2022", "2023", "2024", "2025", "2026"]),
        ([["autumn", "spring"], ["spring", "summer"]], ["autumn", "spring", "summer"]),
    ],
)  # fmt: skip
def test_periods_of_two_plans_come_in_an_order_that_is_both_plans_own(orders, joined):
    assert merged(orders) == joined


def test_a_plan_without_a_period_shows_the_one_before_or_its_first():
    assert nearest_views(["2022", "2023", "2024", "2025"], ["2023", "2025"]) == [0, 0, 0, 1]
    assert nearest_views(["2022", "2023"], ["2024"]) == [0, 0]


def test_a_reference_plan_can_be_chosen_but_not_the_plan_itself(small, small_plan):
    other = replace(small_plan, scenario="announced", offices=small_plan.offices)
    data = data_of(assert_sound(map_of(small_plan, small, scenario(), reference=other), "sv"))
    assert [plan["name"] for plan in data["plans"]] == [
        {"sv": "Planen", "en": "The plan"},
        {"sv": "Den aviserade planen", "en": "The announced plan"},
    ]
    alone = map_of(small_plan, small, scenario(), reference=small_plan)
    assert alone == map_of(small_plan, small, scenario())


def test_plans_are_called_what_the_caller_calls_them(small, small_plan):
    other = replace(small_plan, scenario="announced")
    names = {"plan_name": "A", "reference_name": "same_offices_best_order"}
    html = map_of(small_plan, small, scenario(), reference=other, **names)
    data = data_of(assert_sound(html, "sv"))
    assert [plan["name"]["sv"] for plan in data["plans"]] == ["A", "Samma kontor i bästa ordning"]
    html = map_of(other, small, scenario(), reference=small_plan, reference_name="recommended")
    data = data_of(assert_sound(html, "sv"))
    named = ["Den aviserade planen", "Förslaget enligt 2022 års regler"]
    assert [plan["name"]["sv"] for plan in data["plans"]] == named
    html = map_of(small_plan, small, scenario(), reference=other, reference_name="B")
    assert data_of(assert_sound(html, "sv"))["plans"][1]["name"] == {"sv": "B", "en": "B"}


@pytest.mark.slow
def test_attribution_stands_on_the_map(real_inputs, announced):
    page = assert_sound(map_of(announced, real_inputs, scenario()), "sv")
    assert "OpenStreetMaps bidragsgivare, ODbL" in page.words
    assert real_inputs.country.attribution[-1] in page.words


@pytest.mark.slow
def test_the_real_map_is_small_enough_to_send(real_inputs, announced, rollout):
    html = map_of(rollout, real_inputs, scenario(), reference=announced)
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
    page = assert_sound(map_of(plan, inputs, scenario(title=title)), "sv")
    assert not [tag for tag, _ in page.attributes if tag == "img"]
    assert " ".join(HOSTILE.split()) in page.words
    assert data_of(page)["offices"][0]["town"] == HOSTILE
    code = "".join(code for kind, code in page.scripts if not kind)
    assert "alert" not in code
    assert "49" not in data_of(page)["offices"][0]["town"]
