"""How each rule gives way, and the rows that it then has."""

from __future__ import annotations

import math

import pulp
import pytest

from planner.model.constraints import Group
from planner.model.ease import Ease, ease_of, eased_rows
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections

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


def test_a_percentile_gives_way_in_percentage_points():
    found = ease("limit_most", criterion="p95_km", limit=100.0)
    assert found == Ease((0.01,), 5, "extra", whole=False, most=95)


def test_the_sister_agency_lends_more_in_its_towns_alone():
    # The sum, then A, B and C.
    found = ease("sister_pool", 4, count=1.5)
    assert found == Ease((1, 0, 1, 0), 1.5, "up", whole=False)


def test_hours_are_made_up_for_by_full_time_advisors():
    # Twenty dialogues of 10 hours take four advisors in half a year and two in a year.
    found = ease("hours", 3, hours=100.0, period="P1")
    assert found == Ease((50, 50, 50), 4, "extra", whole=False, apart=True)
    found = ease("hours", 3, hours=100.0, period="P2")
    assert found == Ease((100, 100, 100), 2, "extra", whole=False, apart=True)
    few = {"dialogues.uptake": quantity(0.1)}  # four dialogues, less than one advisor
    assert ease("hours", 3, few, hours=100.0, period="P2").size == 1


def test_hours_are_counted_from_where_a_dialogue_takes_the_fewest():
    # Everybody at home: 10 hours each.
    away = {"staffing.in_person": quantity(1)}
    assert ease("hours", 3, away, hours=100.0, period="P2").size == 2


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


@pytest.mark.parametrize(("apart", "names"), [(True, ["a", "b"]), (False, ["a", "a"])])
def test_rows_share_a_change_unless_each_has_its_own(apart, names):
    problem = pulp.LpProblem("eased")
    x = problem.add_variable("x", 0)
    rows, total = eased_rows(
        problem, Group("hours", (x <= 1, x <= 2)), Ease((1, 4), apart=apart, whole=False), 0
    )
    given = {"change_0_0": "a", "change_0_1": "b"}
    assert [given[v.name] for row in rows for v in row if v.name != "x"] == names
    assert [c for row in rows for v, c in row.items() if v.name != "x"] == [-1, -4]
    assert len(total) == len(set(names))
