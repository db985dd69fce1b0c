"""The sensitivity of a small country, where regrets can be checked one by one."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace

import numpy as np
import pytest

from country import make_country
from planner.analysis.effort import Size
from planner.analysis.factors import rollout_factors, running_factors, siting_factors
from planner.analysis.offices import unhurried
from planner.analysis.rollouts import proved_apart
from planner.analysis.running_cost import yearly_cost
from planner.analysis.sampling import Runner, Task, rated
from planner.analysis.screening import Indices
from planner.analysis.sensitivity import lost_towns, sensitivity
from planner.data import load
from planner.model.solving.scores import Yardstick
from planner.outputs.pages.sensitivity import sensitivity_article
from planner.outputs.pages.sensitivity_words import at_least
from planner.outputs.words.text import load_texts
from planner.plan import Termination
from planner.planning import control_of, solve
from planner.scenario.load import load_scenario
from planner.workflows.plans import best_plan
from planner.workflows.sensitivity import report
from planner.workflows.session import Request
from tiny import line, quantity, tiny_instance, tiny_scenario, work_sections
from wishes import SCENARIO

SIZE = Size(samples=40, sobol=64, paths=4)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The folder, the scenario, the runner and the analysis of a small country."""
    folder = tmp_path_factory.mktemp("small")
    data = make_country(folder / "data")
    (folder / "small.toml").write_text(SCENARIO)
    read = load(data)
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
    runner = Runner(load(data), load_scenario(str(tmp_path / "small.toml"), data))
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
    whole = solve(runner.data, scenario).stages[0].objective
    for without in found.lost:
        assert without.what not in without.sites
        plan = solve(runner.data, scenario.replace(sites__excluded=[without.what]))
        assert without.sites == tuple(sorted(office.code for office in plan.offices))
        assert without.worse == pytest.approx(plan.stages[0].objective - whole, abs=1e-6)
        assert without.worse >= 0


def test_a_town_lost_of_the_decision_is_what_a_run_with_it_excluded_gives():
    """All nine chosen freely. Without Härnösand comes the second best of all, 164.992 km."""
    data = load()
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
        plan = solve(data, excluded)
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
    read = load(data)
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
            Request(str(folder / "small.toml"), folder / "data", (), tmp_path / str(jobs), "sv"),
            size=Size(samples=30, sobol=64, paths=2),
            jobs=jobs,
        )
        for jobs in (1, 2)
    ]
    for name in ("sensitivity.html", "sensitivity.json", "samples.csv", "samples.xlsx"):
        one, two = ((each.out / name).read_bytes() for each in written)
        assert one == two, name


def test_the_page_says_first_what_is_firm_and_needs_no_network(small, tmp_path):
    folder, *_ = small
    for language, word in (("sv", "Fast:"), ("en", "Firm:")):
        written = report(
            Request(str(folder / "small.toml"), folder / "data", (), tmp_path / language, language),
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
    scenario = load().scenario("decision-2022")
    drawn = siting_factors(scenario)
    assert [(factor.key, factor.low, factor.high) for factor in drawn] == [
        ("objective.rates.spread", 0.5, 2),
        ("objective.rates.share_beyond", 1.5, 6),
        ("world.growth", 0, 0.5),
        ("world.speed", 0.8, 1.2),
    ]
    assert drawn[1].unit == "km per percentage point"
    # Of one goal in km, growth alone can change the towns: at every speed the km are the same.
    alone = load().scenario("shortest-distance").replace(limits={})
    assert [factor.key for factor in siting_factors(alone)] == ["world.growth"]
    spread = alone.replace(objective={"method": "epsilon", "optimise": "spread"}, limits={})
    assert siting_factors(spread) == ()
    timed = spread.replace(limits={"university_minutes": {"most": 30}})
    assert [factor.key for factor in siting_factors(timed)] == ["world.speed"]
    assert len(running_factors(scenario)) == 10
    assert all(period.openings_most is None for period in unhurried(scenario).rollout.periods)


def termination(objective, bound):
    gap = abs(objective - bound) / objective
    return Termination("gap_limit", objective, bound, gap, "waiting")


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ((100, 98), (101, 99), False),  # 99.5 may be the best of both
        ((100, 98), (100, 100), False),
        ((100, 98), (97, 96), True),
        ((97, 96), (100, 98), True),
        ((100, 100), (100, 100), False),
    ],
)
def test_two_searches_are_apart_where_no_value_can_be_the_best_of_both(one, other, apart):
    assert proved_apart(termination(*one), termination(*other)) is apart


