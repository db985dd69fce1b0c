"""Lagrangian bounds: never above the best plan, and never without it."""

from __future__ import annotations

import numpy as np
import pytest

from location.brute import cases
from planner.location.lagrange import QUICK, Node, ascend, parted, relaxed


def best_of(case, cost, node):
    """Return the cheapest of a case's plans that a node holds; infinite if it holds none."""
    some = set(node.opened.tolist())
    every = some | set(node.free.tolist())
    plans = [plan for plan in map(list, case.plans()) if some <= set(plan) <= every]
    return min((float(cost[plan].min(axis=0).sum()) for plan in plans), default=np.inf)


def test_no_bound_passes_the_best_plan_and_what_is_fixed_keeps_it():
    for case in cases(60, 70):
        cost = np.ascontiguousarray((case.cost * case.weights[:, None]).T)
        free = np.setdiff1d(np.arange(len(cost)), [*case.required, *case.excluded])
        root = Node(np.array(case.required, dtype=np.intp), free, cost.mean(axis=0))
        best = best_of(case, cost, root)
        node = ascend(cost, case.p, root, QUICK, lambda best=best: best + 0.5)
        assert node is not None
        assert node.bound <= best + 1e-9
        assert best_of(case, cost, node) == pytest.approx(best)


def test_what_is_sure_to_open_or_close_is_told_from_the_best_left_out():
    """Savings 9, 5, 4, 1 and two to open: without the first the bound rises by 5, with the last by
    4, without the second by 1: a threshold 3 above the bound decides the first and the last."""
    open_now = relaxed(np.array([5.0, 9.0, 1.0, 4.0]), 2)
    assert sorted(open_now.chosen.tolist()) == [0, 1]
    assert (open_now.least, open_now.next_best) == (5.0, 4.0)
    must_open, must_close = open_now.decided(10.0, 13.0)
    assert must_open.tolist() == [False, True, False, False]
    assert must_close.tolist() == [False, False, True, False]


def test_two_nodes_part_the_plans_of_one():
    node = Node(np.array([7]), np.array([1, 2, 3]), np.zeros(2), 1.0, np.array([0.9, 0.55, 0.0]))
    likely, with_it, without = parted(node, 2)
    assert likely.tolist() == [7, 1, 2]
    assert (with_it.opened.tolist(), with_it.free.tolist()) == ([7, 2], [1, 3])
    assert (without.opened.tolist(), without.free.tolist()) == ([7], [1, 3])
