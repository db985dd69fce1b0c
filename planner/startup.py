"""How a process of the program begins: fast, and with standard output kept for its answer."""

from __future__ import annotations

import gc
import os
import sys
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
