"""What stands in the boxes is the scenario, and what was typed is read as it was meant."""

from __future__ import annotations

import pytest

from planner.case.files import default_data_folder
from planner.criteria import CRITERIA
from planner.errors import InputError
from planner.scenario.load import load_scenario, scenario_names
from planner.web.drafts import make_draft, plain
from planner.web.fields import fields
from planner.web.labels import Towns, number
from planner.web.posted import compact, fill, named, places, translated
from planner.web.reading import read

DATA = default_data_folder()
TOWNS = Towns(
    {"1880": "Örebro", "0117": "Åkersberga", "0184": "Solna"},
    {"1880": "Örebro", "0117": "Österåker", "0184": "Solna"},
)


def without_name(scenario):
    tree = plain(scenario)
    del tree["name"]
    return tree


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", scenario_names(DATA))
def test_a_form_that_is_sent_back_as_it_came_is_the_same_scenario(towns, name, language):
    base = load_scenario(name, DATA)
    tree, wrong = read(compact(fill(plain(base), towns, language)), towns, language)
    assert wrong == []
    assert tree == without_name(base)
    assert not make_draft(base, tree, DATA, language).changed


def test_a_limit_comes_back_whole_and_without_a_range_follows_its_value():
    """A box of its own for the value; that of a range stays as it was."""
    whole = {"value": 90.0, "unit": "km", "low": 50.0, "high": 120.0, "source": "SKR 2023"}
    bare = {"value": 0.5, "unit": "share", "low": 0.5, "high": 0.5, "source": "assumption"}
    limits = {"max_km": {"most": whole}, "spsm_share": {"least": bare}}
    base = load_scenario("decision-2022", DATA).replace(limits=limits)
    raw = fill(plain(base), TOWNS, "sv")
    tree, wrong = read(compact(raw), TOWNS, "sv")
    assert (wrong, tree["limits"]) == ([], plain(base)["limits"])
    raw |= {"limits.max_km.most": ["100"], "limits.spsm_share.least": ["0,75"]}
    raw |= {"limits.balance.most": ["2"]}
    found = read(compact(raw), TOWNS, "sv")[0]["limits"]
    assert found["max_km"]["most"] == whole | {"value": 100}
    assert found["spsm_share"]["least"] == bare | {"value": 0.75, "low": 0.75, "high": 0.75}
    assert found["balance"]["most"]["unit"] == "times the mean"


def rates_of(raw):
    return read(compact(raw), TOWNS, "sv")[0]["objective"]["rates"]


def test_a_rate_is_in_the_unit_of_the_goal_that_leads():
    """By itself the first of the rates, in the order in which the scenario has them."""
    base = load_scenario("decision-2022", DATA)
    raw = fill(plain(base), TOWNS, "sv")
    assert rates_of(raw) == plain(base)["objective"]["rates"]
    raw["objective.rates.university_minutes"] = ["0,25"]
    raw |= {"objective.rates.spsm_share": ["2"], "objective.rates.waiting": [""]}
    found = rates_of(raw)
    assert found["university_minutes"]["unit"] == "km per min"
    assert found["spsm_share"] == {
        "value": 2, "unit": "km per percentage point", "low": 2, "high": 2, "source": "assumption",
    }  # fmt: skip
    assert "waiting" not in found
    units = {name: rate["unit"] for name, rate in rates_of(raw | LED).items()}
    assert units["mean_km"] == "percentage points per km"
    assert units["share_beyond"] == "percentage points per percentage point"


LED = {"objective.leading": ["share_beyond"]}


def test_the_first_of_the_rates_stays_the_first():
    """Though the goals stand in another order where none is said to lead."""
    rates = {"spread": 1, "mean_km": {"value": 2, "unit": "km per km", "low": 1, "high": 4}}
    base = load_scenario("decision-2022", DATA)
    changes = {"objective.rates": rates, "objective.leading": None}
    changed = plain(base.replace(**changes))
    raw = fill(changed, TOWNS, "en")
    assert list(read(compact(raw), TOWNS, "en")[0]["objective"]["rates"]) == ["spread", "mean_km"]
    nodes = [node for field in fields() for node in field.walk() if node.kind == "named"]
    (rates_node,) = (node for node in nodes if node.key == "objective.rates")
    assert named(rates_node, raw)[:2] == ["spread", "mean_km"]


