"""What a solver leaves in the variables, read as a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pulp

from planner.model.solution import Solution, Work, read_solution
from planner.model.variables import define_variables
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections


def variables(problem, changes=None):
    """Two towns, one period; nothing is open, and A's office serves both."""
    instance = tiny_instance(tiny_scenario(changes), line(0, 10), (10, 5))
    v = define_variables(problem, instance)
    for row, values in ((v.open[0], (1, 0)), (v.serve[0][0], (1, 0)), (v.serve[0][1], (1, 0))):
        for x, value in zip(row, values, strict=True):
            x.varValue = value
    return v


def test_an_office_is_open_from_more_than_a_half():
    problem = pulp.LpProblem("values")
    v = variables(problem)
    for value, offices in ((0.999999, (0, 1)), (0.51, (0, 1)), (0.5, (0,)), (1e-6, (0,))):
        v.open[0][1].varValue = value
        assert read_solution(v).offices == (offices,)


def test_a_unit_is_served_by_the_office_with_the_most_of_it():
    problem = pulp.LpProblem("values")
    v = variables(problem)
    v.serve[0][1][0].varValue, v.serve[0][1][1].varValue = 1e-7, 0.9999
    found = read_solution(v)
    assert found.served_by.tolist() == [[0, 1]]
    assert found.work is None


def test_staff_is_whole_and_dialogues_are_those_of_the_office_that_serves():
    problem = pulp.LpProblem("values")
    v = variables(problem, work_sections({"staffing.sister_pool": quantity(2)}))
    advisors, pool, dialogues = v.work.advisors[0], v.work.pool[0], v.work.dialogues[0]
    values = (
        (advisors[0], 2.9999999),
        (advisors[1], 1.0000001),
        (pool[0], 0.123456789 + 1e-12),
        (pool[1], -1e-12),
        (dialogues[0][0], 7.123456789 + 1e-12),  # in parts, until they are settled
        (dialogues[0][1], 3.0),  # of an office that does not serve the unit
        (dialogues[1][0], -1e-12),
        (dialogues[1][1], 0.0),
    )
    for x, value in values:
        x.varValue = value
    work = read_solution(v).work
    assert work.advisors.tolist() == [[3, 1]]
    assert np.issubdtype(work.advisors.dtype, np.integer)
    assert work.pool.tolist() == [[0.123456789, 0.0]]
    assert work.dialogues.tolist() == [[7.123456789, 0.0]]


def test_a_variable_that_no_row_names_is_at_its_least():
    problem = pulp.LpProblem("values")
    v = variables(problem, work_sections())
    v.work.advisors[0][1].lowBound = 4
    assert read_solution(v).work.advisors.tolist() == [[0, 4]]


def test_a_solution_for_some_sites_is_one_for_all():
    """Of sites 0 to 3 the numbers 1 and 3; the others have nobody."""
    work = Work(np.array([[2, 0], [1, 3]]), np.array([[0.5, 0], [0, 0.25]]), np.full((2, 3), 4.0))
    some = Solution(((0,), (0, 1)), np.array([[0, 0, 0], [0, 1, 1]]), work)
    found = some.among((1, 3), 4)
    assert found.offices == ((1,), (1, 3))
    assert found.served_by.tolist() == [[1, 1, 1], [1, 3, 3]]
    assert found.work.advisors.tolist() == [[0, 2, 0, 0], [0, 1, 0, 3]]
    assert np.issubdtype(found.work.advisors.dtype, np.integer)
    assert found.work.pool.tolist() == [[0, 0.5, 0, 0], [0, 0, 0, 0.25]]
    assert found.work.dialogues is work.dialogues
    assert replace(some, work=None).among((1, 3), 4).work is None
