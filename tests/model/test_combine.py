"""The three ways criteria combine, on a road where every plan can be listed.

Towns A 0, B 10, C 30, D 100 km with one principal each; one office. Kilometres in all (mean x 4)
and minutes to teacher education:

    office  km   mean  minutes  farthest
    A       140  35    0        100
    B       120  30    40       90
    C       120  30    30       70
    D       270  67.5  20       100
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.errors import InfeasibleScenario
from planner.model import combine as combine_module
from planner.model.build import build
from planner.model.combine import combine, scales, weighted_distance
from planner.model.solve import Control, optimise
from planner.plan import PayoffTable
from tiny import line, quantity, solve, tiny_instance, tiny_scenario, towns

KM, CAMPUS = line(0, 10, 30, 100), (0, 40, 30, 20)


def plan(objective, changes=None, principals=None, **details):
    scenario = tiny_scenario({"objective": objective, **(changes or {})})
    details = {"university": CAMPUS, **details}
    return solve(tiny_instance(scenario, KM, principals, **details))


def weighted(**weights):
    return {"method": "weighted", "weights": {n: quantity(w) for n, w in weights.items()}}


def test_the_payoff_table_holds_each_criterion_alone_and_the_others_at_their_best_then():
    found = plan(weighted(mean_km=1, university_minutes=1)).payoff
    # Mean km alone: B or C, of which C has the fewer minutes. Minutes alone: A.
    assert found.criteria == ("mean_km", "university_minutes")
    assert found.values == ((30, 30), (35, 0))
    assert found.best == (30, 0)
    assert found.worst == (35, 30)
    assert found.weights == (1, 1)


def test_weights_count_per_step_from_best_to_worst():
    # Km ranges over 5, minutes over 30. A: 1 and 0; B: 0 and 40/30; C: 0 and 1; D: 7.5 and 20/30.
    # With weights 3 to 2 C wins 2 to 3, with 2 to 3 A wins 2 to 3.
    towards_km = plan(weighted(mean_km=3, university_minutes=2))
    assert towns(towards_km) == "C"
    assert towards_km.termination.objective == pytest.approx(2)
    assert towards_km.termination.objective_name == "weighted"
    towards_campus = plan(weighted(mean_km=2, university_minutes=3))
    assert towns(towards_campus) == "A"
    assert towards_campus.termination.objective == pytest.approx(2)


def test_the_weighted_objective_is_what_the_criteria_say():
    found = plan(weighted(mean_km=3, university_minutes=2))
    assert weighted_distance(found.payoff, found.criteria) == pytest.approx(2)


def test_a_criterion_of_weight_nil_takes_no_part():
    found = plan(weighted(mean_km=1, university_minutes=0))
    assert found.payoff is None
    assert found.termination.objective_name == "mean_km"


def test_more_is_better_where_the_criterion_says_so():
    # Two offices: AD are 100 km apart and leave 10 + 30 km, BD 90 and 10 + 20. Ranges: mean 7.5
    # to 10, separation 90 to 100. With 3 on separation AD is 1 x 1 off, BD 3 x 1.
    two = {"offices.count": 2}
    assert towns(plan(weighted(mean_km=1, min_separation_km=3), two)) == "AD"
    found = plan(weighted(mean_km=3, min_separation_km=1), two)
    assert towns(found) == "BD"
    assert found.payoff.best == (7.5, 100)
    assert found.payoff.worst == (10, 90)
    assert found.termination.objective == pytest.approx(1)


def test_a_criterion_without_a_range_still_counts():
    # A alone is best by both: it has the campus, and with ten principals the shortest mean.
    found = plan(weighted(mean_km=1, university_minutes=1), principals=(10, 1, 1, 1))
    assert found.payoff.best == found.payoff.worst
    assert towns(found) == "A"
    assert found.termination.objective == pytest.approx(0, abs=1e-9)


def test_a_soft_rule_is_paid_in_units_of_the_weighted_objective():
    # As with weights 3 to 2, where C wins 2 to A's 3. A limit of 20 minutes is 10 off in C: at
    # 0.05 a minute C costs 2.5, at 0.2 it costs 4 and A, which keeps it, wins.
    objective = weighted(mean_km=3, university_minutes=2)
    rule = {"most": 20, "hard": False, "penalty": 0.05}
    cheap = plan(objective, {"limits.university_minutes": rule})
    assert (towns(cheap), cheap.termination.objective) == ("C", pytest.approx(2.5))
    dear = plan(objective, {"limits.university_minutes": rule | {"penalty": 0.2}})
    assert (towns(dear), dear.termination.objective) == ("A", pytest.approx(3))


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


def test_lexicographic_tolerance_lets_a_later_criterion_take_a_share():
    # A's 35 km are 1/6 more than 30: within a fifth, not within a tenth.
    order = {"method": "lexicographic", "order": ["mean_km", "university_minutes"]}
    assert towns(plan(order | {"tolerance": 0.1})) == "C"
    assert towns(plan(order | {"tolerance": 0.2})) == "A"


def test_a_tolerance_is_a_share_of_small_values_too():
    order = {
        "method": "lexicographic",
        "order": ["share_beyond", "university_minutes"],
        "tolerance": 0.5,
    }
    # Beyond 25 km, of 10, 10, 10 and 1 principals: from A 11/31, B 1/31, C 11/31, D 30/31. Half
    # as much again as 1/31 is far from 11/31, so B stays although A is at the campus.
    found = plan(order, {"thresholds.beyond_km": quantity(25)}, principals=(10, 10, 10, 1))
    assert towns(found) == "B"


def test_a_tolerance_worsens_what_should_be_large_downwards():
    # Two offices: AD are 100 km apart, BD 90 and nearer: a tenth of 100 reaches BD, a twentieth
    # does not.
    order = {"method": "lexicographic", "order": ["min_separation_km", "mean_km"]}
    two = {"offices.count": 2}
    assert towns(plan(order | {"tolerance": 0.05}, two)) == "AD"
    found = plan(order | {"tolerance": 0.1}, two)
    assert towns(found) == "BD"
    assert found.criteria["min_separation_km"] == 90


def test_lexicographic_keeps_soft_rules_first():
    order = {"method": "lexicographic", "order": ["mean_km", "university_minutes"]}
    rule = {"limits.max_km": {"most": 60, "hard": False, "penalty": 1}}
    # The farthest is 70 km at best, from C, 10 too many; B's 30 too many come after it.
    found = plan(order, rule)
    assert towns(found) == "C"
    assert (found.stages[0].objective_name, found.stages[0].objective) == ("soft rules", 10)


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


def payoff(best, worst, weights=(3.0, 2.0), names=("mean_km", "min_separation_km")):
    return PayoffTable(names, (), best, worst, weights)


def test_a_step_is_a_share_of_the_range_or_of_the_size_where_there_is_none():
    rows = list(scales(payoff((30.0, 100.0), (35.0, 90.0))))
    assert rows == [("mean_km", 3 / 5, 30.0), ("min_separation_km", 2 / 10, 100.0)]
    rows = list(scales(payoff((30.0, -100.0), (30.0, -100.0))))
    assert rows == [("mean_km", 3 / 30, 30.0), ("min_separation_km", 2 / 100, -100.0)]
    rows = list(scales(payoff((0.5, 0.0), (0.5 + 1e-8, 0.0))))  # less than arithmetic tells apart
    assert rows == [("mean_km", 3.0, 0.5), ("min_separation_km", 2.0, 0.0)]


def test_the_weighted_distance_counts_how_far_each_is_from_its_best():
    table = payoff((30.0, 100.0), (35.0, 90.0))
    assert weighted_distance(table, {"mean_km": 30, "min_separation_km": 100}) == 0
    assert weighted_distance(table, {"mean_km": 32, "min_separation_km": 95}) == pytest.approx(2.2)


def test_scales_cut_short_are_told_and_only_where_there_are_scales(monkeypatch):
    """The limit of the first stage that is not proved; a single criterion has no scales."""
    asked = []

    def cut_short(model, name, objective, control, **given):
        asked.append((name, given))
        stage = optimise(model, name, objective, control)
        return replace(stage, reason="node_limit") if name == "payoff mean_km" else stage

    monkeypatch.setattr(combine_module, "optimise", cut_short)
    for objective, cut, count in (
        (weighted(mean_km=1, university_minutes=1), "node_limit", 5),
        (weighted(mean_km=1), None, 1),
    ):
        asked.clear()
        instance = tiny_instance(tiny_scenario({"objective": objective}), KM, university=CAMPUS)
        found = combine(build(instance), Control())
        assert found.cut == cut
        assert len(asked) == count
        (goal,) = found.goals
        assert goal.stage.penalised
        assert goal.stage.given == 0


def test_each_goal_says_what_it_may_give_up_and_whether_it_pays_for_soft_rules():
    order = {"method": "lexicographic", "order": ["mean_km", "spread"], "tolerance": 0.2}
    rule = {"limits.max_km": {"most": 60, "hard": False, "penalty": 1}}
    instance = tiny_instance(tiny_scenario({"objective": order, **rule}), KM)
    model = build(instance)  # rows die with it
    goals = combine(model, Control()).goals
    assert [(g.stage.name, g.stage.given, g.stage.penalised) for g in goals] == [
        ("soft rules", 0, True),
        ("mean_km", 0.2, False),
        ("spread", 0.2, False),
    ]
    assert [-g.row.constant for g in goals] == [
        pytest.approx(g.stage.objective * (1 + g.stage.given), abs=1e-4) for g in goals
    ]
    hard = tiny_instance(tiny_scenario({"objective": order}), KM)
    assert [g.stage.name for g in combine(build(hard), Control()).goals] == ["mean_km", "spread"]
