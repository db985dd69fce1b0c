"""The goals of a scenario, on a road where every plan can be listed.

Towns A 0, B 10, C 30, D 100 km with one principal each; one office. Kilometres in all (mean x 4)
and minutes to teacher education:

    office  km   mean  minutes  farthest
    A       140  35    0        100
    B       120  30    40       90
    C       120  30    30       70
    D       270  67.5  20       100
"""

from __future__ import annotations

import pytest

from planner.control import Control
from planner.errors import InfeasibleScenario
from planner.model.build import build
from planner.model.solving.combine import is_siting, reach
from planner.model.solving.scores import weighted_sum
from tiny import line, quantity, solve, tiny_instance, tiny_scenario, towns, work_sections

KM, CAMPUS = line(0, 10, 30, 100), (0, 40, 30, 20)


def plan(objective, changes=None, principals=None, **details):
    scenario = tiny_scenario({"objective": objective, **(changes or {})})
    details = {"university": CAMPUS, **details}
    return solve(tiny_instance(scenario, KM, principals, **details))


def weighted(**rates):
    return {"method": "weighted", "rates": rates}


def test_a_rate_is_what_a_unit_is_worth_in_units_of_the_leading_criterion():
    # A: 35 km. C: 30 km and 30 minutes: at 0.1 km a minute 33 in all, at 0.2 km 36.
    near = plan(weighted(mean_km=1, university_minutes=0.1))
    assert towns(near) == "C"
    assert near.termination.objective == pytest.approx(33)
    assert near.termination.objective_name == "weighted"
    campus = plan(weighted(mean_km=1, university_minutes=0.2))
    assert (towns(campus), campus.termination.objective) == ("A", pytest.approx(35))


def test_the_same_rates_told_in_another_unit_give_the_same_plan():
    # 0.1 km a minute is 10 minutes a km: 330 minutes in C.
    found = plan(weighted(university_minutes=1, mean_km=10))
    assert (towns(found), found.termination.objective) == ("C", pytest.approx(330))
    led = plan({**weighted(mean_km=10), "leading": "university_minutes"})
    assert (towns(led), led.termination.objective) == ("C", pytest.approx(330))


def test_the_sum_is_told_line_by_line():
    found = plan(weighted(mean_km=1, university_minutes=0.1, min_separation_km=2))
    lines = [(x.criterion, x.rate, x.unit, x.value, x.contribution) for x in found.objective]
    assert lines == [
        ("mean_km", 1, "km per km", 30, 30),
        ("university_minutes", 0.1, "km per min", 30, pytest.approx(3)),
        ("min_separation_km", 2, "km per km", 0, 0),
    ]
    assert sum(x.contribution for x in found.objective) == found.termination.objective


def test_shares_count_in_percentage_points():
    # Farther than 50 km from A: D, a quarter. 0.2 km a point: 5 km beside 35; from C D too.
    objective = weighted(mean_km=1, share_beyond=0.2)
    found = plan(objective, {"thresholds.beyond_km": quantity(50)}, sites="A", university=(0,))
    assert found.criteria["share_beyond"] == 0.25
    assert found.objective[1].value == 0.25
    assert found.objective[1].unit == "km per percentage point"
    assert found.objective[1].contribution == pytest.approx(5)
    assert found.termination.objective == pytest.approx(40)


def test_a_criterion_with_a_rate_of_nil_takes_no_part():
    found = plan(weighted(mean_km=1, university_minutes=0))
    assert found.objective == ()
    assert found.termination.objective_name == "mean_km"


def test_more_is_better_where_the_criterion_says_so():
    # Two offices: AD are 100 km apart and leave a mean of 10 km, BD 90 and 7.5. Ten km apart more
    # are worth 2.5 km of the mean at 0.25: at 0.1 BD is better, -1.5 to 0, at 0.5 AD, -40 to -37.5.
    two = {"offices.count": 2}
    found = plan(weighted(mean_km=1, min_separation_km=0.1), two)
    assert (towns(found), found.termination.objective) == ("BD", pytest.approx(-1.5))
    assert found.objective[1].contribution == pytest.approx(-9)
    found = plan(weighted(mean_km=1, min_separation_km=0.5), two)
    assert (towns(found), found.termination.objective) == ("AD", pytest.approx(-40))


