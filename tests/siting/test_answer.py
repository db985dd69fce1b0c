"""What an answer about sites says of itself, beside figures worked out by hand."""

from __future__ import annotations

import pytest

from planner.siting.problem import Siting
from tiny import line, tiny_instance, tiny_scenario


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
