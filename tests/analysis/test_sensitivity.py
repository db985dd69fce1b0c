"""The sensitivity of a small country, where regrets can be checked one by one."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pytest

from country import make_country
from planner import api
from planner.analysis.effort import Size
from planner.analysis.factors import rollout_factors, running_factors, siting_factors
from planner.analysis.offices import unhurried
from planner.analysis.running_cost import yearly_cost
from planner.analysis.sampling import Runner, Task, rated
from planner.analysis.sensitivity import lost_towns, sensitivity
from planner.model.scores import Yardstick
from planner.outputs.sensitivity_page import sensitivity_article
from planner.outputs.text import load_texts
from planner.scenario.load import load_scenario
from planner.tasks.sensitivity import report
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections
from wishes import SCENARIO

SIZE = Size(samples=40, sobol=64, paths=4)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The folder, the scenario, the runner and the analysis of a small country."""
    folder = tmp_path_factory.mktemp("small")
    data = make_country(folder / "data")
    (folder / "small.toml").write_text(SCENARIO)
    read = api.load(data)
    scenario = load_scenario(str(folder / "small.toml"), data)
    files = tuple(sorted(read.inputs.files.items()))
    task = Task(str(data), files, scenario.model_dump_json(exclude_none=True), False, ())
    found = sensitivity(task, ["0101", "0201"], size=SIZE)
    return folder, scenario, Runner(read, scenario), found


def test_a_town_is_chosen_as_often_as_in_the_samples(small):
    _, _, _, found = small
    assert len(found.samples) == 40
    for code, share in found.chosen.items():
        assert share == sum(code in row["sites"] for row in found.samples) / 40
    assert sum(found.chosen.values()) == pytest.approx(2)


def test_the_robust_plan_has_the_least_greatest_loss_of_all_sets(small):
    """Every pair of the six towns is rated in every sample, one at a time."""
    _, _, runner, found = small
    losses = {}
    for row in found.samples:
        point = {factor.key: row[factor.key] for factor in found.siting}
        siting = runner.siting(point)
        best = siting.best()
        towns = siting.instance.sites
        for a in towns:
            for b in towns:
                if a < b:
                    losses.setdefault((a, b), []).append(rated(siting, best, (a, b)).objective)
    robust = next(plan for plan in found.rated if plan.name == "robust")
    assert found.all_sets == len(losses) == 15
    assert robust.greatest_loss == pytest.approx(min(map(max, losses.values())), abs=1e-9)
    assert found.unit == robust.unit == "km"
    keys = [factor.key for factor in found.siting]
    ends = {}
    for values in itertools.product(*((f.low, f.high) for f in found.siting)):
        siting = runner.siting(dict(zip(keys, values, strict=True)))
        best = siting.best()
        for plan in found.rated:
            ends.setdefault(plan.name, []).append(rated(siting, best, plan.sites).objective)
    for plan in found.rated:
        assert plan.corner_loss == pytest.approx(max(ends[plan.name]), abs=1e-6)
        own = losses[plan.sites]
        assert plan.greatest_loss == pytest.approx(max(own), abs=1e-6)
        assert plan.mean_loss == pytest.approx(np.mean(own), abs=1e-6)
        assert plan.best == own.count(0.0)


def test_a_loss_is_what_the_sums_differ_by_in_the_samples_own_rates(small):
    """Rate x value of each criterion, added up by hand: nothing is scaled by anything else."""
    _, _, runner, found = small
    for row in found.samples[:10]:
        spread, minutes = (
            row[f"objective.rates.{name}"] for name in ("spread", "university_minutes")
        )

        def total(criteria, spread=spread, minutes=minutes):
            near = minutes * criteria["university_minutes"]
            return criteria["mean_km"] + spread * criteria["spread"] + near

        siting = runner.siting({factor.key: row[factor.key] for factor in found.siting})
        ours = siting.solve(
            {"mean_km": 1, "spread": spread, "university_minutes": minutes},
            require=found.base.sites,
        )
        loss = total(ours.criteria) - total(row["criteria"])
        assert row["losses"][0] == pytest.approx(max(0, loss), abs=1e-6)
    assert any(row["losses"][0] > 0.01 for row in found.samples)


def test_a_loss_with_one_goal_is_in_its_own_unit(tmp_path):
    """One office for 21 principals: Mitt is the best, Norr is rated.

    To Mitt: Norr 4 x 10, Söder 2 x 15, Vik 3 x 5, Ost 5 x 20, Ö 1 x 50: 235 km. To Norr: Söder
    2 x 5, Mitt 6 x 10, Vik 3 x 15, Ost 5 x 30, Ö 1 x 60: 325 km, so the mean is 90 / 21 km
    longer. Farther than 20 km have six from Norr and one from Mitt: 5 / 21 more.
    """
    data = make_country(tmp_path / "data")
    (tmp_path / "small.toml").write_text(SCENARIO.replace("count = 2", "count = 1"))
    runner = Runner(api.load(data), load_scenario(str(tmp_path / "small.toml"), data))
    for name, loss, unit in (
        ("mean_km", 90 / 21, "km"),
        ("share_beyond", 500 / 21, "percentage points"),
    ):
        point = {"objective": {"method": "epsilon", "optimise": name}}
        siting = runner.siting(point)
        assert rated(siting, siting.best(), ["0101"]).objective == pytest.approx(loss)
        assert Yardstick(siting.instance.scenario).unit == unit


