"""The index of runs: read from the runs themselves, so that it can't disagree with them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from broken.scenarios import SMALL
from country import make_country
from planner.cli.app import main
from planner.errors import InputError
from planner.plan import Scope
from planner.runs import writing
from planner.runs.listing import list_runs
from waiting import HANGS

PLAN = {
    "scenario": "small",
    "offices": [{}, {}],
    "termination": {
        "reason": "time_limit",
        "objective": 58.25,
        "bound": 58.0,
        "gap": 0.0043,
        "objective_name": "mean_km",
    },
}
FROM = writing.Provenance({}, 1.0)


@pytest.fixture
def kept(tmp_path):
    """Two runs, a replay, a folder that is being written and one of somebody's own."""
    for name in ("b", "a"):
        writing.write_run(tmp_path / name, {"plan.json": json.dumps(PLAN)}, FROM)
    writing.write_run(tmp_path / "replay", {"replay.html": "x"}, FROM)
    writing.write_run(tmp_path / ".a.writing-1", {"plan.json": json.dumps(PLAN)}, FROM)
    (tmp_path / "mine").mkdir()
    return tmp_path


def test_finished_runs_are_listed_by_name_and_nothing_else(kept):
    (a, b), problems = list_runs(kept)
    assert not problems
    assert (a.run, b.run) == ("a", "b")
    assert (a.scenario, a.offices, a.objective_name, a.objective) == ("small", 2, "mean_km", 58.25)
    assert (a.gap, a.reason, a.whole) == (0.0043, "time_limit", True)


def test_the_reason_is_listed_with_the_plans_that_it_holds_among(kept, monkeypatch, capsys):
    """An optimum with the towns given is not the best of all."""
    scope = {"kept": ["mean_km"], "ends": None, "towns": 10, "given": ["towns", "dates", "odd"]}
    plan = PLAN | {"termination": PLAN["termination"] | {"scope": scope}}
    writing.write_run(kept / "c", {"plan.json": json.dumps(plan)}, FROM)
    scope = {"kept": ["weighted", "soft rules"], "ends": 8, "towns": 19, "given": []}
    plan = PLAN | {"termination": PLAN["termination"] | {"scope": scope}}
    writing.write_run(kept / "d", {"plan.json": json.dumps(plan)}, FROM)
    (*_, c, d), _ = list_runs(kept)
    assert c.scope == Scope(("mean_km",), None, 10, ("towns", "dates"))
    assert d.scope == Scope(("weighted", "soft rules"), 8, 19)
    *_, c, d = command(monkeypatch, capsys, kept)[1].splitlines()
    assert "time limit reached" in c
    assert "have just these towns and opening dates" in c
    assert "the measure “Mean distance”" in c.rpartition("keep what was reached of")[2]
    assert "choose among 19 possible towns" in d
    assert "the weighted goal and the soft rules" in d
    assert "among the 8 best ends" in d


@pytest.mark.parametrize("name", ["../a/plan.json", "/etc/hostname", "b/../plan.json", "gone"])
def test_a_file_that_is_changed_missing_or_elsewhere_is_not_whole(kept, name):
    (kept / "a" / "plan.json").write_text(json.dumps(PLAN) + "\n", encoding="utf-8")
    manifest = json.loads((kept / "b" / "manifest.json").read_text(encoding="utf-8"))
    manifest["outputs"][name] = manifest["outputs"]["plan.json"]
    (kept / "b" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert [entry.whole for entry in list_runs(kept)[0]] == [False, False]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"termination": 1}', "[" * 100_000, "\x00"])
def test_a_run_that_can_not_be_read_is_told(kept, text):
    (kept / "b" / "plan.json").write_text(text, encoding="utf-8")
    entries, problems = list_runs(kept)
    assert [entry.run for entry in entries] == ["a"]
    assert [problem.file for problem in problems] == [str(kept / "b")]


