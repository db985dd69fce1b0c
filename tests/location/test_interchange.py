"""Plans made better by swaps, and the best plan so far."""

from __future__ import annotations

import numpy as np
import pytest

from planner.location.interchange import Incumbent, Nearest, greedy, improve_opening, interchange
from planner.location.kernels import total


def uniform(n, m, seed):
    rng = np.random.default_rng(seed)
    points, sites = rng.random((n, 2)), rng.random((m, 2))
    return np.hypot(*(points[:, None] - sites[None]).transpose(2, 0, 1))


def test_after_the_deadline_a_plan_is_made_but_not_improved():
    cost = uniform(200, 200, 3)
    none, every = np.empty(0, dtype=np.intp), np.arange(200)
    late = greedy(cost, 12, none, every, deadline=0.0)
    soon = greedy(cost, 12, none, every)
    assert len(late) == len(set(late.tolist())) == 12
    assert total(cost, soon) < total(cost, late)
    same, value = interchange(cost, soon, every, deadline=0.0)
    assert same.tolist() == soon.tolist()
    assert value == pytest.approx(total(cost, soon))
    assert interchange(cost, soon, every)[1] < value


def test_a_site_is_opened_closed_or_swapped_while_that_saves():
    """From the worst site alone to the two that are best together: 1 + 1 opening, 0 served."""
    cost = np.array([[0.0, 9.0], [9.0, 0.0], [5.0, 5.0]])
    assert improve_opening(cost, np.array([1.0, 1.0, 1.0]), np.array([2])).tolist() == [0, 1]
    assert improve_opening(cost, np.array([50.0, 50.0, 1.0]), np.array([0, 1])).tolist() == [2]


def test_swaps_keep_nearest_and_second_nearest_as_they_are_anew():
    """After each of fifty swaps: the same as counted from the open sites alone."""
    rng = np.random.default_rng(5)
    cost = rng.integers(0, 40, (12, 30)).astype(float)
    state = Nearest(cost, np.arange(4))
    for _ in range(50):
        leaving, entering = int(rng.choice(state.sites)), 0
        while entering in state.sites:
            entering = int(rng.integers(12))
        change = state.change(leaving, entering)
        before = state.best.sum()
        state.swap(leaving, entering)
        anew = Nearest(cost, state.sites)
        assert state.best.tolist() == anew.best.tolist()
        assert state.second.tolist() == anew.second.tolist()
        assert state.best.sum() - before == pytest.approx(change)


def test_sites_that_are_not_free_stay_open():
    """Site 2 is the worst there is, and may not close."""
    cost = np.array([[0.0, 9.0, 9.0], [9.0, 0.0, 0.0], [99.0, 99.0, 99.0]])
    assert interchange(cost, np.array([0, 2]), np.array([0, 1]))[0].tolist() == [1, 2]


# Site 0 alone costs 6, site 1 alone 4, site 2 alone 5.
COST = np.array([[1.0, 5.0], [2.0, 2.0], [0.0, 5.0]])
NONE, ALL = np.empty(0, dtype=np.intp), np.arange(3)


def test_a_plan_offered_is_made_better_by_interchange_and_glanced_at_only_if_it_is_the_best():
    best = Incumbent(COST, NONE, ALL, whole=True)
    assert best.value == np.inf
    best.offer(np.array([0]))
    assert (best.sites.tolist(), best.value) == ([0], 6.0)  # one site alone is not swapped
    best.glance(np.array([1]))
    assert (best.sites.tolist(), best.value) == ([1], 4.0)
    best.glance(np.array([2]))
    assert best.sites.tolist() == [1]


def test_whole_costs_must_fall_by_one_and_a_ceiling_asks_for_more():
    best = Incumbent(COST, NONE, ALL, whole=True)
    best.offer(np.array([1]))
    assert 3.0 < best.threshold() < 3.1
    best.ceiling = 2.0
    assert best.threshold() == 2.0
    parts = Incumbent(COST, NONE, ALL, whole=False)
    parts.offer(np.array([1]))
    assert 3.9 < parts.threshold() < 4.0
