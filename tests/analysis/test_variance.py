"""What a year costs, beside figures worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from planner.analysis.variance import yearly_cost
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections


def test_a_year_costs_staff_premises_and_journeys():
    """Two towns 60 km and 60 minutes apart, one office, ten principals in each, a year's rollout.

    A dialogue takes 10 hours, and two more on the road to the other town: 10 x 10 + 10 x 12 hours
    against 100 a year, so three advisors at 2, premises 5; 10 journeys of 120 km at 1000 SEK/km
    are 1.2.
    """
    changes = {
        "staffing.in_person": quantity(1),
        "money.advisor": quantity(2),
        "money.premises": quantity(5),
        "money.per_km": quantity(1000),
    }
    scenario = tiny_scenario(work_sections()).replace(**changes)
    instance = tiny_instance(scenario, line(0, 60), [10, 10])
    served = np.array([0, 0])
    assert yearly_cost(instance, served) == pytest.approx(3 * 2 + 5 + 1.2)
    # With an office each there are no journeys; ten dialogues take one advisor.
    assert yearly_cost(instance, np.array([0, 1])) == pytest.approx(2 * (2 + 5))
    lazy = scenario.replace(**{"staffing.minimum_team": quantity(4)})
    instance = tiny_instance(lazy, line(0, 60), [10, 10])
    assert yearly_cost(instance, np.array([0, 1])) == pytest.approx(2 * (4 * 2 + 5))
    assert math.isfinite(yearly_cost(instance, np.array([1, 1])))
