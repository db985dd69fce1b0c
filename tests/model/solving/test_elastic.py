"""How each rule gives way, by how much, rounded so that the change works."""

from __future__ import annotations

import math

import pulp
import pytest

from planner.model.constraints import Group
from planner.model.solving.elastic import (
    Ease,
    change_of,
    ease_of,
    eased_percentile,
    eased_rows,
    outward,
)
from planner.model.variables import define_variables
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections


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


# Three towns in the counties x, x, y with 30, 10 and 0 principals of whom half take part; the
# sister agency is in B. A dialogue takes 10 hours; an advisor has 100 a year, so 50 in P1.
YEARS = [{"name": "P1", "months": 6}, {"name": "P2", "months": 12}]


def ease(rule, rows=1, changes=None, **words):
    sections = {"dialogues.uptake": quantity(0.5), "rollout.periods": YEARS, **(changes or {})}
    instance = tiny_instance(
        tiny_scenario(work_sections(sections)),
        line(0, 10, 30),
        (30, 10, 0),
        counties="xxy",
        spsm="B",
    )
    return ease_of(instance, Group(rule, (pulp.lpSum([]),) * rows, words))


@pytest.mark.parametrize(
    ("rule", "words", "expected"),
    [
        ("openings_most", {"count": 3, "period": "P1"}, Ease((1,), 3, "up")),
        ("openings_most", {"count": 0, "period": "P1"}, Ease((1,), 1, "up")),
        ("office_most", {"count": 4}, Ease((1,), 4, "up")),
        ("hires_most", {"count": 2.0}, Ease((1,), 2, "up")),
        ("hires_most", {"count": 2.5}, Ease((1,), 2.5, "up", whole=False)),
        ("budget", {"budget": 7.0}, Ease((1,), 7, "up", whole=False)),
        ("limit_most", {"criterion": "max_km", "limit": 5.0}, Ease((1,), 5, "up", whole=False)),
        ("limit_most", {"criterion": "max_km", "limit": -5.0}, Ease((1,), 5, "up", whole=False)),
        (
            "limit_least",
            {"criterion": "spsm_share", "limit": 2},
            Ease((1,), 2, "down", whole=False),
        ),
        ("office_fewest", {"count": 3}, Ease((1,), 3, "down", most=3)),
        ("minimum_team", {"count": 2.0}, Ease((1,), 2, "down", most=2)),
        ("dialogues_by", {"count": 38.0}, Ease((1,), 38, "down", most=38)),
        ("dialogues_by", {"count": 0.5}, Ease((1,), 0.5, "down", whole=False, most=0.5)),
        (
            "office_count",
            {"count": 2},
            Ease((1,), 2, "either", most=3),
        ),  # as many as there are towns
        ("required", {"town": "A-stad"}, Ease((1,), 1, "given_up", most=1)),
    ],
)
def test_a_number_goes_up_or_down_and_counts_as_a_share_of_itself(rule, words, expected):
    assert ease(rule, **words) == expected


def test_every_row_of_a_rule_gives_way():
    assert ease("existing", 2, town="A-stad").room == (1, 1)
    assert ease("office_most", 3, count=1).room == (1, 1, 1)


def test_the_sister_agency_lends_more_in_its_towns_alone():
    # The sum, then A, B and C, in either period.
    found = ease("sister_pool", 8, count=1.5)
    assert found == Ease((1, 0, 1, 0) * 2, 1.5, "up", whole=False)


def test_a_share_gives_way_in_percentage_points_of_what_is_due():
    # County x has twenty who take part, y none and so no rows.
    assert ease("balance", 2, share=10.0) == Ease((0.2, 0.2), 10, "up", whole=False, most=100)
    assert ease("balance", 2, share=0.0).size == 1


def eased(row, given, room=3.0):
    """Return the rows and the change of a rule of one row, as {name: coefficient} and constant."""
    problem = pulp.LpProblem("eased")
    x = problem.add_variable("x", 0)
    group = Group("rule", (row(x),))
    rows, total = eased_rows(problem, group, Ease((room,), **given), 7)
    said = [({v.name: c for v, c in r.items()}, r.sense, r.constant) for r in rows]
    changes = [(v.name, v.lowBound, v.upBound, v.cat) for v in total]
    assert all(c == 1 for c in total.values())
    return said, changes


def test_a_row_has_room_on_the_side_that_it_bounds():
    whole = ("change_7_0", 0, 2, "Integer")
    given = {"most": 2.0}
    assert eased(lambda x: 2 * x <= 5, given) == ([({"x": 2, "change_7_0": -3}, -1, -5)], [whole])
    assert eased(lambda x: 2 * x >= 5, given) == ([({"x": 2, "change_7_0": 3}, 1, -5)], [whole])
    assert eased(lambda x: 2 * x == 5, given) == (
        [({"x": 2, "change_7_0": -3}, -1, -5), ({"x": 2, "change_7_0": 3}, 1, -5)],
        [whole],
    )


def test_a_number_that_may_go_either_way_has_a_change_for_each():
    rows, changes = eased(lambda x: 1 * x == 5, {"way": "either", "whole": False})
    assert rows == [({"x": 1, "change_7_0": -3}, -1, -5), ({"x": 1, "change_7_1": 3}, 1, -5)]
    assert [name for name, *_ in changes] == ["change_7_0", "change_7_1"]
    assert {(low, most, cat) for _, low, most, cat in changes} == {(0, math.inf, "Continuous")}


def test_rows_of_a_rule_share_its_change():
    problem = pulp.LpProblem("eased")
    x = problem.add_variable("x", 0)
    rows, total = eased_rows(problem, Group("rule", (x <= 1, x <= 2)), Ease((1, 4)), 0)
    assert [{v.name: c for v, c in row.items()} for row in rows] == [
        {"x": 1, "change_0_0": -1},
        {"x": 1, "change_0_0": -4},
    ]
    assert [v.name for v in total] == ["change_0_0"]


def test_a_percentile_may_leave_out_five_in_a_hundred():
    """A, B and C along a road with 60, 37 and 3 principals; the office in A, 10 and 30 km off.

    Within 5 km: C may be left out, three of a hundred, and B not, so 5 km more are needed.
    """
    scenario = tiny_scenario({"limits.p95_km": {"most": 5}, "sites.required": ["A"]})
    i = tiny_instance(scenario, line(0, 10, 30), (60, 37, 3))
    problem = pulp.LpProblem("eased")
    v = define_variables(problem, i)
    rule = Group("limit_most", (), {"criterion": "p95_km", "limit": 5.0})
    rows, change = eased_percentile(problem, i, v, rule, 7)
    for number, row in enumerate(rows):
        problem.addConstraint(row, f"row_{number}")
    for u in range(3):
        v.serve[-1][u][0].lowBound = 1
        for x in v.serve[-1][u][1:]:
            x.upBound = 0
    problem.setObjective(change)
    problem.solve(pulp.HiGHS(msg=False))
    assert change.value() == pytest.approx(5)
    assert {x.name: x.varValue for x in problem.variables() if x.name.startswith("far")} == {
        "far_7_0": 0,  # A, which is too far from C
        "far_7_1": 0,
        "far_7_2": 1,
    }
