"""Writing a run: whole or not at all, never in place of anything else, with hashes that hold."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tomllib
from pathlib import Path

import pytest

from planner import folders as whole
from planner.errors import InputError, PlannerError
from planner.plan import Assignment, Plan, Termination
from planner.runs import writing
from planner.runs.writing import LIBRARIES
from planner.scenario.spec import Scenario
from tiny import line, solve, tiny_instance, tiny_scenario

FILES = {"plan.json": '{"name": "Växjö"}\n', "map.html": b"<html></html>"}
FROM = writing.Provenance({"b.csv": "22", "a.csv": "11"}, 1.23456)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_run_holds_its_files_and_a_manifest(tmp_path):
    out = tmp_path / "deep" / "run"
    writing.write_run(out, FILES, FROM)
    assert names(out) == ["manifest.json", "map.html", "plan.json"]
    assert (out / "plan.json").read_text(encoding="utf-8") == FILES["plan.json"]
    assert names(out.parent) == ["run"]  # nothing is left beside it


def test_the_manifest_says_what_it_was_made_from_and_of(tmp_path):
    writing.write_run(tmp_path / "run", FILES, FROM)
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["outputs"] == {name: digest(tmp_path / "run" / name) for name in FILES}
    assert list(manifest["inputs"].items()) == [("a.csv", "11"), ("b.csv", "22")]
    assert manifest["seconds"] == 1.235
    assert manifest["versions"].keys() == set(LIBRARIES)


def test_an_earlier_run_is_replaced_whole(tmp_path):
    out = tmp_path / "run"
    writing.write_run(out, {**FILES, "old.html": "x"}, FROM)
    writing.write_run(out, {"plan.json": "new"}, FROM)
    assert names(out) == ["manifest.json", "plan.json"]
    assert (out / "plan.json").read_text(encoding="utf-8") == "new"
    assert names(tmp_path) == ["run"]


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "run").mkdir()
    writing.write_run(tmp_path / "run", FILES, FROM)
    assert "plan.json" in names(tmp_path / "run")


def test_what_is_not_a_run_is_never_replaced(tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    for out in (mine, file):
        with pytest.raises(InputError, match="--out"):
            writing.write_run(out, FILES, FROM)
    assert (mine / "thesis.txt").read_text(encoding="utf-8") == "years of work"
    assert names(tmp_path) == ["file", "mine"]


@pytest.mark.parametrize("earlier", [True, False])
def test_a_full_disk_leaves_what_was_there(tmp_path, monkeypatch, earlier):
    out = tmp_path / "run"
    if earlier:
        writing.write_run(out, FILES, FROM)
    before = {name: digest(out / name) for name in names(out)} if earlier else {}
    written = []

    def full(descriptor):
        written.append(descriptor)
        if len(written) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PlannerError, match="No space left on device"):
        writing.write_run(out, FILES, FROM)
    assert ({name: digest(out / name) for name in names(out)} if earlier else {}) == before
    assert names(tmp_path) == (["run"] if earlier else [])


@pytest.mark.parametrize("error", [OSError(13, "Permission denied"), KeyboardInterrupt()])
def test_an_earlier_run_comes_back_if_the_new_one_can_not_take_its_place(
    tmp_path, monkeypatch, error
):
    """Where folders can't be exchanged in one step, as on Windows."""
    out = tmp_path / "run"
    writing.write_run(out, FILES, FROM)
    before = {name: digest(out / name) for name in names(out)}
    rename = type(out).rename

    def refusing(self, target):
        if ".writing-" in self.name and target == out:
            raise error
        return rename(self, target)

    monkeypatch.setattr(whole, "_at_once", lambda _new, _out: False)
    monkeypatch.setattr(type(out), "rename", refusing)
    with pytest.raises((PlannerError, KeyboardInterrupt)):
        writing.write_run(out, {"plan.json": "new"}, FROM)
    assert {name: digest(out / name) for name in names(out)} == before
    assert names(tmp_path) == ["run"]


def test_without_an_exchange_in_one_step_a_run_is_replaced_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(whole, "_at_once", lambda _new, _out: False)
    for number in ("1", "2"):
        writing.write_run(tmp_path / "run", {"plan.json": number}, FROM)
    assert (tmp_path / "run" / "plan.json").read_text(encoding="utf-8") == "2"
    assert names(tmp_path) == ["run"]


@pytest.mark.parametrize("out", [".", "..", "here/.."])
def test_a_run_takes_the_place_of_a_folder_with_a_name(tmp_path, monkeypatch, out):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="a name of its own"):
        writing.check_out(Path(out))
    assert names(tmp_path) == []


def test_a_folder_where_none_can_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"there can be none in .*file"):
        writing.check_out(tmp_path / "file" / "run")


def test_a_disk_that_takes_no_more_is_told(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("planner.runs.writing.write_folder", full)
    with pytest.raises(PlannerError, match=r"could not be written to .*No space left"):
        writing.write_run(tmp_path / "run", FILES, FROM)


def plan(**changes):
    termination = Termination("optimal", 1.0, 1.0, 0.0, "mean_km")
    nothing = dict.fromkeys(("offices", "assignments", "periods", "assumptions"), ())
    values = {"termination": termination, "criteria": {}, **nothing, **changes}
    return Plan("tiny", **values)


def test_numbers_are_written_to_nine_digits_and_none_for_what_is_no_number():
    text = writing.plan_json(
        plan(unmet={"01": 0}, assignments=(Assignment("county", "01", "P1", "A", 1 / 3, 2e-7, 3),))
    )
    (row,) = json.loads(text)["assignments"]
    assert (row["km"], row["minutes"], row["principals"]) == (0.333333333, 2e-7, 3)
    assert '"gap": 0,' in text  # no -0.0 and no 0.0
    endless = plan(termination=Termination("optimal", float("nan"), float("-inf"), -0.0, "x"))
    assert json.loads(writing.plan_json(endless))["termination"] == {
        "reason": "optimal",
        "objective": None,
        "bound": None,
        "gap": 0,
        "objective_name": "x",
        "scope": {"kept": [], "ends": None, "towns": None, "given": []},
        "criterion": "x",
    }


def test_assignments_have_a_row_a_unit_and_period():
    found = solve(tiny_instance(tiny_scenario({"offices.count": 2}), line(0, 10, 40), (1, 2, 3)))
    assert writing.assignments_csv(found).splitlines() == [
        "unit,id,period,office,km,minutes,principals",
        "municipality,A,P1,B,10,10,1",
        "municipality,B,P1,B,0,0,2",
        "municipality,C,P1,C,0,0,3",
    ]


def test_codes_keep_their_zeros_in_assignments():
    row = Assignment("county", "01", "P1", "0184", 1.0, 1.0, 3)
    assert "county,01,P1,0184,1,1,3" in writing.assignments_csv(plan(assignments=(row,)))


def test_a_scenario_reads_back_from_its_toml():
    scenario = tiny_scenario({"limits.max_km": {"most": 5}, "offices.count": [1, 2]})
    assert Scenario.model_validate(tomllib.loads(writing.scenario_toml(scenario))) == scenario
