"""The one way to stop: what Ctrl-C means while the program loads, searches, writes and leaves.

From the first moment on it ends the process with a line (`at_once`). Where there is something to
tidy up or to say, it raises `Cancelled` wherever the work is, and the next ends the process with a
line again (`by_cancelling`). A search that can be cut short is told to stop, and what it has found
is finished; the second Ctrl-C cancels that (`in_good_order`). What leaves already is not disturbed
(`ignored`). This module loads at once.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.control import Control

CODE = 5
"""The exit code where Ctrl-C came before anything could be written."""


class Cancelled(BaseException):
    """Ctrl-C where there is nothing to save."""


def at_once() -> None:
    """From now on let Ctrl-C end the process with one line."""
    signal.signal(signal.SIGINT, _leave)


def by_cancelling(then: Callable[[], None] = at_once) -> None:
    """From now on let Ctrl-C raise `Cancelled`; `then` sets what another does to the tidying up."""

    def cancel(_signal: int, _frame: object) -> None:
        then()
        raise Cancelled("interrupted")

    signal.signal(signal.SIGINT, cancel)


def ignored() -> None:
    """From now on let Ctrl-C do nothing: the process leaves, or another is asked in its place."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def in_good_order(control: Control) -> Iterator[None]:
    """Let the first Ctrl-C end a search, which finishes what it has found; the second cancels.

    Elsewhere than in the main thread nobody presses keys.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_signal: int, _frame: object) -> None:
        if control.interrupted:
            raise Cancelled("interrupted a second time")
        control.interrupted = True

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def by_calling(close: Callable[[], None]) -> None:
    """From now on call something at each Ctrl-C, or when the system asks the process to end."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda _signal, _frame: close())


def leave(code: int = CODE) -> NoReturn:
    """End the process now: a search may be under way in its thread, and nobody waits for it."""
    os._exit(code)


def _leave(_signal: int, _frame: object) -> None:
    with suppress(OSError):
        os.write(2, b"planner: interrupted; what was not finished is not written\n")
    leave()
