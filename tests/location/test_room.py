"""Knapsacks against every subset, and points put into sites with room."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from planner.location.room import assign, exact_knapsacks, filled, relaxed_knapsacks


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


def test_who_loses_most_is_placed_first_and_moves_on_where_a_site_is_full():
    """The second loses 8 without the first site and fills it; the first then goes to the other.

    The third, who loses nothing, comes last: it takes what is left.
    """
    cost = np.array([[1.0, 5.0], [0.0, 8.0], [3.0, 3.0]])
    assert assign(cost, np.array([2.0, 2, 1]), np.array([3.0, 9])).tolist() == [1, 0, 0]
    assert assign(cost, np.array([2.0, 2, 1]), np.array([2.0, 2])) is None
    assert assign(cost[:, :1], np.array([2.0, 2, 1]), np.array([5.0])).tolist() == [0, 0, 0]


def test_sites_that_are_nearly_full_are_filled_by_moving_points_between_them():
    """3 + 3 and 2 + 2 + 2 fill both sites: who is placed first must make room for the last."""
    rng = np.random.default_rng(4)
    demands = np.array([3.0, 3, 2, 2, 2])
    for _ in range(50):
        serves = assign(rng.random((5, 2)), demands, np.array([6.0, 6.0]))
        assert serves is not None
        assert np.bincount(serves, demands).tolist() == [6.0, 6.0]
    served = np.array([0, 1, -1, -1, -1])
    kept = assign(np.zeros((5, 2)), demands, np.array([9.0, 9.0]), served)
    assert kept[:2].tolist() == [0, 1]
    assert assign(np.zeros((5, 2)), demands, np.array([6.0, 5.0])) is None
