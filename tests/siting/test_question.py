"""How a scenario puts its question, and what an answer says of itself: figures by hand."""

from __future__ import annotations

import pytest

from planner.errors import InputError
from planner.siting.problem import Siting
from planner.siting.question import check_objective, shares_of
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections


def test_goals_of_the_rollout_may_only_come_later():
    sections = {**work_sections(), "objective": {"method": "epsilon", "optimise": "waiting"}}
    with pytest.raises(InputError, match="waiting"):
        check_objective(tiny_scenario(sections))
    check_objective(tiny_scenario({"objective": {"method": "epsilon", "optimise": "mean_km"}}))


def test_a_share_taken_alone_is_asked_for_in_percentage_points():
    alone = {"objective": {"method": "epsilon", "optimise": "share_beyond"}}
    changes = {**alone, "thresholds.beyond_km": quantity(100)}
    assert shares_of(tiny_scenario(changes)) == {"share_beyond": 100.0}
    weighed = {"objective": {"method": "weighted", "rates": {"mean_km": 1, "spread": 2}}}
    assert shares_of(tiny_scenario(weighed)) == {"mean_km": 1.0, "spread": 2.0}


def test_how_much_worse_is_told_in_the_unit_of_the_sum_and_adds_up():
    # A 0, B 10, C 30 km, one principal each, one office. B: mean 10, spread 10: 10 + 2 x 10 = 30.
    # A: mean 40 / 3, spread the same: 40.
    rates = {"mean_km": 1, "spread": 2}
    scenario = tiny_scenario({"objective": {"method": "weighted", "rates": rates}})
    siting = Siting(tiny_instance(scenario, line(0, 10, 30)))
    aim = siting.aim()
    assert aim.best.sites == ("B",)
    assert aim.best.gap == 0
    other = siting.with_offices(["A"])
    assert aim.worse(other.criteria) == pytest.approx(10)
    parts = aim.contributions(other.criteria)
    assert parts == {"mean_km": pytest.approx(10 / 3), "spread": pytest.approx(20 / 3)}
    assert siting.with_offices(["A", "B"]) is None  # one office is asked for
