"""One search: what it comes to by each solver, and what it says where it proves nothing."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import pulp
import pytest
from pulp.constants import LpSolveStatus

from planner.control import Control
from planner.errors import InputError
from planner.model.solving import search as module
from planner.model.solving.search import Outcome, check_installed, search, search_near

SOLVERS = ("highs", "scip")


def knapsack():
    """Least 3 x + 2 y + 5 with x + y >= 2.5, x at most 1, whole: y = 3, or x = 1 and y = 2."""
    problem = pulp.LpProblem("knapsack")
    x = problem.add_variable("x", 0, 1, "Integer")
    y = problem.add_variable("y", 0, None, "Integer")
    problem.setObjective(3 * x + 2 * y + 5)
    problem += x + y >= 2.5
    return problem, x, y


@pytest.mark.parametrize("presolve", [True, False])
@pytest.mark.parametrize("solver", SOLVERS)
def test_the_best_is_found_and_proved(solver, presolve):
    problem, x, y = knapsack()
    outcome = search(problem, "cost", Control(solver=solver, presolve=presolve), 0.0)
    assert outcome == Outcome("proved", pytest.approx(11), pytest.approx(11), "Optimal")
    assert (x.varValue, y.varValue) == (0, pytest.approx(3))


@pytest.mark.parametrize("presolve", [True, False])
@pytest.mark.parametrize("solver", SOLVERS)
def test_what_has_no_plan_is_infeasible(solver, presolve):
    problem, x, y = knapsack()
    problem += y <= 1
    outcome = search(problem, "cost", Control(solver=solver, presolve=presolve), 0.0)
    assert (outcome.ended, outcome.objective) == ("infeasible", None)
    assert x.name == "x"


@pytest.mark.parametrize(
    ("status", "ended"),
    [
        (LpSolveStatus.GapLimit, "proved"),
        (LpSolveStatus.TimeLimit, "time_limit"),
        (LpSolveStatus.NodeLimit, "node_limit"),
        (LpSolveStatus.SolutionLimit, "node_limit"),
        (LpSolveStatus.MemoryLimit, "memory_limit"),
        (LpSolveStatus.Interrupted, "interrupted"),
        (LpSolveStatus.NumericalError, "stalled"),
    ],
)
def test_a_search_cut_short_has_what_was_found_and_the_better_bound(status, ended):
    """The bounds of the variables give 5, until the solver knows better."""
    problem, _, _ = knapsack()
    stats = problem.solve(pulp.HiGHS(msg=False))
    for found, told, bound in ((False, None, 5), (True, 4.0, 5), (True, 10.0, 10)):
        cut = replace(stats, status=status, has_solution=found, best_bound=told)
        objective = 11 if found else None
        assert module._outcome(problem, cut) == Outcome(ended, objective, bound, status.name)


def test_the_limits_of_a_run_reach_the_solver():
    control = Control(nodes=3, threads=2, deadline=time.monotonic() + 1000)
    highs, scip = module._highs("cost", control, 0.25), module._scip(control, 0.25)
    for engine in (highs, scip):
        assert 900 < engine.timeLimit <= 1000
    assert (highs.gapRel, highs.gapAbs, highs.threads) == (0.25, 0, 2)
    exact = {"presolve": "choose", "mip_max_nodes": 3, "random_seed": 0}
    assert exact.items() <= highs.optionsDict.items()
    assert {"gapRel": 0.25, "gapAbs": 0.0, "maxNodes": 3}.items() <= scip.optionsDict.items()
    assert not any("presolving" in option for option in scip.options)
    free = Control(presolve=False)
    assert module._highs("cost", free, 0.0).optionsDict["presolve"] == "off"
    assert "mip_max_nodes" not in module._highs("cost", free, 0.0).optionsDict
    assert "presolving/maxrounds=0" in module._scip(free, 0.0).options


def test_highs_is_stopped_by_an_interrupt_and_tells_how_far_it_is():
    told = []
    control = Control(progress=lambda *said: told.append(said))
    on_event, _ = module._highs("cost", control, 0.0).callbackTuple
    kinds = module.highspy.cb.HighsCallbackType
    for interrupted in (False, True):
        control.interrupted, into = interrupted, SimpleNamespace(user_interrupt=None)
        on_event(kinds.kCallbackMipInterrupt, "", None, into, None)
        assert into.user_interrupt is interrupted
    assert told == []
    so_far = SimpleNamespace(mip_primal_bound=12.0, mip_dual_bound=10.0)
    on_event(kinds.kCallbackMipLogging, "", so_far, SimpleNamespace(), None)
    assert told == [("cost", 12.0, 10.0)]


def test_work_that_fails_in_its_thread_fails_here():
    with pytest.raises(ZeroDivisionError):
        module.awake(lambda: 1 / 0, Control())
    assert module.awake(lambda: "found", Control()) == "found"


def test_only_ctrl_c_stops_a_search():
    """Stopped at the first look after it, and never without."""
    stopped = threading.Event()
    assert module.awake(lambda: stopped.wait(0.3), Control(), stopped.set) is False
    assert module.awake(lambda: stopped.wait(60), Control(interrupted=True), stopped.set)


def test_a_search_that_nobody_waits_for_stops_by_itself(monkeypatch):
    control, done = Control(), threading.Event()

    def pressed_again(_seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(module.threading.Thread, "join", lambda _self, s: pressed_again(s))
    with pytest.raises(KeyboardInterrupt):
        module.awake(done.wait, control)
    done.set()
    assert control.interrupted


def test_an_expression_is_bounded_by_its_variables():
    problem = pulp.LpProblem("bounds")
    x = problem.add_variable("x", 1, 5)
    y = problem.add_variable("y", -2, 10)
    free = problem.add_variable("free")
    assert module.least(2 * x - 3 * y + 4) == 2 * 1 - 3 * 10 + 4
    assert module.least(2 * x + 3 * y + 0 * free) == 2 * 1 - 3 * 2
    assert module.least(x + free) == -math.inf
    assert module.least(x - free) == -math.inf


def test_a_solver_that_is_not_installed_is_bad_input(monkeypatch):
    check_installed("highs")
    check_installed("scip")
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda _name: None)
    check_installed("highs")  # it always is
    with pytest.raises(InputError, match="pip install 'planner\\[scip\\]'") as caught:
        check_installed("scip")
    (problem,) = caught.value.problems
    assert (problem.column, problem.value) == ("solver.name", "scip")


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
    found = search_near(problem, "worth", Control(), 0.5, x)
    assert (found.ended, found.objective, found.bound) == ("proved", -10, -14.5)
    assert [v.varValue for v in x] == [1, 0, 0]


def test_beyond_the_gap_the_search_goes_on_everywhere():
    """The best is {b, c}, against what the relaxation gives: a in, one of the others out."""
    problem, x = sack(8)
    found = search_near(problem, "worth", Control(), 0.01, x)
    assert (found.ended, found.objective, found.bound) == ("proved", -12, -12)
    assert [v.varValue for v in x] == [0, 1, 1]


def test_what_was_given_is_free_again_afterwards():
    problem, x = sack(8)
    x[1].upBound = 0
    search_near(problem, "worth", Control(), 0.5, x)
    assert [(v.lowBound, v.upBound) for v in x] == [(0, 1), (0, 0), (0, 1)]


def test_a_relaxation_without_a_plan_settles_it():
    problem, x = sack(8)
    problem.addConstraint(x[0] + x[1] >= 3, "too_many")
    found = search_near(problem, "worth", Control(), 0.5, x)
    assert (found.ended, found.objective) == ("infeasible", None)


def test_whole_numbers_may_be_infeasible_where_the_relaxation_is_not():
    problem, x = sack(8)
    problem.addConstraint(2 * x[0] + 2 * x[1] + 2 * x[2] == 3, "odd")
    assert search_near(problem, "worth", Control(), 0.5, x).ended == "infeasible"


def test_a_search_near_the_relaxation_that_a_limit_ends_has_its_bound(monkeypatch):
    """Not the bound of what was searched, which leaves plans out; near or not, it is a plan."""
    problem, x = sack(8)

    def cut_short(*args):
        return replace(search(*args), ended="time_limit")

    monkeypatch.setattr(module, "search", cut_short)
    found = search_near(problem, "worth", Control(), 0.01, x)
    assert (found.ended, found.objective, found.bound) == ("time_limit", -10, -14.5)


def test_with_every_decision_given_there_is_nothing_to_be_near(monkeypatch):
    problem, x = sack(8)
    for v in x:
        v.lowBound = v.upBound = 0
    monkeypatch.setattr(module, "_solve", lambda *_: pytest.fail("a relaxation was solved"))
    monkeypatch.setattr(module, "search", lambda *_: "searched")
    assert search_near(problem, "worth", Control(), 0.5, x) == "searched"


def test_a_relaxation_cut_short_leaves_the_whole_search(monkeypatch):
    problem, x = sack(8)
    cut = Outcome("time_limit", None, -16.0, "TimeLimit")
    monkeypatch.setattr(module, "_solve", lambda *_: cut)
    monkeypatch.setattr(module, "search", lambda *_: "searched")
    assert search_near(problem, "worth", Control(), 0.5, x) == "searched"


def test_a_decision_near_enough_to_a_whole_number_is_given(monkeypatch):
    problem, x = sack(8)
    seen = []

    def relaxed(*_):
        for v, value in zip(x, (1 - 1e-7, 1e-7, 1e-5), strict=True):
            v.varValue = value
        return Outcome("proved", -14.5, -14.5, "Optimal")

    def searched(*_):
        seen.append([(v.lowBound, v.upBound) for v in x])
        return Outcome("proved", -14.5, -14.5, "Optimal")

    monkeypatch.setattr(module, "_solve", relaxed)
    monkeypatch.setattr(module, "search", searched)
    search_near(problem, "worth", Control(), 0.0, x)
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
    found = search_near(problem, "cost", Control(), 0.01, [a, b], [{"a": a, "b": b}[ahead]])
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
    found = search_near(problem, "worth", control, 0.01, x, x[:1])
    assert (found.ended, found.objective, found.bound) == ("interrupted", -10, -14.5)
    assert [v.varValue for v in x] == [1, 0, 0]


def test_no_plan_in_parts_is_no_plan(monkeypatch):
    problem, x = sack(8)
    problem.addConstraint(2 * x[0] + 2 * x[1] + 2 * x[2] == 3, "odd")
    calls = []
    monkeypatch.setattr(module, "search", lambda *args: (calls.append(args), search(*args))[1])
    assert search_near(problem, "worth", Control(), 0.5, x, x).ended == "infeasible"
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
            return Outcome("time_limit", None, -16.0, "TimeLimit")
        return search(*args)

    monkeypatch.setattr(module, "search", cut_short)
    found = search_near(problem, "worth", Control(), 0.01, x, x[:ahead])
    assert (found.ended, found.objective, found.bound) == ("time_limit", -10, -14.5)
    assert [v.varValue for v in x] == [1, 0, 0]
