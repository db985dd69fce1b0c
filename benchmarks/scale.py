"""How cost grows: random places, more and more of them; and the plot of it."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import NullLocator

from benchmarks.measures import cpu_seconds, last_words, run
from planner.bench.solving import peak_mb
from planner.location import solve_p_median
from planner.outputs.drawing.plotting import figure, to_svg

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
            command = [sys.executable, "-m", "benchmarks.scale", str(n), str(p), str(limit)]
            done = run(command)
            if not done.returncode:
                yield Size(**json.loads(done.stdout.splitlines()[-1]))
            elif done.returncode == OUT_OF_MEMORY or "MemoryError" in done.stderr:
                yield Size(n, p)  # an answer too: the limit was found
            else:
                raise SystemExit(last_words(done))


def solve(n: int, p: int, limit: float) -> Size:
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


LINES = tuple(
    zip(("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9"), "os^Dv*", strict=True)
)
"""Okabe and Ito's colours, told apart by colour-blind readers too, and markers for grey print."""


def draw(sizes: list[Size]) -> str:
    """Draw CPU seconds against points, both on logarithmic scales, a line for each p."""
    with figure(8.0, 4.7) as (drawn, axes):
        axes.set_xscale("log")
        axes.set_yscale("log")
        counts = sorted({one.n for one in sizes if one.cpu})
        axes.set_xticks(counts, [f"{n:,}" for n in counts])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.yaxis.set_major_formatter(lambda seconds, _: f"{seconds:g} s")
        axes.set_xlabel("points, each also a site (hollow: stopped without proof)")
        axes.set_ylabel("CPU seconds")
        for p, (colour, marker) in zip(sorted({one.p for one in sizes}), cycle(LINES)):
            line = sorted((one.n, one.cpu, one.proven) for one in sizes if one.p == p and one.cpu)
            if not line:
                continue
            points, seconds, proven = zip(*line, strict=True)
            axes.plot(points, seconds, color=colour, marker=marker, label=f"p = {p}")
            hollow = [k for k, known in enumerate(proven) if not known]
            axes.plot(
                [points[k] for k in hollow],
                [seconds[k] for k in hollow],
                color=colour,
                marker=marker,
                linestyle="",
                markerfacecolor="white",
            )
        axes.legend()
        return to_svg(drawn, "scale") + "\n"


if __name__ == "__main__":
    found = solve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    sys.stdout.write(json.dumps(asdict(found)) + "\n")
