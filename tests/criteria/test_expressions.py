"""Every criterion has the LP that its docstring says, and equals what its plan measures."""

from __future__ import annotations

import inspect

import pulp
import pytest

from golden_lp import check_golden, lp_text, numbered, parsed
from planner.criteria import CRITERIA, EXPRESSIONS, ROLLOUT_CRITERIA
from planner.model.variables import define_variables
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections

# Towns A, B, C along a road with 1, 2, 3 principals in the counties x, x, y; sites A and C.
KM, PRINCIPALS = line(0, 10, 30), (1, 2, 3)

CASES = {name: {} for name in EXPRESSIONS if name not in ROLLOUT_CRITERIA} | {
    "share_beyond": {"thresholds.beyond_km": quantity(20)},
    "max_km-counties": {"units.level": "county"},
    "spread-required": {"sites.required": ["C"]},
    "min_separation_km-range": {"offices.count": [1, 2]},
    "university_minutes-range": {"offices.count": [1, 2]},
    "spsm_share-own_premises": {"sites.own_premises": ["A"]},
    "balance-range": {"offices.count": [1, 2]},
    "unmet": work_sections(),
}


@pytest.mark.parametrize("case", CASES)
def test_a_criterion_has_the_lp_that_was_reviewed(case, update_golden):
    criterion = EXPRESSIONS[case.partition("-")[0]]
    scenario = tiny_scenario({"offices.count": 2, **CASES[case]})
    instance = tiny_instance(
        scenario, KM, PRINCIPALS, sites="AC", counties="xxy", university=(10, 50), spsm="C"
    )
    problem, rows = pulp.LpProblem("one_criterion"), []  # rows die with their problem
    goal = criterion(problem, instance, define_variables(problem, instance), rows)
    text = lp_text(inspect.getdoc(criterion), numbered(rows), goal)
    check_golden(f"objectives/{case}", text, update=update_golden)


def test_every_criterion_has_an_expression_but_the_percentile():
    assert set(CRITERIA) - set(EXPRESSIONS) == {"p95_km"}


def test_the_comparison_sees_what_matters_and_not_the_order():
    text = (
        "Minimize\n goal: 2 x - 1 y\nSubject To\n a: 1 x + 3 y <= 4\n b: 1 x >= 0\n"
        "Bounds\n 0 <= x <= 9\nGenerals\n x\nBinaries\nEnd\n"
    )
    same = text.replace("1 x + 3 y", "3 y + 1 x").replace(" a:", " c:")
    assert parsed(same) == parsed(text)
    for old, new in (
        ("+ 3 y", "- 3 y"),
        ("3 y", "3.5 y"),
        ("<= 4", ">= 4"),
        ("<= 4", "<= 5"),
        ("2 x", "1 x"),
        ("x <= 9", "x <= 8"),
        ("Generals\n x", "Generals"),
        (" b: 1 x >= 0\n", ""),
        (" b: 1 x >= 0\n", " b: 1 x >= 0\n d: 1 x >= 0\n"),
    ):
        assert parsed(text.replace(old, new)) != parsed(text), (old, new)


def expression(name, changes=None, km=KM, **details):
    problem, rows = pulp.LpProblem("one_criterion"), []
    instance = tiny_instance(tiny_scenario(changes), km, **details)
    goal = EXPRESSIONS[name](problem, instance, define_variables(problem, instance), rows)
    return {x.name: c for x, c in goal.items()}, len(rows)


def test_a_campus_at_the_limit_is_not_beyond_it():
    limit = {"thresholds.university_limit": quantity(45)}
    found, _ = expression("university_beyond", limit, university=(45, 45 + 1e-12, 45.001))
    assert found == {"open_0_2": 1}


def test_sites_as_far_from_a_town_make_no_step_of_its_spread():
    # B is halfway between A and C. A and C have 20 km to gain from their own office.
    found, rows = expression("spread", km=line(0, 10, 20), sites="AC")
    assert found == {"none_0": pytest.approx(20 / 3), "none_1": pytest.approx(20 / 3)}
    assert rows == 2


def test_no_county_that_is_a_unit_is_split():
    assert expression("county_splits", {"units.level": "county"}) == ({}, 0)


@pytest.mark.parametrize("name", [name for name in EXPRESSIONS if name not in ROLLOUT_CRITERIA])
def test_the_criteria_of_sites_are_those_of_the_last_period(name):
    problem, rows = pulp.LpProblem("one_criterion"), []
    scenario = tiny_scenario({"offices.count": [1, 2]}, P1=6, P2=6)
    instance = tiny_instance(scenario, 100 * KM, counties="xxy", university=(10, 50, 60))
    goal = EXPRESSIONS[name](problem, instance, define_variables(problem, instance), rows)
    named = [x.name for row in [goal, *rows] for x in row]
    periods = {n.split("_")[1] for n in named if n.startswith(("open_", "serve_"))}
    assert periods == {"1"}