def test_forbidding_what_is_not_used_and_requiring_what_is_changes_nothing():
    # A scale that came of the plans allowed would be another without A: rates are not.
    objective = weighted(mean_km=1, university_minutes=0.1)
    free = plan(objective)
    for changes in ({"sites.excluded": ["A"]}, {"sites.required": ["C"]}):
        bound = plan(
            objective,
            changes,
            **({"sites": "BCD", "university": CAMPUS[1:]} if "sites.excluded" in changes else {}),
        )
        assert (towns(bound), bound.objective) == (towns(free), free.objective)


def test_a_soft_rule_is_paid_in_units_of_the_sum():
    # C costs 33, A 35. A limit of 20 minutes is 10 off in C: at 0.1 km a minute C costs 34, at 0.3
    # it costs 36 and A, which keeps it, wins.
    objective = weighted(mean_km=1, university_minutes=0.1)
    rule = {"most": 20, "hard": False, "penalty": 0.1}
    cheap = plan(objective, {"limits.university_minutes": rule})
    assert (towns(cheap), cheap.termination.objective) == ("C", pytest.approx(34))
    off = cheap.objective[-1]
    assert (off.criterion, off.rate, off.unit) == ("limits.university_minutes", 0.1, "km per min")
    assert (off.value, off.contribution) == (pytest.approx(10), pytest.approx(1))
    dear = plan(objective, {"limits.university_minutes": rule | {"penalty": 0.3}})
    assert (towns(dear), dear.termination.objective) == ("A", pytest.approx(35))


def test_sites_are_proved_whatever_gap_the_rollout_has():
    # C is 2 km better than A: within a gap of a tenth, and found all the same.
    objective = weighted(mean_km=1, university_minutes=0.1)
    scenario = tiny_scenario({"objective": objective, "solver.gap": 0.5})
    found = solve(tiny_instance(scenario, KM, university=CAMPUS), Control(gap=0.5))
    assert (towns(found), found.termination.reason) == ("C", "optimal")
    assert found.termination.bound == pytest.approx(33)


def test_lexicographic_takes_the_criteria_in_order():
    # Mean km leaves B and C, of which C has fewer minutes and the smaller farthest distance.
    by_km = plan({"method": "lexicographic", "order": ["mean_km", "university_minutes"]})
    assert towns(by_km) == "C"
    assert [(s.objective_name, s.objective) for s in by_km.stages] == [
        ("mean_km", 30),
        ("university_minutes", 30),
    ]
    by_campus = plan({"method": "lexicographic", "order": ["university_minutes", "mean_km"]})
    assert towns(by_campus) == "A"


def test_a_tolerance_is_in_the_unit_of_its_criterion():
    # A's 35 km are 5 more than 30.
    order = {"method": "lexicographic", "order": ["mean_km", "university_minutes"]}
    assert towns(plan(order | {"tolerance": {"mean_km": 4.9}})) == "C"
    found = plan(order | {"tolerance": {"mean_km": 5}})
    assert towns(found) == "A"
    assert [(s.objective_name, s.objective) for s in found.stages] == [
        ("mean_km", 30),
        ("university_minutes", 0),
    ]


def test_a_tolerance_worsens_what_should_be_large_downwards():
    # Two offices: AD are 100 km apart, BD 90 and nearer.
    order = {"method": "lexicographic", "order": ["min_separation_km", "mean_km"]}
    two = {"offices.count": 2}
    assert towns(plan(order | {"tolerance": {"min_separation_km": 9}}, two)) == "AD"
    found = plan(order | {"tolerance": {"min_separation_km": 10}}, two)
    assert towns(found) == "BD"
    assert found.criteria["min_separation_km"] == 90


