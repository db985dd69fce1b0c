"""The sensitivity of a small country, where regrets can be checked one by one."""

from __future__ import annotations

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
from planner.analysis.sensitivity import sensitivity
from planner.outputs.text import load_texts
from planner.scenario.load import load_scenario
from planner.tasks.sensitivity import report
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections
from wishes import SCENARIO

SIZE = Size(samples=40, sobol=8, paths=4)


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


def test_the_robust_plan_has_the_least_greatest_regret_of_all_sets(small):
    """Every pair of the six towns is rated in every sample, one at a time."""
    _, _, runner, found = small
    worst = {}
    for row in found.samples:
        point = {factor.key: row[factor.key] for factor in found.siting}
        siting = runner.siting(point)
        best = siting.best()
        towns = siting.instance.sites
        weight = sum(best.payoff.weights)
        for a in towns:
            for b in towns:
                if a < b:
                    short = rated(siting, best, (a, b)).objective / weight
                    worst[a, b] = max(worst.get((a, b), 0.0), short)
    robust = next(plan for plan in found.rated if plan.name == "robust")
    assert found.all_sets == len(worst) == 15
    assert robust.worst == pytest.approx(min(worst.values()), abs=1e-9)
    for plan in found.rated:
        assert plan.worst == pytest.approx(worst[plan.sites], abs=1e-6)


def test_a_lost_town_is_gone_and_the_rest_is_the_best_without_it(small):
    _, _, _, found = small
    assert {w.what for w in found.lost} == set(found.base.sites)
    for without in found.lost:
        assert without.what not in without.sites
        assert without.short >= 0


def test_numbers_of_offices_come_nearer_and_nearer(small):
    _, _, _, found = small
    assert [row.offices for row in found.numbers] == [4, 5, 6]
    shortest = [row.shortest_km for row in found.numbers]
    assert shortest == sorted(shortest, reverse=True)
    assert shortest[-1] == 0  # an office in every town
    assert all(row.shortest_km <= row.mean_km + 1e-9 for row in found.numbers)
    assert found.plan is None  # no rollout to plan


def test_the_same_analysis_on_two_cores_gives_the_same_report(small, tmp_path):
    folder, *_ = small
    written = [
        report(
            str(folder / "small.toml"),
            folder / "data",
            tmp_path / str(jobs),
            [],
            "sv",
            size=Size(samples=30, sobol=8, paths=2),
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
            size=Size(samples=20, sobol=8, paths=2),
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


def test_the_factors_of_the_decision_are_its_weights_the_world_and_its_work():
    scenario = api.load().scenario("decision-2022")
    assert [factor.key for factor in siting_factors(scenario)] == [
        "objective.weights.spread",
        "objective.weights.mean_km",
        "objective.weights.university_minutes",
        "world.growth",
        "world.speed",
    ]
    assert siting_factors(scenario)[0].low == pytest.approx(0.04)
    assert len(running_factors(scenario)) == 10
    assert all(period.openings_most is None for period in unhurried(scenario).rollout.periods)


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
