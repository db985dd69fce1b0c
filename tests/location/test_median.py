"""The p-median engine against every plan tried, what it promises when stopped, many weightings."""

from __future__ import annotations

import numpy as np
import pulp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from location.brute import cases
from planner.errors import InfeasibleScenario, InputError, SolverStopped
from planner.location import Start, solve_p_median, solve_p_medians
from planner.location.median import sharpen


def solve(case, **more):
    return solve_p_median(
        case.cost,
        case.p,
        weights=case.weights,
        required=case.required,
        excluded=case.excluded,
        **more,
    )


def best_of(case):
    return min(float((case.weights * case.cost[:, s].min(axis=1)).sum()) for s in case.plans())


@pytest.mark.parametrize("seed", range(4))
def test_agrees_with_every_plan_tried(seed):
    """Objective, plan, assignment and bound are right on a hundred small cases a seed."""
    for case in cases(100, seed):
        answer = solve(case)
        best = best_of(case)
        assert answer.proven
        assert answer.objective == pytest.approx(best, rel=1e-12, abs=1e-12)
        assert answer.bound <= answer.objective
        assert answer.bound == pytest.approx(best, rel=1e-8)
        assert len(answer.open) == case.p
        assert set(case.required) <= set(answer.open)
        assert not set(case.excluded) & set(answer.open)
        assert set(answer.assignment) <= set(answer.open)
        paid = case.cost[np.arange(len(case.cost)), answer.assignment]
        assert (paid == case.cost[:, answer.open].min(axis=1)).all()


def test_a_start_with_other_weights_never_changes_the_objective():
    """Multipliers and a plan carried over only save time."""
    for case in cases(80, 11):
        cold = solve(case)
        weights = case.weights * 2.0 + 1.0
        again = solve_p_median(
            case.cost,
            case.p,
            weights=weights,
            required=case.required,
            excluded=case.excluded,
            start=cold.start,
        )
        best = min(float((weights * case.cost[:, s].min(axis=1)).sum()) for s in case.plans())
        assert again.proven
        assert again.objective == pytest.approx(best, rel=1e-12)


def test_a_start_that_breaks_the_rules_is_only_a_hint():
    """A plan of another size, or with a closed site, is not used; multipliers may be anything."""
    cost = np.array([[0.0, 4.0, 9.0], [4.0, 0.0, 5.0], [9.0, 5.0, 0.0]])
    odd = Start(open_sites=(0, 1), multipliers=np.array([1e6, 0.0, 3.0]))
    answer = solve_p_median(cost, 1, excluded=[1], start=odd)
    assert answer.open == (0,)
    assert answer.objective == 13.0


def uniform(n, m, seed):
    rng = np.random.default_rng(seed)
    points, sites = rng.random((n, 2)), rng.random((m, 2))
    return np.hypot(*(points[:, None] - sites[None]).transpose(2, 0, 1))