def test_a_lost_town_is_gone_and_the_rest_is_what_a_run_without_it_gives(small):
    _, scenario, runner, found = small
    assert {w.what for w in found.lost} == set(found.base.sites)
    whole = api.solve(runner.data, scenario).stages[0].objective
    for without in found.lost:
        assert without.what not in without.sites
        plan = api.solve(runner.data, scenario.replace(sites__excluded=[without.what]))
        assert without.sites == tuple(sorted(office.code for office in plan.offices))
        assert without.worse == pytest.approx(plan.stages[0].objective - whole, abs=1e-6)
        assert without.worse >= 0


def test_a_town_lost_of_the_decision_is_what_a_run_with_it_excluded_gives():
    """All nine chosen freely. Without Härnösand comes the second best of all, 164.992 km."""
    data = api.load()
    scenario = data.scenario("decision-2022")
    task = Task(
        None,
        tuple(sorted(data.inputs.files.items())),
        scenario.model_dump_json(exclude_none=True),
        False,
        (),
    )
    base = Runner(data, scenario).siting({}).best()
    assert base.objective == pytest.approx(164.625, abs=5e-4)
    found = list(lost_towns(task, base))
    assert len(found) == 9
    for without in found:
        excluded = scenario.complete().replace(sites__excluded=[without.what])
        plan = api.solve(data, excluded)
        assert without.sites == tuple(sorted(office.code for office in plan.offices))
        value = plan.termination.objective
        assert without.worse == pytest.approx(value - base.objective, abs=1e-6)
    (harnosand,) = (without for without in found if without.what == "2280")
    assert set(harnosand.sites) - set(base.sites) == {"2380"}
    assert harnosand.worse == pytest.approx(164.992 - 164.625, abs=1e-3)


def test_a_town_that_no_plan_can_do_without_is_told(tmp_path):
    """Nobody may have more than 20 km: Ö must serve itself, and Mitt all the others."""
    data = make_country(tmp_path / "data")
    limits = "[limits]\nmax_km = { most = 20 }\n"
    (tmp_path / "small.toml").write_text(SCENARIO + limits)
    read = api.load(data)
    scenario = load_scenario(str(tmp_path / "small.toml"), data)
    files = tuple(sorted(read.inputs.files.items()))
    task = Task(str(data), files, scenario.model_dump_json(exclude_none=True), False, ())
    found = sensitivity(task, [], size=Size(samples=10, sobol=64, paths=2, rollouts=False))
    assert found.base.sites == ("0201", "0302")
    assert [(one.what, one.sites) for one in found.lost] == [("0201", ()), ("0302", ())]
    t = load_texts("en", "sensitivity")
    page = sensitivity_article(found, scenario, read.inputs, t, sobol=64)
    assert "no plan keeps the rules" in {
        cell for row in page.parts[1].tables[0].rows for cell in row
    }


def test_numbers_of_offices_come_nearer_and_nearer(small):
    _, _, _, found = small
    assert [row.offices for row in found.numbers] == [4, 5, 6]
    shortest = [row.shortest_km for row in found.numbers]
    assert shortest == sorted(shortest, reverse=True)
    assert shortest[-1] == 0  # an office in every town
    assert all(row.shortest_km <= row.mean_km + 1e-9 for row in found.numbers)
    assert found.plan is None  # no rollout to plan


def test_numbers_of_offices_are_weighed_by_the_same_rates(small):
    """Mean distance + spread + minutes, each as it is, and what that is above the plan's own."""
    _, _, runner, found = small

    def total(criteria):
        return criteria["mean_km"] + criteria["spread"] + criteria["university_minutes"]

    for row in found.numbers:
        best = runner.siting({"offices.count": row.offices}).best()
        assert row.value == pytest.approx(total(best.criteria))
        assert row.worse == pytest.approx(total(best.criteria) - total(found.base.criteria))


def test_the_same_analysis_on_two_cores_gives_the_same_report(small, tmp_path):
    folder, *_ = small
    written = [
        report(
            str(folder / "small.toml"),
            folder / "data",
            tmp_path / str(jobs),
            [],
            "sv",
            size=Size(samples=30, sobol=64, paths=2),
            jobs=jobs,
        )
        for jobs in (1, 2)
    ]
    for name in ("sensitivity.html", "sensitivity.json", "samples.csv"):
        one, two = ((each.out / name).read_bytes() for each in written)
        assert one == two, name


