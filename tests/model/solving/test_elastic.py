"""Changes that the solver has found, rounded so that they work."""

from __future__ import annotations

import pulp
import pytest

from planner.model.constraints import Group
from planner.model.solving.easing import Ease
from planner.model.solving.elastic import change_of, outward


def changed(rule, ease, *values, **words):
    """Return (by, to, share) of a change that the solver left at some values."""
    problem = pulp.LpProblem("change")
    variables = [problem.add_variable(f"x{k}") for k in range(len(values))]
    for x, value in zip(variables, values, strict=True):
        x.varValue = value
    change = change_of(Group(rule, (), words), ease, pulp.lpSum(variables))
    assert (change.rule.rule, change.rule.words) == (rule, words)
    return change.by, change.to, change.share


def test_a_whole_change_is_whole():
    up = Ease((1,), 2, "up")
    assert changed("openings_most", up, 0.9999999, count=2) == (1, 3, 0.5)
    down = Ease((1,), 4, "down")
    assert changed("office_fewest", down, 3.0000001, count=4) == (3, 1, 0.75)
    assert changed("office_fewest", down, 4.0, count=4) == (4, 0, 1)
    given_up = Ease((1,), most=1)
    assert changed("required", given_up, 0.99999999, town="A") == (1, None, 1)


def test_a_change_in_parts_is_rounded_outward_to_four_digits():
    up = Ease((1,), 20, "up", whole=False)
    by, to, share = changed("budget", up, 3.12345, budget=20.0)
    assert (by, to, share) == (pytest.approx(3.13), 23.13, pytest.approx(3.13 / 20))
    down = Ease((1,), 20, "down", whole=False)
    by, to, _ = changed("limit_least", down, 3.12345, limit=20.0)
    assert (by, to) == (pytest.approx(3.13), 16.87)
    # What is left is nil: four decimals.
    by, to, share = changed("limit_least", Ease((1,), 0.5, "down", whole=False), 0.5, limit=0.5)
    assert (by, to, share) == (0.5, 0, 1)
    by, to, _ = changed("limit_most", up, 0.00012, limit=0.0)
    assert (by, to) == (pytest.approx(0.00012), 0.00012)
    assert changed("limit_most", up, 1234.5678, limit=0.0)[1] == 1235


def test_what_is_the_solver_s_arithmetic_is_not_rounded_away_from():
    assert outward(1.1000000004, "up", whole=False) == 1.1
    assert outward(1.0999999996, "down", whole=False) == 1.1
    assert outward(64.4766, "up", whole=False) == 64.48
    assert outward(7.0000001, "up", whole=True) == 7


def test_no_change_is_no_change():
    up = Ease((1,), 20, "up", whole=False)
    for value in (0.0, 9e-7, -1e-9):
        assert changed("budget", up, value, budget=20.0) == (0, None, 0)
    assert changed("budget", up, 2e-6, budget=20.0)[0] > 0


def test_a_number_that_may_go_either_way_goes_the_way_it_went():
    either = Ease((1,), 2, "either")
    assert changed("office_count", either, 1.0, 0.0, count=2) == (1, 3, 0.5)
    assert changed("office_count", either, 0.0, 1.0, count=2) == (1, 1, 0.5)
