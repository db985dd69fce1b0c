"""The sensitivity of a small country, where regrets can be checked one by one."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from country import make_country
from planner.analysis.sampling import Runner, Task
from planner.analysis.sensitivity import lost_towns, sensitivity
from planner.analysis.study import Size
from planner.analysis.variance import Indices
from planner.data import load
from planner.outputs.pages.sensitivity import sensitivity_article
from planner.outputs.pages.sensitivity_words import at_least
from planner.outputs.words.text import load_texts
from planner.planning import control_of, solve
from planner.scenario.load import load_scenario
from planner.workflows.plans import best_plan
from planner.workflows.sensitivity import report
from planner.workflows.session import Request
from wishes import SCENARIO


@pytest.mark.slow
def test_a_town_is_chosen_as_often_as_in_the_samples(small):
    _, _, _, found = small
    assert len(found.samples) == 40
    for code, share in found.chosen.items():
        assert share == sum(code in row["sites"] for row in found.samples) / 40
    assert sum(found.chosen.values()) == pytest.approx(2)


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


def test_a_town_is_firm_only_where_chance_is_allowed_for():
    """All of 20 draws may be 84 % of all there could be; all of 1,000 are at least 99 %.

    Wilson's interval for a share of one: 1 / (1 + 1.96^2 / n).
    """
    assert at_least(1.0, 20) == pytest.approx(1 / (1 + 1.96**2 / 20))
    assert at_least(1.0, 1000) > 0.99
    assert at_least(196 / 200, 200) < 0.95 < at_least(1.0, 100)
    assert at_least(1.0, 0) == 0


@pytest.mark.slow
def test_few_draws_call_no_town_firm(small):
    _, scenario, runner, found = small
    t = load_texts("en", "sensitivity")
    few = replace(found, chosen={"0301": 1.0, "0201": 0.6, "0101": 0.4})
    page = sensitivity_article(few, scenario, runner.data.inputs, t, sobol=64)
    assert "Firm: of no town do 40 draws show" in page.answer[0]
    assert "Too few draws to tell whether it is chosen in at least 95%: Ost." in page.answer[0]


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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


@pytest.mark.slow
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
