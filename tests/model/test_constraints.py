"""Every rule of siting has the LP that its docstring says, on an instance of two towns."""

from __future__ import annotations

import inspect
import itertools

import pulp
import pytest

from golden_lp import check_golden, lp_text, numbered
from planner.model import constraints
from planner.model.variables import define_variables
from tiny import line, tiny_instance, tiny_scenario

# Units A, B, C along a road with 1, 2, 3 principals; sites A and C; two periods.
KM, PRINCIPALS = line(0, 10, 30), (1, 2, 3)

RULES = {
    name: rule
    for name, rule in vars(constraints).items()
    if inspect.isfunction(rule) and rule.__module__ == constraints.__name__
}

CASES = {
    "each_unit_has_one_office": {},
    "units_go_to_open_offices": {},
    "own_office_serves_once_open": {},
    "nearest_office_serves_until_then": {},
    "number_of_offices": {"offices.count": 2},
    "number_of_offices-range": {"offices.count": [1, 2]},
    "openings_are_counted": {"sites.existing": ["C"]},
    "openings_are_counted-closing": {"sites.existing": ["C"], "rollout.may_close": True},
    "openings_per_period": {"openings": (1, 0)},
    "openings_per_period-own_premises": {"openings": (1, 0), "sites.own_premises": ["A"]},
    "fixed_roles": {"sites.required": ["A"], "sites.existing": ["C"]},
    "opening_dates": {"rollout.opens": {"A": "P2"}, "rollout.available_from": {"C": "P2"}},
}


def two_sites(changes):
    changes = dict(changes)
    openings = changes.pop("openings", (None, None))
    scenario = tiny_scenario(
        {
            "rollout.periods": [
                {"name": f"P{t}", "months": 12} | ({} if most is None else {"openings_most": most})
                for t, most in enumerate(openings, start=1)
            ],
            **changes,
        }
    )
    return tiny_instance(scenario, KM, PRINCIPALS, sites="AC")


def groups_of(rule, instance, problem):
    return list(rule(instance, define_variables(problem, instance)))


@pytest.mark.parametrize("case", CASES)
def test_a_rule_has_the_lp_that_was_reviewed(case, update_golden):
    rule = RULES[case.partition("-")[0]]
    problem = pulp.LpProblem("one_rule")  # rows die with it
    groups = groups_of(rule, two_sites(CASES[case]), problem)
    words = [inspect.getdoc(rule) or ""]
    words += [
        f"{group.rule} {dict(group.words)}: {len(group.constraints)} rows" for group in groups
    ]
    rows = numbered(row for group in groups for row in group.constraints)
    check_golden(f"constraints/{case}", lp_text("\n".join(words), rows), update=update_golden)


def test_region_cuts_have_the_lp_that_was_reviewed(update_golden):
    # A road A - B - C - D: the region of C holds A and C but not B, the only way between them.
    instance = tiny_instance(tiny_scenario(), line(0, 1, 2, 3), sites="AC")
    problem = pulp.LpProblem("one_rule")
    v = define_variables(problem, instance)
    group = constraints.region_cuts(instance, v, [0], [2], [0, 2])
    text = lp_text(inspect.getdoc(constraints.region_cuts), numbered(group.constraints))
    check_golden("constraints/region_cuts", text, update=update_golden)


def test_only_its_own_office_or_the_nearest_serves_a_unit():
    # Every way to serve one unit from three towns in two periods, whoever is open in the first.
    scenario = tiny_scenario({}, P1=6, P2=6)
    instance = tiny_instance(scenario, line(0, 10, 30), (0, 1, 0))
    sites = range(3)
    km = instance.unit_km[1]
    for first, own in itertools.product(sites, sites):
        for is_open in itertools.product((0, 1), repeat=3):
            if not is_open[first] or (is_open[own] and first != own):
                continue
            problem = pulp.LpProblem("one_rule")
            v = define_variables(problem, instance)
            (group,) = constraints.nearest_office_serves_until_then(instance, v)
            for j in sites:
                problem += v.open[0][j] == is_open[j]
                problem += v.serve[0][1][j] == int(j == first)
                problem += v.serve[1][1][j] == int(j == own)
            for row in group.constraints:
                problem.addConstraint(row)
            found = problem.solve(pulp.HiGHS(msg=False)).status
            nearest = km[first] <= min(km[j] for j in sites if is_open[j])
            assert (found == pulp.LpSolveStatus.Optimal) == (first == own or nearest)


