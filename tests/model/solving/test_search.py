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
from planner.model.solving.search import SearchOutcome, check_installed, search

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
    assert outcome == SearchOutcome("proved", pytest.approx(11), pytest.approx(11), "Optimal")
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
        assert module._outcome(problem, cut) == SearchOutcome(ended, objective, bound, status.name)


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


def test_a_problem_is_searched_again_with_another_goal_end_bound_and_kind():
    """Its variables hold what the last search found."""
    problem = pulp.LpProblem("p", pulp.LpMinimize)
    x, y = (problem.add_variable(name, 0, 9, "Integer") for name in "xy")
    row = problem.addConstraint(2 * x + 3 * y >= 8, "least")

    def found():
        outcome = search(problem, "again", Control(), 0.0)
        return outcome.ended, x.varValue, y.varValue

    problem.setObjective(3 * x + 5 * y)
    assert found() == ("proved", 4, 0)
    problem.setObjective(5 * x + 3 * y + 2)
    assert found() == ("proved", 0, 3)
    row.changeRHS(11)
    assert found() == ("proved", 0, 4)
    y.upBound = 1
    assert found() == ("proved", 4, 1)
    y.cat, y.upBound = "Continuous", 9
    assert found() == ("proved", 0, pytest.approx(11 / 3))
    problem.addConstraint(x + y >= 100, "too_many")
    assert found()[0] == "infeasible"
