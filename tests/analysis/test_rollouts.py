"""What two searches prove of each other."""

from __future__ import annotations

import pytest

from planner.analysis.rollouts import proved_apart
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
