"""Whole commands as a planner waits for them, beside what loading their libraries takes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from planner.bench.solving import cpu_seconds
from planner.errors import PlannerError
from planner.message import say

PLANNER = (sys.executable, "-m", "planner")
RUN = (*PLANNER, "run", "--out", "run")
LIBRARIES = "pandas, geopandas, pulp, networkx, folium, matplotlib.figure, xlsxwriter"
COMMANDS = {
    "planner --help": ((*PLANNER, "--help"), {}),
    "planner run, PLANNER_ANEW=1": (RUN, {"PLANNER_ANEW": "1"}),
    "planner run, PLANNER_ANEW=1 PLANNER_CORES=1": (
        RUN,
        {"PLANNER_ANEW": "1", "PLANNER_CORES": "1"},
    ),
    "planner run, again": (RUN, {}),
    f"import {LIBRARIES}": ((sys.executable, "-c", f"import {LIBRARIES}"), {}),
}


@dataclass(frozen=True)
class Started:
    """A command: medians of seconds by the clock and of processor seconds, and of how many runs."""

    command: str
    seconds: float
    cpu: float
    runs: int


def measure(runs: int) -> list[Started]:
    """Time each command as a whole process, in turns, after a first time that does not count.

    Raises
    ------
    PlannerError
        If a command fails.
    """
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs + 1):
            for name in COMMANDS:
                taken[name].append(_once(name, Path(folder)))
    found = []
    for name, times in taken.items():
        seconds, cpu = (statistics.median(column) for column in zip(*times[1:], strict=True))
        found.append(Started(name, round(seconds, 3), round(cpu, 3), runs))
    return found


def _once(name: str, folder: Path) -> tuple[float, float]:
    command, settings = COMMANDS[name]
    began, worked = time.perf_counter(), cpu_seconds()
    done = subprocess.run(  # noqa: S603 - our own words
        command, cwd=folder, env={**os.environ, **settings}, capture_output=True, check=False
    )
    taken = time.perf_counter() - began, cpu_seconds() - worked
    if done.returncode:
        raise PlannerError(
            say("{} ended with {}: {}", name, done.returncode, done.stderr.decode()[-500:])
        )
    return taken
