"""Problems with room and with opening costs, against every plan tried."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from planner.errors import InfeasibleScenario, InputError
from planner.location import capacitated as module
from planner.location import solve_capacitated_p_median, solve_warehouses


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
