"""What a report varies, and how its work is shared among cores."""

from __future__ import annotations

import math
import operator

import numpy as np
import pytest

from planner.analysis.study import (
    CHUNK,
    Study,
    chunks_of,
    on_cores,
    rollout_factors,
    running_factors,
    siting_factors,
    yearly_cost,
)
from planner.data import load
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections


@pytest.mark.slow
def test_the_factors_of_the_decision_are_its_rates_the_world_and_its_work():
    """The leading rate is the unit of the sum: it has no range and is not drawn."""
    scenario = load().scenario("decision-2022")
    drawn = siting_factors(scenario)
    assert [(factor.key, factor.low, factor.high) for factor in drawn] == [
        ("objective.rates.spread", 0.5, 2),
        ("objective.rates.share_beyond", 1.5, 6),
        ("world.growth", 0, 0.5),
        ("world.speed", 0.8, 1.2),
    ]
    assert drawn[1].unit == "km per percentage point"
    # Of one goal in km, growth alone can change the towns: at every speed the km are the same.
    alone = load().scenario("shortest-distance").replace(limits={})
    assert [factor.key for factor in siting_factors(alone)] == ["world.growth"]
    spread = alone.replace(objective={"method": "epsilon", "optimise": "spread"}, limits={})
    assert siting_factors(spread) == ()
    timed = spread.replace(limits={"university_minutes": {"most": 30}})
    assert [factor.key for factor in siting_factors(timed)] == ["world.speed"]
    assert len(running_factors(scenario)) == 10


def test_a_whole_number_is_drawn_as_often_as_any_other():
    team = next(
        factor
        for factor in running_factors(load().scenario("decision-2022"))
        if factor.key == "staffing.minimum_team"
    )
    assert (team.low, team.high) == (2, 5)
    drawn = [team.at((k + 0.5) / 400) for k in range(400)]
    assert {value: drawn.count(value) for value in drawn} == dict.fromkeys((2, 3, 4, 5), 100)
    assert (team.at(0.0), team.at(1.0)) == (2, 5)


def test_a_limit_with_a_range_is_tried_at_its_ends_and_another_left_alone():
    scenario = load().scenario("pause-2023")
    assert rollout_factors(scenario)[0].key == "limits.max_km.most"
    bare = scenario.replace(limits={"max_km": {"most": 500}})
    assert [f.key for f in rollout_factors(bare) if f.key.startswith("limits")] == []


def test_more_principals_may_make_the_largest_region_larger():
    scenario = (
        load()
        .scenario("shortest-distance")
        .replace(
            objective={"method": "epsilon", "optimise": "spread"},
            limits={"largest_region": {"most": 900}},
        )
    )
    assert [factor.key for factor in siting_factors(scenario)] == ["world.growth"]


def test_results_come_in_the_order_of_the_items_whatever_the_number_of_cores():
    told = []
    for jobs in (1, 2):
        study = Study(100, jobs=jobs)  # any first argument is a task
        found = list(study.each(operator.sub, range(5), lambda *done: told.append(done)))
        assert found == [100, 99, 98, 97, 96]
    assert told == [(done, 5) for done in range(6)] * 2


def test_what_is_finished_first_may_come_first():
    found = on_cores(operator.add, [(1, 2), (3, 4), (5, 6)], 2, ordered=False)
    assert sorted(found) == [3, 7, 11]


def test_items_are_cut_into_what_goes_to_a_process_at_once():
    chunks = chunks_of(range(2 * CHUNK + 1))
    assert [len(chunk) for chunk in chunks] == [CHUNK, CHUNK, 1]
    assert [k for chunk in chunks for k in chunk] == list(range(2 * CHUNK + 1))


def test_a_year_costs_staff_premises_and_journeys():
    """Two towns 60 km and 60 minutes apart, one office, ten principals in each, a year's rollout.

    A dialogue takes 10 hours, and two more on the road to the other town: 10 x 10 + 10 x 12 hours
    against 100 a year, so three advisors at 2, premises 5; 10 journeys of 120 km at 1000 SEK/km
    are 1.2.
    """
    changes = {
        "staffing.in_person": quantity(1),
        "money.advisor": quantity(2),
        "money.premises": quantity(5),
        "money.per_km": quantity(1000),
    }
    scenario = tiny_scenario(work_sections()).replace(**changes)
    instance = tiny_instance(scenario, line(0, 60), [10, 10])
    served = np.array([0, 0])
    assert yearly_cost(instance, served) == pytest.approx(3 * 2 + 5 + 1.2)
    # With an office each there are no journeys; ten dialogues take one advisor.
    assert yearly_cost(instance, np.array([0, 1])) == pytest.approx(2 * (2 + 5))
    lazy = scenario.replace(**{"staffing.minimum_team": quantity(4)})
    instance = tiny_instance(lazy, line(0, 60), [10, 10])
    assert yearly_cost(instance, np.array([0, 1])) == pytest.approx(2 * (4 * 2 + 5))
    assert math.isfinite(yearly_cost(instance, np.array([1, 1])))
