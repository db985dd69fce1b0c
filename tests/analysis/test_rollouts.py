"""Whole rollouts planned anew: the ends of a number's range, other numbers of offices."""

from __future__ import annotations

import pytest

from planner.analysis.rollouts import proved_apart, unhurried
from planner.data import load
from planner.plan import Termination


def termination(objective, bound):
    gap = abs(objective - bound) / objective
    return Termination("gap_limit", objective, bound, gap, "waiting")


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ((100, 98), (101, 99), False),  # 99.5 may be the best of both
        ((100, 98), (100, 100), False),
        ((100, 98), (97, 96), True),
        ((97, 96), (100, 98), True),
        ((100, 100), (100, 100), False),
    ],
)
def test_two_searches_are_apart_where_no_value_can_be_the_best_of_both(one, other, apart):
    assert proved_apart(termination(*one), termination(*other)) is apart


@pytest.mark.slow
def test_numbers_of_offices_come_nearer_and_nearer(small):
    _, _, _, found = small
    assert [row.offices for row in found.numbers] == [4, 5, 6]
    shortest = [row.shortest_km for row in found.numbers]
    assert shortest == sorted(shortest, reverse=True)
    assert shortest[-1] == 0  # an office in every town
    assert all(row.shortest_km <= row.mean_km + 1e-9 for row in found.numbers)
    assert found.plan is None  # no rollout to plan


@pytest.mark.slow
def test_numbers_of_offices_are_weighed_by_the_same_rates(small):
    """Mean distance + spread + minutes, each as it is, and what that is above the plan's own."""
    _, _, runner, found = small

    def total(criteria):
        return criteria["mean_km"] + criteria["spread"] + criteria["university_minutes"]

    for row in found.numbers:
        best = runner.siting({"offices.count": row.offices}).best()
        assert row.value == pytest.approx(total(best.criteria))
        assert row.worse == pytest.approx(total(best.criteria) - total(found.base.criteria))


def test_numbers_are_treated_alike_without_limits_on_openings():
    scenario = load().scenario("announced")
    assert any(period.openings_most is not None for period in scenario.rollout.periods)
    free = unhurried(scenario).rollout
    assert all(period.openings_most is None for period in free.periods)
    assert [p.name for p in free.periods] == [p.name for p in scenario.rollout.periods]
