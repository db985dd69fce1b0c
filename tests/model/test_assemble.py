"""From a solution to the plan: what is laid out, and what is not believed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.errors import PlannerError
from planner.model.assemble import make_plan
from planner.model.solve import Control
from planner.model.stages import solve_instance
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
        scenario, line(0, 10, 30), (1, 3, 0), counties="xxy", sites="A", minutes=2 * line(0, 10, 30)
    )
    x, y = solve(instance).assignments
    assert (x.km, x.minutes, x.principals) == (7.5, 15, 4)
    assert (y.km, y.minutes, y.principals) == (0, 0, 0)  # nobody travels from y


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
