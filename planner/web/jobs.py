"""The queue of runs: one at a time, each in a process of its own."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from planner.message import Language

State = Literal["waiting", "running", "stopping", "ended"]

CHILD = (sys.executable, "-m", "planner.web.child")
"""What works a run out; see there for how it is talked to."""

PATIENCE = 5.0
"""Seconds that a run has to leave in good order once it is abandoned."""

KEPT = 50
"""Runs that have ended which are remembered; what they wrote is on disk in any case."""

_LOG = logging.getLogger("planner.web")


@dataclass
class Job:
    """A run that was asked for.

    Attributes
    ----------
    text : str
        The scenario as TOML.
    name, title : str
        Of the scenario.
    language : {"sv", "en"}
    stage : str
        What is being done, as `planner.control.Control.progress` tells it.
    incumbent, bound : float or None
        What is known of that stage.
    found : bool
        Whether any plan has been told of.
    began, ended : float or None
        Seconds of the monotonic clock.
    out : Path or None
        The run folder, once it is written: by the scenario's name, with a number if anything was
        there then.
    outcome : dict
        ``kind`` is one of done (``run``, the folder's name), input (``problems``), infeasible
        (``conflicts``, ``counted`` and, later, what `planner explain` has ``told``), no_plan
        (``reason``), interrupted, error (``message``), crashed (``code``), dropped (before it
        began).
    """

    text: str
    name: str
    title: str
    language: Language
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: State = "waiting"
    stage: str = ""
    incumbent: float | None = None
    bound: float | None = None
    found: bool = False
    began: float | None = None
    ended: float | None = None
    out: Path | None = None
    outcome: dict[str, Any] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    stops: int = 0
    """How often it was asked to stop, beyond what the process knows."""
    stopped: bool = False

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return 0.0 if self.began is None else (self.ended or time.monotonic()) - self.began


class Jobs:
    """Runs in the order in which they were asked for.

    Parameters
    ----------
    data, runs : Path
        The data folder, and the folder in which run folders are made.
    """

    def __init__(self, data: Path, runs: Path) -> None:
        self._data, self._runs = data, runs
        self._jobs: dict[str, Job] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def submit(self, text: str, name: str, title: str, language: Language) -> Job:
        """Put a run in the queue; the very same one that has not ended yet is not put twice."""
        with self._changed:
            for job in self.open():
                if (job.text, job.language) == (text, language) and job.state != "stopping":
                    return job
            job = Job(text, name, title, language)
            self._jobs[job.id] = job
            ended = [each.id for each in self._jobs.values() if each.state == "ended"]
            for old in ended[:-KEPT]:
                del self._jobs[old]
            self._changed.notify_all()
            return job

    def get(self, id_: str) -> Job | None:
        """Return a run that was asked for, if it is remembered."""
        return self._jobs.get(id_)

    def open(self) -> list[Job]:
        """Return the runs that have not ended, in order."""
        return [job for job in list(self._jobs.values()) if job.state != "ended"]

    def ahead(self, job: Job) -> int:
        """Count the runs before one in the queue."""
        waiting = self.open()
        return waiting.index(job) if job in waiting else 0

    def stop(self, job: Job) -> None:
        """Stop a run in good order; one that is stopping already is abandoned."""
        with self._changed:
            if job.state == "waiting":
                self._end(job, {"kind": "dropped"})
                return
            if job.state != "ended":
                job.state = "stopping"
                job.stops += 1
                self._pass_on(job)

    def close(self, *, abandon: bool = False) -> None:
        """Take no more runs, drop those that wait, and stop the one that is under way."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for job in self.open():
            if abandon or job.state != "stopping":
                self.stop(job)

    def join(self, seconds: float | None = None) -> bool:
        """Wait until the run under way has ended after `close`; tell whether it has."""
        self._worker.join(seconds)
        return not self._worker.is_alive()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._next() is not None)
                job = None if self._closed else self._next()
                if job is None:
                    return
                job.state, job.began = "running", time.monotonic()
            try:
                self._run(job)
            except OSError as error:
                self._finish(job, {"kind": "error", "message": str(error)})

    def _next(self) -> Job | None:
        return next((job for job in self._jobs.values() if job.state == "waiting"), None)

    def _run(self, job: Job) -> None:
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
            (Path(folder) / "errors").open("w+", encoding="utf-8", errors="replace") as errors,
        ):
            scenario = Path(folder) / "draft.toml"
            scenario.write_text(job.text, encoding="utf-8", newline="")
            process = subprocess.Popen(  # noqa: S603 - this program
                [*CHILD, str(scenario), str(self._data), str(self._runs / job.name), job.language],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                encoding="utf-8",
                errors="replace",
                env={**os.environ, "PYTHONUTF8": "1"},
                # Ctrl-C in the terminal is the server's alone: it tells the run what to do.
                **_apart(),
            )
            with self._changed:
                job.process = process
                self._pass_on(job)  # what was asked for before there was a process
            outcome: dict[str, Any] = {}
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            for line in process.stdout:
                try:
                    event = json.loads(line)
                except ValueError:  # it ended in the middle of a line
                    break
                outcome = event.get("outcome", outcome)
                if "stage" in event:
                    job.stage = event["stage"]
                    job.incumbent, job.bound = event["incumbent"], event["bound"]
                    job.found = job.found or job.incumbent is not None
            code = process.wait()
            if not outcome:
                errors.seek(0)
                _LOG.error(
                    "the run %s ended with code %s\n%s", job.name, code, errors.read()[-4000:]
                )
                abandoned = job.state == "stopping"
                outcome = {"kind": "interrupted" if abandoned else "crashed", "code": code}
            if outcome["kind"] == "done":
                job.out = self._runs / outcome["run"]
            self._finish(job, outcome)

    def _finish(self, job: Job, outcome: dict[str, Any]) -> None:
        with self._changed:
            if job.process is not None:
                for pipe in (job.process.stdin, job.process.stdout):
                    if pipe is not None:
                        with contextlib.suppress(OSError):  # nobody reads what is left in it
                            pipe.close()
            job.process = None
            self._end(job, outcome)

    @staticmethod
    def _end(job: Job, outcome: dict[str, Any]) -> None:
        job.state, job.outcome, job.ended = "ended", outcome, time.monotonic()

    @staticmethod
    def _pass_on(job: Job) -> None:
        """Tell the process how often it was asked to stop; if twice, see that it leaves."""
        process = job.process
        if process is None or process.stdin is None or not job.stops:
            return
        with contextlib.suppress(OSError, ValueError):  # it has just ended
            process.stdin.write("stop\n" * job.stops)
            process.stdin.flush()
        if job.stops > 1 or job.stopped:
            threading.Thread(target=_see_off, args=(process,), daemon=True).start()
        job.stops, job.stopped = 0, True


def _see_off(process: subprocess.Popen[str]) -> None:
    """Give an abandoned run some time to leave, then end it."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


def _apart() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
