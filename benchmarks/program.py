"""The program itself: whole commands as a planner waits for them, and models built in PuLP."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measures import cpu_seconds, last_words, run
from planner.control import Control
from planner.data import load
from planner.model.build import build
from planner.model.instance import make_instance
from planner.model.solving.combine import minimised
from planner.model.solving.optimise import optimise

PLANNER = [sys.executable, "-m", "planner"]
RUN = [*PLANNER, "run", "--out", "run"]
LIBRARIES = "pandas, geopandas, pulp, networkx, folium, matplotlib.figure, xlsxwriter"
COMMANDS: dict[str, tuple[list[str], dict[str, str]]] = {
    "planner --help": ([*PLANNER, "--help"], {}),
    "planner run, PLANNER_ANEW=1": (RUN, {"PLANNER_ANEW": "1"}),
    "planner run, PLANNER_ANEW=1 PLANNER_CORES=1": (
        RUN,
        {"PLANNER_ANEW": "1", "PLANNER_CORES": "1"},
    ),
    "planner run, again": (RUN, {}),
    f"import {LIBRARIES}": ([sys.executable, "-c", f"import {LIBRARIES}"], {}),
}
"""Each command, and the variables it is run with."""


@dataclass(frozen=True)
class Started:
    """A command: medians of seconds by the clock and of processor seconds, and of how many runs."""

    command: str
    seconds: float
    cpu: float
    runs: int


def start(runs: int) -> list[Started]:
    """Time each command as a whole process, in turns, after a first time that does not count.

    Raises
    ------
    SystemExit
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
    done = run(command, folder=folder, settings=settings)
    taken = time.perf_counter() - began, cpu_seconds() - worked
    if done.returncode:
        raise SystemExit(f"{name}: {last_words(done)}")
    return taken


@dataclass(frozen=True)
class Built:
    """One model: its size, and the processor seconds that building and solving it took."""

    scenario: str
    variables: int
    rows: int
    building: float
    solving: float
    said: str


def build_and_solve(name: str, overrides: list[str], limit: float) -> Built:
    """Build the whole model of a scenario in PuLP and minimise its first objective by HiGHS.

    Parameters
    ----------
    name : str
        A scenario's name or file.
    overrides : list of str
        As `planner run --set` takes them.
    limit : float
        Seconds after which the search is stopped.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped
        As reading and solving do.
    """
    data = load(None)
    scenario = data.scenario(name, overrides)
    instance = make_instance(data.inputs, data.travel, scenario)
    began = cpu_seconds()
    model = build(instance)
    objective = minimised(model, scenario.objective.names[0])
    built = cpu_seconds()
    control = Control(gap=scenario.solver.gap, deadline=time.monotonic() + limit)
    stage = optimise(model, scenario.objective.names[0], objective, control)
    return Built(
        " ".join([name, *(f"--set {one}" for one in overrides)]),
        model.problem.numVariables(),
        model.problem.numConstraints(),
        built - began,
        cpu_seconds() - built,
        stage.reason,
    )
