"""The history is played as its file says, each scenario solved once, clashes shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.analysis.replay import Case, Date, History, Step, read_history, replay
from planner.data import load
from planner.errors import InputError
from planner.outputs.pages.replay import render_replay
from planner.planning import solve
from planner.scenario.values import Text

BOTH = Text(sv="Rubrik", en="Heading")


@pytest.fixture(scope="module")
def data():
    return load()


@pytest.fixture(scope="module")
def steps(data):
    """Two quick dates of the real data: a clash, and the sixth office against what came."""
    history = History(
        dates=(
            Date(
                date="2022-12",
                title=BOTH,
                text=BOTH,
                announced="announced-after-cut",
                best="status-2024",
            ),
            Date(
                date="2024-06",
                title=BOTH,
                text=BOTH,
                actual="status-2024",
                best="sixth-office",
            ),
        )
    )
    return replay(data, history)


def test_shipped_history_names_scenarios_that_exist(data):
    for date in read_history(data.folder).dates:
        for name in (date.announced, date.actual, date.best):
            assert name is None or data.scenario(name).name == name


def test_a_scenario_without_a_plan_shows_its_clash(steps):
    case = steps[0].cases[0]
    assert case.role == "announced"
    assert case.plan is None
    assert {rule for rule, _ in case.conflicts} == {"opens", "hires_most", "minimum_team"}


def test_a_scenario_named_twice_is_solved_once(steps):
    assert steps[0].cases[1].plan is steps[1].cases[0].plan


def test_cases_come_as_announced_actual_best(steps):
    assert [[case.role for case in step.cases] for step in steps] == [
        ["announced", "best"],
        ["actual", "best"],
    ]


def test_sixth_office_keeps_the_five_that_are_open(steps):
    plan = steps[1].cases[1].plan
    assert {"0184", "1280", "1880", "2280", "2580"} < {office.code for office in plan.offices}
    assert len(plan.offices) == 6


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "word"), [("sv", "Går inte att genomföra"), ("en", "Can&#39;t be done")]
)
def test_page_says_what_cannot_be_done_and_is_the_same_every_time(data, steps, language, word):
    page = render_replay(steps, data.inputs, data.travel, language=language)
    assert word in page
    assert f'<html lang="{language}">' in page
    assert page == render_replay(steps, data.inputs, data.travel, language=language)


@pytest.mark.slow
def test_a_goal_that_came_before_the_distance_is_told_beside_it(data, steps):
    """The best plan after the cut has a longer mean distance: it let principals wait less."""
    actual, best = (case.plan for case in steps[1].cases)
    waited = [
        replace(p, criteria={**p.criteria, "waiting": n}) for p, n in ((actual, 9), (best, 8))
    ]
    scenario = data.scenario("pause-2023")
    cases = tuple(Case(r, scenario, p) for r, p in zip(("actual", "best"), waited, strict=True))
    page = render_replay([Step(steps[1].date, cases)], data.inputs, data.travel)
    assert "Viktigast var väntan: 8 huvudmannamånader mot 9 huvudmannamånader." in page
    assert "Viktigast" not in render_replay(steps, data.inputs, data.travel)
    held = [
        replace(
            plan,
            criteria={**plan.criteria, "waiting": n},
            periods=tuple(replace(p, dialogues=3) for p in plan.periods),
            unmet={"0184": 1},
        )
        for plan, n in ((actual, 100), (best, 90))
    ]
    cases = tuple(Case(r, scenario, p) for r, p in zip(("actual", "best"), held, strict=True))
    page = render_replay([Step(steps[1].date, cases)], data.inputs, data.travel)
    # Three dialogues and one who gets none: 100 / 4 and 90 / 4 months each.
    said = "Viktigast var väntan till första dialogen: i genomsnitt 22,5 månader mot 25,0."
    assert said in page
    assert "<td>25,0 månader</td>" in page


@pytest.mark.slow
def test_the_work_of_one_plan_stands_beside_no_plan_of_sites_alone(data, steps):
    """Nothing is told of dialogues where only one of two plans counts any."""
    actual, best = steps[1].cases
    work = {**best.plan.criteria, "cost_msek": 10.0, "waiting": 100, "unmet": 1}
    counted = replace(best, plan=replace(best.plan, criteria=work))
    page = render_replay([Step(steps[1].date, (actual, counted))], data.inputs, data.travel)
    assert "Kostnad</th>" not in page
    both = replace(actual, plan=replace(actual.plan, criteria={**actual.plan.criteria, **work}))
    page = render_replay([Step(steps[1].date, (both, counted))], data.inputs, data.travel)
    assert "Kostnad</th>" in page


@pytest.mark.slow
def test_weighed_goals_are_told_apart_by_the_rates_of_the_best_plans_question(data, steps):
    """mean + spread + 3 x percentage points beyond 150 km, with and without Falun."""
    scenario = data.scenario("next-offices")
    best = Case("best", scenario, solve(data, scenario))
    without = scenario.replace(**{"sites.excluded": ["2080"]})
    actual = Case("actual", without, solve(data, without))
    worse, least = (
        plan.criteria["mean_km"] + plan.criteria["spread"] + 300 * plan.criteria["share_beyond"]
        for plan in (actual.plan, best.plan)
    )
    assert best.plan.termination.objective == pytest.approx(least, abs=1e-6)
    assert worse > least
    page = render_replay([Step(steps[1].date, (actual, best))], data.inputs, data.travel)
    km = f"{worse - least:.1f}".replace(".", ",")
    assert f"Med alla mål sammanvägda är den {km}\u00a0km i medelavstånd bättre." in page
    assert "sammanvägda" not in render_replay(steps, data.inputs, data.travel)


@pytest.mark.slow
def test_no_sum_is_told_against_six_offices_where_eight_are_asked_for(data, steps):
    scenario = data.scenario("next-offices")
    best = Case("best", scenario, solve(data, scenario))
    step = Step(steps[1].date, (steps[1].cases[0], best))
    assert "Med alla mål" not in render_replay([step], data.inputs, data.travel)


@pytest.mark.slow
def test_of_what_is_proved_best_nothing_is_left_to_gain(data, steps):
    page = render_replay(steps, data.inputs, data.travel, language="en")
    assert "left to gain" not in page


def test_missing_history_is_one_clear_problem(tmp_path):
    with pytest.raises(InputError) as caught:
        read_history(tmp_path)
    assert [problem.file for problem in caught.value.problems] == ["offices/replay.toml"]


def test_broken_history_names_the_key(tmp_path):
    (tmp_path / "offices").mkdir()
    (tmp_path / "offices" / "replay.toml").write_text('[[dates]]\ndate = "2022"\n')
    with pytest.raises(InputError) as caught:
        read_history(tmp_path)
    assert {problem.column for problem in caught.value.problems} == {
        "dates.0.title",
        "dates.0.text",
        "dates.0.best",
    }
