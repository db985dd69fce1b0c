"""Programs handed to HiGHS: a small one with one answer, its relaxation, and one without any."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.location.program import Program, Rows, minimise

# Least 3x + 2y with 2x + 2y >= 3 and x, y from 0 to 1: y = 1 and x = 0.5; whole, both are 1.
ROWS = Rows((1, 2), np.array([0, 2]), np.array([0, 1]), np.array([2.0, 2.0]))
SMALL = Program(np.array([3.0, 2.0]), ROWS, np.array([3.0]), np.array([np.inf]))


def test_a_whole_answer_costs_more_than_a_relaxed_one():
    whole, relaxed = minimise(SMALL), minimise(replace(SMALL, integer=0))
    assert whole.values.tolist() == pytest.approx([1.0, 1.0])
    assert whole.bound == pytest.approx(5.0)
    assert relaxed.values.tolist() == pytest.approx([0.5, 1.0])
    assert relaxed.bound == pytest.approx(3.5)
    assert minimise(SMALL, start=np.ones(2)).bound == pytest.approx(5.0)


def test_where_there_is_no_answer_the_bound_is_infinite():
    assert minimise(replace(SMALL, top=0.5)).values is None
    assert minimise(replace(SMALL, top=0.5)).bound == np.inf