def test_a_town_is_firm_only_where_chance_is_allowed_for():
    """All of 20 draws may be 84 % of all there could be; all of 1,000 are at least 99 %.

    Wilson's interval for a share of one: 1 / (1 + 1.96^2 / n).
    """
    assert at_least(1.0, 20) == pytest.approx(1 / (1 + 1.96**2 / 20))
    assert at_least(1.0, 1000) > 0.99
    assert at_least(196 / 200, 200) < 0.95 < at_least(1.0, 100)
    assert at_least(1.0, 0) == 0


def test_few_draws_call_no_town_firm(small):
    _, scenario, runner, found = small
    t = load_texts("en", "sensitivity")
    few = replace(found, chosen={"0301": 1.0, "0201": 0.6, "0101": 0.4})
    page = sensitivity_article(few, scenario, runner.data.inputs, t, sobol=64)
    assert "Firm: of no town do 40 draws show" in page.answer[0]
    assert "Too few draws to tell whether it is chosen in at least 95%: Ost." in page.answer[0]


def test_what_the_draws_are_too_few_for_has_no_table_of_dashes(small):
    _, scenario, runner, found = small
    t = load_texts("en", "sensitivity")
    few = replace(
        found.everything,
        indices=tuple(replace(index, samples=32) for index in found.everything.indices),
    )
    page = sensitivity_article(
        replace(found, everything=few), scenario, runner.data.inputs, t, sobol=32
    )
    part = page.parts[-1]
    assert [table.caption.partition(":")[0] for table in part.tables] == ["Morris"]
    assert any("32 draws are too few to tell" in point for point in part.points)
    assert not part.plots


def test_a_base_case_near_the_cheapest_is_told_so(small):
    _, scenario, runner, found = small
    index = Indices((1.0,), (1.0,), (0.0,), 9.0, 1.0, 0.125, 64)
    cost = replace(
        found.everything,
        outcomes=("cost_year",),
        effects=found.everything.effects[:1],
        kept=found.everything.kept[:1],
        indices=(index,),
    )
    changed = replace(found, everything=cost, cost_year=7.0)
    t = load_texts("en", "sensitivity")
    said = sensitivity_article(changed, scenario, runner.data.inputs, t, sobol=64).answer[0]
    assert "near the cheapest it can become: only 12% of the draws cost less." in said


def test_nothing_is_drawn_where_nothing_can_change_the_towns(tmp_path):
    data = make_country(tmp_path / "data")
    (tmp_path / "small.toml").write_text(SCENARIO)
    read = load(data)
    scenario = load_scenario(str(tmp_path / "small.toml"), data).replace(
        objective={"method": "epsilon", "optimise": "spread"}
    )
    files = tuple(sorted(read.inputs.files.items()))
    task = Task(str(data), files, scenario.model_dump_json(exclude_none=True), False, ())
    found = sensitivity(task, [], size=Size(samples=10, sobol=64, paths=2))
    assert (found.siting, len(found.samples), found.everything.factors) == ((), 1, ())
    for language, said in (
        ("sv", "Inget osäkert tal i scenariot kan ändra vilka orter som är bäst."),
        ("en", "No uncertain number of the scenario can change which towns are the best."),
    ):
        t = load_texts(language, "sensitivity")
        page = sensitivity_article(found, scenario, read.inputs, t, sobol=64)
        assert page.answer[0].startswith(said)
        assert "draw" not in page.question


WORK = """
[offices]
count = 1
[rollout]
periods = [
  { name = "2022", hires_most = { value = 2, unit = "advisors", low = 1, high = 2 } },
  { name = "2023" },
]
[dialogues]
uptake = { value = 1.0, unit = "share", low = 1, high = 1 }
[staffing]
preparation = { value = 100, unit = "h", low = 100, high = 100 }
meeting = { value = 4, unit = "h", low = 4, high = 4 }
in_person = { value = 1, unit = "share", low = 1, high = 1 }
taking_part = { value = 1, unit = "advisors", low = 1, high = 1 }
yearly_hours = { value = 500, unit = "h/year", low = 500, high = 500 }
minimum_team = { value = 1, unit = "advisors", low = 1, high = 1 }
[money]
advisor = { value = 1, unit = "MSEK/year", low = 1, high = 2 }
premises = { value = 1, unit = "MSEK/year", low = 1, high = 1 }
opening = { value = 1, unit = "MSEK", low = 1, high = 1 }
closing = { value = 1, unit = "MSEK", low = 1, high = 1 }
per_km = { value = 3, unit = "SEK/km", low = 3, high = 3 }
"""


