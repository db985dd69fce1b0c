"""The largest region as a goal, as a limit and afterwards, at every level of units."""

from __future__ import annotations

import pytest

from planner.criteria.regions import least_load
from planner.errors import InfeasibleScenario
from planner.siting.problem import Siting
from tiny import line, served, solve, tiny_instance, tiny_scenario, towns

# Four towns along a road, A 0, B 10, C 30, D 100 km, with 4, 3, 2 and 1 principals; offices in A
# and D. By distance A serves A, B and C: 9 of 10 principals.
KM, PRINCIPALS = line(0, 10, 30, 100), (4, 3, 2, 1)
AT_THE_ENDS = {"offices.count": 2, "sites.required": ["A", "D"]}
MOST = "limits.largest_region"


def instance(changes=None, counties=None):
    scenario = tiny_scenario({**AT_THE_ENDS, **(changes or {})})
    return tiny_instance(scenario, KM, PRINCIPALS, counties=counties)


def plan(changes=None, counties=None):
    return solve(instance(changes, counties))


def test_without_a_limit_the_nearest_office_serves():
    found = plan()
    assert served(found) == "AAAD"
    assert found.criteria["largest_region"] == 9


def test_a_limit_moves_who_has_least_farther_to_go():
    # C's two have 40 km more to D, together 80; B's three 240 more.
    found = plan({MOST: {"most": 7}})
    assert served(found) == "AADD"
    assert found.criteria["largest_region"] == 7
    # At most six, so A's four without B's three: C's two may stay, and 60 + 270 km beat 270 + 140.
    assert served(plan({MOST: {"most": 6}})) == "ADAD"


def test_a_limit_that_nothing_keeps_has_no_plan():
    with pytest.raises(InfeasibleScenario):
        plan({MOST: {"most": 4}})  # ten principals, two offices


def test_a_soft_limit_is_passed_where_that_is_worth_it():
    # Two above the limit of seven: a principal costs 2 x penalty; C's way to D is 8 km of mean.
    soft = {"most": 7, "hard": False}
    assert served(plan({MOST: soft | {"penalty": 3}})) == "AAAD"
    assert served(plan({MOST: soft | {"penalty": 5}})) == "AADD"


def test_as_the_goal_it_divides_the_country_as_evenly_as_units_can_be():
    # Five and five: A's four with D's one, B's three with C's two. From A and D in turn that is
    # 100 + 270 + 140 km, from D and A 400 + 30 + 60.
    found = plan({"objective.optimise": "largest_region", "objective.then": ["mean_km"]})
    assert (found.criteria["largest_region"], served(found)) == (5, "DAAD")
    assert found.termination.reason == "optimal"


def test_afterwards_it_chooses_among_plans_as_good():
    # Offices in A and C: B is 10 km from A and 20 from C; with a road of 20 km it may go to both.
    km = line(0, 20, 40)
    scenario = tiny_scenario(
        {
            "offices.count": 2,
            "sites.required": ["A", "C"],
            "objective.then": ["largest_region"],
        }
    )
    found = solve(tiny_instance(scenario, km, (5, 3, 1)))
    assert served(found) == "ACC"
    assert found.criteria["largest_region"] == 5


def test_a_county_as_a_whole_counts():
    # Counties x = {A, B} and y = {C, D}: 7 and 3, and one office each; B can't leave A.
    counties = {"units.level": "county"}
    assert plan(counties, "xxyy").criteria["largest_region"] == 7
    with pytest.raises(InfeasibleScenario):
        plan(counties | {MOST: {"most": 6}}, "xxyy")


def test_principals_one_by_one_fill_a_region_to_its_limit():
    found = plan({"units.level": "principal", MOST: {"most": 5}})
    assert found.criteria["largest_region"] == 5
    # A's four and one of B's stay; two of B, C's two and D's one are served from D.
    assert sorted(served(found)) == list("AAAAADDDDD")


def test_siting_by_itself_finds_the_same_regions():
    found = Siting(instance({MOST: {"most": 7}})).best()
    assert "".join(found.assignment) == "AADD"
    assert found.criteria["largest_region"] == 7


def test_with_any_number_of_offices_it_is_at_least_the_largest_unit():
    free = {"offices.count": [1, 4], "sites.required": [], "objective.then": ["mean_km"]}
    found = plan({**free, "objective.optimise": "largest_region"})
    assert (towns(found), served(found)) == ("ABCD", "ABCD")
    assert found.criteria["largest_region"] == 4


def test_no_region_is_smaller_than_the_mean_or_the_largest_unit():
    # Ten principals: all in one region, five in one of two, A's four however many there are.
    assert [least_load(instance(), offices) for offices in (1, 2, 3, 4)] == [10, 5, 4, 4]
