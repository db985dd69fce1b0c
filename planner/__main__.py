"""The way in, as `planner` or `python -m planner`: Ctrl-C is one line from the first moment."""

from __future__ import annotations

import os
import sys

from planner import stopping


def main() -> None:
    """Load the commands and run one."""
    stopping.at_once()
    _speak_alone()
    from planner.cli.app import main as commands  # noqa: PLC0415 - Ctrl-C is answered while it loads

    commands()


def _speak_alone() -> None:
    """Keep standard output for what the program says.

    A stream that it was started without leads nowhere, lest a file that it opens takes the place;
    its descriptor stays open when the stream is gone.
    """
    from planner.startup import own_output  # noqa: PLC0415 - as above

    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", closefd=False))
    said = sys.stdout
    sys.stdout = os.fdopen(own_output(), "w", encoding=said.encoding, errors=said.errors)
    sys.__stdout__ = sys.stdout  # type: ignore[misc] # how wide its terminal is


if __name__ == "__main__":
    main()
