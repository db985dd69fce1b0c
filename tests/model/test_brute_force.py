"""The model against every plan there is: small random countries, all sites and all assignments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from every_plan import CLOSE, best_in_order, cost, every_plan, random_bound, random_country, some
from planner.errors import InfeasibleScenario
from planner.model.solve import Control
from planner.model.stages import solve_instance
from planner.scenario.spec import CRITERIA
from tiny import quantity, solve


@pytest.mark.parametrize("seed", range(20))
def test_weighted_agrees_with_every_plan(seed):
    random = np.random.default_rng(seed)
    names = some(random, int(random.integers(2, 4)))
    weights = {name: quantity(float(random.integers(1, 5))) for name in names}
    instance = random_country(random, {"objective": {"method": "weighted", "weights": weights}})
    plans = every_plan(instance)
    rows = []
    for first in names:
        kept, _ = best_in_order(plans, [first, *(n for n in names if n != first)])
        rows.append([kept[0][name] for name in names])
    expected = np.array([0.0] * len(plans))
    for k, name in enumerate(names):
        costs = np.array([cost(name, plan) for plan in plans])
        column = [row[k] for row in rows]
        span = max(column) - min(column)
        step = span if span > 1e-7 else max(abs(rows[k][k]), 1)
        expected += weights[name]["value"] / step * (costs - costs.min())
    found = solve(instance)
    assert found.payoff.values == tuple(pytest.approx(tuple(row), **CLOSE) for row in rows)
    assert found.termination.objective == pytest.approx(expected.min(), **CLOSE)
    assert found.termination.reason == "optimal"


@pytest.mark.parametrize("seed", range(20))
def test_lexicographic_agrees_with_every_plan(seed):
    random = np.random.default_rng(100 + seed)
    order = some(random, 3)
    tolerance = 0.07 * (seed % 2)
    objective = {"method": "lexicographic", "order": order, "tolerance": tolerance}
    instance = random_country(random, {"objective": objective})
    _, bests = best_in_order(every_plan(instance), order, tolerance)
    found = solve(instance)
    reached = [cost(s.objective_name, {s.objective_name: s.objective}) for s in found.stages]
    assert reached == [pytest.approx(best, **CLOSE) for best in bests]


@pytest.mark.parametrize("seed", range(24))
def test_epsilon_agrees_with_every_plan(seed):
    """One criterion optimised; one bounded hard at a random value, one softly."""
    random = np.random.default_rng(200 + seed)
    goal, hard, soft = some(random, 3)
    if seed % 4 == 0:
        hard = "p95_km"
    objective = {"method": "epsilon", "optimise": goal}
    instance = random_country(random, {"objective": objective})
    plans = every_plan(instance)
    bounds = {name: random_bound(random, plans, name) for name in (hard, soft)}
    penalty = float(random.uniform(0.01, 1))
    sides = {name: "most" if CRITERIA[name] == "min" else "least" for name in bounds}
    limits = {
        f"limits.{hard}": {sides[hard]: bounds[hard]},
        f"limits.{soft}": {sides[soft]: bounds[soft], "hard": False, "penalty": penalty},
    }
    instance = replace(instance, scenario=instance.scenario.replace(**limits))
    kept = [p for p in plans if cost(hard, p) <= cost(hard, {hard: bounds[hard]})]
    if not kept:
        with pytest.raises(InfeasibleScenario):
            solve_instance(instance, Control())
        return
    short = cost(soft, {soft: bounds[soft]})
    expected = min(cost(goal, p) + penalty * max(0, cost(soft, p) - short) for p in kept)
    found = solve(instance)
    objective = cost(goal, {goal: found.termination.objective})
    assert objective == pytest.approx(expected, **CLOSE)
    (slack,) = found.slacks
    assert cost(goal, found.criteria) + penalty * slack.slack == pytest.approx(expected, **CLOSE)
