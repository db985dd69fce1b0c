"""The list of nearly best p-medians against every plan tried."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from location.brute import cases
from planner.errors import InfeasibleScenario
from planner.location import list_p_medians, solve_p_median


def listed(case, limit, **options):
    return list_p_medians(
        case.cost,
        case.p,
        limit,
        weights=case.weights,
        required=case.required,
        excluded=case.excluded,
        **options,
    )


def priced(case):
    """Every plan and what it costs, best first."""
    return sorted(
        (float((case.weights * case.cost[:, sites].min(axis=1)).sum()), tuple(sorted(sites)))
        for sites in case.plans()
    )


@pytest.mark.slow
@pytest.mark.parametrize("few", [1, 500])
def test_the_list_is_every_plan_up_to_the_limit(few, monkeypatch):
    """Any limit from the best to the worst, by branching alone and with small nodes priced."""
    monkeypatch.setattr("planner.location.listing.FEW", few)
    rng = np.random.default_rng(4)
    for case in cases(150, 21):
        plans = priced(case)
        limit = plans[int(rng.integers(len(plans)))][0] * (1.0 + 1e-12)
        expected = [(value, sites) for value, sites in plans if value <= limit * (1.0 + 1e-10)]
        left = [value for value, _ in plans[len(expected) :]]
        found = listed(case, limit)
        assert {one.open for one in found.plans} == {sites for _, sites in expected}
        assert len(found.plans) == len(expected)
        costs = [one.objective for one in found.plans]
        assert costs == sorted(costs)
        assert costs == pytest.approx([value for value, _ in expected], rel=1e-12, abs=1e-12)
        assert found.bound == (pytest.approx(left[0], rel=1e-12) if left else np.inf)
        for one in found.plans:
            paid = case.cost[np.arange(len(case.cost)), one.assignment]
            assert (paid == case.cost[:, one.open].min(axis=1)).all()


def test_a_limit_that_falls_on_the_way_leaves_every_plan_up_to_where_it_ends():
    """Each plan lets the limit fall to what it costs plus a share of what is left above it."""
    rng = np.random.default_rng(5)
    for case in cases(80, 27):
        plans = priced(case)
        first, slack = plans[-1][0], float(rng.random())
        limits, told = [first], []

        def narrow(sites, case=case, limits=limits, told=told, slack=slack):
            told.append(sites)
            value = float((case.weights * case.cost[:, list(sites)].min(axis=1)).sum())
            limits.append(min(limits[-1], value + slack * (limits[-1] - value)))
            return limits[-1]

        found = listed(case, first, narrow=narrow)
        end = limits[-1]
        expected = {sites for value, sites in plans if value <= end * (1.0 + 1e-10)}
        assert {one.open for one in found.plans} == expected
        assert set(told) >= expected
        assert len(told) == len(set(told))
        assert found.bound >= end


def test_a_cap_keeps_the_best_and_bounds_the_rest():
    """Ties at the cap aside, the listed costs are the least there are."""
    for case in cases(60, 22):
        values = [value for value, _ in priced(case)]
        found = listed(case, values[-1], most=3)
        assert [one.objective for one in found.plans] == pytest.approx(values[:3], rel=1e-12)
        assert found.bound == (pytest.approx(values[3], rel=1e-12) if values[3:] else np.inf)


def country(size=40):
    places = np.random.default_rng(7).random((size, 2))
    return np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))


@pytest.mark.slow
@pytest.mark.parametrize(("within", "seed"), [(0.02, 1), (0.1, 2), (0.2, 3)])
def test_of_27405_sets_the_list_has_all_that_are_near(within, seed):
    """Weighted places in a square, 30 sites, 4 open: every set priced beside the search."""
    rng = np.random.default_rng(seed)
    cost, weights = country(30), rng.uniform(0.5, 2.0, 30)
    sets = np.array(list(itertools.combinations(range(30), 4)))
    values = (cost[:, sets].min(axis=2) * weights[:, None]).sum(axis=0)
    limit = values.min() * (1.0 + within)
    found = list_p_medians(cost, 4, limit, most=30_000, weights=weights)
    expected = {tuple(one) for one in sets[values <= limit].tolist()}
    assert {one.open for one in found.plans} == expected
    assert len(found.plans) == len(expected) > 1
    assert found.bound == pytest.approx(values[values > limit].min(), rel=1e-12)


def test_a_start_changes_nothing_but_the_time():
    cost = country()
    best = solve_p_median(cost, 5)
    limit = best.objective * 1.03
    cold, warm = (list_p_medians(cost, 5, limit, start=start) for start in (None, best.start))
    assert len(cold.plans) > 5
    assert [one.open for one in cold.plans] == [one.open for one in warm.plans]
    assert cold.bound == warm.bound > limit


@pytest.mark.slow
def test_stopped_it_bounds_what_may_be_missing():
    """Everything below the bound is there, whenever it is stopped."""
    cost = country()
    limit = solve_p_median(cost, 5).objective * 1.05
    whole = list_p_medians(cost, 5, limit)
    for nodes in (0, 1, 5, 20):
        left = iter(range(nodes))
        part = list_p_medians(
            cost, 5, limit, go_on=lambda *_, left=left: next(left, None) is not None
        )
        assert part.bound <= whole.bound
        assert {one.open for one in whole.plans if one.objective < part.bound} <= {
            one.open for one in part.plans
        }
    assert len(part.plans) < len(whole.plans)


@pytest.mark.slow
def test_the_order_of_rows_and_columns_changes_nothing_when_keys_are_given():
    rng = np.random.default_rng(8)
    cost = np.rint(country() * 20)
    seen = set()
    for _ in range(4):
        rows, columns = rng.permutation(40), rng.permutation(40)
        found = list_p_medians(
            cost[np.ix_(rows, columns)],
            4,
            solve_p_median(cost, 4).objective + 2,
            point_keys=[f"p{i:02}" for i in rows],
            site_keys=[f"s{j:02}" for j in columns],
        )
        seen.add(tuple(tuple(sorted(columns[list(one.open)])) for one in found.plans))
    assert len(seen) == 1
    assert len(seen.pop()) > 1


def test_sets_that_leave_a_point_out_are_not_listed():
    inf = np.inf
    cost = np.array([[1.0, 2.0, inf], [inf, 2.0, 1.0], [1.0, inf, 3.0]])
    found = list_p_medians(cost, 2, 1e9)
    # 0 and 1: 1 + 2 + 1; 0 and 2: 1 + 1 + 1; 1 and 2: 2 + 1 + 3.
    assert [one.objective for one in found.plans] == [3.0, 4.0, 6.0]
    assert found.bound == inf
    # Only site 1 with another one reaches both points.
    cost = np.array([[1.0, 2.0, inf, inf], [inf, 2.0, 1.0, inf]])
    found = list_p_medians(cost, 2, 1e9)
    assert [one.open for one in found.plans] == [(0, 2), (0, 1), (1, 2), (1, 3)]
    assert found.bound == inf
    with pytest.raises(InfeasibleScenario):
        list_p_medians(np.array([[0.0, inf], [inf, 0.0]]), 1, 1e9)


def test_where_nothing_weighs_every_set_costs_nothing():
    found = list_p_medians(np.ones((2, 4)), 2, 0.0, weights=[0.0, 0.0])
    assert len(found.plans) == 6
    assert found.bound == np.inf
