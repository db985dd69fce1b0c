"""The array operations that everything else is made of, against plain loops."""

from __future__ import annotations

import numpy as np
import pytest

from planner.location import kernels
from planner.location.kernels import Pairs, least, savings, total


@pytest.mark.parametrize("block", [kernels.BLOCK, 7])
def test_savings_and_least_costs_are_those_of_every_pair(block, monkeypatch):
    """In one block, and in many."""
    monkeypatch.setattr(kernels, "BLOCK", block)
    rng = np.random.default_rng(3)
    cost, level = rng.random((9, 5)), rng.random(5)
    saved = [sum(max(0.0, level[i] - row[i]) for i in range(5)) for row in cost]
    assert savings(cost, level).tolist() == pytest.approx(saved)
    some = np.array([1, 4, 8])
    assert least(cost, some).tolist() == [min(cost[j][i] for j in some) for i in range(5)]
    assert total(cost, some) == pytest.approx(least(cost, some).sum())
    assert np.isinf(least(cost, some[:0])).all()
    pairs = Pairs(cost, some, level)
    assert pairs.savings(level * 0.9).tolist() == pytest.approx(savings(cost[some], level * 0.9))
    both = pairs.coverage(np.array([0, 2]))
    assert both.tolist() == [sum(cost[j][i] < level[i] * 0.9 for j in (1, 8)) for i in range(5)]
