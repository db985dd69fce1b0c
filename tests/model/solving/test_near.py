"""A search near the linear relaxation: what is enough, and what must be searched after it."""

from __future__ import annotations

from dataclasses import replace

import pulp
import pytest

from planner.control import Control
from planner.model.solving import near as module
from planner.model.solving.near import RelaxedDecisions, search_near
from planner.model.solving.search import SearchOutcome, search


def sack(room):
    """Worth 10, 6 and 6 for weights of 5, 4 and 4: the relaxation takes the first."""
    problem = pulp.LpProblem("sack", pulp.LpMinimize)
    x = [problem.add_variable(name, 0, 1, "Binary") for name in "abc"]
    problem.setObjective(-10 * x[0] - 6 * x[1] - 6 * x[2])
    problem.addConstraint(5 * x[0] + 4 * x[1] + 4 * x[2] <= room, "room")
    return problem, x


def test_near_the_relaxation_is_enough_within_the_gap():
    """With room for 8, {a} is worth 10 of the relaxation's 14.5, which is its bound."""
    problem, x = sack(8)
    found = search_near(problem, "worth", Control(), 0.5, RelaxedDecisions(x))
    assert (found.ended, found.objective, found.bound) == ("proved", -10, -14.5)
    assert [v.varValue for v in x] == [1, 0, 0]


def test_beyond_the_gap_the_search_goes_on_everywhere():
    """The best is {b, c}, against what the relaxation gives: a in, one of the others out."""
    problem, x = sack(8)
    found = search_near(problem, "worth", Control(), 0.01, RelaxedDecisions(x))
    assert (found.ended, found.objective, found.bound) == ("proved", -12, -12)
    assert [v.varValue for v in x] == [0, 1, 1]


def test_what_was_given_is_free_again_afterwards():
    problem, x = sack(8)
    x[1].upBound = 0
    search_near(problem, "worth", Control(), 0.5, RelaxedDecisions(x))
    assert [(v.lowBound, v.upBound) for v in x] == [(0, 1), (0, 0), (0, 1)]


def test_a_relaxation_without_a_plan_settles_it():
    problem, x = sack(8)
    problem.addConstraint(x[0] + x[1] >= 3, "too_many")
    found = search_near(problem, "worth", Control(), 0.5, RelaxedDecisions(x))
    assert (found.ended, found.objective) == ("infeasible", None)


def test_whole_numbers_may_be_infeasible_where_the_relaxation_is_not():
    problem, x = sack(8)
    problem.addConstraint(2 * x[0] + 2 * x[1] + 2 * x[2] == 3, "odd")
    assert search_near(problem, "worth", Control(), 0.5, RelaxedDecisions(x)).ended == "infeasible"


def test_a_search_near_the_relaxation_that_a_limit_ends_has_its_bound(monkeypatch):
    """Not the bound of what was searched, which leaves plans out; near or not, it is a plan."""
    problem, x = sack(8)

    def cut_short(*args):
        return replace(search(*args), ended="time_limit")

    monkeypatch.setattr(module, "search", cut_short)
    found = search_near(problem, "worth", Control(), 0.01, RelaxedDecisions(x))
    assert (found.ended, found.objective, found.bound) == ("time_limit", -10, -14.5)


def test_with_every_decision_given_there_is_nothing_to_be_near(monkeypatch):
    problem, x = sack(8)
    for v in x:
        v.lowBound = v.upBound = 0
    monkeypatch.setattr(
        module, "search_relaxation", lambda *_: pytest.fail("a relaxation was solved")
    )
    monkeypatch.setattr(module, "search", lambda *_: "searched")
    assert search_near(problem, "worth", Control(), 0.5, RelaxedDecisions(x)) == "searched"


def test_a_relaxation_cut_short_leaves_the_whole_search(monkeypatch):
    problem, x = sack(8)
    cut = SearchOutcome("time_limit", None, -16.0, "TimeLimit")
    monkeypatch.setattr(module, "search_relaxation", lambda *_: cut)
    monkeypatch.setattr(module, "search", lambda *_: "searched")
    assert search_near(problem, "worth", Control(), 0.5, RelaxedDecisions(x)) == "searched"


