"""What a run is compared with: the announced plan, and for the announced plan the recommended."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from country import make_country
from planner.data import load
from planner.outputs.words.text import load_texts
from planner.planning import control_of
from planner.workflows.plans import reference_plan

SCENARIO = """
name = "{name}"
[title]
sv = "Liten"
en = "Small"
[description]
sv = "Ett litet land"
en = "A small country"
[sites]
candidates = "{candidates}"
[offices]
count = 1
[thresholds]
beyond_km = {{ value = {beyond}, unit = "km", low = 1, high = 300 }}
university_limit = {{ value = 45, unit = "min", low = 20, high = 90 }}
[objective]
method = "epsilon"
optimise = "mean_km"
"""

EXISTING = """
[sites]
candidates = "seats"
existing = ["0101", "0301"]
required = ["0201"]
[offices]
count = {count}
[rollout]
periods = [{{ name = "2024" }}, {{ name = "2025" }}]
available_from = {{ "0201" = "2025", "0301" = "2024" }}
"""


@pytest.fixture
def compared(tmp_path):
    """Solve what one scenario of a small country is compared with, given all that it has."""

    def answer(name, *names):
        folder = make_country(tmp_path / "data")
        (folder / "scenarios").mkdir()
        for number, each in enumerate(names):
            sites = "announced" if each == "announced" else "sister"
            text = SCENARIO.format(name=each, candidates=sites, beyond=10 + number)
            (folder / "scenarios" / f"{each}.toml").write_text(text, encoding="utf-8")
        data = load(folder)
        scenario = data.scenario(name)
        plan, called, missing = reference_plan(data, scenario, control_of(scenario))
        assert not missing
        return plan and (plan.scenario, plan.offices[0].town, called)

    return answer


def test_a_plan_is_compared_with_the_announced_one(compared):
    assert compared("own", "own", "announced") == ("announced", "Mitt", "")


def test_the_announced_plan_is_compared_with_the_recommended_one(compared):
    found = compared("announced", "announced", "decision-2022")
    assert found == ("decision-2022", "Mitt", "recommended")


def test_the_announced_plan_alone_has_only_itself(compared):
    assert compared("announced", "announced") == ("announced", "Mitt", "")


def test_without_an_announced_plan_there_is_nothing_to_compare_with(compared):
    assert compared("decision-2022", "decision-2022") is None


@pytest.mark.parametrize("limit", [{"interrupted": True}, {"deadline": time.monotonic()}])
def test_what_was_proved_before_is_found_after_a_limit_has_come(tmp_path, monkeypatch, limit):
    monkeypatch.delenv("PLANNER_ANEW")
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "cache"))
    folder = make_country(tmp_path / "data")
    (folder / "scenarios").mkdir()
    for name in ("own", "announced"):
        text = SCENARIO.format(name=name, candidates="announced", beyond=10)
        (folder / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")
    data = load(folder)
    scenario = data.scenario("own", ("solver.nodes=1000",))
    proved, _, _ = reference_plan(data, scenario, control_of(scenario))
    monkeypatch.delattr("planner.planning.solve")
    control = replace(control_of(scenario), **limit)
    assert reference_plan(data, scenario, control)[0] == proved
    assert control.interrupted == ("interrupted" in limit)  # once more still cancels


@pytest.mark.parametrize(
    ("count", "offices"), [("3", ["0101", "0301"]), ("[2, 3]", ["0101", "0301"]), ("2", None)]
)
def test_where_offices_exist_new_ones_are_held_against_none(tmp_path, count, offices):
    """The same question with what exists alone; where no new one is asked for, as otherwise."""
    folder = make_country(tmp_path / "data")
    (folder / "scenarios").mkdir()
    text = SCENARIO.format(name="more", candidates="sister", beyond=10)
    given = EXISTING.format(count=count).replace(
        'required = ["0201"]\n', "" if count == "2" else 'required = ["0201"]\n'
    )
    for section in ('[sites]\ncandidates = "sister"\n', "[offices]\ncount = 1\n"):
        text = text.replace(section, "")
    (folder / "scenarios" / "more.toml").write_text(text + given, encoding="utf-8")
    data = load(folder)
    scenario = data.scenario("more")
    plan, called, missing = reference_plan(data, scenario, control_of(scenario))
    assert (called, missing) == ("", "")
    if offices is None:
        assert plan is None
        return
    assert [office.code for office in plan.offices] == offices
    assert plan.scenario == "without-new-offices"
    assert [period.period for period in plan.periods] == ["2024", "2025"]
    assert load_texts("sv").has(f"reference.{plan.scenario}")
