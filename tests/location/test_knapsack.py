"""Knapsacks against every subset."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from planner.location.knapsack import exact_knapsacks, filled, relaxed_knapsacks


def test_knapsacks_exact_and_from_above():
    """The dynamic program finds the best subset; the relaxation is never below it."""
    rng = np.random.default_rng(2)
    for _ in range(20):
        gain, demands = rng.random((7, 3)) * 9, rng.integers(1, 6, 7).astype(float)
        room = rng.integers(0, 15, 3).astype(float)
        exact, picked = exact_knapsacks(gain, demands, room, 15)
        above, _ = relaxed_knapsacks(gain, demands, room)
        for j in range(3):
            sets = itertools.product([False, True], repeat=7)
            best = max(gain[list(s), j].sum() for s in sets if demands[list(s)].sum() <= room[j])
            assert exact[j] == pytest.approx(best)
            assert gain[picked[:, j], j].sum() == pytest.approx(best)
            assert demands[picked[:, j]].sum() <= room[j]
            assert above[j] >= best - 1e-9


def test_rooms_are_filled_by_what_is_worth_most_for_its_demand():
    """Worth 6 for 2 and 4 for 4: a room of 1 holds half of the first, of 4 half the second too."""
    worth, demands = np.array([4.0, 6.0]), np.array([4.0, 2.0])
    assert filled(worth, demands, np.array([0.0, 1.0, 4.0, 9.0])).tolist() == [0.0, 3.0, 8.0, 10.0]
