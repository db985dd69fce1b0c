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
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from planner.__main__ import begin
from planner.errors import InputError, Problem

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
            raise InputError([Problem("PLANNER_CORES", None, "", asked, "a whole number above 0")])
        return int(asked)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Aside:
    """The second process, as the first sees it; without one, work is done here.

    What is done there gives what it would give here, so a process that can't do it (no memory is
    left, somebody killed it) costs time alone.
    """

    def __init__(self, process: subprocess.Popen[bytes] | None = None) -> None:
        self._process = process
        self._turn = threading.Lock()

    def begin[Found](
        self,
        work: Callable[..., Found],
        *given: object,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Callable[[], Found]:
        """Begin some work, after what was begun before, and return what waits for its answer.

        Where that is asked for while the process is still at something else, the work is done here.

        Parameters
        ----------
        work : callable
            A function of a module.
        *given
            What it is called with.
        stopped : callable
            Whether the answer must come now: then the process is given up and the work done here.
        """
        found: list[Found] = []
        claim = threading.Lock()  # whoever gets it first does the work, there or here
        thread = None
        if self._process is not None:
            # Before this process goes on and changes what was given.
            asked = pickle.dumps((work, given))
            mine = self._turn.acquire(blocking=False)
            if mine:  # nothing is before it
                claim.acquire()
            ask = (self._process, asked, claim, found)
            thread = threading.Thread(target=self._ask, args=ask, kwargs={"mine": mine})
            thread.daemon = True
            thread.start()

        def answer() -> Found:
            if not found and claim.acquire(blocking=False):
                found.append(work(*given))
            while thread is not None and thread.is_alive() and not found and not stopped():
                thread.join(AWAKE)
            if not found:
                if self._process is not None and not stopped():
                    _LOG.warning("the second process ended early; what it was at is done again")
                self.end()
                found.append(work(*given))
            return found[0]

        return answer

    def _ask(
        self,
        process: subprocess.Popen[bytes],
        asked: bytes,
        claim: threading.Lock,
        found: list[Any],
        *,
        mine: bool,
    ) -> None:
        """Have some work done there when its turn comes, unless it was claimed here before."""
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        if not mine:
            self._turn.acquire()
        try:
            if mine or claim.acquire(blocking=False):
                pickle.dump(asked, process.stdin)
                process.stdin.flush()
                found.append(pickle.load(process.stdout))  # noqa: S301 - our own process
        except (EOFError, OSError, ValueError, MemoryError, pickle.UnpicklingError):
            return
        finally:
            self._turn.release()

    def end(self) -> None:
        """Give the process up, whatever it is at."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        # Whoever waits for an answer hears that there is none; what was not sent yet is lost.
        with self._turn, suppress(OSError), process:
            pass


@contextmanager
def aside(module: str) -> Iterator[Aside]:
    """Begin a second process that loads a module, where there is a core for it."""
    if cores() == 1:
        yield Aside()
        return
    # The same places to import from, and not the folder that the program was started in.
    call = f"import sys; sys.path[:] = {sys.path!r}; "
    call += f"from planner.aside import serve; serve({module!r})"
    process = None
    try:
        with _no_interrupt():
            process = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-P", "-c", call], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
    except OSError as error:
        _LOG.warning("there is no second process (%s); all is done in one", error.strerror)
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


def serve(module: str) -> None:
    """Do one piece of work after another; leave at the first that fails, or with the first process.

    Whoever asked does it again, and says what is wrong.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    begin()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
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
