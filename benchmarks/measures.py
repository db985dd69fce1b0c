"""What every measurement needs: a process of its own, its seconds, its memory, the machine."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

# The engine imports HiGHS and scipy.sparse on first use; imported here they take none of its time.
import highspy
import numpy as np
import scipy.sparse

from planner.bench.solving import peak_mb

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[1]
"""Where `python -m benchmarks...` finds this package."""


def cpu_seconds() -> float:
    """Return the processor time of this process and of those it has waited for."""
    others = os.times()
    return time.process_time() + others.children_user + others.children_system


def run(
    command: list[str],
    *,
    timeout: float | None = None,
    folder: Path = ROOT,
    settings: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, whatever its exit code, with these variables besides our own."""
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(settings or {})},
        timeout=timeout,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def last_words(done: subprocess.CompletedProcess[str]) -> str:
    """Return how a command that failed ended, and what it said last."""
    said = done.stderr.strip() or "no message"
    return f"{' '.join(done.args)} ended with {done.returncode}: {said[-500:]}"


def check_measures() -> None:
    """Refuse to fill a page of measures where the system does not tell a process's memory."""
    if peak_mb() is None:
        sys.exit("Linux or macOS is needed, which tell how much memory a process has held")


def machine() -> str:
    """Return a line on the machine and the versions."""
    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, "
        f"HiGHS {highspy.Highs().version()}"  # type: ignore[no-untyped-call]
    )
