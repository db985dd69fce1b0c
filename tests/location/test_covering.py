"""Maximal covering against every plan."""

from __future__ import annotations

import numpy as np
import pytest

from location.brute import cases
from planner.errors import InputError
from planner.location import solve_max_covering


@pytest.mark.parametrize("seed", range(3))
def test_covering_agrees_with_every_plan_tried(seed):
    """The most weight within reach; what is out of reach is assigned to nothing."""
    for case in cases(100, 30 + seed):
        radius = float(np.median(case.cost))
        answer = solve_max_covering(
            case.cost,
            case.p,
            radius,
            weights=case.weights,
            required=case.required,
            excluded=case.excluded,
        )
        best = max(
            float((case.weights * (case.cost[:, s].min(axis=1) <= radius)).sum())
            for s in case.plans()
        )
        assert answer.proven
        assert answer.objective == pytest.approx(best)
        assert answer.bound >= answer.objective
        covered = answer.assignment >= 0
        assert case.weights[covered].sum() == pytest.approx(best)
        rows = np.flatnonzero(covered)
        assert (case.cost[rows, answer.assignment[rows]] <= radius).all()


def test_covering_wants_a_radius_and_sound_costs():
    """A radius below zero, and costs that are no numbers, are named."""
    with pytest.raises(InputError, match="radius"):
        solve_max_covering([[1.0]], 1, -1.0)
    with pytest.raises(InputError, match="cost"):
        solve_max_covering([[np.nan]], 1, 1.0)
