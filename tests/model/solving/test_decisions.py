"""Decisions are given their values, for a while or for good, and let go as they were."""

from __future__ import annotations

import math

import numpy as np
import pulp
import pytest

from planner.criteria.reads import Solution
from planner.model.build import build
from planner.model.solving.decisions import (
    bounded,
    fix,
    fix_regions,
    in_parts,
    in_whole_dialogues,
    let_in_parts,
    planned,
)
from tiny import line, tiny_instance, tiny_scenario, work_sections


@pytest.fixture
def problem():
    return pulp.LpProblem("decisions")


@pytest.fixture
def found(problem):
    return [
        problem.add_variable("a", 0, 1, "Binary"),
        problem.add_variable("b", 0, None, "Integer"),
        problem.add_variable("c", 1, 9),
    ]


def ends(found):
    return [(x.lowBound, x.upBound) for x in found]


def model():
    scenario = tiny_scenario(work_sections({"offices.count": 1}), P1=12, P2=12)
    return build(tiny_instance(scenario, line(0, 1), (5, 5)))


def test_what_is_bounded_for_a_while_has_its_own_bounds_afterwards(found):
    before = ends(found)
    assert before == [(0, 1), (0, math.inf), (1, 9)]
    with bounded((x, 1, 2) for x in found):
        assert ends(found) == [(1, 2)] * 3
    assert ends(found) == before


def test_it_has_them_after_an_error_and_where_it_was_named_twice_too(found):
    a = found[0]
    with pytest.raises(ZeroDivisionError), bounded([(a, 1, 1), (a, 0, 0)]):
        raise ZeroDivisionError
    assert ends(found)[0] == (0, 1)


def test_only_whole_decisions_come_in_parts_and_are_whole_again(found):
    before = [x.cat for x in found]
    assert before == ["Integer", "Integer", "Continuous"]
    with in_parts(found):
        assert {x.cat for x in found} == {"Continuous"}
    assert [x.cat for x in found] == before


def test_given_regions_leave_some_units_free():
    """Both units go to A in the first period, each its own in the second; the first is free."""
    built = model()
    fix_regions(built, Solution(((0,), (0, 1)), np.array([[0, 0], [0, 1]])), but={0})
    v = built.variables
    assert [ends(row) for row in v.open] == [[(1, 1), (0, 0)], [(1, 1), (1, 1)]]
    assert [ends(grid[0]) for grid in v.serve] == [[(0, 1), (0, 1)]] * 2
    assert [ends(grid[1]) for grid in v.serve] == [[(1, 1), (0, 0)], [(0, 0), (1, 1)]]


def test_dialogues_are_whole_from_now_on_and_regions_and_staff_in_parts():
    built = model()
    in_whole_dialogues(built)
    let_in_parts(built)
    work = planned(built.variables.work)
    assert {x.cat for grid in work.dialogues for row in grid for x in row} == {"Integer"}
    assert {x.cat for row in work.advisors for x in row} == {"Continuous"}
    assert {x.cat for grid in built.variables.serve for row in grid for x in row} == {"Continuous"}
    assert {x.cat for row in built.variables.open for x in row} == {"Integer"}


def test_work_that_is_not_planned_is_a_defect(found):
    x = found[0]
    fix(x, 1)
    assert planned(x) is x
    assert (x.lowBound, x.upBound) == (1, 1)
    with pytest.raises(ValueError, match="no dialogues"):
        planned(None)
