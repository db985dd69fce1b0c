"""What plans as good leave open: no plan that there is lies outside."""

from __future__ import annotations

import numpy as np
import pytest

from every_rollout import every_plan, random_rollout
from planner.control import Control
from planner.errors import InfeasibleScenario
from planner.model.solving.ranges import find_ranges
from planner.model.solving.stages import solve_instance
from tiny import line, quantity, tiny_instance, tiny_scenario
from tiny import work_sections as work


def ranges_of(instance, gap=0.0):
    control = Control(gap=gap)
    result = solve_instance(instance, control)
    return result, find_ranges(instance, result, control)


@pytest.mark.slow
@pytest.mark.parametrize("gap", [0.0, 0.05])
@pytest.mark.parametrize("seed", range(12))
def test_no_plan_as_good_is_outside(seed, gap):
    instance = random_rollout(np.random.default_rng(seed))
    plans = list(every_plan(instance))
    if not plans:
        with pytest.raises(InfeasibleScenario):
            ranges_of(instance, gap)
        return
    result, found = ranges_of(instance, gap)
    stage = result.stages[-1]
    most = stage.objective if stage.reason == "optimal" else stage.objective / (1 - gap)
    unmet = next(each for each in found.figures if each.criterion == "unmet")
    may = {opening.code: opening for opening in found.openings}
    for (first, last), months, left in plans:
        if months > most + 1e-9:
            continue
        assert unmet.least <= left <= unmet.most
        for j, code in enumerate(instance.sites):
            if code in may:
                if j in last:
                    assert ("P1" if j in first else "P2") in may[code].periods, code
                else:
                    assert may[code].may_stay_shut, code


def two_towns(principals, km=1, **changes):
    """One opening and one hire a year; a dialogue takes ten hours and the way, of a hundred."""
    periods = [
        {"name": name, "months": 12, "openings_most": 1, "hires_most": quantity(1)}
        for name in ("P1", "P2")
    ]
    asked = {"offices.count": 2, "rollout.periods": periods, **changes}
    return tiny_instance(tiny_scenario(work(asked)), line(0, km), principals)


def test_either_of_two_towns_alike_may_open_first():
    _, found = ranges_of(two_towns((20, 20)))
    assert {o.code: o.periods for o in found.openings} == {"A": ("P1", "P2"), "B": ("P1", "P2")}


def test_an_order_that_others_pay_for_is_proved():
    # B first: ten there, then ten and A's five. A first: five and two in B, and B's eighteen don't
    # fit into the second year.
    _, found = ranges_of(two_towns((5, 20), 300, **{"staffing.in_person": quantity(1)}))
    assert {o.code: o.periods for o in found.openings} == {"A": ("P2",), "B": ("P1",)}


def test_a_town_that_others_could_stand_in_for_may_stay_shut():
    changes = {
        "offices.count": [1, 2],
        "objective": {"method": "epsilon", "optimise": "waiting"},
        "objective.then": [],
    }
    _, found = ranges_of(two_towns((5, 5), **changes))
    assert all(opening.may_stay_shut for opening in found.openings)


def test_figures_that_are_goals_or_given_have_no_range():
    _, found = ranges_of(two_towns((20, 20), **{"objective.then": ["unmet", "waiting"]}))
    assert [each.criterion for each in found.figures] == ["cost_msek"]


def test_nothing_is_left_open_without_a_rollout():
    instance = tiny_instance(tiny_scenario({"offices.count": 1}), line(0, 1))
    assert ranges_of(instance)[1] is None


def test_with_a_gap_that_any_plan_keeps_nothing_is_told():
    assert ranges_of(two_towns((20, 20)), gap=1.0)[1] is None


def test_ranges_end_where_a_run_is_stopped(monkeypatch):
    control = Control()
    instance = two_towns((20, 20))
    result = solve_instance(instance, control)

    def stop(*_):
        control.interrupted = True
        return True

    monkeypatch.setattr("planner.model.solving.ranges.may_exist", stop)
    monkeypatch.setattr(
        "planner.model.solving.ranges._seen", lambda _: set()
    )  # so that more is asked
    assert find_ranges(instance, result, control) is None