@pytest.mark.parametrize(("p", "clusters"), [(4, 4), (25, 25), (60, 60)])
def test_finds_the_optimum_that_was_planted(p, clusters):
    """Clusters far apart with one hub each: the hubs are the only optimum, of known cost."""
    rng = np.random.default_rng(p)
    corner = np.array([(1000.0 * (k % 10), 1000.0 * (k // 10)) for k in range(clusters)])
    ring = np.array([(3.0, 4.0), (-3.0, 4.0), (3.0, -4.0), (-3.0, -4.0)])
    places = np.concatenate([corner, (corner[:, None] + ring).reshape(-1, 2)])
    order = rng.permutation(len(places))
    places = places[order]
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    answer = solve_p_median(np.rint(cost), p)
    assert answer.proven
    assert answer.objective == answer.bound == 5.0 * 4 * clusters
    assert {int(order[j]) for j in answer.open} == set(range(clusters))


def test_a_bound_needs_no_time_to_be_honest():
    """Stopped at once, it has a plan and a valid bound, and claims no proof it hasn't got."""
    cost = np.rint(uniform(150, 150, 3) * 1000)
    full = solve_p_median(cost, 12)
    assert full.proven
    stopped = solve_p_median(cost, 12, time_limit=0.0)
    assert stopped.bound <= full.objective <= stopped.objective
    assert stopped.proven == (stopped.bound == stopped.objective)
    assert not stopped.proven


def test_same_plan_whatever_the_order_when_keys_are_given():
    """Rows and columns shuffled with their keys: the same sites open, also with ties."""
    rng = np.random.default_rng(8)
    cost = np.rint(uniform(40, 40, 5) * 10)
    points = [f"p{i:02}" for i in range(40)]
    sites = [f"s{j:02}" for j in range(40)]
    seen = set()
    for _ in range(5):
        rows, columns = rng.permutation(40), rng.permutation(40)
        answer = solve_p_median(
            cost[np.ix_(rows, columns)],
            6,
            point_keys=[points[i] for i in rows],
            site_keys=[sites[j] for j in columns],
        )
        served = {
            points[i]: sites[columns[a]] for i, a in zip(rows, answer.assignment, strict=True)
        }
        opened = tuple(sorted(sites[columns[j]] for j in answer.open))
        seen.add((opened, tuple(sorted(served.items())), answer.objective, answer.bound))
    assert len(seen) == 1


def test_equal_points_are_one_point_of_more_weight():
    """Merging twins changes nothing: 3 times a point is the point with weight 3."""
    cost = np.rint(uniform(30, 20, 9) * 100)
    twins = np.repeat(cost, 3, axis=0)
    a, b = solve_p_median(cost, 4, weights=np.full(30, 3.0)), solve_p_median(twins, 4)
    assert a.objective == b.objective
    assert a.open == b.open
    assert len(b.assignment) == 90


def test_whole_costs_are_proven_to_the_unit():
    """A bound within one of a whole objective closes the gap; of fractions it does not."""
    cost = np.rint(uniform(60, 60, 2) * 50)
    answer = solve_p_median(cost, 5)
    assert answer.proven
    assert answer.bound == answer.objective == round(answer.objective)


def test_a_site_that_cannot_serve_a_point_never_does():
    """Infinite costs are kept out of the plan where any plan can, and named where none can."""
    inf = np.inf
    cost = np.array([[1.0, 2.0, inf], [inf, 2.0, 1.0], [1.0, inf, 3.0]])
    answer = solve_p_median(cost, 2)
    assert answer.objective == 3.0
    assert answer.open == (0, 2)
    with pytest.raises(InfeasibleScenario, match="no 1 sites reach every point"):
        solve_p_median(np.array([[0.0, inf], [inf, 0.0]]), 1)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.integers(2, 7).flatmap(
        lambda m: st.tuples(
            st.lists(st.lists(st.integers(0, 9), min_size=m, max_size=m), min_size=1, max_size=8),
            st.integers(1, m - 1),
        )
    )
)
def test_one_more_site_never_costs_more(drawn):
    """The objective falls, or stays, as p grows; scaling every cost scales it."""
    rows, p = drawn
    cost = np.array(rows, dtype=float)
    few, more = solve_p_median(cost, p), solve_p_median(cost, p + 1)
    assert more.objective <= few.objective
    assert solve_p_median(cost * 8.0, p).objective == 8.0 * few.objective


def test_a_limit_before_any_plan_reaches_every_point_is_not_taken_for_a_proof():
    """Nine in ten pairs can't be used: the first plan leaves points out, the best does not."""
    rng = np.random.default_rng(1)
    cost = np.where(rng.random((40, 40)) < 0.9, np.inf, rng.random((40, 40)))
    with pytest.raises(SolverStopped):
        solve_p_median(cost, 12, time_limit=0.0)
    assert np.isfinite(solve_p_median(cost, 12).objective)


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