def test_no_rule_is_left_without_a_golden_lp():
    assert {case.partition("-")[0] for case in CASES} | {"region_cuts"} == set(RULES)


def test_rules_that_can_clash_are_named_apart():
    # Dropping one town's rule must not drop another's.
    problem = pulp.LpProblem("one_rule")
    instance = two_sites({"sites.required": ["A"], "sites.existing": ["C"]})
    groups = groups_of(constraints.fixed_roles, instance, problem)
    assert [(g.rule, g.words["town"]) for g in groups] == [
        ("required", "A-stad"),
        ("existing", "C-stad"),
    ]
    assert not any(group.structural for group in groups)


def rows_of(rule, instance):
    problem = pulp.LpProblem("one_rule")
    return [
        ({x.name: c for x, c in row.items()}, row.sense, row.constant)
        for group in rule(instance, define_variables(problem, instance))
        for row in group.constraints
    ]


def test_rules_on_the_way_say_nothing_where_there_is_none():
    instance = tiny_instance(tiny_scenario(), KM)
    for rule in ("own_office_serves_once_open", "nearest_office_serves_until_then"):
        assert list(RULES[rule](instance, define_variables(pulp.LpProblem("one"), instance))) == []


def test_premises_that_are_there_from_the_start_are_no_rule():
    dates = {"rollout.available_from": {"C": "P1"}}
    problem = pulp.LpProblem("one_rule")
    assert groups_of(constraints.opening_dates, two_sites(dates), problem) == []


def test_of_offices_as_near_either_may_serve():
    # B is halfway between A and C: with either open the other may serve B, but not A or C.
    scenario = tiny_scenario(P1=6, P2=6)
    instance = tiny_instance(scenario, line(0, 10, 20), sites="AC")
    rows = rows_of(constraints.nearest_office_serves_until_then, instance)
    forbidden = [row for row, _, _ in rows if any(name.startswith("open") for name in row)]
    assert forbidden == [
        {"serve_0_0_1": 1, "own_0_0_1": -1, "open_0_0": 1},
        {"serve_0_2_0": 1, "own_0_2_0": -1, "open_0_1": 1},
    ]


@pytest.mark.parametrize(("stray", "rest"), [(0, 2), (2, 0)])
def test_a_region_is_joined_by_the_towns_between_from_either_side(stray, rest):
    instance = tiny_instance(tiny_scenario(), line(0, 1, 2), sites="A")
    problem = pulp.LpProblem("one_rule")
    v = define_variables(problem, instance)
    (row,) = constraints.region_cuts(instance, v, [stray], [rest], [stray, rest]).constraints
    ends = {f"serve_0_{stray}_0": 1, f"serve_0_{rest}_0": 1}
    assert {x.name: c for x, c in row.items()} == {**ends, "serve_0_1_0": -1}
    assert (row.sense, row.constant) == (-1, -1)


def test_of_several_units_in_one_place_those_of_the_region_are_separated():
    """Two principals in A; the second and C's belong together, and B lies between them."""
    scenario = tiny_scenario({"units.level": "principal"})
    instance = tiny_instance(scenario, line(0, 1, 2), (2, 1, 1), sites="A")
    problem = pulp.LpProblem("one_rule")
    v = define_variables(problem, instance)
    (row,) = constraints.region_cuts(instance, v, [2], [0], [1, 3]).constraints
    named = {x.name: c for x, c in row.items()}
    assert named == {"serve_0_3_0": 1, "serve_0_1_0": 1, "serve_0_2_0": -1}
