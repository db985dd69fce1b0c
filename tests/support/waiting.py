"""How tests wait: for events, however slow the machine is, and not for seconds."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HANGS = 1800
"""Seconds after which what a test waits for never comes: no measure of how fast anything is."""


def until(true: Callable[[], object]) -> None:
    """Wait until something is so; looks are counted, so that a machine may sleep."""
    for _ in range(100 * HANGS):
        if true():
            return
        time.sleep(0.01)
    raise AssertionError(true)


def hold(begun: str, file: str) -> None:
    """Be at work from when the file of `begun` is there until a file is made."""
    Path(begun).touch()
    until(Path(file).exists)
