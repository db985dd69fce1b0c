"""What is kept between runs: the same as solved anew, and never in place of something else."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace

import pytest

from country import make_country
from planner import cache
from planner.calendar.calendar import make_calendar
from planner.data import load
from planner.errors import NotWritten
from planner.outputs.pages.page import environment
from planner.outputs.words.text import load_texts
from planner.planning import control_of, solve
from planner.runs.reading import read_run
from planner.scenario.load import load_scenario
from planner.workflows.plans import best_plan
from planner.workflows.run import RunRequest, run_scenario
from verify.small import ROLLOUT

NAME = "thing-" + "0" * 64


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A cache folder of each test alone, whose plans are used."""
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("PLANNER_ANEW")
    return tmp_path / "cache"


@pytest.fixture
def data(tmp_path):
    """A small country with one scenario."""
    folder = make_country(tmp_path / "country")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(ROLLOUT, encoding="utf-8")
    return load(folder)


def forbid(monkeypatch):
    def never(*_, **__):
        raise AssertionError("solved although it was kept")

    monkeypatch.setattr("planner.planning.solve_instance", never)
    monkeypatch.setattr("planner.calendar.calendar.allot", never)


def ask(data, *overrides, ranges=True):
    scenario = data.scenario("small", overrides)
    found = best_plan(data, scenario, control_of(scenario), ranges=ranges)
    return found.plan, found.source == "kept"


def test_what_is_kept_comes_back():
    assert cache.load(NAME) is None
    cache.store(NAME, b"content")
    assert cache.load(NAME) == b"content"


@pytest.mark.parametrize(
    "spoil", [lambda b: b"", lambda b: b[:-1], lambda b: b[:-1] + b"?", lambda b: b + b"?"]
)
def test_what_is_spoilt_is_not_trusted(place, spoil, caplog):
    cache.store(NAME, b"content")
    (place / NAME).write_bytes(spoil((place / NAME).read_bytes()))
    assert cache.load(NAME) is None
    assert f"{place / NAME} doesn't hold what it should" in caplog.text


def test_what_cannot_be_read_is_not_there(place, caplog):
    (place / NAME).mkdir(parents=True)
    assert cache.load(NAME) is None
    assert "can't be read" in caplog.text


def test_a_write_that_fails_leaves_nothing_behind(place, monkeypatch, caplog):
    def full(*_):
        raise OSError("no space left")

    monkeypatch.setattr("planner.cache.Path.replace", full)
    for _ in range(2):
        cache.store(NAME, b"content")
    assert list(place.iterdir()) == []
    assert caplog.messages == ["nothing is kept for the next run (no space left)"]


def test_those_not_used_for_longest_go_first(place, monkeypatch):
    monkeypatch.setattr(cache, "MOST", 2)
    place.mkdir()
    (place / "a file of somebody else").write_text("stays")
    names = [f"thing-{number:064x}" for number in range(3)]
    for number, name in enumerate(names):
        cache.store(name, b"content")
        os.utime(place / name, (number, number))
    cache.load(names[1])  # used now
    cache.store("thing-" + "a" * 64, b"content")
    found = {path.name for path in place.iterdir()}
    assert found == {"a file of somebody else", names[1], "thing-" + "a" * 64}


def test_a_kept_plan_is_the_plan_to_the_last_digit(data, monkeypatch):
    plan, again = ask(data)
    assert not again
    forbid(monkeypatch)
    found, again = ask(data)
    assert again
    assert found == plan
    # Whole numbers stay whole numbers, and lists are no tuples.
    assert repr(found) == repr(plan)


def test_a_kept_plan_says_what_this_asker_changed(data, tmp_path, monkeypatch):
    first, _ = ask(data, "offices.count=1")
    own = tmp_path / "small.toml"
    own.write_text(ROLLOUT.replace("count = 2", "count = 1"), encoding="utf-8")
    alone = tmp_path / "alone"
    (alone / "scenarios").mkdir(parents=True)
    forbid(monkeypatch)
    scenario = load_scenario(str(own), alone)
    again = best_plan(data, scenario, control_of(scenario))
    second = again.plan
    assert again.source == "kept"
    assert (first.base, first.changed) == ("small", {"offices.count": (2, 1)})
    assert (second.base, second.changed) == ("", {})


def test_a_kept_plan_that_breaks_a_hard_rule_is_solved_anew(data, place, caplog):
    plan, _ = ask(data)
    last = replace(plan.periods[-1], open=plan.periods[-1].open[:1])
    wrong = replace(plan, periods=(*plan.periods[:-1], last))
    [path] = place.glob("plan-*")
    tree = {"ranges": True, "plan": wrong.to_dict()}
    cache.store(path.name, json.dumps(tree).encode())
    found, again = ask(data)
    assert (found, again) == (plan, False)
    assert "office count: 1 at the end, 2 asked for" in caplog.text
    assert ask(data) == (plan, True)


def test_another_scenario_gap_or_table_is_another_plan(data, monkeypatch):
    ask(data)
    forbid(monkeypatch)
    scenario = data.scenario("small")
    control = control_of(scenario)
    files = {**data.inputs.files, "another": "digest"}
    others = [
        (data, data.scenario("small", ["money.advisor=1.01"]), control),
        (data, scenario, replace(control, gap=0.123)),
        (data, scenario, replace(control, nodes=7)),
        (replace(data, inputs=replace(data.inputs, files=files)), scenario, control),
    ]
    for asked in others:
        with pytest.raises(AssertionError, match="although"):
            best_plan(*asked)


