"""How cost grows: random places, more and more of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.bench.solving import cpu_seconds, peak_mb
from planner.errors import SolverStopped
from planner.location import solve_p_median
from planner.message import say
from planner.startup import own_output

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (100, 300, 1_000, 3_000, 10_000)
COUNTS = (5, 20, 50, 100, 200, 500)
OUT_OF_MEMORY = -9
"""What a process ends with when the system takes its memory away."""


@dataclass(frozen=True)
class Size:
    """One run: places (all of them points and sites), p, and what came of it.

    `gap` is relative; `peak_mb` is the whole process, the distances among it. Figures are None
    where the memory did not suffice.
    """

    n: int
    p: int
    seconds: float | None = None
    cpu: float | None = None
    gap: float | None = None
    proven: bool = False
    peak_mb: float | None = None


def measure(sizes: tuple[int, ...], counts: tuple[int, ...], limit: float) -> Iterator[Size]:
    """Solve each size with each p, every run in a process of its own.

    Places are drawn evenly from a square of side 10,000 and distances rounded down; the same for
    every p and on every machine.
    """
    for n in sizes:
        for p in counts:
            if p > n // 2:
                continue
            command = [sys.executable, "-m", "planner.bench.scale", str(n), str(p), str(limit)]
            done = subprocess.run(  # noqa: S603 - this module
                command, capture_output=True, encoding="utf-8", check=False
            )
            if not done.returncode:
                yield Size(**json.loads(done.stdout))
            elif done.returncode == OUT_OF_MEMORY or "MemoryError" in done.stderr:
                yield Size(n, p)  # an answer too: the limit was found
            else:
                raise SolverStopped("interrupted", say("{}", done.stderr.strip()[-500:]))


def run(n: int, p: int, limit: float) -> Size:
    """Solve one random instance."""
    places = np.random.default_rng(n).integers(0, 10_000, (n, 2)).astype(float)
    cost = np.empty((n, n))
    for row in range(n):  # a row at a time: no temporary as large as the matrix
        np.floor(np.hypot(*(places - places[row]).T), out=cost[row])
    worked = cpu_seconds()
    result = solve_p_median(cost, p, time_limit=limit)
    gap = (result.objective - result.bound) / max(result.objective, 1e-9)
    cpu = cpu_seconds() - worked
    return Size(n, p, result.seconds, cpu, gap, result.proven, peak_mb())


if __name__ == "__main__":
    own = own_output()
    one = run(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    os.write(own, json.dumps(asdict(one)).encode())
