"""The model against every plan there is: small random countries, all sites and all assignments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from every_plan import CLOSE, best_in_order, cost, every_plan, random_bound, random_country, some
from planner.control import Control
from planner.errors import InfeasibleScenario
from planner.model.solving.stages import solve_instance
from planner.scenario.criteria import CRITERIA
from tiny import solve


@pytest.mark.parametrize("seed", range(20))
def test_weighted_agrees_with_every_plan(seed):
    random = np.random.default_rng(seed)
    names = some(random, int(random.integers(2, 4)))
    rates = {name: float(random.integers(1, 5)) for name in names} | {names[0]: 1}
    objective = {"method": "weighted", "rates": rates}
    instance = random_country(random, {"objective": objective})
    plans = every_plan(instance)
    points = {name: 100 if name in ("share_beyond", "spsm_share") else 1 for name in names}
    expected = min(
        sum(rates[name] * points[name] * cost(name, plan) for name in names) for plan in plans
    )
    found = solve(instance)
    assert found.termination.objective == pytest.approx(expected, **CLOSE)
    assert found.termination.reason == "optimal"


@pytest.mark.parametrize("seed", range(20))
def test_lexicographic_agrees_with_every_plan(seed):
    random = np.random.default_rng(100 + seed)
    order = some(random, 3)
    tolerance = 0.7 * (seed % 2)
    given = dict.fromkeys(order[:2], tolerance)
    objective = {"method": "lexicographic", "order": order, "tolerance": given}
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
