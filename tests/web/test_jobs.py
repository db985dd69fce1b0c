"""The queue of runs: one at a time, stopped in good order, and nothing lost or written over."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading

import pytest

from outputs.pages import Page
from planner.verify import verify_run
from planner.web import jobs as module
from planner.web.jobs import Jobs
from waiting import HANGS, until
from web.conftest import write_run
from web.test_pages import form_of, words

TEXT = 'extends = "small"\nname = "mine"\n[title]\nsv = "{0}"\nen = "{0}"\n'


@pytest.fixture
def queue(tmp_path, stub):
    (tmp_path / "runs").mkdir(exist_ok=True)
    made = Jobs(tmp_path, tmp_path / "runs")
    yield made
    made.close(abandon=True)
    made.close(abandon=True)
    assert made.join(HANGS)


def put(queue, title):
    return queue.submit(TEXT.format(title), "small", title, "sv")


def test_one_run_at_a_time_in_the_order_asked_for(queue):
    first, second, third = (put(queue, title) for title in ("vänta", "två", "tre"))
    until(lambda: first.incumbent == 2.0)
    assert (first.state, second.state, third.state) == ("running", "waiting", "waiting")
    assert [queue.ahead(job) for job in (first, second, third)] == [0, 1, 2]
    queue.stop(first)
    queue.stop(first)
    until(lambda: third.state == "ended")
    assert [job.outcome["kind"] for job in (first, second, third)] == ["done"] * 3
    assert [job.out.name for job in (first, second, third)] == ["small", "small-2", "small-3"]


def test_the_same_run_is_not_put_twice_however_many_ask_at_once(queue):
    waits = put(queue, "vänta")
    found = []
    threads = [threading.Thread(target=lambda: found.append(put(queue, "två"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({job.id for job in found}) == 1
    assert len(queue.open()) == 2
    assert put(queue, "vänta") is waits
    queue.stop(waits)
    assert put(queue, "vänta") is not waits  # it would not be the same any longer
    queue.stop(waits)


def test_a_run_that_has_not_begun_is_taken_out_of_the_queue(queue):
    first, second = put(queue, "vänta"), put(queue, "två")
    until(lambda: first.incumbent == 2.0)
    queue.stop(second)
    assert (second.state, second.outcome, second.out) == ("ended", {"kind": "dropped"}, None)
    assert queue.open() == [first]


def test_a_run_that_is_stopped_between_queue_and_process_stops(queue, monkeypatch):
    popen = subprocess.Popen

    def slow(*arguments, **options):
        queue.stop(job)
        return popen(*arguments, **options)

    job = put(queue, "två")
    until(lambda: job.state == "ended")
    monkeypatch.setattr(module.subprocess, "Popen", slow)
    job = put(queue, "vänta")
    until(lambda: job.stage == "ties")
    assert job.state == "stopping"


def test_a_crash_is_told_and_the_next_run_goes_on(queue, caplog):
    first, second = put(queue, "krascha"), put(queue, "två")
    until(lambda: second.state == "ended")
    assert first.outcome["kind"] == "crashed"
    assert first.outcome["code"] == -signal.SIGABRT
    assert second.outcome == {"kind": "done", "run": "small"}
    assert "ended with code" in caplog.text


def test_a_run_that_ends_without_a_word_is_told_as_such(queue):
    first, second = put(queue, "tyst"), put(queue, "två")
    until(lambda: second.state == "ended")
    assert first.outcome == {"kind": "crashed", "code": 0}


def test_a_run_that_does_not_answer_is_ended_when_it_is_abandoned(queue, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    job = put(queue, "häng")
    until(lambda: job.stage == "reading")
    queue.stop(job)
    assert job.state == "stopping"
    queue.stop(job)
    until(lambda: job.state == "ended")
    assert job.outcome["kind"] == "interrupted"
    queue.stop(job)  # it has ended: nothing happens
    assert job.state == "ended"


def test_a_folder_that_is_there_is_never_written_over(queue, tmp_path):
    (tmp_path / "runs" / "small").mkdir()
    (tmp_path / "runs" / "small-2").write_text("min fil", "utf-8")
    job = put(queue, "två")
    until(lambda: job.state == "ended")
    assert job.out.name == "small-3"
    assert (tmp_path / "runs" / "small-2").read_text("utf-8") == "min fil"


def test_closing_stops_what_runs_and_drops_what_waits(queue):
    first, second = put(queue, "vänta"), put(queue, "två")
    until(lambda: first.incumbent == 2.0)
    queue.close()
    until(lambda: first.stage == "ties")  # the first stop has come
    assert second.outcome == {"kind": "dropped"}
    assert not queue.join(0.1)
    queue.close(abandon=True)
    assert queue.join(20)
    assert first.outcome == {"kind": "done", "run": "small"}
    assert queue.open() == []


def test_only_so_many_that_have_ended_are_remembered(queue, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 1)
    ids = [put(queue, title).id for title in ("vänta", "två", "tre")]
    until(lambda: queue.get(ids[0]).incumbent == 2.0)
    for each in reversed(ids[1:]):
        queue.stop(queue.get(each))
    put(queue, "fyra")
    assert [queue.get(each) is not None for each in ids] == [True, False, True]


def test_the_page_of_a_run_tells_how_far_it_has_come_without_a_script(client, workspace, stub):
    job = workspace.jobs.submit(TEXT.format("vänta"), "small", "Min plan", "sv")
    until(lambda: job.incumbent == 2.0)
    answer = client.get(f"/jobs/{job.id}")
    assert '<noscript><meta http-equiv="refresh"' in answer.text
    said = words(answer)
    assert "Söker den bästa planen för måttet ”Medelavstånd”" in said
    assert "Bästa plan hittills 2,0\u00a0km" in said or "Bästa plan hittills 2,0 km" in said
    assert "25,00" in said
    assert ("status", "role") in {
        (v, k) for _, g in Page(answer.text).attributes for k, v in g.items()
    }
    assert "Min plan" in words(client.get("/"))
    assert client.post(f"/jobs/{job.id}/stop").status_code == 303
    assert "det som hittats görs färdigt" in words(client.get(f"/jobs/{job.id}"))
    assert client.post(f"/jobs/{job.id}/stop").status_code == 303
    until(lambda: job.state == "ended")
    answer = client.get(f"/jobs/{job.id}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/runs/small")
    (workspace.runs / "small").rename(workspace.runs.parent / "elsewhere")
    assert "flyttats eller tagits bort" in words(client.get(f"/jobs/{job.id}"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ({"kind": "crashed", "code": -11}, "slutade med kod -11"),
        ({"kind": "no_plan", "reason": "time_limit"}, "Tidsgränsen nådd"),
        ({"kind": "no_plan", "reason": "memory_limit"}, "Minnet tog slut"),
        ({"kind": "interrupted"}, "Inget är skrivet"),
        ({"kind": "dropped"}, "togs bort ur kön"),
        ({"kind": "error", "message": "the disk is full"}, "the disk is full"),
        (
            {"kind": "input", "problems": [{"file": "a.csv", "row": 2, "column": "x", "value": "",
             "expected": "a code"}]},
            "a.csv:2 x: a code",
        ),
        (
            {"kind": "input", "problems": [{"file": "--out", "row": None, "column": "", "value": "",
             "expected": "a place"}]},
            "Mappen för planer: a place",
        ),
        ({"kind": "infeasible", "conflicts": {"sv": ["regeln"], "en": ["rule"]}}, "Regeln"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_every_end_of_a_run_is_told(client, workspace, stub, outcome, told):
    job = workspace.jobs.submit(TEXT.format("två"), "small", "Min plan", "sv")
    until(lambda: job.state == "ended")
    job.outcome = outcome
    answer = client.get(f"/jobs/{job.id}")
    assert told in words(answer)
    assert f"/jobs/{job.id}/change" in Page(answer.text).values("href")
    assert client.get(f"/jobs/{job.id}/change").status_code == 200


def test_two_forms_sent_at_once_make_two_runs_one_after_the_other(client, workspace, stub):
    answers = []

    def send(count):
        sent = form_of(
            client, offices__count=[count], title__sv=[f"{count} kontor"], action=["run"]
        )
        answers.append(client.post("/scenarios/small", data=sent))

    threads = [threading.Thread(target=send, args=(str(count),)) for count in (1, 2, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {303}
    places = {answer.headers["location"] for answer in answers}
    until(lambda: not workspace.jobs.open())
    assert len(places) <= 3
    assert {path.name for path in workspace.runs.iterdir()} >= {"1-kontor", "2-kontor"}


@pytest.mark.slow
def test_rules_that_clash_are_told_with_what_would_help(client, workspace):
    sent = form_of(client, action=["run"])
    sent["limits.max_km.most"] = ["1"]
    answer = client.post("/scenarios/small", data=sent)
    job = workspace.jobs.get(answer.headers["location"].rpartition("/")[2])
    until(lambda: job.state == "ended")
    said = words(client.get(f"/jobs/{job.id}"))
    assert "Ingen plan klarar alla krav" in said
    assert "Ingen plan uppfyller detta krav" in said
    assert "Det är bevisat att ingen mindre ändring räcker" in said
    assert list(workspace.runs.iterdir()) == []


def child(workspace, program=module.CHILD):
    """Start the real process of a run, and wait until it reads the tables."""
    path = workspace.runs.parent / "draft.toml"
    path.write_text(TEXT.format("x"), "utf-8")
    process = subprocess.Popen(
        [*program, str(path), str(workspace.folder), str(workspace.runs / "x"), "sv"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert "reading" in process.stdout.readline()
    return process


def outcome(process):
    """Wait for a run's end, and return what it came to."""
    with process:
        *_, last = process.stdout.readlines()
    return json.loads(last)["outcome"]


