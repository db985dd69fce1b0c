"""The way in, as `planner` or `python -m planner`: Ctrl-C is one line from the first moment."""

from __future__ import annotations

import os
import signal


def main() -> None:
    """Load the commands and run one."""
    signal.signal(signal.SIGINT, _leave)
    from planner.cli import main as commands  # noqa: PLC0415 - it takes a while

    commands()


def _leave(_signal: int, _frame: object) -> None:
    os.write(2, b"planner: interrupted; what was not finished is not written\n")
    os._exit(5)


if __name__ == "__main__":
    main()