def test_a_decision_near_enough_to_a_whole_number_is_given(monkeypatch):
    problem, x = sack(8)
    seen = []

    def relaxed(*_):
        for v, value in zip(x, (1 - 1e-7, 1e-7, 1e-5), strict=True):
            v.varValue = value
        return SearchOutcome("proved", -14.5, -14.5, "Optimal")

    def searched(*_):
        seen.append([(v.lowBound, v.upBound) for v in x])
        return SearchOutcome("proved", -14.5, -14.5, "Optimal")

    monkeypatch.setattr(module, "search_relaxation", relaxed)
    monkeypatch.setattr(module, "search", searched)
    search_near(problem, "worth", Control(), 0.0, RelaxedDecisions(x))
    assert seen == [[(1, 1), (0, 0), (0, 1)]]


def parity():
    """Least 5 a + b with a + 2 b = 1: a, though the relaxation leaves a out and halves b."""
    problem = pulp.LpProblem("parity", pulp.LpMinimize)
    a, b = (problem.add_variable(name, 0, 1, "Binary") for name in "ab")
    problem.setObjective(5 * a + b)
    problem.addConstraint(a + 2 * b == 1, "odd")
    return problem, a, b


@pytest.mark.parametrize(("ahead", "searches"), [("b", "ab,b,ab"), ("a", "ab,a,ab,ab")])
def test_some_decisions_are_searched_before_the_others(ahead, searches, monkeypatch):
    """With b given a follows; with a given first there is no b, and both are searched at once."""
    problem, a, b = parity()
    seen = []

    def noted(*args):
        seen.append("".join(x.name for x in (a, b) if x.cat == "Integer"))
        return search(*args)

    monkeypatch.setattr(module, "search", noted)
    found = search_near(
        problem, "cost", Control(), 0.01, RelaxedDecisions([a, b], [{"a": a, "b": b}[ahead]])
    )
    assert (found.ended, found.objective, found.bound) == ("proved", 5, 5)
    assert (a.varValue, b.varValue) == (1, 0)
    assert ",".join(seen) == searches
    assert [(x.lowBound, x.upBound) for x in (a, b)] == [(0, 1), (0, 1)]


def test_a_limit_among_the_first_leaves_the_plan_by_them_and_their_bound(monkeypatch):
    problem, x = sack(8)
    control = Control()
    seen = []

    def cut_short(*args):
        seen.append(args)
        control.interrupted = len(seen) > 1
        return search(*args)

    monkeypatch.setattr(module, "search", cut_short)
    found = search_near(problem, "worth", control, 0.01, RelaxedDecisions(x, x[:1]))
    assert (found.ended, found.objective, found.bound) == ("interrupted", -10, -14.5)
    assert [v.varValue for v in x] == [1, 0, 0]


def test_no_plan_in_parts_is_no_plan(monkeypatch):
    problem, x = sack(8)
    problem.addConstraint(2 * x[0] + 2 * x[1] + 2 * x[2] == 3, "odd")
    calls = []
    monkeypatch.setattr(module, "search", lambda *args: (calls.append(args), search(*args))[1])
    assert (
        search_near(problem, "worth", Control(), 0.5, RelaxedDecisions(x, x)).ended == "infeasible"
    )
    assert len(calls) == 2


@pytest.mark.parametrize("ahead", [0, 1])
def test_a_plan_beyond_the_gap_stays_where_a_limit_leaves_no_better(ahead, monkeypatch):
    """The limit comes in the search of everything, before it has any plan."""
    problem, x = sack(8)
    seen = []

    def cut_short(*args):
        seen.append(args)
        if len(seen) > 2 * ahead + 1:
            for v in x:
                v.varValue = 0
            return SearchOutcome("time_limit", None, -16.0, "TimeLimit")
        return search(*args)

    monkeypatch.setattr(module, "search", cut_short)
    found = search_near(problem, "worth", Control(), 0.01, RelaxedDecisions(x, x[:ahead]))
    assert (found.ended, found.objective, found.bound) == ("time_limit", -10, -14.5)
    assert [v.varValue for v in x] == [1, 0, 0]
