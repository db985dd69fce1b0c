"""What a solver leaves in the variables, read as a plan and measured by every criterion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pulp
import pytest

from planner.criteria import CRITERIA
from planner.criteria.reads import Solution, WorkDone
from planner.criteria.regions import region_parts
from planner.criteria.rollout import period_costs
from planner.criteria.travel import weighted_percentile
from planner.model.solution import measure, measure_sites, read_solution
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
    work = WorkDone(
        np.array([[2, 0], [1, 3]]), np.array([[0.5, 0], [0, 0.25]]), np.full((2, 3), 4.0)
    )
    some = Solution(((0,), (0, 1)), np.array([[0, 0, 0], [0, 1, 1]]), work)
    found = some.among((1, 3), 4)
    assert found.offices == ((1,), (1, 3))
    assert found.served_by.tolist() == [[1, 1, 1], [1, 3, 3]]
    assert found.work.advisors.tolist() == [[0, 2, 0, 0], [0, 1, 0, 3]]
    assert np.issubdtype(found.work.advisors.dtype, np.integer)
    assert found.work.pool.tolist() == [[0, 0.5, 0, 0], [0, 0, 0, 0.25]]
    assert found.work.dialogues is work.dialogues
    assert replace(some, work=None).among((1, 3), 4).work is None


# Four towns along a road, A 0, B 10, C 30, D 70 km, with 1, 2, 3 and 4 principals; offices in
# A and C. A and B are served from A, C and D from C.
KM = line(0, 10, 30, 70)
PRINCIPALS = (1, 2, 3, 4)
A, B, C, D = range(4)
AT_A_AND_C = (A, C)
SERVED = np.array([A, A, C, C])


def country(changes=None, **details):
    return tiny_instance(tiny_scenario(changes), KM, PRINCIPALS, **details)


def value(name, instance=None, offices=AT_A_AND_C, served=SERVED):
    return measure_sites(instance or country(), offices, np.array(served))[name]


def test_mean_km_weighs_each_town_by_its_principals():
    # (1 x 0 + 2 x 10 + 3 x 0 + 4 x 40) / 10
    assert value("mean_km") == 18


def test_mean_minutes_follows_the_fastest_road_not_the_shortest():
    minutes = np.array([[0, 7, 9, 9], [7, 0, 9, 9], [9, 9, 0, 11], [9, 9, 11, 0]], dtype=float)
    # (1 x 0 + 2 x 7 + 3 x 0 + 4 x 11) / 10
    assert value("mean_minutes", country(minutes=minutes)) == 5.8


def test_p95_is_the_distance_that_95_of_100_do_not_exceed():
    # 95 principals at 0 km and 5 at 10: exactly 95 % live within 0 km; with 94 and 6, 94 %.
    km = line(0, 10)
    enough = tiny_instance(tiny_scenario(), km, (95, 5))
    short = tiny_instance(tiny_scenario(), km, (94, 6))
    assert measure_sites(enough, (0,), np.array([0, 0]))["p95_km"] == 0
    assert measure_sites(short, (0,), np.array([0, 0]))["p95_km"] == 10


def test_weighted_percentile_takes_values_in_order_whatever_their_place():
    values, weights = np.array([30.0, 10.0, 20.0]), np.array([1, 2, 1])
    assert weighted_percentile(values, weights, 0.5) == 10
    assert weighted_percentile(values, weights, 0.75) == 20
    assert weighted_percentile(values, weights, 1.0) == 30


def test_max_km_is_of_the_farthest_principal_and_empty_towns_have_none():
    assert value("max_km") == 40  # D to C
    empty = tiny_instance(tiny_scenario(), KM, (1, 2, 3, 0))
    assert value("max_km", empty) == 10  # B to A: nobody lives in D


def test_share_beyond_counts_only_those_farther_than_the_limit():
    # The limit 10 km: B lies at it, D's 4 of 10 beyond it. At 9.9 km B's 2 are beyond too.
    assert value("share_beyond", country({"thresholds.beyond_km": quantity(10)})) == 0.4
    assert value("share_beyond", country({"thresholds.beyond_km": quantity(9.9)})) == 0.6


def test_spread_counts_every_town_once_and_its_nearest_office_whoever_serves_it():
    # To the nearest of A and C: 0, 10, 0, 40 km; that A serves all does not matter.
    assert value("spread") == 12.5
    assert value("spread", served=[A, A, A, A]) == 12.5


def test_min_separation_is_between_the_two_closest_offices():
    assert value("min_separation_km") == 30
    assert value("min_separation_km", offices=(A, C, D), served=[A, A, C, D]) == 30
    assert value("min_separation_km", offices=(A, B, D), served=[A, B, B, D]) == 10


def test_min_separation_of_one_office_is_nil_for_want_of_a_pair():
    assert value("min_separation_km", offices=(A,), served=[A, A, A, A]) == 0


def test_university_minutes_is_the_mean_over_open_offices():
    near = country(university=(10, 5, 50, 0))
    assert value("university_minutes", near) == 30  # (10 + 50) / 2


def test_university_beyond_counts_offices_past_the_limit_and_not_at_it():
    # Limit 45 minutes: A at it is not beyond, C is.
    assert value("university_beyond", country(university=(45, 90, 45.1, 90))) == 1


def test_spsm_share_leaves_own_premises_apart():
    # Of A and C only A has the sister agency. With C in own premises, A alone counts; with A in
    # them, C alone; with both nobody is counted and nobody is outside.
    assert value("spsm_share", country(spsm="A")) == 0.5
    own = "sites.own_premises"
    assert value("spsm_share", country({own: ["C"]}, spsm="A")) == 1
    assert value("spsm_share", country({own: ["A"]}, spsm="A")) == 0
    assert value("spsm_share", country({own: ["A", "C"]}, spsm="A")) == 1


def test_county_splits_counts_counties_with_more_than_one_office():
    # Counties x = {A, B, C} and y = {D}: x is served by both offices, y by one.
    assert value("county_splits", country(counties="xxxy")) == 1
    assert value("county_splits", country(counties="xxyy")) == 0


def test_balance_is_the_largest_region_over_the_mean():
    # Regions of 3 and 7 principals, mean 5.
    assert value("balance") == 1.4
    # An open office that serves nobody lowers the mean: 3 + 7 over three offices.
    assert value("balance", offices=(A, B, C)) == pytest.approx(7 / (10 / 3))


def test_contiguous_needs_every_region_in_one_piece():
    assert value("contiguous") == 1
    # A serves A and C but not B between them.
    assert value("contiguous", served=[A, C, A, C]) == 0


def test_a_ferry_joins_what_no_border_does():
    # D borders on nothing; a ferry is one more link.
    island = country(borders=["AB", "BC"])
    assert value("contiguous", island) == 0
    assert region_parts(island, SERVED) == {A: [[A, B]], C: [[C], [D]]}
    assert value("contiguous", country(borders=["AB", "BC", "CD"])) == 1


def test_counties_are_in_one_piece_by_the_borders_between_them():
    # Counties x = {A, D}, y = {B}, z = {C}: x and y touch at A-B, x and z at C-D.
    scenario = {"units.level": "county"}
    instance = country(scenario, counties="xyzx")
    assert value("contiguous", instance, served=[A, C, C]) == 1  # y and z touch at B-C
    lonely = country(scenario, counties="xyzx", borders=["AB", "CD"])
    assert value("contiguous", lonely, served=[A, C, C]) == 0


MONEY = {
    "money.advisor": quantity(1.0),
    "money.premises": quantity(0.5),
    "money.opening": quantity(2.0),
    "money.closing": quantity(3.0),
    "money.per_km": quantity(100.0),
    "money.sister_advisor": quantity(0.25),
    "staffing.in_person": quantity(0.5),
    "staffing.taking_part": quantity(2.0),
    "staffing.sister_pool": quantity(10),
    "sites.existing": ["A"],
    "rollout.may_close": True,
}


def two_periods(changes=None):
    scenario = tiny_scenario(work_sections(changes), P1=6, P2=12)
    return tiny_instance(scenario, KM, PRINCIPALS)


def rollout(dialogues, offices=((A,), (A, C)), served=((A, A, A, A), (A, A, C, C))):
    advisors = np.zeros((2, 4), dtype=np.int64)
    advisors[0, A], advisors[1, A], advisors[1, C] = 2, 3, 1
    pool = np.zeros((2, 4))
    pool[1, C] = 2.0
    work = WorkDone(advisors, pool, np.array(dialogues, dtype=float))
    return Solution(offices, np.array(served), work)


def test_cost_adds_staff_premises_openings_journeys_and_lent_staff():
    instance = two_periods(MONEY)
    held = [[1, 2, 0, 0], [0, 0, 3, 4]]
    # P1, half a year: 2 advisors and A's premises 1 + 0.25; nothing opens. Journeys: 2 dialogues
    # with B, each 2 travelling x 0.5 in person x 2 x 10 km x 100 SEK = 0.002 MSEK.
    # P2: 4 advisors, 2 lent at 0.25, two premises 4 + 0.5 + 1, C opens 2. Journeys: 4 with D,
    # 40 km off, each 0.008.
    assert period_costs(instance, rollout(held)) == pytest.approx([1.254, 7.532])
    assert measure(instance, rollout(held))["cost_msek"] == pytest.approx(8.786)


def test_closing_costs_in_the_period_in_which_the_office_is_gone():
    instance = two_periods(MONEY)
    plan = rollout(np.zeros((2, 4)), offices=((A,), (C,)), served=((A, A, A, A), (C, C, C, C)))
    # P2: 4 advisors 4 + lent 0.5 + premises 0.5 + C opens 2 + A closes 3.
    assert period_costs(instance, plan)[1] == pytest.approx(10.0)


def test_waiting_counts_to_the_middle_of_the_period_and_to_the_end_for_the_unmet():
    # Periods of 6 and 12 months: middles at 3 and 12, the end at 18. Three are met in P1, five
    # in P2 and two never: 3 x 3 + 5 x 12 + 2 x 18.
    found = measure(two_periods(), rollout([[1, 2, 0, 0], [0, 0, 3, 2]]))
    assert found["waiting"] == 105
    assert found["unmet"] == 2


def test_unmet_counts_only_those_who_would_take_part():
    # Uptake 0.8 of 10 principals: 8 take part, 3 are met.
    instance = two_periods({"dialogues.uptake": quantity(0.8)})
    assert measure(instance, rollout([[0, 0, 0, 0], [0, 0, 3, 0]]))["unmet"] == 5


def test_who_takes_part_is_whole_and_sums_to_uptake_times_principals():
    # 0.8 x (4, 3, 2, 1) = 3.2, 2.4, 1.6, 0.8: 8 in all; the floors are 3, 2, 1, 0, and the two
    # that are missing go to the largest remainders, 0.8 and 0.6.
    scenario = tiny_scenario(work_sections({"dialogues.uptake": quantity(0.8)}))
    assert tiny_instance(scenario, KM, (4, 3, 2, 1)).target.tolist() == [3, 2, 2, 1]


def test_hours_of_a_dialogue_are_work_and_two_journeys_for_those_who_travel():
    hours = {
        "staffing.preparation": quantity(40),
        "staffing.meeting": quantity(5),
        "staffing.in_person": quantity(0.8),
        "staffing.taking_part": quantity(2),
    }
    # A to D, 70 minutes: 2 x (40 + 5 + 0.8 x 2 x 70 / 60).
    assert two_periods(hours).hours[D, A] == pytest.approx(93.733333, abs=1e-6)


def test_every_criterion_is_measured():
    found = measure(two_periods(), rollout(np.zeros((2, 4))))
    assert set(found) == {*CRITERIA, "contiguous"}


def test_a_static_plan_has_no_criteria_of_the_rollout():
    found = measure(country(), Solution((AT_A_AND_C,), SERVED[None, :]))
    assert set(CRITERIA) - set(found) == {"cost_msek", "waiting", "unmet"}


def test_principals_of_a_county_travel_from_their_own_town():
    # County x = {A, B}: served from A its 1 + 2 principals travel 0 and 10 km.
    instance = country({"units.level": "county"}, counties="xxyy")
    assert instance.unit_km[:, A].tolist() == [20, 3 * 30 + 4 * 70]
    assert instance.unit_farthest[:, A].tolist() == [10, 70]
    assert value("mean_km", instance, served=[A, C]) == 18
