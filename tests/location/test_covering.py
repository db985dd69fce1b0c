"""p-center and covering against every plan tried."""

from __future__ import annotations

import numpy as np
import pytest

from location.brute import cases
from planner.errors import InfeasibleScenario, InputError
from planner.location import solve_max_covering, solve_p_center


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


@pytest.mark.parametrize("seed", range(3))
def test_center_agrees_with_every_plan_tried(seed):
    """The smallest largest distance, to the bit, with a plan that has it."""
    for case in cases(100, 20 + seed):
        answer = solve_p_center(
            case.cost,
            case.p,
            weights=case.weights,
            required=case.required,
            excluded=case.excluded,
        )
        best = min(float((case.weights * case.cost[:, s].min(axis=1)).max()) for s in case.plans())
        assert answer.proven
        assert answer.objective == answer.bound == best
        assert len(answer.open) == case.p
        assert set(case.required) <= set(answer.open)
        assert not set(case.excluded) & set(answer.open)
        paid = case.weights * case.cost[np.arange(len(case.cost)), answer.assignment]
        assert paid.max() == best


def test_center_of_a_grid_is_known():
    """A 9 x 9 grid of city blocks: nine 3 x 3 squares have radius 2, nine balls of 1 hold 45."""
    places = np.array([(x, y) for x in range(9) for y in range(9)], dtype=float)
    cost = np.abs(places[:, None] - places[None]).sum(axis=2)
    answer = solve_p_center(cost, 9)
    assert answer.proven
    assert answer.objective == 2.0
    assert solve_p_center(cost, 81).objective == 0.0


def test_center_stopped_at_once_claims_no_proof():
    """Without time there is a plan and a bound, and the bound lies below the optimum."""
    rng = np.random.default_rng(4)
    places = rng.random((120, 2))
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    full, stopped = solve_p_center(cost, 9), solve_p_center(cost, 9, time_limit=0.0)
    assert full.proven
    assert stopped.bound <= full.objective <= stopped.objective
    assert not stopped.proven


def test_center_says_which_points_no_site_reaches():
    """A point that no site can serve makes every plan infeasible."""
    with pytest.raises(InfeasibleScenario):
        solve_p_center(np.array([[1.0, 2.0], [np.inf, np.inf]]), 1)
