"""The way in, as `planner` or `python -m planner`: Ctrl-C is one line from the first moment."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from importlib.util import LazyLoader
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

SELDOM = ("orloge", "requests")
"""PuLP reads logs of solvers with the one, folium asks for data on the web with the other."""


def main() -> None:
    """Load the commands and run one."""
    signal.signal(signal.SIGINT, _leave)
    _speak_alone()
    begin()
    from planner.cli import main as commands  # noqa: PLC0415 - it takes a while

    try:
        commands()
    finally:
        gc.freeze()  # the end of the process frees the memory, faster than Python does


def begin() -> None:
    """Let this process begin fast and run fast.

    It looks seldom for cycles of objects: a run makes few, and looking took a tenth of its time.
    Modules that a library imports for what is hardly ever asked of it load when they are used.
    """
    gc.set_threshold(50_000, 20, 20)
    sys.meta_path.insert(0, _Seldom())


def own_output() -> int:
    """Return a descriptor of standard output that is this program's alone.

    What libraries print, those in C too, and processes that are begun from here is no answer:
    from now on it goes to standard error.
    """
    own = os.dup(1)
    os.dup2(2, 1)
    return own


def _speak_alone() -> None:
    """Keep standard output for what the program says.

    A stream that it was started without leads nowhere, lest a file that it opens takes the place.
    """
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            setattr(sys, name, os.fdopen(number, "w"))
    said = sys.stdout
    sys.stdout = os.fdopen(own_output(), "w", encoding=said.encoding, errors=said.errors)
    sys.__stdout__ = sys.stdout  # type: ignore[misc] # how wide its terminal is


class _Seldom(MetaPathFinder):
    """Finds `SELDOM` as usual, but loads one when something in it is asked for."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in SELDOM:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = LazyLoader(spec.loader)
        return spec


def _leave(_signal: int, _frame: object) -> None:
    with suppress(OSError):
        os.write(2, b"planner: interrupted; what was not finished is not written\n")
    os._exit(5)


if __name__ == "__main__":
    main()
