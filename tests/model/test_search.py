"""A search near the linear relaxation, and when it goes on everywhere."""

from __future__ import annotations

import pulp

from planner.model.search import search_near
from planner.model.solve import Control


def knapsack(room):
    """Worth 10, 6 and 6 for weights of 5, 4 and 4: the relaxation takes the first."""
    problem = pulp.LpProblem("knapsack", pulp.LpMinimize)
    x = [problem.add_variable(name, 0, 1, "Binary") for name in "abc"]
    problem.setObjective(-10 * x[0] - 6 * x[1] - 6 * x[2])
    problem.addConstraint(5 * x[0] + 4 * x[1] + 4 * x[2] <= room, "room")
    return problem, x


def test_near_the_relaxation_is_enough_within_the_gap():
    """With room for 8, {a} is worth 10 of the relaxation's 14.5, which is its bound."""
    problem, x = knapsack(8)
    found = search_near(problem, "worth", Control(), 0.5, x)
    assert (found.ended, found.objective, found.bound) == ("proved", -10, -14.5)
    assert [v.varValue for v in x] == [1, 0, 0]


def test_beyond_the_gap_the_search_goes_on_everywhere():
    """The best is {b, c}, against what the relaxation gives: a in, one of the others out."""
    problem, x = knapsack(8)
    found = search_near(problem, "worth", Control(), 0.01, x)
    assert (found.ended, found.objective, found.bound) == ("proved", -12, -12)
    assert [v.varValue for v in x] == [0, 1, 1]


def test_what_was_given_is_free_again_afterwards():
    problem, x = knapsack(8)
    x[1].upBound = 0
    search_near(problem, "worth", Control(), 0.5, x)
    assert [(v.lowBound, v.upBound) for v in x] == [(0, 1), (0, 0), (0, 1)]


def test_a_relaxation_without_a_plan_settles_it():
    problem, x = knapsack(8)
    problem.addConstraint(x[0] + x[1] >= 3, "too_many")
    found = search_near(problem, "worth", Control(), 0.5, x)
    assert (found.ended, found.objective) == ("infeasible", None)


def test_whole_numbers_may_be_infeasible_where_the_relaxation_is_not():
    problem, x = knapsack(8)
    problem.addConstraint(2 * x[0] + 2 * x[1] + 2 * x[2] == 3, "odd")
    assert search_near(problem, "worth", Control(), 0.5, x).ended == "infeasible"
