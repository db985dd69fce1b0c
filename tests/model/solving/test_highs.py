"""Handing a problem over to HiGHS again, changed in every way that a search changes it."""

from __future__ import annotations

import numpy as np
import pulp
import pytest
from pulp.constants import LpSolveStatus

from planner.model.solving.highs import Highs


def made(engine, problem):
    """Return what an engine hands over: costs, bounds, kinds, ends and the matrix by rows."""
    engine.createAndConfigureSolver(problem)
    engine.buildSolverModel(problem)
    lp = problem.solverModel.getLp()
    a = lp.a_matrix_
    matrix = np.zeros((lp.num_row_, lp.num_col_))
    for k in range(lp.num_col_):
        for at in range(a.start_[k], a.start_[k + 1]):
            matrix[a.index_[at], k] = a.value_[at]
    parts = (lp.col_cost_, lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_)
    kinds = [str(kind) for kind in lp.integrality_]
    return [list(part) for part in parts], lp.offset_, str(lp.sense_), kinds, matrix.tolist()


@pytest.mark.parametrize("mip", [True, False])
@pytest.mark.parametrize("sense", [pulp.LpMinimize, pulp.LpMaximize])
def test_all_is_handed_over_as_pulp_does(mip, sense):
    """After each change: rows and columns more, another goal, right-hand side, bound and kind."""

    def same():
        ours, theirs = Highs(mip=mip, msg=False), pulp.HiGHS(mip=mip, msg=False)
        assert made(ours, problem) == made(theirs, problem)

    problem = pulp.LpProblem("p", sense)
    x = problem.add_variable("x", 0, 4, "Integer")
    y = problem.add_variable("y", None, 2.5)
    problem.setObjective(x + 2 * y + 7)
    problem.addConstraint(x + y <= 5, "most")
    problem.addConstraint(x - y >= -3, "least")
    same()
    z = problem.add_variable("z", 1, None)
    unused = problem.add_variable("unused", 0, 1)
    row = x + z == 3
    problem.addConstraint(row, "just")
    same()
    problem.setObjective(3 * z - y + 0 * unused)
    problem.get_constraint_by_name("most").changeRHS(2.0)
    x.upBound, y.lowBound, x.cat = 3, -8, "Continuous"
    same()
    x.cat = "Integer"
    same()


def test_a_problem_is_solved_again_with_another_goal():
    """Its variables hold what the last search found."""
    problem = pulp.LpProblem("p", pulp.LpMinimize)
    x, y = (problem.add_variable(name, 0, 9, "Integer") for name in "xy")
    problem.addConstraint(2 * x + 3 * y >= 8, "least")
    for goal, found in ((3 * x + 5 * y, (4, 0)), (5 * x + 3 * y, (0, 3))):
        problem.setObjective(goal)
        stats = problem.solve(Highs(msg=False, gapRel=0.0))
        assert stats.status == LpSolveStatus.Optimal
        assert stats.has_solution
        assert (x.varValue, y.varValue) == pytest.approx(found)


def test_what_has_no_answer_is_said():
    problem = pulp.LpProblem("p", pulp.LpMinimize)
    x = problem.add_variable("x", 0, 1)
    problem.setObjective(x)
    problem.addConstraint(x >= 2, "least")
    stats = problem.solve(Highs(msg=False))
    assert stats.status == LpSolveStatus.Infeasible
    assert not stats.has_solution
