"""`planner bench solve` on instances small enough to solve by eye."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from planner.cli.app import app, main

# A path of five vertices, every edge of length 1: the middle is the median (2+1+0+1+2 = 6) and
# the center (2).
PATH = "5 4 1\n1 2 1\n2 3 1\n3 4 1\n4 5 1\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pmed1.txt").write_text(PATH, encoding="utf-8")
    return tmp_path


def _run(*arguments):
    return CliRunner().invoke(app, ["bench", *map(str, arguments)], catch_exceptions=False)


def test_solve_answers_a_machine_with_these_keys_and_no_others(folder):
    done = _run("solve", folder / "pmed1.txt", "--json")
    answer = json.loads(done.stdout)
    assert list(answer) == [
        "instance", "problem", "n", "p", "objective", "bound", "proven", "seconds", "peak_mb",
    ]  # fmt: skip
    assert done.exit_code == 0
    assert (answer["instance"], answer["problem"]) == ("pmed1", "median")
    assert (answer["n"], answer["p"]) == (5, 1)
    assert (answer["objective"], answer["bound"], answer["proven"]) == (6.0, 6.0, True)
    assert answer["seconds"] >= 0
    assert answer["peak_mb"] > 1


TWO_PARTS = "4 2 1\n1 2 5\n3 4 6\n"
TOO_FULL = "1 7\n2 1 9\n1 0 0 4\n2 3 4 6\n"
NO_ROOM = "1 1\n5 7\n9 3\n"


@pytest.mark.parametrize(
    ("text", "problem", "told"),
    [
        (
            TWO_PARTS,
            "median",
            "no 1 sites reach every point: the best plan leaves 2 of them out (read as pmed)",
        ),
        (TWO_PARTS, "center", "no 1 sites reach every point (read as pmed)"),
        (TOO_FULL, "capacitated", "no 1 sites have room for every point (read as pmedcap)"),
        (
            NO_ROOM,
            "capacitated",
            "all sites together have too little room: 5 for 9 (read as cap)",
        ),
    ],
)
def test_an_instance_without_a_plan_is_one_line_and_exit_3(
    tmp_path, monkeypatch, capsys, text, problem, told
):
    path = tmp_path / "case.txt"
    path.write_text(text, encoding="utf-8")
    command = ["planner", "bench", "solve", str(path), "--problem", problem, "--json"]
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 3
    said = capsys.readouterr()
    assert said.err == f"planner: {told}.\n"
    assert json.loads(said.out)["termination"] == {"reason": "infeasible"}


@pytest.mark.parametrize(
    ("options", "objective"),
    [
        (("--problem", "center"), 2.0),
        (("--p", "2"), 3.0),
        (("--problem", "covering", "--radius", "1"), 3.0),
    ],
)
def test_solve_takes_the_problem_and_p_from_its_options(folder, options, objective):
    done = _run("solve", folder / "pmed1.txt", *options, "--json")
    assert json.loads(done.stdout)["objective"] == objective


def test_solve_says_in_words_what_was_proved(folder):
    done = _run("solve", folder / "pmed1.txt")
    assert "5 points, 5 sites, p = 1: 6, proven optimal" in done.stdout


def test_a_limit_leaves_a_plan_a_bound_and_exit_code_4(tmp_path):
    """Four hundred points in a square and no time: a plan, above its bound."""
    places = np.random.default_rng(0).integers(0, 1000, (400, 2))
    text = "x,y\n" + "".join(f"{x},{y}\n" for x, y in places)
    (tmp_path / "square.csv").write_text(text, encoding="utf-8")
    done = _run("solve", tmp_path / "square.csv", "--p", "40", "--time-limit", "0", "--json")
    answer = json.loads(done.stdout)
    assert done.exit_code == 4
    assert not answer["proven"]
    assert answer["bound"] < answer["objective"]
