"""The model against every plan there is: small random countries, all sites and all assignments."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from planner.criteria import measure_sites
from planner.errors import InfeasibleScenario
from planner.model.solve import Control
from planner.model.stages import solve_instance
from planner.scenario.spec import CRITERIA, SITING_CRITERIA
from tiny import quantity, solve, tiny_instance, tiny_scenario

WEIGHABLE = tuple(name for name in SITING_CRITERIA if name != "p95_km")
CLOSE = {"rel": 1e-5, "abs": 1e-5}


def random_country(random, changes):
    """Return an instance of six towns in four counties and four sites at most."""
    at = random.uniform(0, 300, (6, 2))
    km = np.linalg.norm(at[:, None] - at[None, :], axis=2).round(1)
    minutes = (km * random.uniform(0.6, 1.4, km.shape)).round(1)
    minutes = np.minimum(minutes, minutes.T)
    level = "county" if random.random() < 0.5 else "municipality"
    towns = 6 if level == "county" else 4
    fewest = int(random.integers(1, 4))
    most = min(3, fewest + int(random.integers(0, 2)))
    scenario = tiny_scenario(
        {
            "units.level": level,
            "units.contiguous": bool(random.random() < 0.3),
            "offices.count": [fewest, most],
            "sites.required": ["A"] if random.random() < 0.5 else [],
            "sites.own_premises": ["A"] if random.random() < 0.5 else [],
            "thresholds.beyond_km": quantity(100),
            **changes,
        }
    )
    return tiny_instance(
        scenario,
        km[:towns, :towns],
        [*random.integers(0, 9, towns - 1).clip(int(random.random() < 0.5)).tolist(), 3],
        sites="ABCD",
        counties="wwxxyz"[:towns],
        minutes=minutes[:towns, :towns],
        university=random.integers(0, 90, 4).tolist(),
        spsm="".join(random.choice(list("ABCD"), 2, replace=False)),
        borders=["AB", "BC", "CD", "DE", "EF", "AD"][: towns - 1],
    )


def every_plan(instance):
    """Return what every allowed plan scores, one dictionary each."""
    offices = instance.scenario.offices
    fixed = {j for j, role in enumerate(instance.roles) if role != "candidate"}
    found = []
    for count in range(offices.fewest, min(offices.most, len(instance.sites)) + 1):
        for sites in itertools.combinations(range(len(instance.sites)), count):
            if not fixed <= set(sites):
                continue
            for served in itertools.product(sites, repeat=len(instance.units)):
                scores = measure_sites(instance, sites, np.array(served))
                if scores["contiguous"] or not instance.scenario.units.contiguous:
                    found.append(scores)
    return found


def cost(name, plan):
    return plan[name] if CRITERIA[name] == "min" else -plan[name]


def best_in_order(plans, names, tolerance=0.0):
    """Return the plans that are left when criteria are taken in order, and the bests."""
    bests = []
    for name in names:
        best = min(cost(name, plan) for plan in plans)
        bests.append(best)
        most = best + max(1e-6, tolerance * abs(best))
        plans = [plan for plan in plans if cost(name, plan) <= most]
    return plans, bests


def some(random, count):
    return [str(name) for name in random.choice(WEIGHABLE, count, replace=False)]


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


def random_bound(random, plans, name):
    """Return a value between two that plans have, or past the last: never one that they have."""
    values = sorted({round(plan[name], 9) for plan in plans})
    edges = [values[0] - 1, *values, values[-1] + 1]
    k = int(random.integers(0, min(len(edges) - 1, 6)))
    if CRITERIA[name] == "max":
        k = len(edges) - 2 - k
    return (edges[k] + edges[k + 1]) / 2