def command(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["planner", "runs", *map(str, arguments)])
    with pytest.raises(SystemExit) as exit_:
        main()
    return exit_.value.code or 0, *capsys.readouterr()


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_command_lists_the_others_where_one_can_not_be_read(kept, monkeypatch, capsys, options):
    (kept / "b" / "plan.json").write_text("{", encoding="utf-8")
    code, out, err = command(monkeypatch, capsys, kept, *options)
    assert code == 2
    assert re.search(r"58\.25?|58\.2 km", out)
    assert str(kept / "b") in err


def test_the_command_lists_them_as_a_table_and_as_json(kept, monkeypatch, capsys):
    code, out, _ = command(monkeypatch, capsys, kept)
    assert code == 0
    head, line, _ = out.splitlines()
    assert head.startswith("run  scenario")
    told = ("a    small", "2  ", "Mean distance", "58.2 km", "0.43%", "time limit", "as written")
    for part in told:
        assert part in line
    code, out, _ = command(monkeypatch, capsys, kept, "--json")
    assert [entry["run"] for entry in json.loads(out)] == ["a", "b"]
    code, _, err = command(monkeypatch, capsys, kept / "nowhere")
    assert code == 2
    assert "a folder with runs in it" in err


def test_a_sum_of_goals_is_listed_in_its_unit(kept, monkeypatch, capsys):
    goals = [{"criterion": "share_beyond", "unit": "km per percentage point", "value": 0.1}]
    end = PLAN["termination"] | {"objective": 189.510679, "objective_name": "weighted"}
    plan = PLAN | {"termination": end, "objective": goals}
    writing.write_run(kept / "c", {"plan.json": json.dumps(plan)}, FROM)
    *_, line = command(monkeypatch, capsys, kept)[1].splitlines()
    assert "the weighted goal" in line
    assert "  189.5 km  " in line


def test_a_name_of_a_scenario_stays_in_its_folder(tmp_path, monkeypatch, capsys):
    """`--set name=` decides the folder that a run is written to."""
    folder = make_country(tmp_path / "data")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SMALL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("../out", "/out", "..", "a/b", "con", "a\x00b", "C:\\x", "~", "-x"):
        setting = ["--set", f"name={name}", "--data", str(folder)]
        monkeypatch.setattr(sys, "argv", ["planner", "run", "small", *setting])
        with pytest.raises(SystemExit) as exit_:
            main()
        assert exit_.value.code == 2, name
        assert "small.toml:2, name" in capsys.readouterr().err
        assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_run_through_a_link_is_written_where_it_leads(tmp_path):
    """The link stays, and so does the shared drive that it may lead to."""
    writing.write_run(tmp_path / "kept", {"plan.json": "old"}, FROM)
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    writing.write_run(tmp_path / "link", {"plan.json": "new"}, FROM)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "kept" / "plan.json").read_text(encoding="utf-8") == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept", "link"]


@pytest.mark.parametrize("name", ["a\x00b", "x" * 300, "nowhere-link"])
def test_a_name_that_no_folder_can_have_is_refused(tmp_path, name):
    (tmp_path / "nowhere-link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="--out"):
        writing.check_out(tmp_path / name)


@pytest.mark.slow
def test_killed_or_out_of_space_a_run_is_there_whole_or_not_at_all():
    """The whole of tests/support/crash.py with few kills; docs/trust.md tells of it with 300."""
    script = Path(__file__).parents[1] / "support" / "crash.py"
    done = subprocess.run(
        [sys.executable, script, "--kills", "15"],
        capture_output=True,
        text=True,
        timeout=HANGS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "15 random moments" in done.stdout


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("manifest.json", '"outputs": {', '"outputs": [], "others": {'),
        ("plan.json", '"gap": 0.0043', '"gap": "none"'),
        ("plan.json", '"objective": 58.25', '"objective": []'),
    ],
)
def test_a_run_of_another_shape_is_told(kept, file, old, new):
    """JSON that reads, but not as a run: told as such, with no traceback now or when listed."""
    text = (kept / "b" / file).read_text(encoding="utf-8")
    assert old in text
    (kept / "b" / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    ((problem,),) = list_runs(kept)[1:]
    assert "a run as `planner run` writes it" in problem.expected
