"""Who serves whom from given offices, against every assignment."""

from __future__ import annotations

import itertools
from dataclasses import replace

import moocore
import numpy as np
import pytest

from planner.siting.assignments import Assignments
from planner.siting.median_form import Costs
from siting.test_problem import random_country
from tiny import line, tiny_instance, tiny_scenario

OFFICES = (0, 2, 4)


def country(seed, level="municipality", **changes):
    """Return seven towns whose minutes have nothing to do with their km, so that much is traded."""
    random = np.random.default_rng(seed)
    instance = random_country(random, {"offices.count": 2, **changes}, level)
    return replace(instance, minutes=random.uniform(0, 200, instance.minutes.shape).round(1))


def scored(instance, names):
    """Every assignment to the three offices, with its two values."""
    costs = Costs(instance, names)
    return {
        served: tuple(costs.of(name, OFFICES, np.array(served)) for name in names)
        for served in itertools.product(OFFICES, repeat=len(instance.units))
    }


@pytest.mark.parametrize("names", [("mean_km", "mean_minutes"), ("mean_minutes", "share_beyond")])
@pytest.mark.parametrize("seed", range(8))
def test_every_way_that_no_other_beats_is_there_up_to_the_limit(seed, names):
    instance = country(seed)
    plans = scored(instance, names)
    rows = np.unique(np.round(list(plans.values()), 9), axis=0)
    rows = rows[moocore.is_nondominated(rows)]
    served = Assignments(instance, names)
    weights = (0.3, 0.7)
    sums = np.sort(rows @ weights)
    for limit in (sums[0], sums[len(sums) // 2], sums[-1]):
        found = served.every(OFFICES, weights, float(limit) + 1e-7)
        assert found is not None
        for values, served_by in found:
            assert plans[tuple(served_by.tolist())] == pytest.approx(values)
        expected = rows[rows @ weights <= limit + 1e-7]
        assert np.allclose(sorted(values for values, _ in found), expected, atol=1e-8)


@pytest.mark.parametrize("weights", [(1.0, 0.0), (0.0, 1.0), (0.5, 0.5)])
@pytest.mark.parametrize("seed", range(4))
def test_the_best_in_a_weighted_sum_has_the_least_and_then_what_is_left_open(seed, weights):
    names = ("mean_km", "mean_minutes")
    instance = country(seed, "county")
    values, served_by = Assignments(instance, names).best(OFFICES, weights)
    rows = np.array(list(scored(instance, names).values()))
    sums = rows @ weights
    least = rows[sums <= sums.min() + 1e-9]
    assert np.dot(values, weights) == pytest.approx(sums.min())
    assert sum(values) == pytest.approx(least.sum(axis=1).min())
    assert set(served_by.tolist()) <= set(OFFICES)


def test_where_no_criterion_asks_units_go_to_the_nearest():
    instance = tiny_instance(tiny_scenario(), line(0, 10, 30, 70))
    served = Assignments(instance, ("spread", "university_minutes"))
    assert served.best((0, 3), (1.0, 1.0))[1].tolist() == [0, 0, 0, 3]
    [(values, served_by)] = served.every((0, 3), (1.0, 1.0), 100.0)
    assert values == (10.0, 0.0)
    assert served_by.tolist() == [0, 0, 0, 3]


def test_too_many_ways_are_told(monkeypatch):
    monkeypatch.setattr("planner.siting.assignments.MOST", 1)
    instance = country(0)
    assert (
        Assignments(instance, ("mean_km", "mean_minutes")).every(OFFICES, (0.5, 0.5), 1e9) is None
    )
