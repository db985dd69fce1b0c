"""The page of results, written anew from all that was measured so far."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from benchmarks.compare import Row
from benchmarks.program import Built, Started
from benchmarks.scale import Size, draw

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

INTRODUCTION = """# Benchmarks

This page is written by the commands it names; don't edit it by hand.

Times run from the cost matrix in memory to the answer, imports aside, and each run is a process of
its own; medians of up to five runs (fewer where a run is slow). Other work on the machine makes
the clock on the wall run long: CPU seconds, the work of all processors and processes, say more. A
ratio compares medians of one run of the command on one machine. "Proven" means that the engine's
own bound meets its plan.

The instances are public and not part of this repository: OR-Library
(people.brunel.ac.uk/~mastjjb/jeb/orlib/pmedinfo.html) and TSPLIB
(comopt.ifi.uni-heidelberg.de/software/TSPLIB95). `sweden-290` is the program's own data: every
municipal seat a site, weights by principals; `sweden-2793` has a row a principal.
"""

AGAINST = """## Against other tools

    python -m venv peers && peers/bin/pip install -U pip && peers/bin/pip install --group bench
    python -m benchmarks compare FOLDER --peer-python peers/bin/python

spopt is left at its defaults, as its users run it; every other model is asked for the optimum
(relative gap 0). The peers live in an environment of their own because spopt needs a PuLP older
than 4.
"""

ENGINE = """## The engine

    python -m benchmarks compare FOLDER
    planner bench solve FILE --p P

Every case has ten minutes by the clock on the wall. Runs that other work left too little of the
processors to end in that time are not in the table: beside the clock, read the CPU seconds.
"""

BUILDING = """## Building a model in PuLP

    python -m benchmarks build

Models with rules that the engine doesn't know go to HiGHS through PuLP. Building one must not take
longer than solving it; here the largest there is, every municipal seat a site.
"""

STARTING = """## Whole commands

    python -m benchmarks start

From the shell and back, everything included; the distances between seats are kept from a run
before. `PLANNER_ANEW=1` solves everything; a run *again*, of the same tables and scenario, takes
the proved plans and the calendar from the run before, then verifies and writes everything anew: in
another language, say. Loading libraries is a good part of both: the last row is what any program
takes that needs the same ones.
"""

SCALE = """## How cost grows

    python -m benchmarks scale

Places are drawn evenly from a square, each a point and a site; one p-median a row, in a process of
its own. Evenly spread places are the hard kind: nothing tells one plan from the next. A row with a
gap stopped at its limit of time by the clock on the wall (`--limit`; larger ones were given more):
the CPU seconds are what it had of it. `MB` is the peak of the whole process; the distances alone
are 8 bytes a pair, and the engine holds them once more.
"""


MEMORY_GB = 24


@dataclass
class Figures:
    """All that was measured: the machine, rows of each case, models built, commands, sizes."""

    machine: str = ""
    cases: dict[str, list[Row]] = field(default_factory=dict)
    built: list[Built] = field(default_factory=list)
    started: list[Started] = field(default_factory=list)
    sizes: list[Size] = field(default_factory=list)


def load_figures(page: Path) -> Figures:
    """Return what was measured before for a page."""
    path = page.with_suffix(".json")
    if not path.is_file():
        return Figures()
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Figures(
        kept["machine"],
        {case: [Row(**row) for row in rows] for case, rows in kept["cases"].items()},
        [Built(**one) for one in kept["built"]],
        [Started(**one) for one in kept.get("started", [])],
        [Size(**one) for one in kept["sizes"]],
    )


def write_page(page: Path, figures: Figures) -> None:
    """Write the page, and beside it the figures it is made of and the plot."""
    page.parent.mkdir(parents=True, exist_ok=True)
    kept = json.dumps(asdict(figures), indent=1, allow_nan=False)
    page.with_suffix(".json").write_text(kept + "\n", encoding="utf-8", newline="\n")
    lines = [INTRODUCTION, f"Measured on: {figures.machine}.", ""]
    cases = figures.cases
    compared = [rows for rows in cases.values() if len(rows) > 1]
    if compared:
        head = ("case", "tool", "seconds", "CPU", "runs", "times ours", "times our CPU")
        lines += [AGAINST]
        lines += _table(
            (*head, "objective", "said", "MB"),
            (_against(row, rows[0]) for rows in compared for row in rows),
        )
    if cases:
        lines += [ENGINE]
        lines += _table(
            ("case", "seconds", "CPU", "runs", "objective", "bound", "said", "MB"),
            (_own(rows[0]) for rows in cases.values()),
        )
        lines += _sums(cases)
    if figures.built:
        lines += [BUILDING]
        lines += _table(
            ("scenario", "variables", "rows", "built in CPU s", "solved in CPU s", "said"),
            (_built(one) for one in figures.built),
        )
    if figures.started:
        lines += [STARTING]
        lines += _table(
            ("command", "seconds", "CPU", "runs"),
            (
                (f"`{one.command}`", f"{one.seconds:.3g}", f"{one.cpu:.3g}", str(one.runs))
                for one in figures.started
            ),
        )
    if figures.sizes:
        plot = page.with_suffix(".svg")
        plot.write_text(draw(figures.sizes), encoding="utf-8", newline="\n")
        lines += [SCALE, f"![CPU seconds against points, a line for each p]({plot.name})", ""]
        lines += _table(
            ("points", "p", "seconds", "CPU", "gap", "MB"), (_size(one) for one in figures.sizes)
        )
        lines += [_most_points(figures.sizes)]
    page.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8", newline="\n")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    words = {"case", "tool", "said", "scenario", "command"}
    rule = ["---" if title in words else "---:" for title in head]
    return [_line(head), _line(rule), *(_line(row) for row in rows), ""]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _against(row: Row, ours: Row) -> tuple[str, ...]:
    return (
        row.case,
        row.tool,
        f"{row.median:.3g}",
        f"{row.work:.3g}" if row.cpu else "",
        str(len(row.seconds)),
        _times(row.median, ours.median, row),
        _times(row.work, ours.work, row) if row.cpu else "",
        "none" if row.objective is None else f"{row.objective:,.10g}",
        _said(row, ours),
        f"{row.peak_mb:.0f}",
    )


def _times(theirs: float, ours: float, row: Row) -> str:
    over = row.status not in {"Optimal", "proven"}
    return f"{'more than ' if over else ''}{theirs / ours:,.0f}"


def _said(row: Row, ours: Row) -> str:
    """Return a tool's own word, and how far its plan is from the proven best."""
    if row.objective is None or ours.objective is None or ours.status != "proven":
        return row.status
    off = row.objective / ours.objective - 1.0
    return row.status if off < 1e-6 else f"{row.status}, yet {off:.2%} above the best"


