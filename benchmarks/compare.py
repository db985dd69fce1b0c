"""The engine against the tools a planner would pick instead, on the same machine in one run."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measures import last_words, run
from planner.bench.instances import read_instance
from planner.case.read import default_data_folder, read_inputs
from planner.case.travel import travel_matrix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


PEER = Path(__file__).with_name("peer.py")
PEERS = ("spopt-cbc", "spopt-highs", "pulp-textbook", "highspy")
GRACE = 1.5
"""A peer that is still running after so many times its cap is stopped."""


@dataclass(frozen=True)
class Case:
    """One row of the comparison.

    `peers` are the tools it is compared with; `times` the number of solves where one run is a
    series of them.
    """

    name: str
    load: Callable[[], tuple[np.ndarray, np.ndarray, int]]
    kind: str = "median"
    peers: tuple[str, ...] = ()
    times: int = 1
    cap: float = 600.0


@dataclass
class Row:
    """What one tool did in one case; times are in seconds, of the wall clock and of processors."""

    case: str
    tool: str
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    objective: float | None = None
    bound: float | None = None
    status: str = ""
    peak_mb: float = 0.0

    @property
    def median(self) -> float:
        """The median time; infinite if no run ended."""
        return statistics.median(self.seconds) if self.seconds else float("inf")

    @property
    def work(self) -> float:
        """The median processor time, of all threads and processes."""
        return statistics.median(self.cpu) if self.cpu else float("inf")


def country_cases() -> list[Case]:
    """Return the cases made of the program's own data: the default country, free choice."""

    def seats(p: int) -> tuple[np.ndarray, np.ndarray, int]:
        cost, weights = _country()
        return cost, weights, p

    def principals(p: int) -> tuple[np.ndarray, np.ndarray, int]:
        cost, weights = _country()
        rows = np.repeat(np.arange(len(cost)), weights.astype(np.intp))
        return cost[rows], np.ones(len(rows)), p

    return [
        Case("sweden-290, p = 10", lambda: seats(10), peers=PEERS),
        *(
            Case(f"sweden-2793, p = {p}", lambda p=p: principals(p))  # type: ignore[misc]
            for p in (5, 10, 20)
        ),
        Case("sweden-290, p = 10, 1000 other weights", lambda: seats(10), "resolve", times=1000),
    ]


def folder_cases(folder: Path, *, textbook: bool) -> list[Case]:
    """Return the cases of the public instances found in a folder.

    Parameters
    ----------
    folder : pathlib.Path
        Holds OR-Library pmed1 to pmed40 and TSPLIB files, in folders of any shape.
    textbook : bool
        Whether to compare pmed1 to pmed40 with the textbook model.
    """
    found = {path.stem: path for path in sorted(folder.rglob("*")) if path.is_file()}
    cases = []
    for k in range(1, 41):
        name = f"pmed{k}"
        if name in found:
            peers = ["highspy"] if name in {"pmed16", "pmed40"} else []
            if textbook:
                peers.append("pulp-textbook")
            cases.append(Case(name, _loader(found[name]), peers=tuple(peers)))
    cases += [Case(f"{case.name}, p-center", case.load, "center") for case in list(cases)]
    for name, path in found.items():
        if path.suffix == ".tsp":
            cases += [Case(f"{name}, p = {p}", _loader(path, p)) for p in (10, 50, 100, 300, 500)]
    if not cases:
        raise SystemExit(f"{folder}: expected a folder with OR-Library pmed or TSPLIB files")
    return cases


def _loader(path: Path, p: int | None = None) -> Callable[[], tuple[np.ndarray, np.ndarray, int]]:
    def load() -> tuple[np.ndarray, np.ndarray, int]:
        instance = read_instance(path)
        return instance.cost, np.ones(len(instance.cost)), p or instance.p or 1

    return load


def _country() -> tuple[np.ndarray, np.ndarray]:
    inputs = read_inputs(default_data_folder())
    travel = travel_matrix(inputs)
    weights = inputs.municipalities["principals"].loc[list(travel.codes)]
    return travel.km, weights.to_numpy(dtype=float)


def check_peers(python: str) -> None:
    """End, once and in words, if a Python lacks what the peers need."""
    try:
        done = run([python, str(PEER), "check"], timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        wrong = "a Python that runs"
    else:
        wrong = done.stderr.strip() if done.returncode else ""
    if wrong:
        raise SystemExit(f"--peer-python {python}: expected {wrong} (see benchmarks/README.md)")


def compare(
    cases: list[Case], *, peer_python: str | None, cap: float, runs: int
) -> Iterator[list[Row]]:
    """Run every case: the engine, then its peers; yield the rows of each case."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.npz"
        for case in cases:
            cost, weights, p = case.load()
            np.savez(path, cost=cost, weights=weights, p=p, times=case.times)
            rows = [_engine(case, path, runs)]
            for tool in case.peers if peer_python is not None else ():
                command = [str(peer_python), str(PEER), tool, str(path), str(cap)]
                rows.append(_peer(Row(case.name, tool), command, cap, runs))
            yield rows


def _engine(case: Case, path: Path, runs: int) -> Row:
    row = Row(case.name, "planner")
    command = [sys.executable, "-m", "benchmarks.engine", case.kind, str(path), str(case.cap)]
    for _ in range(runs):
        answer = _answer(command, timeout=case.cap * 3)
        _note(row, answer)
        row.bound = answer["bound"]
        row.status = "proven" if answer["proven"] else "not proven"
        if sum(row.seconds) > case.cap / 2:
            break
    return row


def _peer(row: Row, command: list[str], cap: float, runs: int) -> Row:
    for _ in range(runs):
        began = time.monotonic()
        try:
            answer = _answer(command, timeout=cap * GRACE)
        except subprocess.TimeoutExpired:
            row.seconds.append(time.monotonic() - began)
            row.status = "stopped"
            break
        _note(row, answer)
        # Some tools call a plan optimal that they had to stop at.
        over = answer["seconds"] >= cap
        row.status = f"{answer['status']} (at the limit)" if over else answer["status"]
        if over:  # it would be stopped again
            break
    return row


def _note(row: Row, answer: dict[str, Any]) -> None:
    row.seconds.append(answer["seconds"])
    row.cpu.append(answer["cpu"])
    row.objective = answer["objective"]
    row.peak_mb = max(row.peak_mb, answer["peak_mb"])


def _answer(command: list[str], timeout: float) -> dict[str, Any]:
    done = run(command, timeout=timeout)
    if done.returncode:
        raise SystemExit(last_words(done))
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
