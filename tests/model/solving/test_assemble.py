"""From a solution to the plan: what is laid out, and what is not believed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.control import Control
from planner.errors import PlannerError
from planner.model.solving import assemble
from planner.model.solving.assemble import make_plan
from planner.model.solving.stages import solve_instance
from planner.plan import Assumption, Termination
from tiny import line, quantity, solve, tiny_instance, tiny_scenario, work_sections


def result_of(instance):
    return solve_instance(instance, Control())


def test_a_claim_that_the_plan_does_not_bear_out_is_a_defect():
    instance = tiny_instance(tiny_scenario(), line(0, 10, 30))
    result = result_of(instance)
    for wrong in ({"objective": 1.0, "bound": 1.0}, {"bound": 20.0, "objective": 20.0}):
        claimed = replace(result, stages=(replace(result.stages[0], **wrong),))
        with pytest.raises(PlannerError, match="the plan measures"):
            make_plan(instance, claimed)


def test_the_weakest_stage_speaks_for_the_plan():
    scenario = tiny_scenario(
        {"objective": {"method": "lexicographic", "order": ["mean_km", "spread"]}}
    )
    instance = tiny_instance(scenario, line(0, 10, 30))
    result = result_of(instance)
    first = replace(result.stages[0], reason="time_limit", bound=0.0)
    plan = make_plan(instance, replace(result, stages=(first, *result.stages[1:])))
    assert plan.termination.reason == "time_limit"
    assert plan.termination.objective_name == "mean_km"
    assert plan.termination.gap == 1
    assert [stage.reason for stage in plan.stages] == ["time_limit", "optimal"]


def test_offices_say_when_they_open_whom_they_serve_and_with_how_many():
    changes = {
        "offices.count": 2,
        "sites.required": ["A"],
        "rollout.opens": {"A": "P1", "C": "P2"},
        "rollout.periods": [{"name": "P1"}, {"name": "P2"}],
    }
    scenario = tiny_scenario(work_sections(changes))
    plan = solve(
        tiny_instance(
            scenario, line(0, 10, 30), (5, 5, 15), counties="xxy", university=(1, 2, 3), spsm="C"
        )
    )
    a, c = plan.offices
    assert (a.code, a.town, a.role, a.opens, a.closes) == ("A", "A-stad", "required", "P1", None)
    assert (a.principals, a.counties, a.spsm, a.university_minutes) == (10, ("x",), False, 1)
    assert (c.principals, c.counties, c.spsm, c.opens) == (15, ("y",), True, "P2")
    assert set(c.advisors) == {"P2"}
    assert [period.open for period in plan.periods] == [("A",), ("A", "C")]


def test_distances_of_a_unit_are_means_over_its_principals():
    scenario = tiny_scenario({"units.level": "county"})
    instance = tiny_instance(
        scenario,
        line(0, 10, 30, 40),
        (1, 3, 0, 0),
        counties="xxyy",
        sites="A",
        minutes=2 * line(0, 10, 30, 40),
    )
    x, y = solve(instance).assignments
    assert (x.km, x.minutes, x.principals) == (7.5, 15, 4)
    # Nobody travels from y: its municipalities, 30 and 40 km away, count alike.
    assert (y.km, y.minutes, y.principals) == (35, 70, 0)


def test_every_assumption_is_listed_with_its_range():
    plan = solve(
        tiny_instance(tiny_scenario({"thresholds.beyond_km": quantity(7, "km")}), line(0, 1))
    )
    rows = {row.key: (row.value, row.unit, row.source) for row in plan.assumptions}
    assert rows["thresholds.beyond_km"] == (7, "km", "assumption")
    assert list(rows) == sorted(rows)


def test_soft_rules_are_reported_kept_or_broken():
    limits = {
        "limits.max_km": {"most": 5, "hard": False, "penalty": 0.001},
        "limits.spsm_share": {"least": 0.5, "hard": False},
        "limits.mean_km": {"most": 1000},
    }
    plan = solve(tiny_instance(tiny_scenario(limits), line(0, 10, 20), spsm="ABC"))
    assert [(s.criterion, s.sense, s.limit, s.value, s.slack) for s in plan.slacks] == [
        ("max_km", "most", 5, 10, 5),
        ("spsm_share", "least", 0.5, 1, 0),
    ]


def test_a_limit_as_a_bare_number_gives_the_plan_of_the_whole_quantity_and_is_listed():
    def made(most):
        limits = {"limits.max_km": {"most": most}}
        return solve(tiny_instance(tiny_scenario(limits), line(0, 10, 30)))

    whole = {"value": 20, "unit": "km", "low": 15, "high": 25, "source": "SKR 2023"}
    bare, ranged = made(20), made(whole)
    assert replace(bare, assumptions=()) == replace(ranged, assumptions=())
    assert [office.code for office in bare.offices] == ["B"]
    told = [row for plan in (bare, ranged) for row in plan.assumptions if "limits" in row.key]
    assert told == [
        Assumption("limits.max_km.most", 20, "km", 20, 20, "assumption"),
        Assumption("limits.max_km.most", 20, "km", 15, 25, "SKR 2023"),
    ]


def claimed(result, **wrong):
    first, *others = result.stages
    return replace(result, stages=(replace(first, **wrong), *others))


def test_arithmetic_is_forgiven_and_more_is_not():
    """One part in a hundred thousand of the value, or of 1 where the value is smaller."""
    for scale, mean in ((1.0, 10.0), (0.001, 0.01)):
        # A 0, B 15 and C 30 km: from B 30 km in all.
        instance = tiny_instance(tiny_scenario(), scale * line(0, 15, 30))
        result = result_of(instance)
        assert result.stages[0].objective == pytest.approx(mean)
        trust = 1e-5 * max(1.0, mean)
        below, above = mean - 0.9 * trust, mean + 0.9 * trust
        for near in ({"objective": below, "bound": below}, {"bound": above}):
            plan = make_plan(instance, claimed(result, **near))
            assert plan.termination.objective == pytest.approx(mean)
            assert plan.termination.bound <= plan.termination.objective
        for far in ({"objective": mean - 1.1 * trust}, {"bound": mean + 1.1 * trust}):
            with pytest.raises(PlannerError, match="the plan measures"):
                make_plan(instance, claimed(result, **far))


def test_a_plan_may_be_better_than_the_solver_claims():
    instance = tiny_instance(tiny_scenario(), line(0, 10, 30))
    result = result_of(instance)
    plan = make_plan(instance, claimed(result, objective=50.0, bound=10.0, reason="time_limit"))
    assert (plan.termination.objective, plan.termination.bound) == (10, 10)


def test_what_should_be_large_is_told_in_its_own_sign():
    changes = {"offices.count": 2, "objective.optimise": "min_separation_km"}
    instance = tiny_instance(tiny_scenario(changes), line(0, 10, 30))
    result = result_of(instance)
    plan = make_plan(instance, result)
    assert (plan.termination.objective, plan.termination.bound) == (30, 30)
    short = claimed(result, bound=-36.0, reason="time_limit")
    last = make_plan(instance, short).termination
    assert (last.objective, last.bound, last.gap) == (30, 36, pytest.approx(0.2))


def test_a_stage_that_gave_something_up_tells_what_it_reached():
    """Its plan is within the tolerance, or what is kept after the dialogues became whole."""
    objective = {"method": "lexicographic", "order": ["mean_km", "spread"]}
    objective["tolerance"] = {"mean_km": 2}
    instance = tiny_instance(tiny_scenario({"objective": objective}), line(0, 10, 30), (3, 1, 1))
    result = result_of(instance)
    assert result.stages[0].given == 2
    measured = make_plan(instance, result).criteria["mean_km"]
    lower = measured - 1.9
    plan = make_plan(instance, claimed(result, objective=lower, bound=lower))
    assert plan.stages[0].objective == pytest.approx(lower)
    assert plan.stages[0].gap == 0
    with pytest.raises(PlannerError, match="the plan measures"):
        make_plan(instance, claimed(result, objective=measured - 2.1, bound=1.0))
    kept = claimed(result, objective=measured - 2.1, bound=1.0, kept=measured)
    assert make_plan(instance, kept).stages[0].objective == pytest.approx(measured - 2.1)


def test_of_stages_proved_as_little_the_first_with_the_widest_gap_speaks():
    reasons = (("optimal", 0.0), ("time_limit", 0.1), ("time_limit", 0.3), ("gap_limit", 0.9))
    stages = tuple(Termination(reason, 1.0, 1.0, gap, f"{gap}") for reason, gap in reasons)
    assert assemble._termination(stages).objective_name == "0.3"
    tied = (stages[1], replace(stages[1], objective_name="later"))
    assert assemble._termination(tied).objective_name == "0.1"


def test_soft_limits_are_paid_in_the_first_goal_and_targets_are_one_of_their_own():
    changes = {
        "limits.max_km": {"most": 5, "hard": False, "penalty": 0.1},
        "dialogues.targets": [
            {"by": "P1", "least": quantity(50), "hard": False, "penalty": 2.0},
            {"by": "P1", "least": quantity(3), "hard": False, "penalty": 7.0},
            {"by": "P1", "least": quantity(1), "hard": True},
        ],
        "objective.then": ["waiting", "cost_msek"],
        "money.premises": quantity(3),
    }
    instance = tiny_instance(
        tiny_scenario(work_sections(changes), P1=12), line(0, 10, 20), (9, 9, 9)
    )
    plan = solve(instance)
    # From B: a mean of 20/3 km, the farthest 10 km, 5 too many. Of 27 dialogues 23 are short.
    soft = [(s.criterion, s.value, s.slack) for s in plan.slacks]
    assert soft == [("max_km", 10, 5), ("dialogues_by P1", 27, 23), ("dialogues_by P1", 27, 0)]
    siting, soft, waiting, cost = plan.stages
    assert siting.objective == pytest.approx(20 / 3 + 0.1 * 5)
    assert (soft.objective_name, soft.objective) == ("soft rules", pytest.approx(2 * 23))
    assert waiting.objective == pytest.approx(27 * 6)
    assert cost.objective == pytest.approx(3)


def test_those_who_wait_are_counted_down():
    periods = [{"name": f"P{t}", "months": 12, "hires_most": quantity(1)} for t in (1, 2)]
    scenario = tiny_scenario(work_sections({"rollout.periods": periods}))
    plan = solve(tiny_instance(scenario, line(0, 1), (25, 10), counties="xx", sites="A"))
    assert [(p.dialogues, p.unmet, p.advisors) for p in plan.periods] == [(10, 25, 1), (20, 5, 2)]
    assert plan.unmet == {"x": 5}
    counted = {(b.id, b.period): b.dialogues for b in plan.dialogues}
    assert sum(counted.values()) == 30
    assert all(counted.values())  # no batch of nobody


def test_a_plan_of_sites_alone_has_no_dialogues():
    plan = solve(tiny_instance(tiny_scenario(), line(0, 1)))
    assert (plan.dialogues, plan.unmet, plan.offices[0].advisors) == ((), {}, {})
    assert [(p.dialogues, p.unmet, p.advisors, p.cost_msek) for p in plan.periods] == [(0, 0, 0, 0)]
