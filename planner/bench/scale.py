"""How cost grows: random places, more and more of them, and the plot of it."""

from __future__ import annotations

import io
import json
import math
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.bench.solving import peak_mb
from planner.errors import SolverStopped
from planner.location import solve_p_median

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZES = (100, 300, 1_000, 3_000, 10_000)
OUT_OF_MEMORY = -9
"""What a process ends with when the system takes its memory away."""
COUNTS = (5, 20, 50, 100, 200, 500)


@dataclass(frozen=True)
class Point:
    """One run: places (all of them points and sites), p, and what came of it.

    `gap` is relative; `peak_mb` is the whole process, the distances among it.
    """

    n: int
    p: int
    seconds: float
    gap: float
    proven: bool
    peak_mb: float


def measure(sizes: tuple[int, ...], counts: tuple[int, ...], limit: float) -> Iterator[Point]:
    """Solve each size with each p, every run in a process of its own.

    Places are drawn evenly from a square of side 10,000 and distances rounded down; the same for
    every p and on every machine.
    """
    for n in sizes:
        for p in counts:
            if p <= n // 2:
                command = [sys.executable, "-m", "planner.bench.scale", str(n), str(p), str(limit)]
                done = subprocess.run(  # noqa: S603 - this module
                    command, capture_output=True, text=True, check=False
                )
                if done.returncode not in {0, OUT_OF_MEMORY} and "MemoryError" not in done.stderr:
                    raise SolverStopped("interrupted", done.stderr.strip()[-500:])
                if done.returncode:
                    # Out of memory is an answer too: the limit was found.
                    nan = float("nan")
                    yield Point(n, p, nan, nan, proven=False, peak_mb=nan)
                else:
                    yield Point(**json.loads(done.stdout))


def run(n: int, p: int, limit: float) -> Point:
    """Solve one random instance."""
    places = np.random.default_rng(n).integers(0, 10_000, (n, 2)).astype(float)
    cost = np.empty((n, n))
    for row in range(n):  # a row at a time: no temporary as large as the matrix
        np.floor(np.hypot(*(places - places[row]).T), out=cost[row])
    result = solve_p_median(cost, p, time_limit=limit)
    gap = (result.objective - result.bound) / max(result.objective, 1e-9)
    return Point(n, p, result.seconds, gap, result.proven, peak_mb())


def draw(points: list[Point], path: Path) -> None:
    """Draw seconds against size, a line for each p, as SVG without a plotting library."""
    width, height, left, bottom = 720, 420, 70, 50
    drawn = [q for q in points if math.isfinite(q.seconds)]
    sizes = sorted({q.n for q in drawn})
    low, high = math.log10(min(sizes)), math.log10(max(sizes))
    floor = math.floor(math.log10(min(q.seconds for q in drawn)))
    top = math.ceil(math.log10(max(q.seconds for q in drawn)))

    def at(n: float, seconds: float) -> tuple[float, float]:
        x = left + (math.log10(n) - low) / max(high - low, 1e-9) * (width - left - 110)
        y = (math.log10(seconds) - floor) / max(top - floor, 1) * (height - bottom - 30)
        return round(x, 1), round(height - bottom - y, 1)

    out = io.StringIO()
    out.write(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12" fill="#222">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
    )
    for power in range(floor, top + 1):
        _, y = at(sizes[0], 10.0**power)
        out.write(f'<path d="M{left} {y}H{width - 110}" stroke="#ddd"/>')
        out.write(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g} s</text>')
    for n in sizes:
        x, _ = at(n, 10.0**floor)
        out.write(f'<text x="{x}" y="{height - bottom + 18}" text-anchor="middle">{n:,}</text>')
    out.write(
        f'<text x="{(left + width - 110) / 2}" y="{height - 10}" text-anchor="middle">'
        "points, each also a site (hollow: stopped without proof)</text>"
    )
    # Okabe and Ito's colours, told apart by colour-blind readers too.
    colours = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9")
    for k, p in enumerate(sorted({q.p for q in drawn})):
        line = sorted((q for q in drawn if q.p == p), key=lambda q: q.n)
        colour = colours[k % len(colours)]
        places = [at(q.n, q.seconds) for q in line]
        path_data = "L".join(f"{x} {y}" for x, y in places)
        out.write(f'<path d="M{path_data}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (x, y), q in zip(places, line, strict=True):
            fill = colour if q.proven else "#fff"
            out.write(f'<circle cx="{x}" cy="{y}" r="4" fill="{fill}" stroke="{colour}"/>')
        y = 40 + 20 * k
        out.write(f'<path d="M{width - 95} {y}h20" stroke="{colour}" stroke-width="2"/>')
        out.write(f'<text x="{width - 70}" y="{y + 4}">p = {p}</text>')
    out.write("</svg>\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(out.getvalue(), encoding="utf-8")


def write_table(points: list[Point], path: Path, plot: str) -> None:
    """Write the table of a run of `planner bench scale`."""
    lines = [
        "# How cost grows",
        "",
        "Written by `planner bench scale`. Places are drawn evenly from a square, each a point and",
        "a site; one p-median a row, in a process of its own. Evenly spread places are the hard",
        "kind: nothing tells one plan from the next. `MB` is the peak of the whole process.",
        "",
        f"![Seconds against points, a line for each p]({plot})",
        "",
        "| points | p | seconds | gap | MB |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for q in points:
        gap = "proven" if q.proven else f"{q.gap:.3%}"
        lines.append(f"| {q.n:,} | {q.p} | {q.seconds:.3g} | {gap} | {q.peak_mb:,.0f} |")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    one = run(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
    sys.stdout.write(json.dumps(asdict(one)))
