"""Problems with room and with opening costs, against every plan tried."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from planner.errors import InfeasibleScenario, InputError
from planner.location import capacitated as module
from planner.location import solve_capacitated_p_median, solve_warehouses
from planner.location.assign import assign
from planner.location.knapsack import exact_knapsacks, relaxed_knapsacks


def every_assignment(cost, p, demands, room):
    n, m = cost.shape
    best = np.inf
    for sites in itertools.combinations(range(m), p):
        for serves in itertools.product(sites, repeat=n):
            load = np.zeros(m)
            for i, j in enumerate(serves):
                load[j] += demands[i]
            if (load <= room).all():
                best = min(best, sum(cost[i, j] for i, j in enumerate(serves)))
    return best


@pytest.mark.parametrize("quick", [module.QUICK_CELLS, 0])
def test_capacitated_agrees_with_every_assignment_tried(monkeypatch, quick):
    """Whole and broken demands, tight and impossible room: the optimum or a proof of none.

    With exact knapsacks all the way, and with relaxed ones first.
    """
    monkeypatch.setattr(module, "QUICK_CELLS", quick)
    rng = np.random.default_rng(0)
    impossible = 0
    for k in range(60):
        n, m = int(rng.integers(2, 6)), int(rng.integers(1, 5))
        cost = rng.integers(0, 20, (n, m)).astype(float) if k % 2 else rng.random((n, m))
        demands = rng.integers(1, 6, n).astype(float) if k % 3 else rng.random(n) * 5
        room, p = rng.integers(3, 14, m).astype(float), int(rng.integers(1, m + 1))
        best = every_assignment(cost, p, demands, room)
        if best == np.inf:
            impossible += 1
            with pytest.raises(InfeasibleScenario):
                solve_capacitated_p_median(cost, p, demands, room)
            continue
        answer = solve_capacitated_p_median(cost, p, demands, room)
        assert answer.proven
        assert answer.objective == pytest.approx(best)
        assert answer.bound <= answer.objective
        load = np.bincount(answer.assignment, demands, minlength=m)
        assert (load <= room + 1e-9).all()
        assert set(answer.assignment) <= set(answer.open)
        assert len(answer.open) == p
    assert 0 < impossible < 40


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


def test_capacitated_keeps_required_and_excluded_sites():
    """The cheap site is excluded and a dear one required: what is left is 2 + 2 + 9."""
    cost = np.array([[0.0, 2.0, 9.0], [0.0, 2.0, 9.0], [0.0, 9.0, 9.0]])
    answer = solve_capacitated_p_median(cost, 2, [1, 1, 1], [3, 2, 3], required=[2], excluded=[0])
    assert answer.open == (1, 2)
    assert answer.objective == 13.0
    assert answer.proven


def test_capacitated_stopped_early_claims_no_proof():
    """With little time there is a plan, a bound below it, and no claim beyond them."""
    rng = np.random.default_rng(1)
    places, demands = rng.random((60, 2)), rng.integers(5, 20, 60).astype(float)
    cost = np.rint(np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)) * 100)
    room = np.full(60, np.ceil(demands.sum() / 6 * 1.003))
    answer = solve_capacitated_p_median(cost, 6, demands, room, time_limit=0.05)
    assert answer.bound < answer.objective
    assert not answer.proven
    assert (np.bincount(answer.assignment, demands, minlength=60) <= room).all()


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


def test_warehouses_split_a_point_between_sites():
    """One point of 10 and two sites of room 5: both open, half from each: 1 + 1 + (4 + 8) / 2."""
    answer = solve_warehouses([[4.0, 8.0]], [1.0, 1.0], demands=[10.0], capacities=[5.0, 5.0])
    assert answer.open == (0, 1)
    assert answer.objective == pytest.approx(8.0)
    with pytest.raises(InfeasibleScenario):
        solve_warehouses([[4.0]], [1.0], demands=[10.0], capacities=[5.0])


def test_wrong_room_is_named():
    """A capacity too few, and an opening cost below zero, are said in one line each."""
    with pytest.raises(InputError, match="capacities"):
        solve_capacitated_p_median([[1.0, 2.0]], 1, [1.0], [1.0])
    with pytest.raises(InputError, match="opening"):
        solve_warehouses([[1.0, 2.0]], [1.0, -1.0])


@pytest.mark.parametrize("n", [3, 8])
def test_a_plan_that_costs_nothing_is_proven_best(n):
    """Every place open and room for its own demand: the arithmetic of the bound falls just short.

    Without room to spare the places that take nothing could be served from any other.
    """
    rng = np.random.default_rng(n)
    for _ in range(20):
        at = rng.integers(0, 20, (n, 2)).astype(float)
        cost = np.sqrt(((at[:, None] - at[None]) ** 2).sum(axis=2))
        demands = rng.integers(0, 9, n).astype(float)
        answer = solve_capacitated_p_median(cost, n, demands, demands + rng.integers(0, 20, n))
        assert (answer.objective, answer.bound, answer.proven) == (0.0, 0.0, True)
