"""The engine against the tools a planner would pick instead, on the same machine in one run."""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.bench.instances import read_instance
from planner.errors import InputError, Problem
from planner.message import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.bench.instance import Instance

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
        expected = say("a folder with OR-Library pmed or TSPLIB files")
        raise InputError([Problem(str(folder), None, "", "", expected)])
    return cases


def _loader(path: Path, p: int | None = None) -> Callable[[], tuple[np.ndarray, np.ndarray, int]]:
    def load() -> tuple[np.ndarray, np.ndarray, int]:
        instance: Instance = read_instance(path)
        return instance.cost, np.ones(len(instance.cost)), p or instance.p or 1

    return load


def _country() -> tuple[np.ndarray, np.ndarray]:
    from planner.case.read import default_data_folder, read_inputs  # noqa: PLC0415
    from planner.case.travel import travel_matrix  # noqa: PLC0415

    inputs = read_inputs(default_data_folder())
    travel = travel_matrix(inputs)
    weights = inputs.municipalities["principals"].loc[list(travel.codes)]
    return travel.km, weights.to_numpy(dtype=float)


def check_peers(python: str) -> None:
    """Raise InputError, once and in words, if a Python lacks what the peers need."""
    try:
        done = subprocess.run(  # noqa: S603 - the Python the user names
            [python, str(PEER), "check"],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        wrong = "a Python that runs"
    else:
        wrong = done.stderr.strip() if done.returncode else ""
    if wrong:
        expected = say("{} (see docs/benchmarks.md)", wrong)
        raise InputError([Problem("compare", None, "--peer-python", python, expected)])


def compare(
    cases: list[Case], *, peer_python: str | None, cap: float, runs: int
) -> Iterator[list[Row]]:
    """Run every case: the engine, then its peers; yield the rows of each case."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.npz"
        for case in cases:
            cost, weights, p = case.load()
            np.savez(path, cost=cost, weights=weights, p=p, times=case.times)
            rows = [_ours(case, path, runs)]
            if peer_python is not None:
                rows += [_peer(case, tool, path, peer_python, cap, runs) for tool in case.peers]
            yield rows


def _ours(case: Case, path: Path, runs: int) -> Row:
    row = Row(case.name, "planner")
    for _ in range(runs):
        command = [sys.executable, "-m", "planner.bench.ours", case.kind, str(path)]
        answer = _run([*command, str(case.cap), "1"], timeout=case.cap * 3)
        _note(row, answer)
        row.bound = answer["bound"]
        row.status = "proven" if answer["proven"] else "not proven"
        if sum(row.seconds) > case.cap / 2:
            break
    return row


def _peer(  # noqa: PLR0913 - what a run is made of
    case: Case, tool: str, path: Path, python: str, cap: float, runs: int
) -> Row:
    row = Row(case.name, tool)
    for _ in range(runs):
        began = time.monotonic()
        try:
            answer = _run([python, str(PEER), tool, str(path), str(cap)], timeout=cap * GRACE)
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


def _run(command: list[str], timeout: float) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own scripts, and the Python the user names
        command, capture_output=True, encoding="utf-8", timeout=timeout, check=False
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise InputError([Problem(" ".join(command[:3]), None, "", last[0], say("it to run"))])
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def machine() -> str:
    """Return a line on the machine and the versions."""
    import os  # noqa: PLC0415

    import highspy  # noqa: PLC0415
    import scipy  # noqa: PLC0415

    return (
        f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, "
        f"HiGHS {highspy.Highs().version()}"  # type: ignore[no-untyped-call]
    )
