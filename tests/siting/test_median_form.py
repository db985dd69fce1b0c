"""Questions as p-medians, against hand-made tables and finished plans."""

from __future__ import annotations

import numpy as np
import pytest

from planner.model.solution import measure_sites
from planner.siting.median_form import POSSIBLE, Costs, as_median
from planner.siting.question import Query
from siting.test_problem import random_country
from tiny import line, tiny_instance, tiny_scenario


def test_points_whose_costs_differ_by_a_factor_are_one():
    """By principals and by land a town is one point; B, without principals, counts as land."""
    instance = tiny_instance(tiny_scenario(), line(0, 10, 30), [4, 0, 2])
    query = Query({"mean_km": 1.0, "spread": 3.0})
    median = as_median(instance, query)
    assert np.allclose(median.cost, [[0, 1 / 3, 1], [1, 2 / 3, 0], [1 / 2, 0, 1]])
    # The greatest distances, 30, 30 and 20 km, times the shares of principals and of land.
    assert median.asked["weights"] == pytest.approx([30 * 4 / 6 + 30, 30 * 2 / 6 + 30, 20])
    assert median.group.tolist() == [0, -1, 1]


@pytest.mark.parametrize("name", POSSIBLE)
def test_what_the_engine_is_given_costs_what_a_plan_is_measured_to(name):
    instance = random_country(np.random.default_rng(11))
    costs = Costs(instance, (name,))
    for offices, served in (((0, 2), (0, 0, 2, 2, 0, 2, 2)), ((1, 3, 4), (1, 3, 4, 3, 1, 4, 4))):
        served_by = np.array(served[: len(instance.units)])
        measured = measure_sites(instance, offices, served_by)[name]
        assert costs.of(name, offices, served_by) == pytest.approx(measured)
        assert costs.sum({name: 3.0}, offices, served_by) == pytest.approx(3 * measured)
