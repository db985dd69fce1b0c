"""The best plan so far, and what a plan must cost to be better."""

from __future__ import annotations

import numpy as np

from planner.location.incumbent import Incumbent

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
