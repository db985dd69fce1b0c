"""The hard rules at Sweden's size: they hold, they are seen where they don't, and it is quick."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from planner import planning
from planner.case.read import default_data_folder
from planner.data import Data
from planner.errors import PlannerError
from planner.hardrules.check import HardRules
from planner.model.solving.stages import solve_instance


@pytest.fixture(scope="module")
def data(real_inputs, real_travel):
    return Data(default_data_folder(), real_inputs, real_travel)


@pytest.fixture(scope="module")
def scenario(data):
    return data.scenario("decision-2022")


@pytest.fixture(scope="module")
def plan(data, scenario):
    return planning.solve(data, scenario)


def broken(data, scenario, plan):
    return HardRules.of(data.inputs, data.travel, scenario).broken(plan)


def test_the_plan_of_the_decision_keeps_every_rule(data, scenario, plan):
    assert broken(data, scenario, plan) == ()


def test_a_county_with_an_office_far_away_is_seen(data, scenario, plan):
    # Norrbotten (25) at the end by the office of Skåne (12).
    end = scenario.rollout.periods[-1].name
    office = {row.id: row.office for row in plan.assignments if row.period == end}
    rows = tuple(
        replace(row, office=office["12"]) if (row.id, row.period) == ("25", end) else row
        for row in plan.assignments
    )
    found = broken(data, scenario, replace(plan, assignments=rows))
    assert any(each.startswith("own office: 25 in ") for each in found)


def test_reading_the_tables_and_checking_take_a_few_milliseconds(data, scenario, plan):
    """3 ms on two cores of 2.5 GHz; here the least of several, of this process alone."""
    seconds = []
    for _ in range(7):
        began = time.process_time()
        broken(data, scenario, plan)
        seconds.append(time.process_time() - began)
    assert min(seconds) < 0.05


def test_a_plan_that_ignores_a_date_to_open_is_refused(data, monkeypatch):
    """What the search for sites finds without the date comes back as the answer with it."""
    free = data.scenario("shortest-distance")
    unwanted = next(code for code in ("1880", "2180") if code not in offices(data, free))
    dated = free.replace(**{"rollout.opens": {unwanted: free.rollout.periods[-1].name}})
    solve = solve_instance
    monkeypatch.setattr(
        planning, "solve_instance", lambda i, *rest: solve(replace(i, scenario=free), *rest)
    )
    with pytest.raises(PlannerError) as caught:
        planning.solve(data, dated)
    assert str(caught.value).splitlines() == [
        "the plan that was found breaks a hard rule, a defect of the program",
        f"  opening dates: {unwanted} must open in {dated.rollout.periods[-1].name} and does not",
    ]


def offices(data, scenario):
    return {office.code for office in planning.solve(data, scenario).offices}
