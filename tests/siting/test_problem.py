"""The re-solver against the model, against every plan there is, and on the real scenarios."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from planner.case.read import default_data_folder
from planner.control import Control
from planner.errors import InfeasibleScenario
from planner.model.instance import make_instance
from planner.model.measures import measure_sites
from planner.model.solving.scores import sign
from planner.model.solving.stages import solve_instance
from planner.scenario.criteria import SITING_CRITERIA
from planner.scenario.load import load_scenario
from planner.siting import problem as module
from planner.siting.median_form import as_median
from planner.siting.office_sets import SITES_ALONE, make_family
from planner.siting.problem import Siting
from planner.siting.ways import Query
from tiny import line, quantity, tiny_instance, tiny_scenario

WEIGHABLE = tuple(name for name in SITING_CRITERIA if name != "p95_km")
CLOSE = {"rel": 1e-6, "abs": 1e-6}


def random_country(random, changes=None, level=None):
    """Return seven towns in four counties, five of them sites; two or three offices."""
    at = random.uniform(0, 300, (7, 2))
    km = np.linalg.norm(at[:, None] - at[None, :], axis=2).round(1)
    minutes = (km * random.uniform(0.6, 1.4, km.shape)).round(1)
    scenario = tiny_scenario(
        {
            "units.level": level or ("county" if random.random() < 0.5 else "municipality"),
            "offices.count": [2, int(random.integers(2, 4))],
            "sites.required": ["A"] if random.random() < 0.5 else [],
            "sites.own_premises": ["A"] if random.random() < 0.5 else [],
            "thresholds.beyond_km": quantity(100),
            **(changes or {}),
        }
    )
    return tiny_instance(
        scenario,
        km,
        [*random.integers(0, 9, 6).tolist(), 3],
        sites="ABCDE",
        counties="wwxxyzz",
        minutes=np.minimum(minutes, minutes.T),
        university=random.integers(0, 90, 5).tolist(),
        spsm="".join(random.choice(list("ABCDE"), 2, replace=False)),
    )


def every_plan(instance):
    """Return (sites, criteria) of every allowed set of offices and assignment."""
    offices, fixed = instance.scenario.offices, {0} if instance.roles[0] == "required" else set()
    for count in range(offices.fewest, offices.most + 1):
        for sites in itertools.combinations(range(len(instance.sites)), count):
            if fixed <= set(sites):
                for served in itertools.product(sites, repeat=len(instance.units)):
                    yield sites, measure_sites(instance, sites, np.array(served))


def random_question(random, names):
    objective = {str(n): float(random.uniform(0.1, 3)) for n in names[:2]}
    return objective, str(names[2])


@pytest.mark.parametrize("seed", range(30))
def test_a_question_agrees_with_every_plan(seed):
    """Two criteria weighed, a third bounded, a town required, one forbidden, a set ruled out."""
    random = np.random.default_rng(seed)
    instance = random_country(random, level="county")
    objective, bounded = random_question(random, random.choice(SITING_CRITERIA, 3, replace=False))
    objective = {name: share for name, share in objective.items() if name != "p95_km"}
    plans = list(every_plan(instance))
    values = sorted(scores[bounded] for _, scores in plans)
    bound = values[int(len(values) * random.uniform(0.2, 0.8))]
    bound = round(bound + sign(bounded) * 1e-3, 3)
    names = instance.sites
    ruled_out = {"A", "B"}
    best, sites = np.inf, None
    for offices, scores in plans:
        codes = {names[j] for j in offices}
        inside = sign(bounded) * (scores[bounded] - bound) <= 1e-9
        if inside and "B" in codes and "C" not in codes and codes != ruled_out:
            value = sum(share * sign(n) * scores[n] for n, share in objective.items())
            if value < best - 1e-9:
                best, sites = value, codes
    question = {
        "bounds": {bounded: bound},
        "require": ["B"],
        "forbid": ["C"],
        "excluded_sets": [ruled_out],
    }
    if sites is None:
        with pytest.raises(InfeasibleScenario):
            Siting(instance).solve(objective, **question)
        return
    found = Siting(instance).solve(objective, **question)
    assert found.objective == pytest.approx(best, **CLOSE)
    assert found.bound == pytest.approx(best, **CLOSE)
    assert found.reason == "optimal"
    assert found.gap <= 1e-6
    reached = sum(share * sign(n) * found.criteria[n] for n, share in objective.items())
    assert reached == pytest.approx(best, **CLOSE)
    assert sign(bounded) * (found.criteria[bounded] - bound) <= 1e-6
    assert "B" in found.sites
    assert "C" not in found.sites
    assert set(found.sites) != ruled_out


@pytest.mark.parametrize("method", ["weighted", "lexicographic", "epsilon"])
@pytest.mark.parametrize("seed", range(12))
def test_the_scenarios_own_objective_gives_what_the_model_gives(seed, method):
    random = np.random.default_rng(1000 + seed)
    names = [str(n) for n in random.choice(WEIGHABLE, 3, replace=False)]
    objective = {
        "weighted": {"rates": {n: float(random.integers(1, 5)) for n in names} | {names[0]: 1}},
        "lexicographic": {"order": names, "tolerance": dict.fromkeys(names, 0.5 * (seed % 2))},
        "epsilon": {"optimise": names[0], "then": names[1:]},
    }[method]
    instance = random_country(random, {"objective": {"method": method, **objective}})
    expected = solve_instance(instance, Control())
    found = Siting(instance).best()
    last = method == "lexicographic" and seed % 2
    stage = expected.stages[2 if last else 0]
    assert found.objective == pytest.approx(stage.objective, **CLOSE)
    if set(names) & {"mean_km", "mean_minutes"}:  # elsewhere who serves whom is left open
        served = measure_sites(instance, expected.solution.offices[-1], found_served(expected))
        assert [found.criteria[n] for n in names] == pytest.approx(
            [served[n] for n in names], **CLOSE
        )


def found_served(result):
    return result.solution.served_by[-1]


@pytest.mark.parametrize("name", ["decision-2022", "announced", "next-offices", "status-2024"])
def test_real_scenarios_give_the_same_plan_as_the_model(name, real_inputs, real_travel):
    instance = make_instance(
        real_inputs, real_travel, load_scenario(name, default_data_folder())
    ).complete()
    expected = solve_instance(instance, Control())
    found = Siting(instance).best()
    assert found.way == "enumeration"
    assert found.objective == pytest.approx(expected.stages[0].objective, **CLOSE)
    assert found.solution.offices == expected.solution.offices
    assert (found.solution.served_by == expected.solution.served_by).all()


def test_three_ways_give_one_optimum(real_inputs, real_travel, monkeypatch):
    """The same question to decision-2022 by enumeration, by the location engine and by HiGHS."""
    scenario = load_scenario("decision-2022", default_data_folder())
    scenario = scenario.replace(limits={})
    siting = Siting(make_instance(real_inputs, real_travel, scenario))
    objective = {"mean_km": 0.5, "spread": 0.8, "university_minutes": 0.3, "university_beyond": 2}
    found = [siting.solve(objective)]
    monkeypatch.setattr(module, "enumerable", lambda _i, _query: False)
    found.append(siting.solve(objective))
    monkeypatch.setattr(module, "median_fits", lambda _i, _query: False)
    found.append(siting.solve(objective))
    assert [one.way for one in found] == ["enumeration", "p-median", "search"]
    assert len({(one.sites, one.assignment) for one in found}) == 1
    assert [one.objective for one in found] == [pytest.approx(found[0].objective, rel=1e-8)] * 3


ENGINE = ("mean_km", "mean_minutes", "share_beyond", "spread", "university_minutes")


@pytest.mark.parametrize("few", [0, 20])
@pytest.mark.parametrize("seed", range(20))
def test_the_engine_takes_criteria_in_order_as_pricing_every_set_does(seed, few, monkeypatch):
    """Ties listed, or told apart by small weights: distances in tens, so that many sets tie."""
    random = np.random.default_rng(300 + seed)
    at = random.integers(0, 4, (9, 2)) * 10.0
    km = np.abs(at[:, None] - at[None, :]).sum(axis=2)
    slow = random.integers(1, 3, 9)
    instance = tiny_instance(
        tiny_scenario({"offices.count": 3, "thresholds.beyond_km": quantity(10)}),
        km,
        random.integers(1, 4, 9).tolist(),
        minutes=km * np.minimum.outer(slow, slow),
        university=(random.integers(0, 4, 9) * 10).tolist(),
    )
    first, *then = (str(name) for name in random.permutation(ENGINE)[: 2 + seed % 3])
    expected = Siting(instance).solve({first: 1.0}, then=then)
    assert expected.way == "enumeration"
    monkeypatch.setattr("planner.siting.medians.FEW", few)
    siting = Siting(instance)
    siting.__dict__["family"] = None
    found = siting.solve({first: 1.0}, then=then)
    assert (found.way, found.reason) == ("p-median", "optimal")
    names = [first, *then]
    assert [found.criteria[n] for n in names] == pytest.approx(
        [expected.criteria[n] for n in names], rel=1e-9, abs=1e-9
    )
    if few and len(names) > 3:
        assert (found.sites, found.assignment) == (expected.sites, expected.assignment)


def test_the_payoff_table_holds_each_criterion_alone_and_the_others_at_their_best_then():
    # Towns A 0, B 10, C 30, D 100 km. Mean km alone: B or C, 30 km, of which C has the fewer
    # minutes to teacher education. Minutes alone: A, with a mean of 35 km.
    objective = {"method": "weighted", "rates": {"mean_km": 1, "university_minutes": 0.1}}
    scenario = tiny_scenario({"objective": objective})
    campus = (0, 40, 30, 20)
    found = Siting(tiny_instance(scenario, line(0, 10, 30, 100), university=campus)).payoff()
    assert found.criteria == ("mean_km", "university_minutes")
    assert found.values == ((30, 30), (35, 0))
    assert (found.best, found.worst) == ((30, 0), (35, 30))


def test_a_rule_that_changes_nothing_changes_no_answer():
    """Each town forbidden that the best set lacks, or required that it has: the same sum."""
    for seed in range(8):
        random = np.random.default_rng(400 + seed)
        rates = {"mean_km": 1, "spread": 2, "share_beyond": 0.5}
        objective = {"method": "weighted", "rates": rates}
        siting = Siting(random_country(random, {"objective": objective}))
        best = siting.best()
        for code in siting.instance.sites:
            rule = {"require": [code]} if code in best.sites else {"forbid": [code]}
            again = siting.best(**rule)
            assert (again.sites, again.assignment) == (best.sites, best.assignment)
            assert again.objective == pytest.approx(best.objective)


def test_points_whose_costs_differ_by_a_factor_are_one():
    """By principals and by land a town is one point; B, without principals, counts as land."""
    instance = tiny_instance(tiny_scenario(), line(0, 10, 30), [4, 0, 2])
    query = Query({"mean_km": 1.0, "spread": 3.0}, {}, frozenset(), frozenset(), (), ())
    median = as_median(instance, query)
    assert np.allclose(median.cost, [[0, 1 / 3, 1], [1, 2 / 3, 0], [1 / 2, 0, 1]])
    # The greatest distances, 30, 30 and 20 km, times the shares of principals and of land.
    assert median.asked["weights"] == pytest.approx([30 * 4 / 6 + 30, 30 * 2 / 6 + 30, 20])
    assert median.group.tolist() == [0, -1, 1]


def test_a_limit_before_later_criteria_are_settled_is_told():
    """The deadline is over: the first plan is made, what comes afterwards is not."""
    instance = tiny_instance(tiny_scenario({"offices.count": 2}), line(0, 10, 20, 30, 40))
    siting = Siting(instance)
    siting.__dict__["family"] = None
    found = siting.solve({"mean_km": 1.0}, then=["spread"], control=Control(deadline=0.0))
    assert found.reason == "time_limit"


@pytest.mark.slow
def test_free_choice_with_wishes_is_a_p_median(real_inputs, real_travel):
    """Any seat, three criteria: the engine agrees with itself on the weighted sum it reports."""
    scenario = load_scenario("free-choice", default_data_folder())
    siting = Siting(make_instance(real_inputs, real_travel, scenario))
    found = siting.solve({"mean_km": 1.0, "spread": 1.0, "university_minutes": 0.5})
    assert found.way == "p-median"
    assert found.reason == "optimal"
    value = found.criteria["mean_km"] + found.criteria["spread"]
    value += 0.5 * found.criteria["university_minutes"]
    assert found.objective == pytest.approx(value, rel=1e-9)


def test_prices_hold_every_set_and_its_least_objective():
    instance = random_country(np.random.default_rng(5), level="county")
    siting = Siting(instance)
    objective = {"mean_km": 1.0, "university_minutes": 0.2}
    sets, values = siting.prices(objective)
    best = {}
    for offices, scores in every_plan(instance):
        value = scores["mean_km"] + 0.2 * scores["university_minutes"]
        best[offices] = min(value, best.get(offices, np.inf))
    listed = {
        tuple(int(j) for j in np.flatnonzero(row)): value
        for row, value in zip(sets, values, strict=True)
    }
    assert listed == pytest.approx(best)


def test_sites_alone_are_measured_as_a_finished_plan_is():
    instance = random_country(np.random.default_rng(6))
    family = make_family(instance)
    assert family is not None
    for number, row in enumerate(family.sets):
        offices = np.flatnonzero(row)
        served = offices[np.zeros(len(instance.units), dtype=int)]
        scores = measure_sites(instance, [int(j) for j in offices], served)
        for name in SITES_ALONE:
            assert family.of_sites(name)[number] == pytest.approx(scores[name])


def test_prices_kept_under_another_objective_change_nothing():
    random = np.random.default_rng(7)
    rates = {"mean_km": 1, "spread": 1}
    instance = random_country(random, {"objective": {"method": "weighted", "rates": rates}})
    siting = Siting(instance)
    siting.best()
    rates = {"mean_km": 1, "spread": 3, "university_minutes": 1}
    other = instance.scenario.replace(objective={"method": "weighted", "rates": rates})
    kept, anew = siting.under(other).best(), Siting(replace(instance, scenario=other)).best()
    assert kept == replace(anew, solution=kept.solution)


def test_the_order_of_rows_and_towns_does_not_reach_a_tied_plan():
    """B and C are as good; the one whose code has the smaller key wins in either way."""
    scenario = tiny_scenario()
    instance = tiny_instance(scenario, line(0, 10, 20, 30))
    ways = [Siting(instance).best(), Siting(instance).best()]
    expected = solve_instance(instance, Control()).solution.offices[-1]
    assert [way.solution.offices[-1] for way in ways] == [expected, expected]


def test_a_region_that_must_be_connected_is_searched():
    """Mean km alone would give D to A across the middle; connected, it goes elsewhere."""
    scenario = tiny_scenario({"offices.count": 2, "units.contiguous": True})
    instance = tiny_instance(scenario, line(0, 10, 20, 30))
    found = Siting(instance).best()
    assert found.way == "search"
    assert found.criteria["contiguous"] == 1


def test_a_question_no_siting_can_meet_is_infeasible():
    instance = tiny_instance(tiny_scenario({"offices.count": 2}), line(0, 10, 100))
    siting = Siting(instance)
    with pytest.raises(InfeasibleScenario):
        siting.solve({"mean_km": 1.0}, bounds={"max_km": 5.0})
    with pytest.raises(InfeasibleScenario, match="Q"):
        siting.solve({"mean_km": 1.0}, require=["Q"])
    with pytest.raises(ValueError, match="cost_msek"):
        siting.solve({"cost_msek": 1.0})


def test_what_cannot_be_enumerated_is_not():
    """A bound on one sum over units while another is optimised ties the units together."""
    instance = random_country(np.random.default_rng(8), level="county")
    siting = Siting(instance)
    bound = siting.solve({"mean_minutes": 1.0}).criteria["mean_minutes"] * 1.2
    assert siting.prices({"mean_km": 1.0}, bounds={"mean_minutes": bound}) is None
    found = siting.solve({"mean_km": 1.0}, bounds={"mean_minutes": bound})
    assert found.way == "search"
    least = min(
        scores["mean_km"]
        for _, scores in every_plan(instance)
        if scores["mean_minutes"] <= bound + 1e-9
    )
    assert found.objective == pytest.approx(least, **CLOSE)
