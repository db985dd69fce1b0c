"""`python -m benchmarks`: what it measures, and the page it writes."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks import program
from benchmarks.__main__ import app
from benchmarks.compare import PEER, Row, check_peers, folder_cases
from benchmarks.measures import ROOT, check_measures
from benchmarks.page import Figures, load_figures, write_page
from benchmarks.scale import Size
from planner.bench import solving

# A path of five vertices, every edge of length 1: the middle is the median (2+1+0+1+2 = 6) and
# the center (2).
PATH = "5 4 1\n1 2 1\n2 3 1\n3 4 1\n4 5 1\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pmed1.txt").write_text(PATH, encoding="utf-8")
    return tmp_path


def _run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)


@pytest.mark.slow
def test_compare_writes_the_page_from_what_it_measured_and_keeps_the_rest(folder):
    out = folder / "page" / "b.md"
    older = Row("older", "planner", [1.0], [1.0], 7.0, 7.0, "proven")
    write_page(out, Figures("a machine", cases={"older": [older]}))
    done = _run("compare", folder, "--case", "pmed1", "--runs", "1", "--out", out)
    assert done.exit_code == 0
    figures = load_figures(out)
    assert list(figures.cases) == ["pmed1", "pmed1, p-center", "older"]
    (row,) = figures.cases["pmed1"]
    assert (row.objective, row.bound, row.status) == (6.0, 6.0, "proven")
    assert len(row.seconds) == len(row.cpu) == 1
    assert figures.cases["pmed1, p-center"][0].objective == 2.0
    text = out.read_text("utf-8")
    assert "Measured on: a machine" not in text
    assert text.count("| pmed1 |") == 1
    assert "python -m benchmarks compare" in text


@pytest.mark.parametrize("python", [sys.executable, "no-such-python"])
def test_peers_that_are_missing_are_told_in_one_line_before_anything_runs(folder, python):
    done = _run("compare", folder, "--peer-python", python, "--out", folder / "b.md")
    assert done.exit_code == 1
    with pytest.raises(SystemExit, match=r"--peer-python .*: expected .*benchmarks/README\.md"):
        check_peers(python)
    assert not (folder / "b.md").exists()


def test_a_folder_without_instances_and_a_case_there_is_not_are_told(tmp_path, folder):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert _run("compare", empty, "--out", tmp_path / "b.md").exit_code == 1
    with pytest.raises(SystemExit, match="a folder with OR-Library"):
        folder_cases(empty, textbook=False)
    done = _run("compare", folder, "--case", "pmed9", "--out", tmp_path / "b.md")
    assert done.exit_code == 2
    assert "the start of one of" in done.output


def test_raw_highs_is_asked_for_the_same_optimum(tmp_path):
    """Weights 1, 1 and 3, costs from two sites: the second is best, 4 + 1 + 0."""
    path = tmp_path / "case.npz"
    cost = np.array([[0.0, 4.0], [2.0, 1.0], [9.0, 0.0]])
    np.savez(path, cost=cost, weights=np.array([1.0, 1.0, 3.0]), p=1)
    command = [sys.executable, str(PEER), "highspy", str(path), "60"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    assert answer["objective"] == pytest.approx(5.0)
    assert answer["status"] == "Optimal"
    assert answer["cpu"] >= 0
    assert answer["peak_mb"] > 1


def test_a_tool_that_found_no_plan_in_time_has_no_objective(tmp_path):
    """Fifty places and no time at all: an answer in JSON, without a plan."""
    path = tmp_path / "case.npz"
    cost = np.random.default_rng(0).random((50, 50))
    np.savez(path, cost=cost, weights=np.ones(50), p=5)
    command = [sys.executable, str(PEER), "highspy", str(path), "0"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    assert answer["objective"] is None
    assert answer["status"] == "Time limit reached"


def test_a_plan_that_a_tool_wrongly_calls_optimal_is_shown_for_what_it_is(tmp_path):
    ours = Row("case", "planner", [0.5], [0.25], 100.0, 100.0, "proven")
    theirs = Row("case", "other", [50.0], [50.0], 320.0, None, "Optimal")
    stopped = Row("case", "third", [400.0], [], None, None, "stopped")
    write_page(tmp_path / "b.md", Figures("m", cases={"case": [ours, theirs, stopped]}))
    text = (tmp_path / "b.md").read_text("utf-8")
    assert "| 100 | 200 | 320 | Optimal, yet 220.00% above the best |" in text
    assert "| more than 800 |  | none | stopped |" in text


@pytest.mark.slow
def test_build_times_building_apart_from_solving(tmp_path):
    out = tmp_path / "b.md"
    done = _run("build", "shortest-distance", "--out", out, "--limit", "60")
    assert done.exit_code == 0
    (built,) = load_figures(out).built
    assert built.scenario == "shortest-distance"
    assert built.said == "optimal"
    assert min(built.variables, built.rows, built.building, built.solving) > 0
    assert "| shortest-distance |" in out.read_text("utf-8")


@pytest.mark.slow
def test_start_times_whole_commands_and_a_first_time_does_not_count(tmp_path, monkeypatch):
    """The first run sleeps and the next finds its file: only the cheap one is told."""
    code = "import pathlib, time; p = pathlib.Path('seen'); p.exists() or time.sleep(3); p.touch()"
    monkeypatch.setattr(program, "COMMANDS", {"nap": ([sys.executable, "-c", code], {})})
    out = tmp_path / "b.md"
    assert _run("start", "--runs", "1", "--out", out).exit_code == 0
    (nap,) = load_figures(out).started
    assert (nap.command, nap.runs) == ("nap", 1)
    assert 0 < nap.seconds < 3
    assert "| `nap` |" in out.read_text("utf-8")


def test_start_says_which_command_fails(monkeypatch):
    broken = ([sys.executable, "-c", "raise SystemExit('no such thing')"], {})
    monkeypatch.setattr(program, "COMMANDS", {"broken": broken})
    with pytest.raises(SystemExit, match=r"broken: .* ended with 1: no such thing"):
        program.start(1)


@pytest.mark.slow
def test_scale_draws_a_line_for_each_p_and_a_row_for_each_run(tmp_path):
    out = tmp_path / "b.md"
    sizes = ("--points", 20, "--points", 30, "--p", 2, "--p", 12)
    assert _run("scale", *sizes, "--limit", "30", "--out", out).exit_code == 0
    measured = load_figures(out).sizes
    # Twelve of twenty would be more than half.
    assert [(one.n, one.p) for one in measured] == [(20, 2), (30, 2), (30, 12)]
    assert all(one.proven for one in measured)
    plot = ET.parse(out.with_suffix(".svg")).getroot()  # noqa: S314 - written just now
    words = [element.text for element in plot.iter("{http://www.w3.org/2000/svg}text")]
    assert {"p = 2", "p = 12", "20", "30"} <= set(words)
    assert out.read_text("utf-8").count("| proven |") == 3


def test_a_size_that_does_not_fit_into_memory_is_a_row_too(tmp_path):
    known = Size(10, 2, 0.1, 0.1, 0.0, proven=True, peak_mb=50.0)
    write_page(tmp_path / "b.md", Figures("m", sizes=[known, Size(100_000, 2)]))
    text = (tmp_path / "b.md").read_text("utf-8")
    assert "| 100,000 | 2 |  |  | out of memory |  |" in text
    assert load_figures(tmp_path / "b.md").sizes[1] == Size(100_000, 2)


def test_the_commands_run_from_the_checkout_and_say_what_is_wrong_in_words(tmp_path):
    command = [sys.executable, "-m", "benchmarks", "build", "no-such", "--out", tmp_path / "b.md"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("benchmarks: 1 problem in the input")
    assert "Traceback" not in done.stderr


def test_pages_of_measures_are_refused_where_memory_is_not_told(monkeypatch, tmp_path):
    """Windows has no `resource`, and no /proc either."""
    monkeypatch.setattr(solving, "resource", None)
    monkeypatch.setattr(solving, "Path", lambda _: tmp_path / "nothing")
    assert solving.peak_mb() is None
    with pytest.raises(SystemExit, match="Linux or macOS is needed"):
        check_measures()
    for words in (["compare", tmp_path], ["scale"]):
        assert _run(*words, "--out", tmp_path / "b.md").exit_code == 1
    assert not (tmp_path / "b.md").exists()
