"""A second process, for work that has nothing to do with what the first one is at.

Libraries take seconds to load. The second process begins before the first has loaded its own, and
loads what it will need meanwhile; on two cores a run then takes little more than half the time.
"""

from __future__ import annotations

import importlib
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from planner.errors import InputError, Problem
from planner.message import say
from planner.startup import begin, own_output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LOG = logging.getLogger(__name__)

AWAKE = 0.1
"""Seconds between two looks at whether an answer is still waited for."""


def cores() -> int:
    """Return how many processes may work at once: one a core that this process may use.

    The environment's PLANNER_CORES says otherwise.

    Raises
    ------
    InputError
        If that is no whole number above 0.
    """
    asked = os.environ.get("PLANNER_CORES")
    if asked:
        if not asked.isdecimal() or int(asked) < 1:
            raise InputError(
                [Problem("PLANNER_CORES", None, "", asked, say("a whole number above 0"))]
            )
        return int(asked)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class _Job:
    """Some work, as it was when it was asked for, and its answer when there is one."""

    asked: bytes
    claim: threading.Lock = field(default_factory=threading.Lock)
    found: list[Any] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def mine(self) -> bool:
        """Claim the work: whoever does that first does it, there or here."""
        return self.claim.acquire(blocking=False)


class Aside:
    """The second process, as the first sees it; without one, work is done here.

    What is done there gives what it would give here, so a process that can't do it (no memory is
    left, somebody killed it) costs time alone.
    """

    def __init__(self, process: subprocess.Popen[bytes] | None = None) -> None:
        self._process = process
        self._turn = threading.Lock()
        self._waiting: list[_Job] = []
        self._thread: threading.Thread | None = None

    def begin[Found](
        self,
        work: Callable[..., Found],
        *given: object,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Callable[[], Found]:
        """Begin some work, and return what waits for its answer.

        A process that is busy takes next what was begun last. What it has not begun when the
        answer is asked for is done here.

        Parameters
        ----------
        work : callable
            A function of a module.
        *given
            What it is called with.
        stopped : callable
            Whether the answer must come now: then the process is given up and the work done here.
        """
        # Before this process goes on and changes what was given.
        job = _Job(b"" if self._process is None else pickle.dumps((work, given)))
        if self._process is not None:
            with self._turn:
                self._waiting.append(job)
                if self._thread is None:
                    first = self._next()
                    self._thread = threading.Thread(
                        target=self._ask, args=(self._process, first), daemon=True
                    )
                    self._thread.start()

        def answer() -> Found:
            if not job.found and job.mine():
                job.found.append(work(*given))
            while not job.found and not job.ended.is_set() and not stopped():
                job.ended.wait(AWAKE)
            if not job.found:
                if self._process is not None and not stopped():
                    _LOG.warning(say("the second process ended early; its work is done again"))
                self.end()
                job.found.append(work(*given))
            found: Found = job.found[0]
            return found

        return answer

    def _next(self) -> _Job | None:
        """Claim what was begun last of all that nobody has claimed."""
        while self._waiting:
            job = self._waiting.pop()
            if job.mine():
                return job
        return None

    def _ask(self, process: subprocess.Popen[bytes], job: _Job | None) -> None:
        """Have one piece of work after another done there, until there is none or it fails."""
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        while job is not None:
            try:
                pickle.dump(job.asked, process.stdin)
                process.stdin.flush()
                job.found.append(pickle.load(process.stdout))  # noqa: S301 - our own process
            except (EOFError, OSError, ValueError, MemoryError, pickle.UnpicklingError):
                return
            finally:
                job.ended.set()
            with self._turn:
                job = self._next()
                if job is None:
                    self._thread = None

    def end(self) -> None:
        """Give the process up, whatever it is at."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        if self._thread is not None:  # whoever waits for an answer hears that there is none
            self._thread.join()
        with suppress(OSError), process:  # what was not sent yet is lost
            pass


@contextmanager
def aside(module: str) -> Iterator[Aside]:
    """Begin a second process that loads a module, where there is a core for it."""
    if cores() == 1:
        yield Aside()
        return
    # The same places to import from, and not the folder that the program was started in.
    call = f"import sys; sys.path[:] = {sys.path!r}; "
    call += f"from planner.workers import serve; serve({module!r})"
    process = None
    try:
        with _no_interrupt():
            process = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-P", "-c", call], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
    except OSError as error:
        _LOG.warning(say("there is no second process ({}); all is done in one", error.strerror))
    second = Aside(process)
    try:
        yield second
    finally:
        second.end()


@contextmanager
def _no_interrupt() -> Iterator[None]:
    """Leave Ctrl-C to this process: one that begins here never hears of it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def load(module: str) -> None:
    """Load a module, for work that will need it."""
    importlib.import_module(module)


def call(module: str, name: str, *given: object, **options: object) -> Any:
    """Call a function of a module, which is loaded where and when that is done."""
    return getattr(importlib.import_module(module), name)(*given, **options)


def serve(module: str) -> None:
    """Do one piece of work after another; leave at the first that fails, or with the first process.

    Whoever asked does it again, and says what is wrong.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    begin()
    answers = os.fdopen(own_output(), "wb")
    asked: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(asked,), daemon=True).start()
    try:
        load(module)
        while True:
            work, given = pickle.loads(asked.get())  # noqa: S301 - from our own process
            pickle.dump(work(*given), answers)
            answers.flush()
    except BaseException:  # noqa: BLE001 - said by the process that asked
        os._exit(1)


def _listen(asked: SimpleQueue[bytes]) -> None:
    """Hear what is asked, and when the first process is gone."""
    try:
        while True:
            asked.put(pickle.load(sys.stdin.buffer))  # noqa: S301
    except BaseException:  # noqa: BLE001 - nobody is left to tell
        os._exit(0)
