"""The way in, as `planner` or `python -m planner`: Ctrl-C is one line from the first moment."""

from __future__ import annotations

import gc
import os
import signal


def main() -> None:
    """Load the commands and run one."""
    signal.signal(signal.SIGINT, _leave)
    collect_seldom()
    from planner.cli import main as commands  # noqa: PLC0415 - it takes a while

    try:
        commands()
    finally:
        gc.freeze()  # the end of the process frees the memory, faster than Python does


def collect_seldom() -> None:
    """Look seldom for cycles of objects: a run makes few, and looking took a tenth of its time."""
    gc.set_threshold(50_000, 20, 20)


def _leave(_signal: int, _frame: object) -> None:
    os.write(2, b"planner: interrupted; what was not finished is not written\n")
    os._exit(5)


if __name__ == "__main__":
    main()