def test_a_tolerance_is_a_number_in_the_unit_of_its_goal(towns):
    base = load_scenario("pause-2023", DATA)
    raw = fill(plain(base), towns, "sv")
    assert raw["objective.tolerance.waiting"] == ["590"]
    tree, wrong = read(compact(raw | {"objective.tolerance.mean_km": ["0,5"]}), towns, "sv")
    assert (wrong, tree["objective"]["tolerance"]) == ([], {"waiting": 590, "mean_km": 0.5})


@pytest.mark.slow
def test_every_shipped_scenario_can_be_told_as_a_change_of_every_other():
    """Sections that are lost, won or emptied come back from the file as they were asked for."""
    every = [load_scenario(name, DATA) for name in scenario_names(DATA)]
    for base in every:
        for wanted in every:
            draft = make_draft(base, without_name(wanted), DATA, "sv")
            assert without_name(draft.scenario) == without_name(wanted), draft.text


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("1,5", "sv", 1.5),
        ("1.5", "sv", 1.5),
        ("1 600", "sv", 1600),
        ("1\u00a0600,25", "sv", 1600.25),
        ("\u22122", "sv", -2),
        ("1.5", "en", 1.5),
        ("1,5", "en", None),
        ("1.234,5", "sv", None),
        ("tio", "sv", None),
        ("0x10", "sv", None),
        ("inf", "en", None),
        ("nan", "en", None),
        ("1e3", "en", 1000.0),
        ("9" * 40, "en", None),
        ("", "sv", None),
    ],
)
def test_numbers_are_read_as_the_language_writes_them(text, language, value):
    assert number(text, language) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Örebro", "1880"),
        ("örebro ", "1880"),
        ("O\u0308rebro", "1880"),
        ("1880", "1880"),
        ("Österåker", "0117"),
        ("Åkersberga", "0117"),
        ("Atlantis", None),
    ],
)
def test_a_town_goes_by_its_name_its_municipality_or_its_code(text, code):
    assert TOWNS.code(text) == code


def test_a_misspelt_town_is_told_with_the_one_that_was_meant():
    base = fill(plain(load_scenario("decision-2022", DATA)), TOWNS, "sv")
    tree, wrong = read(base | {"sites.required": ["Solna", "Örebo"]}, TOWNS, "sv")
    assert tree["sites"]["required"] == ["0184"]
    assert [(w.at, w.key, w.words["near"]) for w in wrong] == [
        ("sites.required", "town_near", "Örebro")
    ]


def test_the_town_that_was_meant_is_looked_for_only_so_often():
    """Each look goes through every town: a thousand would take a second."""
    base = fill(plain(load_scenario("decision-2022", DATA)), TOWNS, "sv")
    wrong = read(base | {"sites.required": ["Örebo"] * 50}, TOWNS, "sv")[1]
    assert [each.key for each in wrong] == ["town_near"] * 20 + ["town"] * 30


def test_rows_that_are_empty_or_removed_are_left_out_and_the_others_numbered_anew():
    raw = {
        "rollout.periods.0.name": ["2022"],
        "rollout.periods.0.remove": ["1"],
        "rollout.periods.1.name": ["2023"],
        "rollout.periods.2.name": [" "],
        "rollout.periods.2.hires_most.unit": ["advisors"],
        "rollout.periods.7.name": ["2024"],
        "rollout.opens.3.town": ["Solna"],
    }
    kept = compact(raw)
    assert places(kept, "rollout.periods") == [0, 1]
    assert [kept[f"rollout.periods.{row}.name"] for row in (0, 1)] == [["2023"], ["2024"]]
    assert kept["rollout.opens.0.town"] == ["Solna"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["decision-2022", "pause-2023"])
def test_no_box_that_is_emptied_becomes_the_default(towns, name):
    """It is told at its place, or it is none and the box stays empty."""
    base = load_scenario(name, DATA)
    full = fill(plain(base), towns, "sv")
    none = tuple(f"limits.{name}." for name in CRITERIA if name not in base.limits)
    asked = [at for at, texts in full.items() if any(texts) and not at.endswith(NO_BOX)]
    asked = [at for at in asked if not at.startswith(none)]  # these have but what is usual
    kept = []
    for at in asked:
        tree, wrong = read(compact(full | {at: [""]}), towns, "sv", full)
        if wrong:
            assert {each.at for each in wrong} == {at}
            continue
        try:
            draft = make_draft(base, tree, DATA, "sv")
        except InputError:
            continue
        kept += [at] if any(fill(plain(draft.scenario), towns, "sv").get(at, [])) else []
    assert kept == []
    assert len(asked) > 70


NO_BOX = (".unit", ".source", ".town", "description.sv", "description.en", "work")
"""Without a source a number is an assumption, and without a town there is no row to look at."""


