"""How many offices a rollout can end with, worked out without anybody to serve."""

from __future__ import annotations

import numpy as np
import pytest
from pulp import lpSum

from planner.control import Control
from planner.errors import InfeasibleScenario
from planner.model.build import build
from planner.model.settings import identity
from planner.model.solving import stages
from planner.model.solving.diagnose import all_clashes, clashing_rules
from planner.model.solving.feasibility import Trial
from planner.model.solving.offices import ends_alone, offices_alone, reachable
from planner.model.solving.optimise import optimise
from tiny import line, quantity, solve, tiny_instance, tiny_scenario, towns
from tiny import work_sections as work

ROAD = line(0, 10, 30, 100)


def period(name, **rules):
    numbers = {key: quantity(n) if key != "openings_most" else n for key, n in rules.items()}
    return {"name": name, "months": 12, **numbers}


def instance(changes, *periods, principals=(9, 9, 9, 9), **details):
    scenario = tiny_scenario(work({"rollout.periods": list(periods), **changes}))
    return tiny_instance(scenario, ROAD, principals, **details)


@pytest.mark.parametrize(
    ("changes", "periods", "reach"),
    [
        # One opening and another; a site in own premises is counted apart.
        ({}, [period("P1", openings_most=1), period("P2", openings_most=1)], (1, 2)),
        (
            {"sites.own_premises": ["A"], "sites.required": ["A"]},
            [period("P1", openings_most=1)],
            (1, 2),
        ),
        # An office that exists needs no opening, and stays.
        ({"sites.existing": ["B", "D"]}, [period("P1", openings_most=1)], (2, 3)),
        # Three hires are three teams of one, or one of two.
        ({}, [period("P1", hires_most=3)], (1, 3)),
        ({"staffing.minimum_team": quantity(2)}, [period("P1", hires_most=3)], (1, 1)),
        # Premises for 1.5 MSEK, of 5 MSEK.
        ({"money.premises": quantity(1.5)}, [period("P1", budget_msek=5)], (1, 3)),
        # Premises that are free too late, all but one.
        (
            {"rollout.available_from": {"B": "P2", "C": "P2", "D": "P2"}},
            [period("P1", openings_most=3), period("P2", openings_most=0)],
            (1, 1),
        ),
        # Where the first may close there is room for another in its place, not beside it.
        (
            {"sites.existing": ["A"], "rollout.may_close": True},
            [period("P1", openings_most=0), period("P2", openings_most=1)],
            (1, 2),
        ),
    ],
)
def test_openings_teams_and_money_say_how_many_there_can_be(changes, periods, reach):
    i = instance({"offices.count": [1, 4], **changes}, *periods)
    assert reachable(i, Control()) == reach


@pytest.mark.parametrize("team", [1.5, 2.5, 3])
def test_a_team_in_parts_is_a_whole_one_and_no_reason_to_have_no_plan(team):
    """Nobody is turned away for want of half an advisor: hires have no cap."""
    i = instance({"offices.count": 2, "staffing.minimum_team": quantity(team)}, period("P1"))
    assert reachable(i, Control()) == (2, 2)
    found = solve(i)
    assert min(min(office.advisors.values()) for office in found.offices) == np.ceil(team)


def test_rules_that_allow_no_office_clash_whoever_is_served():
    i = instance({"offices.count": 3}, period("P1", openings_most=2))
    with pytest.raises(InfeasibleScenario):
        reachable(i, Control())


@pytest.mark.parametrize("case", range(12))
def test_the_whole_model_allows_as_many(case):
    """With all the units, their dialogues and every site: the same numbers."""
    random = np.random.default_rng(case)
    periods = [
        period(
            f"P{t}",
            openings_most=int(random.integers(1, 3)),
            hires_most=int(random.integers(2, 5)),
            budget_msek=float(random.integers(4, 9)),
        )
        for t in range(int(random.integers(1, 3)))
    ]
    changes = {
        "offices.count": [1, 4],
        "staffing.minimum_team": quantity(int(random.integers(1, 3))),
        "staffing.existing": {"A": quantity(int(random.integers(0, 3)))},
        "money.premises": quantity(float(random.choice([0.5, 1, 2]))),
        "money.advisor": quantity(float(random.choice([0, 0.5, 1]))),
        "rollout.may_close": bool(random.integers(0, 2)),
        "sites.existing": ["A"] if random.integers(0, 2) else [],
        "sites.own_premises": ["B"] if random.integers(0, 2) else [],
        "rollout.available_from": {"C": periods[-1]["name"]},
        "dialogues.balance": quantity(0.1),
    }
    i = instance(changes, *periods, principals=(4, 9, 2, 7))
    model = build(i, whole=True)
    offices = lpSum(model.variables.open[-1])
    most = -optimise(model, "offices", -offices, Control()).objective
    fewest = optimise(model, "offices", offices, Control()).objective
    assert reachable(i, Control()) == (fewest, most)


