"""The second process: what it answers, and that a run never depends on it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from planner.workers import Aside, aside, cores

from country import make_country
from planner.errors import InputError
from verify.small import ROLLOUT
from waiting import HANGS, hold, until


def fail_elsewhere(here: int) -> str:
    """Work that only the process that asked can do."""
    if os.getpid() != here:
        raise ValueError(here)
    return "done here"


def slow_elsewhere(here: int) -> int:
    """Work that another process takes long for."""
    if os.getpid() != here:
        time.sleep(HANGS)
    return os.getpid()


def gone(process: int) -> bool:
    """Tell whether a process is no more, or a zombie that nobody has waited for."""
    stat = Path(f"/proc/{process}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def second(monkeypatch):
    """Give a second process."""
    monkeypatch.setenv("PLANNER_CORES", "2")
    with aside("planner.errors") as process:
        yield process


def test_work_is_done_by_another_process(second):
    assert second.begin(os.getpid)() != os.getpid()


def test_answers_belong_to_their_questions_in_any_order(second):
    answers = [second.begin(pow, 2, n) for n in range(4)]
    assert [answer() for answer in reversed(answers)] == [8, 4, 2, 1]


def test_what_is_given_is_what_it_was_at_the_time(second):
    numbers = [1, 2]
    answer = second.begin(sum, numbers)
    numbers.append(3)
    assert answer() == 3


def test_work_that_would_wait_is_done_here(second):
    second.begin(time.sleep, HANGS)
    assert second.begin(os.getpid)() == os.getpid()


def append(path: str, text: str) -> None:
    """Work that shows when it was done."""
    with Path(path).open("a") as file:
        file.write(text)


def test_what_was_begun_last_is_done_next(second, tmp_path):
    """Nobody asks for an answer, so all of it is done there."""
    path = tmp_path / "order"
    path.write_text("")
    begun, go_on = tmp_path / "begun", tmp_path / "go on"
    second.begin(hold, str(begun), str(go_on))
    until(begun.exists)
    for text in "abc":
        second.begin(append, str(path), text)
    go_on.touch()
    until(lambda: len(path.read_text()) == 3)
    assert path.read_text() == "cba"


def test_what_is_printed_there_is_no_answer(second):
    second.begin(print, "noise")()
    second.begin(os.write, 1, b"more noise")()
    assert second.begin(pow, 2, 3)() == 8


def test_without_a_second_process_work_is_done_here_when_it_is_asked_for():
    seen = []
    answer = Aside().begin(seen.append, 1)
    assert seen == []
    answer()
    assert seen == [1]


def test_one_core_gets_no_second_process(monkeypatch):
    monkeypatch.setenv("PLANNER_CORES", "1")
    with aside("planner.errors") as none:
        assert none.begin(os.getpid)() == os.getpid()


def test_where_no_process_can_begin_all_is_done_here(monkeypatch, caplog):
    def refuse(*_, **__):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setenv("PLANNER_CORES", "2")
    monkeypatch.setattr(subprocess, "Popen", refuse)
    with aside("planner.errors") as none:
        assert none.begin(os.getpid)() == os.getpid()
    assert "Cannot allocate memory" in caplog.text


def test_work_that_fails_there_is_done_here_and_so_is_all_after_it(second, caplog):
    answer, after = second.begin(fail_elsewhere, os.getpid()), second.begin(os.getpid)
    assert answer() == "done here"
    assert after() == os.getpid()
    assert "ended early" in caplog.text


def test_an_error_is_raised_here(second):
    with pytest.raises(ZeroDivisionError):
        second.begin(divmod, 1, 0)()


def test_a_killed_process_costs_time_alone(second, caplog):
    process = second.begin(os.getpid)()
    answer = second.begin(time.sleep, 0.5)
    os.kill(process, signal.SIGKILL)
    assert answer() is None
    assert second.begin(os.getpid)() == os.getpid()
    assert "ended early" in caplog.text


def test_what_must_come_now_is_done_here(second):
    assert second.begin(slow_elsewhere, os.getpid(), stopped=lambda: True)() == os.getpid()


def test_ctrl_c_is_for_the_first_process_alone(second):
    process = second.begin(os.getpid)()
    answer = second.begin(pow, 2, 5)
    os.kill(process, signal.SIGINT)
    assert answer() == 32
    assert second.begin(os.getpid)() == process


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="/proc tells of processes")
def test_the_second_process_leaves_with_the_first(tmp_path):
    """Whatever it is at, and however the first one ended."""
    code = (
        "import os, sys, time\n"
        "from planner.workers import aside\n"
        "with aside('planner.errors') as second:\n"
        "    print(second.begin(os.getpid)(), flush=True)\n"
        "    second.begin(time.sleep, 1800)\n"
        "    time.sleep(1800)\n"
    )
    env = {**os.environ, "PLANNER_CORES": "2"}
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env, text=True) as first:
        assert first.stdout is not None
        process = int(first.stdout.readline())
        first.kill()
    until(lambda: gone(process))


def test_a_run_is_the_same_from_one_process_and_from_two(tmp_path):
    data = make_country(tmp_path / "data")
    (data / "scenarios").mkdir()
    for name in ("small", "announced"):
        text = ROLLOUT.replace('name = "small"', f'name = "{name}"')
        (data / "scenarios" / f"{name}.toml").write_text(text, "utf-8")
    found = []
    for processes in ("1", "2"):
        out = tmp_path / f"run{processes}"
        command = [sys.executable, "-m", "planner", "run", "small", "--data", data, "--out", out]
        env = {**os.environ, "PLANNER_CORES": processes}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        files = sorted(path for path in out.iterdir() if path.name != "manifest.json")
        told = done.stdout.replace(str(out), "RUN")
        found.append([told, *((path.name, path.read_bytes()) for path in files)])
    assert found[0] == found[1]
    assert {"map.html", "report.html", "plan.xlsx", "plan.gpkg"} <= {
        name for name, _ in found[0][1:]
    }


@pytest.mark.parametrize("asked", ["0", "two", "-1", "1.5"])
def test_a_number_of_cores_that_is_none_is_refused(monkeypatch, asked):
    monkeypatch.setenv("PLANNER_CORES", asked)
    with pytest.raises(InputError, match=f"PLANNER_CORES = '{asked}': expected a whole number"):
        cores()


def test_as_many_processes_as_there_are_cores(monkeypatch):
    monkeypatch.delenv("PLANNER_CORES")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 5}, raising=False)
    assert cores() == 3
