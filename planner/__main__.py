"""The way in, as `planner` or `python -m planner`: Ctrl-C is one line from the first moment."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress

from planner.startup import begin, own_output


def main() -> None:
    """Load the commands and run one."""
    signal.signal(signal.SIGINT, _leave)
    _speak_alone()
    begin()
    from planner.cli.app import main as commands  # noqa: PLC0415 - it takes a while

    try:
        commands()
    finally:
        gc.freeze()  # the end of the process frees the memory, faster than Python does


def _speak_alone() -> None:
    """Keep standard output for what the program says.

    A stream that it was started without leads nowhere, lest a file that it opens takes the place;
    its descriptor stays open when the stream is gone.
    """
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))
    said = sys.stdout
    sys.stdout = os.fdopen(own_output(), "w", encoding=said.encoding, errors=said.errors)
    sys.__stdout__ = sys.stdout  # type: ignore[misc] # how wide its terminal is


def _leave(_signal: int, _frame: object) -> None:
    with suppress(OSError):
        os.write(2, b"planner: interrupted; what was not finished is not written\n")
    os._exit(5)


if __name__ == "__main__":
    main()
