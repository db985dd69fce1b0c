"""Many weightings of one p-median."""

from __future__ import annotations

import numpy as np
import pulp
import pytest

from planner.errors import InputError
from planner.location import solve_p_median, solve_p_medians
from planner.location.median import sharpen


@pytest.mark.slow
def test_a_series_is_as_good_as_its_solves_one_by_one_whatever_the_workers():
    """Sixty weightings: each proven, each objective that of a cold solve, for 1 and 2 workers."""
    rng = np.random.default_rng(0)
    places = rng.random((40, 2))
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    weightings = [rng.uniform(0.1, 2.0, 40) for _ in range(60)]
    alone = solve_p_medians(cost, 5, weightings, excluded=[3])
    shared = solve_p_medians(cost, 5, weightings, excluded=[3], workers=2)
    for weights, one, other in zip(weightings, alone, shared, strict=True):
        cold = solve_p_median(cost, 5, weights=weights, excluded=[3])
        assert one.proven
        assert one.objective == pytest.approx(cold.objective, rel=1e-9)
        assert one.bound <= one.objective
        assert (one.open, one.objective, one.bound) == (other.open, other.objective, other.bound)
        assert 3 not in one.open


def test_weights_of_the_wrong_shape_are_told_in_words():
    """Two weights for three points."""
    with pytest.raises(InputError, match="3 numbers, zero or more"):
        solve_p_medians(np.ones((3, 2)), 1, [[1, 1, 1], [1, 1]])


def test_a_series_from_a_start_and_of_nothing():
    """A start takes the place of the mean's solution; no weightings, no results."""
    cost = np.array([[0.0, 4.0], [4.0, 0.0], [3.0, 9.0]])
    start = solve_p_median(cost, 1).start
    assert [r.open for r in solve_p_medians(cost, 1, [[1, 1, 1], [0, 9, 0]], start=start)] == [
        (0,),
        (1,),
    ]
    assert solve_p_medians(cost, 1, []) == []


@pytest.mark.parametrize(("required", "excluded"), [((), ()), ((3,), (0, 7))])
def test_a_sharpened_start_is_at_the_linear_relaxation(required, excluded):
    """Its Lagrangian bound is the optimum of the textbook model in fractions."""
    rng = np.random.default_rng(7)
    cost, weights, p = rng.uniform(1, 9, (25, 12)), rng.uniform(1, 3, 25), 3
    start = solve_p_median(cost, p, weights=weights, required=required, excluded=excluded).start
    sharp = sharpen(cost, p, start, weights=weights, required=required, excluded=excluded)
    assert sharp.open_sites == start.open_sites

    level = sharp.multipliers * weights
    saved = np.maximum(level[:, None] - cost * weights[:, None], 0.0).sum(axis=0)
    others = np.sort(np.delete(saved, [*required, *excluded]))
    bound = (
        level.sum() - saved[list(required)].sum() - others[len(others) - p + len(required) :].sum()
    )

    model = pulp.LpProblem("relaxed", pulp.LpMinimize)
    opened = [
        model.add_variable(f"y{j}", int(j in required), int(j not in excluded)) for j in range(12)
    ]
    served = [[model.add_variable(f"x{i}_{j}", 0) for j in range(12)] for i in range(25)]
    model.setObjective(
        pulp.lpSum(cost[i, j] * weights[i] * served[i][j] for i in range(25) for j in range(12))
    )
    model.addConstraint(pulp.lpSum(opened) == p, "p")
    for i in range(25):
        model.addConstraint(pulp.lpSum(served[i]) == 1, f"served{i}")
        for j in range(12):
            model.addConstraint(served[i][j] <= opened[j], f"open{i}_{j}")
    model.solve(pulp.HiGHS(msg=False))
    assert bound == pytest.approx(pulp.value(model.objective), rel=1e-6)
