"""What the terminal says of a run: a line a goal, with its value and what it was proved among."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from cli.test_app import SCENARIO
from country import make_country
from outputs.handmade import county_plan, weighed, weighed_scenario
from planner.case.read import read_inputs
from planner.message import say
from planner.model.solving import stages
from planner.outputs.words.proofs import Proofs
from planner.outputs.words.text import MINUS, NO_BREAK, load_texts
from planner.plan import Scope, Termination
from planner.workflows import run as module
from planner.workflows.run import (
    RunRequest,
    answer_lines,
    closing_lines,
    comparison_lines,
    rollout_lines,
    run_scenario,
)

SITES = pd.DataFrame(
    [("0201", "office", "sourced"), ("0101", "office", "unverified")],
    columns=["municipality_code", "kind", "basis"],
)
COUNTRY = SimpleNamespace(
    country=SimpleNamespace(sister_agency="SPSM"),
    sister_sites=SITES,
    municipalities=pd.DataFrame({"seat": ["Norr", "Mitt"]}, index=["0101", "0201"]),
)
"""As much of the tables as a summary reads."""


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """60 km, 300 km at 0.1, 5 % at 3 and 50 % at 0.2, taken off: 60 + 30 + 15 - 10 = 95 km."""
    inputs = read_inputs(make_country(tmp_path_factory.mktemp("small")))
    alone = county_plan(inputs, [("2023", {"0101": ("01", "02", "03")})])
    criteria = {**alone.criteria, "spread": 40.0, "unmet": 3.0, "waiting": 1234.0}
    kept = Termination("optimal", 0.0, 0.0, 0.0, "soft rules", Scope(("weighted",)))
    scope = Scope(("weighted", "soft rules"))
    waiting = Termination("gap_limit", 1234.0, 1230.0, 4 / 1234, "waiting", scope)
    found = weighed(replace(alone, criteria=criteria), weighed_scenario())
    return replace(found, stages=(*found.stages, kept, waiting), termination=waiting)


def lines(plan):
    t = load_texts("en", "terminal")
    proofs = Proofs(plan, weighed_scenario(), COUNTRY, t)
    verdict = say("all {} checks hold", 73)
    told = [*answer_lines(proofs), *rollout_lines(plan, t), *closing_lines(Path("x"), verdict, t)]
    return [line.replace(NO_BREAK, " ") for line in told]


def test_the_sum_stands_in_its_unit_with_its_parts(plan):
    assert lines(plan)[1] == (
        "The weighted goal: 95.0 km of mean distance (60.0 mean distance + 30.0 longest "
        f"distance + 15.0 share far away {MINUS} 10.0 share in towns with SPSM). "
        "Proved: among plans that keep the rules, none is better."
    )


def test_every_goal_after_the_first_says_among_which_plans(plan):
    soft, waiting = lines(plan)[2:4]
    assert soft == "Every soft rule is kept."
    assert waiting == (
        "The measure “Waiting”: 1,234 principal-months. Proved within 0.33%: among plans that keep "
        "the rules, are as good on the weighted goal and keep every soft rule, none is better "
        "by more than 4 principal-months."
    )


def test_what_was_not_proved_is_never_called_proved(plan):
    for reason in ("time_limit", "node_limit", "memory_limit", "interrupted", "stalled"):
        first = replace(plan.stages[0], reason=reason, bound=90.0, gap=5 / 95)
        said = lines(replace(plan, stages=(first,), termination=first))[1]
        assert "NOT proved to be the best" in said
        assert said.endswith(
            "among plans that keep the rules, one may be better by up to 5.0 km (5.27%)."
        )


def test_the_verdict_of_the_verification_stands_as_it_is(plan):
    assert "verified apart from the model: all 73 checks hold" in lines(plan)


def test_a_compared_plan_is_told_by_the_sum_too_where_it_has_one(plan):
    t = load_texts("en", "terminal")
    other = replace(plan, scenario="announced")
    distances, apart = comparison_lines(other, t, apart="announced is 7.2 km worse")
    assert apart == "announced is 7.2 km worse"
    assert distances.startswith("The announced plan: mean distance")
    (named,) = comparison_lines(other, t, "recommended")
    assert named.startswith("The proposal under the rules of 2022: mean distance")
    assert comparison_lines("nothing to compare with", t) == ["nothing to compare with"]
    assert comparison_lines("", t) == []


def test_what_is_not_confirmed_is_told_in_a_line(plan):
    said = "That SPSM has an office in Norr is unverified. The plan rests on it."
    assert lines(plan).count(said) == 1


def test_what_was_changed_comes_first(plan):
    assert lines(plan)[0].startswith("1 office:")
    changed = replace(plan, base="handmade", changed={"offices.count": (2, 1)})
    assert lines(changed)[0] == "Two offices (changed). Changed: number of offices 1 in place of 2."


def test_new_offices_are_told_apart_from_those_that_exist(plan):
    there = replace(plan.offices[0], town="Ost", role="existing")
    both = replace(plan, offices=(there, *plan.offices))
    assert lines(both)[0] == "2 offices: Ost, Norr. One new office: Norr."
    assert lines(replace(plan, offices=(there,)))[0] == "1 office: Ost. No new offices."


def test_the_answer_is_told_before_anything_is_written(tmp_path):
    folder = make_country(tmp_path / "data")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SCENARIO, encoding="utf-8")
    out, told = tmp_path / "run", []
    request = RunRequest("small", folder, (), out, "en")
    finished = run_scenario(request, show=lambda text: told.append((text, out.exists())))
    assert [there for _, there in told] == [False, True]
    assert told[0][0].startswith("2 offices: ")
    assert told[1][0].startswith("verified apart from the model")
    assert finished.summary == "\n".join(text for text, _ in told)


ANNOUNCED = """
extends = "small"
name = "announced"
[sites]
candidates = "announced"
[offices]
count = 1
[objective]
then = ["spread"]
"""


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    folder = make_country(tmp_path_factory.mktemp("compared"))
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "scenarios" / "announced.toml").write_text(ANNOUNCED, encoding="utf-8")
    return folder


@pytest.fixture
def before(monkeypatch):
    """Let something happen at each call of a step, before it does its work."""

    def patch(place, name, happens):
        step = getattr(place, name)

        def called(*args, **more):
            happens(*args)
            return step(*args, **more)

        monkeypatch.setattr(place, name, called)

    return patch


@pytest.mark.parametrize("step", ["answer_lines", "reference_plan", "said_apart"])
def test_ctrl_c_between_the_steps_of_a_run_loses_no_plan(planner, before, press, step):
    """The plan is proved by then: it is written, with what it is compared with."""
    before(module, step, lambda *_: press())
    code, out, errors = planner("run", "small", "--out", "out")
    assert code == 0, errors
    assert "interrupted" not in errors
    assert "The announced plan: mean distance" in out
    assert (Path("out") / "plan.json").is_file()


def test_ctrl_c_twice_between_the_steps_of_a_run_ends_it(planner, before, press):
    before(module, "answer_lines", lambda *_: press())
    before(module, "said_apart", lambda *_: press())
    code, _, errors = planner("run", "small", "--out", "out")
    assert (code, errors) == (5, "planner: interrupted; what was not finished is not written\n")
    assert not Path("out").exists()


@pytest.mark.parametrize("reason", ["time_limit", "interrupted"])
def test_a_run_that_is_cut_short_is_compared_all_the_same(planner, before, press, reason):
    """The limit comes where the first goal is reached, and the second is not."""
    come = []

    def comes(_model, _name, control, goal):
        if goal is not None and not come:
            come.append(control)
            if reason == "interrupted":
                press()
            else:
                control.deadline = time.monotonic()

    before(stages, "reach", comes)
    goals = ("--set", 'objective.then=["spread"]', "--set", "solver.time_limit=600")
    code, out, errors = planner("run", "small", "--out", "out", *goals)
    assert code == 4, errors
    assert "The announced plan: mean distance" in out
    plan = json.loads((Path("out") / "plan.json").read_text("utf-8"))
    assert plan["termination"]["reason"] == reason