def test_ranges_are_worked_out_and_told_only_where_they_are_asked_for(data):
    bare, _ = ask(data, ranges=False)
    whole, again = ask(data)
    assert (bare.ranges, again) == (None, False)
    assert whole.ranges is not None
    assert replace(whole, ranges=None) == bare
    assert ask(data) == (whole, True)
    assert ask(data, ranges=False) == (bare, True)


def test_ranges_that_were_cut_short_are_worked_out_the_next_time(data, monkeypatch):
    def stop(_i, _result, control):
        control.interrupted = True

    with monkeypatch.context() as cut:
        cut.setattr("planner.planning.find_ranges", stop)
        assert ask(data)[0].ranges is None
    assert ask(data, ranges=False)[1]
    plan, again = ask(data)
    assert plan.ranges is not None
    assert not again


def test_another_program_solves_anew(data, monkeypatch):
    ask(data)
    forbid(monkeypatch)
    monkeypatch.setattr(cache, "program", lambda: "another")
    with pytest.raises(AssertionError, match="although"):
        ask(data)


def test_a_change_of_source_or_library_is_another_program(tmp_path, monkeypatch):
    def program():
        return cache.program.__wrapped__()  # past its own memory

    (tmp_path / "part.py").write_text("x = 1\n")
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "cache.py"))
    first = program()
    assert program() == first
    (tmp_path / "part.py").write_text("x = 2\n")
    second = program()
    monkeypatch.setattr(cache, "version", lambda _: "another")
    assert len({first, second, program()}) == 3


def test_plans_are_solved_anew_where_that_is_asked_for(data, monkeypatch):
    ask(data)
    monkeypatch.setenv("PLANNER_ANEW", "1")
    assert not ask(data)[1]


def test_what_a_limit_cut_short_is_not_kept(data, place, monkeypatch):
    whole = solve
    monkeypatch.setattr(
        "planner.planning.solve",
        lambda *given, **options: replace(
            plan := whole(*given, **options),
            termination=replace(plan.termination, reason="time_limit"),
        ),
    )
    ask(data)
    assert not list(place.glob("plan-*"))


def test_a_kept_calendar_is_the_calendar(data, monkeypatch):
    scenario = data.scenario("small")
    plan, _ = ask(data)
    first = make_calendar(plan, data.inputs, scenario, data.travel)
    forbid(monkeypatch)
    again = make_calendar(plan, data.inputs, scenario, data.travel)
    assert again.entries.equals(first.entries)
    assert again.quarters.equals(first.quarters)
    assert list(again.entries.dtypes) == list(first.entries.dtypes)


def test_a_calendar_in_another_order_is_another(data, monkeypatch):
    scenario = data.scenario("small")
    plan, _ = ask(data)
    make_calendar(plan, data.inputs, scenario, data.travel)
    forbid(monkeypatch)
    turned = replace(data.travel, row=data.travel.row[::-1])
    with pytest.raises(AssertionError, match="although"):
        make_calendar(plan, data.inputs, scenario, turned)


def test_a_run_again_writes_the_same_and_says_so(data, tmp_path):
    runs = []
    for name in ("first", "again"):
        out = tmp_path / name
        finished = run_scenario(RunRequest("small", data.folder, (), out, "sv"))
        files = {path.name: path.read_bytes() for path in out.iterdir()}
        del files["manifest.json"]
        runs.append((files, finished.summary.count("Löst i en tidigare körning")))
    (first, told), (again, told_again) = runs
    assert first == again
    assert (told, told_again) == (0, 1)


def test_templates_are_compiled_once(place, monkeypatch):
    """Another process takes what was kept, and fills in the same page."""
    made = environment(load_texts("sv")).get_template("article.html")
    assert len(list(place.glob("template-*"))) >= 1

    def never(*_, **__):
        raise AssertionError("compiled although it was kept")

    monkeypatch.setattr("jinja2.Environment._generate", never)
    again = environment(load_texts("sv")).get_template("article.html")
    assert again.root_render_func.__code__.co_code == made.root_render_func.__code__.co_code


def test_a_run_and_its_manifest_say_what_was_changed(data, tmp_path):
    out = tmp_path / "run"
    run_scenario(RunRequest("small", data.folder, ["offices.count=1"], out, "en"))
    plan, manifest = (json.loads((out / f"{n}.json").read_bytes()) for n in ("plan", "manifest"))
    assert plan["base"] == "small"
    assert plan["changed"] == manifest["changed"] == {"offices.count": [2, 1]}
    assert read_run(out, data.folder).plan.changed == {"offices.count": (2, 1)}


def test_a_plan_is_kept_before_anything_is_made_of_it(data, tmp_path, monkeypatch):
    """A disk that is full costs the run folder alone; the same command needs no search again."""
    out = tmp_path / "run"

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("planner.runs.writing.write_folder", full)
        with pytest.raises(NotWritten, match="No space left on device; the plan itself is kept: "):
            run_scenario(RunRequest("small", data.folder, (), out, "en"))
    assert not out.exists()
    forbid(monkeypatch)
    run_scenario(RunRequest("small", data.folder, (), out, "en"))
    assert (out / "plan.json").is_file()


def test_it_is_not_said_to_be_kept_where_it_is_not(data, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "file").write_text("no folder", "utf-8")
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr("planner.runs.writing.write_folder", full)
    with pytest.raises(NotWritten, match="No space left on device; the plan is not kept"):
        run_scenario(RunRequest("small", data.folder, (), tmp_path / "run", "en"))
