"""Opening costs: against every set of sites, every assignment, and a textbook program."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import LinearConstraint, milp

from planner.errors import InfeasibleScenario, InputError
from planner.location import opening as module
from planner.location import solve_warehouses


def draw(rng, k):
    n, m = int(rng.integers(2, 6)), int(rng.integers(2, 5))
    cost = rng.integers(0, 30, (n, m)).astype(float) if k % 2 else rng.random((n, m)) * 30
    opening = rng.integers(0, 40, m).astype(float)
    demands = rng.integers(1, 6, n).astype(float) if k % 3 else rng.random(n) * 5
    return cost, opening, demands, rng.integers(2, 14, m).astype(float)


def every_assignment(cost, opening, demands, room):
    n, m = cost.shape
    best = np.inf
    for serves in itertools.product(range(m), repeat=n):
        if (np.bincount(serves, demands, minlength=m) <= room).all():
            paid = cost[np.arange(n), serves].sum() + opening[list(set(serves))].sum()
            best = min(best, paid)
    return best


def textbook(cost, opening, demands=None, room=None, p=None):
    """Open whole sites, serve points in parts: the weak textbook model, in scipy's own solver."""
    n, m = cost.shape
    rows, low, high = [], [], []

    def row(pairs, least, most):
        line = np.zeros(m + n * m)
        for k, value in pairs:
            line[k] += value
        rows.append(line)
        low.append(least)
        high.append(most)

    for i in range(n):
        row([(m + i * m + j, 1.0) for j in range(m)], 1.0, 1.0)
    for j in range(m):
        load = [(m + i * m + j, 1.0 if room is None else demands[i]) for i in range(n)]
        row([*load, (j, -float(n if room is None else room[j]))], -np.inf, 0.0)
        for i in range(n):
            row([(m + i * m + j, 1.0), (j, -1.0)], -np.inf, 0.0)
    if p is not None:
        row([(j, 1.0) for j in range(m)], p, p)
    answer = milp(
        np.concatenate([opening, cost.ravel()]),
        constraints=LinearConstraint(np.array(rows), low, high),
        integrality=np.concatenate([np.ones(m), np.zeros(n * m)]),
        bounds=(0, 1),
    )
    return answer.fun if answer.status == 0 else np.inf


@pytest.mark.slow
@pytest.mark.parametrize("cells", [module.CELLS, 0])
def test_points_served_whole_agree_with_every_assignment(monkeypatch, cells):
    """Exact knapsacks and relaxed ones, whole and broken demands, and a proof where none fits."""
    monkeypatch.setattr(module, "CELLS", cells)
    rng = np.random.default_rng(7)
    impossible = 0
    for k in range(60):
        cost, opening, demands, room = draw(rng, k)
        best = every_assignment(cost, opening, demands, room)
        if best == np.inf:
            impossible += 1
            with pytest.raises(InfeasibleScenario):
                solve_warehouses(cost, opening, demands=demands, capacities=room, whole=True)
            continue
        answer = solve_warehouses(cost, opening, demands=demands, capacities=room, whole=True)
        assert answer.proven
        assert answer.objective == pytest.approx(best)
        assert answer.bound <= answer.objective
        load = np.bincount(answer.assignment, demands, minlength=len(room))
        assert (load <= room + 1e-6).all()
        assert set(answer.assignment) <= set(answer.open)
    assert 0 < impossible < 40


@pytest.mark.slow
@pytest.mark.parametrize("fixed", [False, True])
def test_points_served_in_parts_agree_with_the_textbook(fixed):
    """With opening costs, and with a number of sites instead."""
    rng = np.random.default_rng(8)
    solved = 0
    for k in range(50):
        cost, opening, demands, room = draw(rng, k)
        p = int(rng.integers(1, len(opening) + 1)) if fixed else None
        if demands.max() > room.max() and k % 5:
            demands = demands * 2  # more than one site may hold: only parts fit
        best = textbook(cost, opening, demands, room, p)
        if best == np.inf:
            with pytest.raises(InfeasibleScenario):
                solve_warehouses(cost, opening, demands=demands, capacities=room, p=p)
            continue
        answer = solve_warehouses(cost, opening, demands=demands, capacities=room, p=p)
        solved += 1
        assert answer.proven
        assert answer.objective == pytest.approx(best, abs=1e-5)
        assert p is None or len(answer.open) == p
    assert solved > 15


@pytest.mark.slow
@pytest.mark.parametrize("whole", [True, False])
def test_decimal_demands_fill_a_room_as_whole_ones_do(whole):
    """0.3 + 0.1 + 0.2 is more than 0.6 in a float, 3 + 1 + 2 is 6 everywhere.

    Each room is what some of the points fill; in every third instance all rooms hold all points.
    """
    rng = np.random.default_rng(12)
    for k in range(60):
        n, m = int(rng.integers(2, 6)), int(rng.integers(1, 4))
        cost, opening = rng.integers(0, 30, (n, m)) * 1.0, rng.integers(0, 40, m) * 1.0
        demands = rng.integers(1, 10, n)
        room = np.array([demands[rng.random(n) < 0.6].sum() for _ in range(m)])
        room[0] += max(0, demands.sum() - room.sum()) if k % 3 else 0
        tried = every_assignment if whole else textbook
        best = tried(cost, opening, demands.astype(float), room.astype(float))
        options = {"demands": demands / 10, "capacities": room / 10, "whole": whole}
        if best == np.inf:
            with pytest.raises(InfeasibleScenario):
                solve_warehouses(cost, opening, **options)
            continue
        answer = solve_warehouses(cost, opening, **options)
        assert answer.proven
        assert answer.objective == pytest.approx(best, abs=1e-5)


@pytest.mark.parametrize("whole", [True, False])
def test_points_without_demand_take_no_room(whole):
    options = {"demands": [0.0, 0.0], "capacities": [3.0, 0.0], "whole": whole}
    answer = solve_warehouses([[4.0, 1.0], [2.0, 9.0]], [5.0, 3.0], **options)
    assert answer.proven
    assert answer.objective == textbook(np.array([[4.0, 1.0], [2.0, 9.0]]), np.array([5.0, 3.0]))


def test_without_room_to_count_the_textbook_agrees():
    rng = np.random.default_rng(9)
    for _ in range(20):
        cost = rng.integers(0, 60, (12, 8)).astype(float)
        opening = rng.integers(0, 90, 8) * 1.0
        answer = solve_warehouses(cost, opening)
        assert answer.proven
        assert answer.objective == pytest.approx(textbook(cost, opening))


@pytest.mark.slow
def test_stopped_at_once_there_is_a_plan_and_an_honest_bound():
    """Five hundred points, a hundred sites, no time: near what a minute finds, and unproved."""
    rng = np.random.default_rng(11)
    sites, points = rng.random((100, 2)), rng.random((500, 2))
    cost = np.hypot(*(points[:, None] - sites[None]).transpose(2, 0, 1)) * 100
    opening = np.full(100, 300.0)
    answer = solve_warehouses(cost, opening, time_limit=0.0)
    assert not answer.proven
    assert 0 <= answer.bound < answer.objective
    better = solve_warehouses(cost, opening, time_limit=60.0)
    assert better.objective <= answer.objective <= 1.1 * better.objective
    assert answer.bound <= better.objective


def test_numbers_that_do_not_fit_are_named():
    for options in ({"p": 3}, {"demands": [1.0, 2.0], "capacities": [1.0, 1.0]}):
        with pytest.raises(InputError, match="warehouses, "):
            solve_warehouses([[1.0, 2.0]], [1.0, 1.0], **options)