def working(folder):
    """Write a small country's data and a scenario with a rollout; return the data folder."""
    data = make_country(folder / "data")
    text = SCENARIO.replace("[offices]\ncount = 2\n", WORK)
    text = text.replace("[objective.rates]", '[objective]\nthen = ["waiting"]\n[objective.rates]')
    (folder / "small.toml").write_text(text)
    return data


def test_the_base_of_a_report_is_the_plan_that_a_run_gives(tmp_path, monkeypatch):
    data = working(tmp_path)
    read = load(data)
    scenario = load_scenario(str(tmp_path / "small.toml"), data)
    plan = best_plan(read, scenario, control_of(scenario)).plan
    taken = []

    def recorded(*asked):
        taken.append(best_plan(*asked))
        return taken[-1]

    monkeypatch.setattr("planner.workflows.sensitivity.best_plan", recorded)
    written = report(
        Request(str(tmp_path / "small.toml"), data, (), tmp_path / "out", "sv"),
        size=Size(samples=10, sobol=64, paths=2),
        jobs=1,
    )
    assert [found.plan for found in taken] == [plan]
    base = json.loads((written.out / "sensitivity.json").read_text("utf-8"))["plan"]
    assert {name: base[name] for name in ("cost_msek", "waiting", "unmet")} == {
        name: plan.criteria[name] for name in ("cost_msek", "waiting", "unmet")
    }


def test_other_rollouts_are_held_against_the_plan_of_a_run(tmp_path):
    """Whatever plan is given as the run's own is the base case, its towns and dates kept."""
    data = working(tmp_path)
    read = load(data)
    scenario = load_scenario(str(tmp_path / "small.toml"), data)
    files = tuple(sorted(read.inputs.files.items()))
    task = Task(str(data), files, scenario.model_dump_json(exclude_none=True), False, ())
    plan = solve(read, scenario)
    given = []

    def own(question):
        given.append(question)
        return plan

    found = sensitivity(task, [], size=Size(samples=80, sobol=64, paths=2), solve=own)
    assert given == [scenario]
    assert (found.plan.cost_msek, found.plan.unmet) == (
        plan.criteria["cost_msek"],
        plan.criteria["unmet"],
    )
    ends = {(row.key, row.value): row for row in found.tried}
    # One advisor fewer in the first year holds fewer dialogues, so somebody waits longer.
    assert ends["rollout.periods.0.hires_most", 1].apart
    same = ends["rollout.periods.0.hires_most", 2]
    assert (same.apart, same.priced, same.cost_msek) == (False, False, plan.criteria["cost_msek"])
    # A dearer advisor changes no dialogue, but what they cost.
    dear = ends["money.advisor", 2]
    assert (dear.apart, dear.priced) == (False, True)
    assert dear.cost_msek > plan.criteria["cost_msek"]
    t = load_texts("en", "sensitivity")
    page = sensitivity_article(found, scenario, read.inputs, t, sobol=64)
    (part,) = (part for part in page.parts if part.heading == t("sensitivity.rollout_heading"))
    told = {(row[0], row[1]): row[-1] for row in part.tables[0].rows}
    assert set(told.values()) == {"yes", "within the slack", "the cost"}
    assert "as in the plan" in part.paragraphs[0]


def test_a_whole_number_is_drawn_as_often_as_any_other():
    team = next(
        factor
        for factor in running_factors(load().scenario("decision-2022"))
        if factor.key == "staffing.minimum_team"
    )
    assert (team.low, team.high) == (2, 5)
    drawn = [team.at((k + 0.5) / 400) for k in range(400)]
    assert {value: drawn.count(value) for value in drawn} == dict.fromkeys((2, 3, 4, 5), 100)
    assert (team.at(0.0), team.at(1.0)) == (2, 5)


def test_a_limit_with_a_range_is_tried_at_its_ends_and_another_left_alone():
    scenario = load().scenario("pause-2023")
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