@pytest.mark.parametrize(
    ("boxes", "told"),
    [
        ({"offices.count": "", "offices.count.most": "3"}, ("offices.count", "whole")),
        ({"offices.count": "", "offices.count.most": ""}, ("offices.count", "whole")),
        ({"rollout.periods.0.months": ""}, ("rollout.periods.0.months", "number")),
        ({"rollout.periods.4.openings_most": "2"}, ("rollout.periods.4.name", "value")),
        ({"rollout.periods.4.months": "6"}, ("rollout.periods.4.name", "value")),
        ({"rollout.periods.4.name": "2025"}, ("rollout.periods.4.months", "number")),
        ({"dialogues.targets.9.hard": "1"}, ("dialogues.targets.1.by", "value")),
        ({"rollout.opens.77.town": "Solna"}, ("rollout.opens.0.value", "value")),
        ({"rollout.opens.77.value": "2023"}, ("rollout.opens.0.town", "value")),
        ({"staffing.existing.0.town": "Solna"}, ("staffing.existing.0.value", "number")),
        ({"limits.max_km.penalty": "3"}, ("limits.max_km.most", "beside")),
        ({"limits.max_km.hard": ""}, ("limits.max_km.most", "beside")),
        ({"limits.spsm_share.least.low": "1"}, ("limits.spsm_share.least", "beside")),
        ({"objective.rates.waiting.source": "SKR"}, ("objective.rates.waiting", "beside")),
        ({"staffing.meeting.low": ""}, ("staffing.meeting.low", "number")),
        ({"money.advisor": "", "money.advisor.low": ""}, ("money.advisor", "number")),
        ({"solver.gap": ""}, ("solver.gap", "number")),
        ({"units.level": ""}, ("units.level", "value")),
        ({"title.sv": " "}, ("title.sv", "title")),
        ({"sites.required": ""}, None),
        ({"solver.time_limit": ""}, None),
        ({"objective.rates.spread": ""}, None),
        ({"limits.max_km.most": ""}, None),
    ],
    ids=str,
)
def test_what_is_half_filled_in_is_told_and_what_may_be_empty_is_none(towns, boxes, told):
    base = load_scenario("decision-2022", DATA)
    full = fill(plain(base), towns, "sv")
    raw = full | {at: [text] if text else [] for at, text in boxes.items()}
    wrong = read(compact(raw), towns, "sv", full)[1]
    assert [(each.at, each.key) for each in wrong][:1] == ([told] if told else [])


def test_a_new_row_and_a_new_limit_have_what_is_usual_and_are_none_without_more(towns):
    base = load_scenario("pause-2023", DATA)
    full = fill(plain(base), towns, "en")
    assert (full["limits.balance.penalty"], full["limits.balance.hard"]) == (["1"], ["1"])
    spare = {"rollout.periods.9.months": ["12"], "rollout.periods.9.name": [""]}
    spare |= {"dialogues.targets.9.penalty": ["1"], "dialogues.targets.9.least.unit": ["dialogues"]}
    assert read(compact(full | spare), towns, "en") == (without_name(base), [])


def test_a_number_that_can_not_be_read_leaves_the_one_from_the_start_for_the_rest_to_be_judged():
    full = fill(plain(load_scenario("decision-2022", DATA)), TOWNS, "sv")
    tree, wrong = read(compact(full | {"solver.threads": ["två"]}), TOWNS, "sv", full)
    assert tree["solver"]["threads"] == 1
    assert [each.at for each in wrong] == ["solver.threads"]


def test_what_was_typed_in_one_language_is_the_same_in_the_other(towns):
    base = plain(load_scenario("decision-2022", DATA))
    for old, new in (("sv", "en"), ("en", "sv")):
        assert translated(fill(base, towns, old), old, new) == fill(base, towns, new)
    typed = {
        "title.sv": ["1,5"],
        "solver.gap": ["0,5", "en"],
        "money.advisor.source": ["antagande x"],
    }
    found = {
        "title.sv": ["1,5"],
        "solver.gap": ["0.5", "en"],
        "money.advisor.source": ["assumption x"],
    }
    assert translated(typed, "sv", "en") == found


def test_every_field_of_the_specification_is_one_that_a_form_can_ask():
    kinds = {node.key: node.kind for field in fields() for node in field.walk()}
    assert kinds["offices.count"] == "range"
    assert kinds["sites.candidates"] == "choice_or_list"
    assert kinds["staffing.existing"] == "quantity"
    assert kinds["rollout.periods.starts"] == "date"
    assert len(kinds) > 60
