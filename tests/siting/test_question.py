"""How a scenario puts its question."""

from __future__ import annotations

import pytest

from planner.errors import InputError
from planner.siting.question import check_objective, shares_of
from tiny import quantity, tiny_scenario, work_sections


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