def test_a_run_that_is_stopped_before_it_has_anything_leaves_nothing(workspace):
    out, _ = child(workspace).communicate("stop\n", timeout=HANGS)
    assert '"interrupted"' in out
    assert list(workspace.runs.iterdir()) == []


def test_a_run_whose_server_is_gone_leaves_whatever_it_was_about_to_say(workspace):
    process = child(workspace)
    process.stdout.close()
    process.stdin.close()
    assert process.wait(HANGS) == 0
    assert list(workspace.runs.iterdir()) == []


PRESSED = """
import signal
from planner.web import child
from planner.workflows import run

step = run.said_apart

def pressed(*args):
    for _ in range({times}):
        signal.raise_signal(signal.SIGINT)
    return step(*args)

run.said_apart = pressed
child.main()
"""


@pytest.mark.parametrize(
    ("times", "ends"), [(1, {"kind": "done", "run": "x"}), (2, {"kind": "interrupted"})]
)
def test_a_run_that_is_stopped_with_a_plan_writes_it_but_for_the_second_time(
    workspace, times, ends
):
    code = PRESSED.format(times=times)
    assert outcome(child(workspace, [sys.executable, "-c", code])) == ends
    assert len(list(workspace.runs.iterdir())) == 2 - times


@pytest.mark.slow
def test_a_run_that_appears_meanwhile_is_not_replaced(workspace):
    """Another page or `planner run` has written the same name since this run began."""
    process = child(workspace)
    write_run(workspace.runs / "x", "Annans")
    theirs = (workspace.runs / "x" / "manifest.json").read_bytes()
    assert outcome(process) == {"kind": "done", "run": "x-2"}
    assert (workspace.runs / "x" / "manifest.json").read_bytes() == theirs
    assert verify_run(workspace.runs / "x-2", workspace.folder).ok
    assert (
        outcome(child(workspace))["run"] == "x-3"
    )  # not even the very same question's is replaced


@pytest.mark.slow
def test_what_is_no_run_and_appears_meanwhile_costs_no_plan(workspace):
    process = child(workspace)
    (workspace.runs / "x").write_text("min fil", "utf-8")
    assert outcome(process) == {"kind": "done", "run": "x-2"}
    assert (workspace.runs / "x").read_text("utf-8") == "min fil"