def test_the_page_says_first_what_is_firm_and_needs_no_network(small, tmp_path):
    folder, *_ = small
    for language, word in (("sv", "Fast:"), ("en", "Firm:")):
        written = report(
            str(folder / "small.toml"),
            folder / "data",
            tmp_path / language,
            [],
            language,
            size=Size(samples=20, sobol=64, paths=2),
            jobs=1,
        )
        page = (written.out / "sensitivity.html").read_text("utf-8")
        first = page[page.index('class="lead"') :][:200]
        assert word in first
        assert "<script" not in page
        assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")
        assert page.count("<svg") == page.count("</figure>") >= 2
        figures = json.loads((written.out / "sensitivity.json").read_text("utf-8"))
        assert set(figures["chosen"]) <= {"0101", "0102", "0201", "0202", "0301", "0302"}


def test_both_languages_say_the_same_things():
    texts = [load_texts(each, "sensitivity") for each in ("sv", "en")]
    keys = [{k for k in t.strings if k.startswith("sensitivity.")} for t in texts]
    assert keys[0] == keys[1]
    for key in keys[0]:
        names = [sorted(t.strings[key].split("{")[1:]) for t in texts]
        fields = [sorted(part.partition("}")[0] for part in parts) for parts in names]
        assert fields[0] == fields[1], key


def test_the_factors_of_the_decision_are_its_rates_the_world_and_its_work():
    """The leading rate is the unit of the sum: it has no range and is not drawn."""
    scenario = api.load().scenario("decision-2022")
    drawn = siting_factors(scenario)
    assert [(factor.key, factor.low, factor.high) for factor in drawn] == [
        ("objective.rates.spread", 0.5, 2),
        ("objective.rates.share_beyond", 1.5, 6),
        ("world.growth", 0, 0.5),
        ("world.speed", 0.8, 1.2),
    ]
    assert drawn[1].unit == "km per percentage point"
    # Of one goal in km, growth alone can change the towns: at every speed the km are the same.
    alone = api.load().scenario("shortest-distance")
    assert [factor.key for factor in siting_factors(alone)] == ["world.growth"]
    spread = alone.replace(objective={"method": "epsilon", "optimise": "spread"}, limits={})
    assert siting_factors(spread) == ()
    timed = spread.replace(limits={"university_minutes": {"most": 30}})
    assert [factor.key for factor in siting_factors(timed)] == ["world.speed"]
    assert len(running_factors(scenario)) == 10
    assert all(period.openings_most is None for period in unhurried(scenario).rollout.periods)


def test_a_whole_number_is_drawn_as_often_as_any_other():
    team = next(
        factor
        for factor in running_factors(api.load().scenario("decision-2022"))
        if factor.key == "staffing.minimum_team"
    )
    assert (team.low, team.high) == (2, 5)
    drawn = [team.at((k + 0.5) / 400) for k in range(400)]
    assert {value: drawn.count(value) for value in drawn} == dict.fromkeys((2, 3, 4, 5), 100)
    assert (team.at(0.0), team.at(1.0)) == (2, 5)


def test_a_limit_with_a_range_is_tried_at_its_ends_and_another_left_alone():
    scenario = api.load().scenario("pause-2023")
    assert rollout_factors(scenario)[0].key == "limits.max_km.most"
    bare = scenario.replace(limits={"max_km": {"most": 500}})
    assert [f.key for f in rollout_factors(bare) if f.key.startswith("limits")] == []


def test_a_year_costs_staff_premises_and_journeys():
    """Two towns 60 km and 60 minutes apart, one office, ten principals in each, a year's rollout.

    A dialogue takes 10 hours, and two more on the road to the other town: 10 x 10 + 10 x 12 hours
    against 100 a year, so three advisors at 2, premises 5; 10 journeys of 120 km at 1000 SEK/km
    are 1.2.
    """
    changes = {
        "staffing.in_person": quantity(1),
        "money.advisor": quantity(2),
        "money.premises": quantity(5),
        "money.per_km": quantity(1000),
    }
    scenario = tiny_scenario(work_sections()).replace(**changes)
    instance = tiny_instance(scenario, line(0, 60), [10, 10])
    served = np.array([0, 0])
    assert yearly_cost(instance, served) == pytest.approx(3 * 2 + 5 + 1.2)
    # With an office each there are no journeys; ten dialogues take one advisor.
    assert yearly_cost(instance, np.array([0, 1])) == pytest.approx(2 * (2 + 5))
    lazy = scenario.replace(**{"staffing.minimum_team": quantity(4)})
    instance = tiny_instance(lazy, line(0, 60), [10, 10])
    assert yearly_cost(instance, np.array([0, 1])) == pytest.approx(2 * (4 * 2 + 5))
    assert math.isfinite(yearly_cost(instance, np.array([1, 1])))