def _own(row: Row) -> tuple[str, ...]:
    return (
        row.case,
        f"{row.median:.3g}",
        f"{row.work:.3g}",
        str(len(row.seconds)),
        f"{row.objective:,.10g}",
        f"{row.bound:,.10g}",
        _gap(row.objective, row.bound, proven=row.status == "proven"),
        f"{row.peak_mb:.0f}",
    )


def _gap(objective: float | None, bound: float | None, *, proven: bool) -> str:
    if proven or objective is None or bound is None:
        return "proven"
    return f"gap {(objective - bound) / max(objective, 1e-9):.4%}"


def _built(one: Built) -> tuple[str, ...]:
    return (
        one.scenario,
        f"{one.variables:,}",
        f"{one.rows:,}",
        f"{one.building:.3g}",
        f"{one.solving:.3g}",
        one.said,
    )


def _size(one: Size) -> tuple[str, ...]:
    if one.seconds is None or one.cpu is None or one.peak_mb is None:
        return (f"{one.n:,}", str(one.p), "", "", "out of memory", "")
    gap = "proven" if one.proven or one.gap is None else f"{one.gap:.3%}"
    return (
        f"{one.n:,}",
        str(one.p),
        f"{one.seconds:.3g}",
        f"{one.cpu:.3g}",
        gap,
        f"{one.peak_mb:,.0f}",
    )


def _most_points(sizes: list[Size]) -> str:
    """Say how many points a machine's memory holds, going by the largest run."""
    n, held = max((one.n, one.peak_mb) for one in sizes if one.peak_mb is not None)
    most = n * math.sqrt(MEMORY_GB * 1024 / held)
    return (
        f"Memory grows with the square of the points: going by {n:,} points, {MEMORY_GB} GB hold "
        f"about {most:,.0f}."
    )


def _sums(cases: dict[str, list[Row]]) -> list[str]:
    out = []
    for title, ending in (("p-median", ""), ("p-center", ", p-center")):
        names = [f"pmed{k}{ending}" for k in range(1, 41)]
        rows = [cases[name][0] for name in names if name in cases]
        if len(rows) == 40:
            proven = sum(row.status == "proven" for row in rows)
            wall, work = sum(row.median for row in rows), sum(row.work for row in rows)
            out.append(
                f"- {title} on pmed1 to pmed40: {proven} of 40 proven, {wall:.1f} s in all, "
                f"{work:.1f} s of CPU"
            )
    both = [
        (rows[0], row)
        for rows in cases.values()
        for row in rows
        if row.tool == "pulp-textbook" and row.status == "Optimal" and row.case.startswith("pmed")
    ]
    if both:
        ours, theirs = sum(a.median for a, _ in both), sum(b.median for _, b in both)
        out.append(
            f"- on the {len(both)} of them that the textbook model in PuLP finished: "
            f"{theirs:.0f} s against {ours:.1f} s, {theirs / ours:.0f} times"
        )
    return [*out, ""] if out else []