def test_a_soft_limit_is_paid_in_the_first_criterion_where_there_are_no_rates():
    order = {"method": "lexicographic", "order": ["mean_km", "university_minutes"]}
    # From C the farthest is 10 km more than 60, from B 30: at 0.1 km each 31 and 33 km.
    found = plan(order, {"limits.max_km": {"most": 60, "hard": False, "penalty": 0.1}})
    assert towns(found) == "C"
    assert [(s.objective_name, s.objective) for s in found.stages] == [
        ("mean_km", pytest.approx(31)),
        ("university_minutes", 30),
    ]


def test_epsilon_optimises_one_and_bounds_the_others():
    # At most 25 minutes leaves A and D.
    epsilon = {"method": "epsilon", "optimise": "mean_km"}
    assert towns(plan(epsilon, {"limits.university_minutes": {"most": 25}})) == "A"
    assert (
        towns(
            plan(
                epsilon,
                {"limits.university_minutes": {"most": 25}},
                sites="BCD",
                university=(40, 30, 20),
            )
        )
        == "D"
    )
    with pytest.raises(InfeasibleScenario):
        plan(epsilon, {"limits.university_minutes": {"most": -1}})


def test_then_decides_among_plans_that_are_as_good():
    # B and C tie on km; B is farther from D, C has fewer minutes.
    epsilon = {"method": "epsilon", "optimise": "mean_km"}
    assert towns(plan(epsilon | {"then": ["max_km"]})) == "C"
    campus_in_b = {"university": (90, 0, 30, 20)}
    assert towns(plan(epsilon | {"then": ["university_minutes"]}, **campus_in_b)) == "B"


def test_each_goal_is_held_with_what_it_may_give_up():
    order = {"method": "lexicographic", "order": ["mean_km", "spread"]}
    scenario = tiny_scenario({"objective": order | {"tolerance": {"mean_km": 7}}})
    model = build(tiny_instance(scenario, KM))  # rows die with it
    first = reach(model, "mean_km", Control(), None)
    second = reach(model, "spread", Control(), first)
    assert [goal.stage.given for goal in (first, second)] == [7, 0]
    assert [-goal.row.constant for goal in (first, second)] == [
        pytest.approx(goal.stage.objective + goal.stage.given, abs=1e-4) for goal in (first, second)
    ]


def test_goals_come_in_order_with_soft_rules_of_the_rollout_before_its_first():
    target = {"by": "P1", "least": quantity(5)}
    soft = work_sections({"dialogues.targets": [target]})

    def goals(objective, changes=soft):
        return tiny_scenario({**changes, "objective": objective}).goals

    weighed = {**weighted(mean_km=1, spread=1), "then": ["max_km", "waiting"]}
    assert goals(weighed) == ("weighted", "soft rules", "max_km", "waiting")
    order = {"method": "lexicographic", "order": ["mean_km", "waiting", "spread"]}
    assert goals(order) == ("mean_km", "soft rules", "waiting", "spread")
    alone = {"method": "epsilon", "optimise": "waiting", "then": ["mean_km"]}
    assert goals(alone) == ("soft rules", "waiting", "mean_km")
    assert goals(alone, work_sections()) == ("waiting", "mean_km")
    hard = {"most": 3, "hard": False}
    limit = work_sections({"limits.unmet": hard})
    assert goals(alone, limit) == ("soft rules", "waiting", "mean_km")


def test_goals_of_sites_are_told_from_those_of_the_rollout():
    objective = {**weighted(mean_km=1, cost_msek=1), "then": ["waiting", "spread"]}
    scenario = tiny_scenario({**work_sections(), "objective": objective})
    names = ("weighted", "waiting", "spread", "soft rules")
    assert [is_siting(scenario, name) for name in names] == [False, False, True, False]
    assert scenario.siting_goals == ()


def test_a_sum_takes_off_what_is_better_when_it_is_more():
    values = {"mean_km": 30, "min_separation_km": 100}
    assert weighted_sum({"mean_km": 1, "min_separation_km": 0.1}, values) == pytest.approx(20)
