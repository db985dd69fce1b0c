"""Standard output is the program's alone, whatever a library or a process of it prints there."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from cli.test_app import ROLLOUT, SCENARIO
from country import make_country
from planner.case.read import default_data_folder
from planner.cli.app import app
from waiting import HANGS

LOUD = """
import ctypes, os, sys
import highspy

def speak():
    os.write(1, b"said to the system\\n")
    ctypes.CDLL(None).puts(b"said in C")

def hear(event, given):
    if event == "import" and given[0] == "typer":
        speak()

def run(self, *given, solve=highspy.Highs.run):
    speak()
    return solve(self, *given)

highspy.Highs.run = run
sys.addaudithook(hear)
"""
"""Loaded by every process of Python: speaks when the first library loads and when one solves."""

HISTORY = """
[[dates]]
date = "2022"
title = { sv = "a", en = "a" }
text = { sv = "a", en = "a" }
best = "small"
"""

COMMANDS = (
    "scenarios",
    "check",
    "run small",
    "run nosuch",
    "verify runs/small",
    "runs runs",
    "explain small",
    "compare small rollout",
    "alternatives small --within 100",
    "pareto small --criteria mean_km,spread",
    "justify runs/small --scenario small",
    "sensitivity small --samples 10 --sobol 64 --no-rollouts",
    "sweep sweep.toml --jobs 2",
    "replay",
    "bench solve square.csv --p 5 --problem center",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder to run commands in, with a case, the loud libraries and what is asked."""
    folder = tmp_path_factory.mktemp("loud")
    country = make_country(folder / "country")
    (country / "scenarios").mkdir()
    (country / "scenarios" / "small.toml").write_text(SCENARIO, encoding="utf-8")
    (country / "scenarios" / "rollout.toml").write_text(ROLLOUT, encoding="utf-8")
    (country / "offices" / "replay.toml").write_text(HISTORY, encoding="utf-8")
    (folder / "loud").mkdir()
    (folder / "loud" / "sitecustomize.py").write_text(LOUD, encoding="utf-8")
    sweep = 'name = "s"\nbase = "small"\n[grid]\n"offices.count" = [1, 2]\n'
    (folder / "sweep.toml").write_text(sweep, encoding="utf-8")
    points = "".join(f"{x * x % 31},{x * 7 % 29}\n" for x in range(30))
    (folder / "square.csv").write_text(f"x,y\n{points}", encoding="utf-8")
    return folder


def _said(folder, *arguments):
    """Return what a command says in a process of its own, with the loud libraries."""
    where = [] if arguments[0] in {"bench", "runs"} else ["--data", "country"]
    roots = [str(folder / "loud"), str(default_data_folder().parent)]
    return subprocess.run(
        [sys.executable, "-m", "planner", *arguments, *where],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(roots), "PLANNER_ANEW": "1"},
        timeout=HANGS,
    )


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_json_is_one_line_whatever_a_library_prints(folder, command):
    done = _said(folder, *command.split(), "--json")
    assert done.returncode == (2 if "nosuch" in command else 0), done.stderr
    (line,) = done.stdout.splitlines()
    json.loads(line)
    assert "said to the system" in done.stderr
    assert "said in C" in done.stderr


def test_every_command_with_json_is_tried():
    told = {
        command.callback.__name__
        for command in app.registered_commands
        if "as_json" in command.callback.__annotations__
    }
    assert told | {"bench"} == {command.split()[0] for command in COMMANDS}


@pytest.mark.slow
def test_what_a_person_reads_is_as_clean(folder):
    said = [_said(folder, *words) for words in (("run", "small"), ("scenarios",))]
    assert [done.stderr.count("said in C") > 0 for done in said] == [True, True]
    assert not any("said" in done.stdout for done in said)
    assert said[0].stdout.startswith("2 offices: ")


def _shell(folder, command, given):
    """Run a line of a shell, in which "$0" is Python and "$1" what is given."""
    return subprocess.run(
        ["sh", "-c", command, sys.executable, given],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(default_data_folder().parent)},
        timeout=HANGS,
    )


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="a shell that closes descriptors")
@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_a_program_started_without_its_streams_does_what_it_was_asked(folder, closed, tmp_path):
    """The descriptors of a file and of a stream can't be mixed up: a run is whole."""
    command = '"$0" -m planner run small --data "$1" --out run --json'
    done = _shell(tmp_path, f"{command} {closed}", str(folder / "country"))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == (1 if closed == "2>&-" else 0)
    told = json.loads((tmp_path / "run" / "plan.json").read_text("utf-8"))
    assert told["termination"]["reason"] == "optimal"


CLOSED = """
import os, sys
from planner.__main__ import _speak_alone
_speak_alone()
os.fstat(1)
with open("next", "wb") as file:
    os.write(1, b"said to the system")
    assert file.fileno() != 1
"""


@pytest.mark.skipif(os.name == "nt", reason="a shell that closes descriptors")
def test_a_library_that_prints_without_standard_output_writes_into_no_file(tmp_path):
    done = _shell(tmp_path, '"$0" -c "$1" >&-', CLOSED)
    assert (done.returncode, done.stderr) == (0, "said to the system")
    assert (tmp_path / "next").read_bytes() == b""
