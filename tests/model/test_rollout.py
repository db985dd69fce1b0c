"""Every rule of the rollout has the LP that its docstring says, on an instance of two towns."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

import numpy as np
import pulp
import pytest

from golden_lp import check_golden, lp_text, numbered
from planner.criteria.rollout import period_cost, waiting
from planner.model import rollout
from planner.model.solving.ends import offices_alone
from planner.model.variables import define_variables
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections

if TYPE_CHECKING:
    from planner.model.constraints import Group

# Units A, B, C along a road with 10, 0 and 20 principals, of whom half take part: 5, 0, 10.
# Sites A and C. Periods of 6 and 12 months, in which an advisor has 50 and 100 hours. A dialogue
# takes two advisors 10 hours each, and one journey of two there and back by car: A to C is 30 km
# and 30 minutes, so 2 x (10 + 2 x 0.5) = 22 hours and 4 x 30 km x 10 SEK = 0.0012 MSEK.
KM, PRINCIPALS = line(0, 10, 30), (10, 0, 20)
WORK = {
    "dialogues.uptake": quantity(0.5),
    "staffing.in_person": quantity(1),
    "staffing.taking_part": quantity(2),
    "staffing.minimum_team": quantity(2),
    "money.advisor": quantity(1),
    "money.premises": quantity(0.5),
    "money.opening": quantity(2),
    "money.closing": quantity(3),
    "money.per_km": quantity(10),
}
PERIODS = [{"name": "P1", "months": 6}, {"name": "P2", "months": 12}]
CAPS = [
    PERIODS[0] | {"hires_most": quantity(4), "budget_msek": quantity(7)},
    PERIODS[1] | {"hires_most": quantity(2)},
]
LENT = {"staffing.sister_pool": quantity(1.5), "money.sister_advisor": quantity(0.8)}
TARGETS = [
    {"by": "P1", "least": quantity(5), "hard": True},
    {"by": "P2", "least": quantity(12), "hard": False, "penalty": 0.5},
]

CASES = {
    "every_principal_is_counted": {},
    "dialogues_in_own_region": {},
    "hours_are_enough": LENT,
    "teams_hold_whole_dialogues": {"rollout.periods": CAPS},
    "minimum_team": {"rollout.periods": CAPS},
    "hiring": {"rollout.periods": CAPS, "staffing.existing": {"C": quantity(3)}},
    "dialogues_are_counted": {},
    "counties_keep_pace": {"dialogues.balance": quantity(0.1)},
    "sister_pool": LENT,
    "budgets": {"rollout.periods": CAPS} | LENT,
}
RULES = {name: getattr(rollout, name) for name in CASES}


def two_sites(changes, **details):
    scenario = tiny_scenario({**work_sections(WORK), "rollout.periods": PERIODS, **changes})
    return tiny_instance(scenario, KM, PRINCIPALS, sites="AC", spsm="C", **details)


def described(rule, groups: list[Group]) -> str:
    words = [inspect.getdoc(rule) or ""]
    words += [
        f"{group.rule} {dict(group.words)}: {len(group.constraints)} rows" for group in groups
    ]
    return "\n".join(words)


@pytest.mark.parametrize("case", CASES)
def test_a_rule_has_the_lp_that_was_reviewed(case, update_golden):
    problem = pulp.LpProblem("one_rule")  # rows die with it
    instance = two_sites(CASES[case])
    groups = list(RULES[case](instance, define_variables(problem, instance)))
    rows = numbered(row for group in groups for row in group.constraints)
    text = lp_text(described(RULES[case], groups), rows)
    check_golden(f"rollout/{case}", text, update=update_golden)


def test_targets_have_the_lp_that_was_reviewed(update_golden):
    problem = pulp.LpProblem("one_rule")
    instance = two_sites({"dialogues.targets": TARGETS})
    penalties: list[pulp.LpAffineExpression] = []
    v = define_variables(problem, instance)
    groups = list(rollout.targets(problem, instance, v, penalties))
    rows = numbered(row for group in groups for row in group.constraints)
    text = lp_text(described(rollout.targets, groups), rows, pulp.lpSum(penalties))
    check_golden("rollout/targets", text, update=update_golden)
    assert [group.structural for group in groups] == [False, True]  # a soft rule never clashes


@pytest.mark.parametrize("name", ["cost_msek", "waiting"])
def test_criteria_of_the_rollout_have_the_lp_that_was_reviewed(name, update_golden):
    problem = pulp.LpProblem("one_rule")
    instance = two_sites(LENT)
    v = define_variables(problem, instance)
    if name == "waiting":
        described_by, goal = waiting, waiting(problem, instance, v, [])
    else:
        described_by, goal = period_cost, period_cost(instance, v, 0)
    text = lp_text(inspect.getdoc(described_by), {}, goal)
    check_golden(f"rollout/{name}", text, update=update_golden)


def test_no_rule_is_left_without_a_golden_lp():
    helpers = {"needs", "staff_most"}
    public = {
        name
        for name, rule in vars(rollout).items()
        if inspect.isfunction(rule) and rule.__module__ == rollout.__name__ and name[0] != "_"
    }
    assert {*CASES, "targets"} == public - helpers


def test_staff_can_never_exceed_those_there_and_all_hires_so_far():
    # 3 there, then 4 and 2 hires.
    instance = two_sites(CASES["hiring"])
    assert rollout.staff_most(instance, instance.scenario.staffing) == [7, 9]


def test_without_a_cap_there_may_be_staff_for_all_dialogues_in_the_shortest_period():
    # 15 dialogues of 22 hours in half a year of 50 hours are 6.6 advisors, so seven; and a minimum
    # team of two, each period.
    instance = two_sites({})
    assert rollout.staff_most(instance, instance.scenario.staffing) == [9, 18]


def test_without_a_cap_there_may_be_a_whole_team_even_where_nobody_is_to_be_met():
    # At least 2.5 advisors are three.
    instance = offices_alone(two_sites({"staffing.minimum_team": quantity(2.5)}))
    assert rollout.staff_most(instance, instance.scenario.staffing) == [3, 6]


def test_all_dialogues_fit_in_one_office_that_needs_no_team():
    # 15 x 22 hours at 50 an advisor: seven, though a minimum team is none.
    instance = two_sites({"staffing.minimum_team": quantity(0)})
    assert rollout.staff_most(instance, instance.scenario.staffing) == [7, 14]


def test_the_hull_keeps_the_corners_alone():
    assert rollout._upper_hull([(2, 2), (3, 3), (4, 5), (5, 6), (6, 7)]) == [(2, 2), (4, 5), (6, 7)]
    assert rollout._upper_hull([(2, 1)]) == [(2, 1)]


@pytest.mark.parametrize("seed", range(40))
def test_teams_hold_whole_dialogues_loses_no_plan_in_whole_dialogues(seed):
    """Every team and whole batches that its hours are enough for keep every row of the rule."""
    random = np.random.default_rng(seed)
    scenario = tiny_scenario(
        work_sections(
            {
                "rollout.periods": [
                    {"name": "P1", "months": 6, "hires_most": quantity(int(random.integers(2, 6)))},
                    {"name": "P2", "months": 9, "hires_most": quantity(int(random.integers(0, 3)))},
                ],
                "staffing.preparation": quantity(float(random.integers(5, 30))),
                "staffing.in_person": quantity(float(random.uniform(0, 1))),
                "staffing.minimum_team": quantity(int(random.integers(1, 3))),
            }
        )
    )
    towns = random.uniform(0, 900, 3)
    principals = random.integers(0, 5, 3)
    instance = tiny_instance(scenario, line(*towns), principals.tolist(), sites="AB")
    problem = pulp.LpProblem("one_rule")
    v = define_variables(problem, instance)
    (group,) = rollout.teams_hold_whole_dialogues(instance, v)
    checked = 0
    for t, j, team, batches in _whole_plans(instance):
        values = {v.open[t][j].name: 1.0, v.work.advisors[t][j].name: float(team)}
        values |= {v.work.dialogues[t][u][j].name: float(n) for u, n in enumerate(batches)}
        for row in group.constraints:
            if any(x.name == v.work.advisors[t][j].name for x in row):
                checked += 1
                left = row.constant + sum(a * values.get(x.name, 0.0) for x, a in row.items())
                assert left <= 1e-9, (t, j, team, batches)
    assert checked or not group.constraints


def _whole_plans(instance):
    """Every team at an open office, and all batches of whole dialogues that its hours allow."""
    staffing = instance.scenario.staffing
    most = rollout.staff_most(instance, staffing)
    for t, years in enumerate(instance.years):
        for team in range(int(staffing.minimum_team.value), int(most[t]) + 1):
            hours = staffing.yearly_hours.value * years * team
            for j in range(len(instance.sites)):
                for batches in np.ndindex(*(instance.target + 1)):
                    if instance.hours[:, j] @ batches <= hours:
                        yield t, j, team, batches


def test_whole_dialogues_that_just_fit_are_not_lost_to_the_last_bit():
    # 3.3 hours are three dialogues of 1.1, though 3.3 / 1.1 is less than 3 in floating point.
    hires = [{"name": "P1", "months": 12, "hires_most": quantity(3)}]
    changes = {
        "rollout.periods": hires,
        "staffing.preparation": quantity(1.1),
        "staffing.yearly_hours": quantity(3.3),
    }
    instance = tiny_instance(tiny_scenario(work_sections(changes)), line(0), (30,))
    problem = pulp.LpProblem("one_rule")
    (group,) = rollout.teams_hold_whole_dialogues(instance, define_variables(problem, instance))
    (row,) = group.constraints
    found = {x.name: c for x, c in row.items() if c}
    assert found == {"dialogues_0_0_0": 1, "advisors_0_0": -3}


def test_staff_lent_without_a_price_costs_nothing():
    problem = pulp.LpProblem("one_rule")
    instance = two_sites({"staffing.sister_pool": quantity(1.5)})
    v = define_variables(problem, instance)
    found = {x.name: c for x, c in period_cost(instance, v, 1).items() if c}
    assert not any(name.startswith("pool") for name in found)
    assert found["advisors_1_0"] == 1