def test_no_sites_are_looked_for_that_no_rollout_reaches(monkeypatch):
    """Ten offices where nine can be opened: that is told at once."""
    monkeypatch.delattr(stages, "_at_once")
    i = instance({"offices.count": 3}, period("P1", openings_most=2))
    with pytest.raises(InfeasibleScenario):
        stages.solve_instance(i, Control())


def test_sites_are_the_best_that_openings_reach():
    """Three would be nearer."""
    i = instance({"offices.count": [1, 3]}, period("P1", openings_most=2))
    found = solve(i)
    assert towns(found) == "BD"  # 10 + 0 + 20 + 0 km
    assert found.stages[0].objective == 7.5
    assert {stage.reason for stage in found.stages} == {"optimal"}


def test_a_clash_of_offices_is_found_without_units(monkeypatch):
    """And a rule of the units that clashes as well is found after it."""
    changes = {"offices.count": 3, "limits.max_km": {"most": 0}}
    i = instance(changes, period("P1", openings_most=2))
    found = [{group.rule for group in clash} for clash in all_clashes(i).named]
    # Nobody has any way to go where all four towns have an office: three are too few, and so are
    # two openings.
    assert found == [
        {"office_count", "openings_most"},
        {"office_count", "limit_most"},
        {"openings_most", "limit_most"},
    ]
    free = instance({**changes, "limits.max_km": {"most": -1}}, period("P1", openings_most=2))
    found = [{group.rule for group in clash} for clash in all_clashes(free).named]
    assert found == [{"office_count", "openings_most"}, {"limit_most"}]
    monkeypatch.delattr("planner.model.solving.diagnose.Trial")  # it is counted: no model is built
    assert len(clashing_rules(i)) == 2


def test_a_clash_of_teams_and_money_needs_no_units_either(monkeypatch):
    i = instance({"offices.count": 3}, period("P1", hires_most=2))
    asked = []

    def built(one, *given, **more):
        asked.append(len(one.units))
        return build(one, *given, **more)

    monkeypatch.setattr("planner.model.solving.feasibility.build", built)
    assert {rule.rule for rule in clashing_rules(i)} == {
        "office_count",
        "hires_most",
        "minimum_team",
    }
    assert asked == [1]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_the_small_models_say_of_their_rules_what_the_whole_says(seed):
    """Offices alone, and the end alone: any of their rules hold together in both, or in neither."""
    random = np.random.default_rng(seed)
    years = [
        period("P1", openings_most=int(random.integers(0, 3)), hires_most=3, budget_msek=4),
        period("P2", openings_most=int(random.integers(0, 3)), hires_most=2, budget_msek=5),
    ]
    changes = {
        "offices.count": int(random.integers(2, 5)),
        "sites.required": ["A", "C"],
        "sites.existing": ["B"] if random.integers(0, 2) else [],
        "rollout.may_close": bool(random.integers(0, 2)),
        "money.premises": quantity(1),
        "staffing.minimum_team": quantity(float(random.choice([1, 1.5, 2]))),
        "limits.max_km": {"most": float(random.integers(0, 80))},
        "limits.spread": {"most": float(random.integers(0, 30))},
        "limits.min_separation_km": {"least": float(random.integers(0, 40))},
    }
    i = instance(changes, *years)
    whole = Trial(i, Control())
    number = {identity(rule): n for n, rule in enumerate(whole.rules)}
    for small in (offices_alone(i), ends_alone(i)):
        alone = Trial(small, Control())
        for _ in range(8):
            kept = [n for n in range(len(alone.rules)) if random.random() < 0.6]
            same = {number[identity(alone.rules[n])] for n in kept}
            assert (alone.clash(kept) is None) == (whole.clash(same) is None)
