"""Rates of exchange under which no rival is better, in two goals by hand."""

from __future__ import annotations

import numpy as np
import pytest

from planner.analysis.justify_verdict import Room, better_mix

ROOM = Room(np.array([1.0, 2.0]), np.array([1.0, 0.02]), np.array([1.0, 200.0]))


def test_the_nearest_rate_is_where_the_rival_is_as_good():
    # 3 worse on the first goal and 1 better on the second: as good at a rate of 3.
    found = ROOM.nearest(np.array([[3.0, -1.0]]))
    assert found == pytest.approx([1, 3], rel=1e-6)
    assert ROOM.factor(found) == pytest.approx(1.5, rel=1e-6)
    assert ROOM.change(found) == pytest.approx(0.5, rel=1e-5)


def test_rates_that_need_no_change_are_the_questions_own():
    assert ROOM.nearest(np.array([[1.0, -1.0]])) == pytest.approx([1, 2])


def test_no_rates_where_a_rival_is_worse_on_nothing():
    assert ROOM.nearest(np.array([[1.0, 0.5]])) is None
    assert better_mix(np.array([[1.0, 0.5]]), ROOM) == pytest.approx([1])


def test_two_rivals_may_rule_out_all_rates_together():
    """One needs a rate of at least 3, the other of at most 1; their mean is better on both."""
    cuts = np.array([[3.0, -1.0], [-1.0, 1.0]])
    assert ROOM.nearest(cuts) is None
    mix = better_mix(cuts, ROOM)
    assert mix.sum() == pytest.approx(1)
    assert (mix @ cuts >= -1e-9).all()
    assert better_mix(np.array([[3.0, -1.0]]), ROOM) is None


def test_one_rate_alone_is_allowed_between_its_rivals():
    # At least 3 by one rival, at most 5 by another.
    assert ROOM.alone(np.array([[3.0, -1.0], [-5.0, 1.0]]), 1) == pytest.approx((3, 5))
