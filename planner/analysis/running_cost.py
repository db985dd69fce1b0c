"""What a year costs once everything is open: no optimum, an account of a given plan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from planner.model.instance import Instance, Ints


def yearly_cost(i: Instance, served_by: Ints) -> float:
    """Return the cost of a year of dialogues when the rollout is complete, MSEK.

    Everyone who takes part has a dialogue once in as long as the rollout takes; each office has
    the advisors that its hours need, at least the minimum team; premises are paid for every
    office, journeys for every dialogue held in person. Advisors of an office:
    max(minimum, ceil(sum_u due_u hours[u,j] / (cycle x yearly hours))).

    Parameters
    ----------
    i : Instance
        With dialogues, staffing and money.
    served_by : numpy.ndarray of int, shape (u,)
        The office of each unit.
    """
    staffing, money = i.scenario.staffing, i.scenario.money
    if staffing is None or money is None:
        raise ValueError("a scenario with staffing and money")
    cycle = sum(period.months for period in i.periods) / 12
    units = np.arange(len(i.units))
    due = i.target / cycle
    hours = due * i.hours[units, served_by]
    journeys = float((due * i.journey_msek[units, served_by]).sum())
    cost = journeys
    for office in np.unique(served_by):
        needed = float(hours[served_by == office].sum()) / staffing.yearly_hours.value
        advisors = max(math.ceil(staffing.minimum_team.value - 1e-9), math.ceil(needed - 1e-9))
        cost += money.premises.value + advisors * money.advisor.value
    return cost
