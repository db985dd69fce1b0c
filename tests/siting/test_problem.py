"""The re-solver against the model, against every plan there is, and on the real scenarios."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from planner.case.read import default_data_folder
from planner.control import Control
from planner.criteria import SITING_CRITERIA
from planner.errors import InfeasibleScenario
from planner.model.instance import make_instance
from planner.model.solution import measure_sites
from planner.model.solving.scores import sign
from planner.model.solving.stages import solve_instance
from planner.scenario.load import load_scenario
from planner.siting import problem as module
from planner.siting.problem import Siting
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


def test_the_order_of_rows_and_towns_does_not_reach_a_tied_plan():
    """B and C are as good; the one whose code has the smaller key wins in either way."""
    scenario = tiny_scenario()
    instance = tiny_instance(scenario, line(0, 10, 20, 30))
    ways = [Siting(instance).best(), Siting(instance).best()]
    expected = solve_instance(instance, Control()).solution.offices[-1]
    assert [way.solution.offices[-1] for way in ways] == [expected, expected]


def test_a_question_no_siting_can_meet_is_infeasible():
    instance = tiny_instance(tiny_scenario({"offices.count": 2}), line(0, 10, 100))
    siting = Siting(instance)
    with pytest.raises(InfeasibleScenario):
        siting.solve({"mean_km": 1.0}, bounds={"max_km": 5.0})
    with pytest.raises(InfeasibleScenario, match="Q"):
        siting.solve({"mean_km": 1.0}, require=["Q"])
    with pytest.raises(ValueError, match="cost_msek"):
        siting.solve({"cost_msek": 1.0})
