"""A scenario that chooses towns alone takes dialogues, staff and money from another."""

from __future__ import annotations

import tomllib

import pytest

from planner.case.files import default_data_folder
from planner.scenario.load import load_scenario, scenario_names
from planner.web.drafts import make_draft, plain
from planner.web.posted import compact, fill, with_work
from planner.web.reading import read
from web.test_pages import form_of, words

DATA = default_data_folder()
EVERY = {name: load_scenario(name, DATA) for name in scenario_names(DATA)}
DONORS = {name for name, scenario in EVERY.items() if scenario.dialogues}


@pytest.fixture
def made(towns):
    """Add the work of one scenario to another; return the scenario that comes of it."""

    def make(name, donor, **boxes):
        raw = fill(plain(EVERY[name]), towns, "sv")
        raw |= {key.replace("__", "."): value for key, value in boxes.items()}
        added = with_work(compact(raw), fill(plain(EVERY[donor]), towns, "sv"))
        tree, wrong = read(compact(added), towns, "sv")
        assert wrong == []
        return make_draft(EVERY[name], tree, DATA, "sv").scenario

    return make


@pytest.mark.parametrize("donor", sorted(DONORS))
def test_any_scenario_without_work_may_take_that_of_any_other(made, donor):
    for name in EVERY.keys() - DONORS:
        found, given = made(name, donor), EVERY[donor]
        assert (found.dialogues, found.money) == (given.dialogues, given.money)
        assert (found.staffing, found.calendar) == (given.staffing, given.calendar)
        assert found.rollout.periods == given.rollout.periods
        assert found.objective.then == ("waiting",)
        assert (found.sites, found.offices) == (EVERY[name].sites, EVERY[name].offices)
        assert found.solver.gap == given.solver.gap


def test_periods_that_somebody_has_made_stay_and_targets_for_others_go(made):
    periods = {"rollout__periods__0__name": ["2023"], "rollout__periods__1__name": ["2026"]}
    periods["rollout__periods__1__months"] = ["12"]
    found = made("next-offices", "decision-2022", **periods)
    assert [period.name for period in found.rollout.periods] == ["2023", "2026"]
    assert [target.by for target in found.dialogues.targets] == ["2023"]
    periods["rollout__periods__0__name"] = ["2027"]
    assert made("next-offices", "decision-2022", **periods).dialogues.targets == ()


def test_a_goal_about_the_dialogues_and_a_gap_that_somebody_has_set_stay(made):
    goals = {"objective__then": ["unmet"], "solver__gap": ["0,02"]}
    found = made("shortest-distance", "decision-2022", **goals)
    assert (found.objective.then, found.solver.gap) == (("unmet",), 0.02)
    goals = {"objective__method": ["lexicographic"], "objective__order": ["cost_msek", "mean_km"]}
    assert made("shortest-distance", "decision-2022", **goals).objective.then == ()


@pytest.mark.slow
def test_the_form_offers_it_and_shows_what_it_added_to_be_changed(real):
    page = real.get("/scenarios/next-offices")
    assert "Ja, med talen ur: Förslag enligt 2022 års regler" in words(page)
    assert "work_from" not in real.get("/scenarios/decision-2022").text
    sent = form_of(real, "next-offices", offices__count=["9"], work_from=["decision-2022"])
    answer = real.post("/scenarios/next-offices", data=sent)
    assert answer.status_code == 200
    said = words(answer)
    assert "Inget fel hittades" in said
    assert "Antal kontor 8 9" in said
    assert "Mötestid per dialog och deltagare inget 4 timmar" in said
    assert "Mötestid per dialog och deltagare, Lägst" not in said.partition("Frågan")[0]
    assert 'name="staffing.preparation"' in answer.text
    assert "work_from" not in answer.text
    draft = tomllib.loads(real.post("/scenarios/next-offices", data=sent | {"action": "toml"}).text)
    assert draft["offices"] == {"count": 9}
    assert draft["dialogues"]["uptake"]["value"] == 0.8


def test_a_scenario_to_take_it_from_must_be_there(real):
    sent = form_of(real, "next-offices", work_from=["atlantis"])
    assert real.post("/scenarios/next-offices", data=sent).status_code == 404
