"""The page of results, written anew from all that was measured so far."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from planner.bench.compare import Row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

INTRODUCTION = """# Benchmarks

This page is written by `planner bench compare`; don't edit it by hand.

Times run from the cost matrix in memory to the answer, imports aside, and each run is a process of
its own; medians of up to five runs (fewer where a run is slow). Ours end with a proof of optimality
unless the row says otherwise. Every HiGHS and CBC model is asked for the optimum (relative gap 0;
spopt is left at its defaults, as its users run it). A ratio compares medians of one run of the
command on one machine.

The instances are public and not part of this repository: OR-Library (people.brunel.ac.uk/~mastjjb/
jeb/orlib/pmedinfo.html) and TSPLIB (comopt.ifi.uni-heidelberg.de/software/TSPLIB95). `sweden-290`
is the program's own data: every municipal seat a site, weights by principals; `sweden-2793` has a
row a principal.

    python -m venv peers && peers/bin/pip install spopt "pulp<4" highspy
    planner bench compare FOLDER --peer-python peers/bin/python

The peers live in an environment of their own because spopt needs a PuLP older than 4.
"""


def load_rows(path: Path) -> tuple[str, dict[str, list[Row]]]:
    """Return what was measured before: the machine, and the rows of each case."""
    if not path.is_file():
        return "", {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    return kept["machine"], {
        case: [Row(**row) for row in rows] for case, rows in kept["cases"].items()
    }


def write_page(page: Path, machine: str, cases: dict[str, list[Row]]) -> None:
    """Write the page, and beside it the figures it is made of."""
    figures = {
        "machine": machine,
        "cases": {case: [asdict(row) for row in rows] for case, rows in cases.items()},
    }
    page.parent.mkdir(parents=True, exist_ok=True)
    data = page.with_suffix(".json")
    data.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    lines = [INTRODUCTION, f"Measured on: {machine}.", ""]
    compared = {case: rows for case, rows in cases.items() if len(rows) > 1}
    if compared:
        lines += ["## Against other tools", ""]
        lines += _table(
            ("case", "tool", "seconds", "runs", "times ours", "objective", "said", "MB"),
            (_against(row, rows[0]) for rows in compared.values() for row in rows),
        )
    lines += ["## The engine", ""]
    lines += _table(
        ("case", "seconds", "runs", "objective", "bound", "said", "MB"),
        (_own(rows[0]) for rows in cases.values()),
    )
    sums = _sums(cases)
    if sums:
        lines += ["## Sums", "", *sums, ""]
    page.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    rule = ["---" if k in {0, 1} else "---:" for k in range(len(head))]
    return [_line(head), _line(rule), *(_line(row) for row in rows), ""]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _against(row: Row, ours: Row) -> tuple[str, ...]:
    over = row.status not in {"Optimal", "proven"}
    ratio = f"{'more than ' if over else ''}{row.median / ours.median:,.0f}"
    return (
        row.case,
        row.tool,
        f"{row.median:.3g}",
        str(len(row.seconds)),
        "1" if row is ours else ratio,
        "none" if row.objective is None else f"{row.objective:,.10g}",
        row.status,
        f"{row.peak_mb:.0f}",
    )


def _own(row: Row) -> tuple[str, ...]:
    return (
        row.case,
        f"{row.median:.3g}",
        str(len(row.seconds)),
        f"{row.objective:,.10g}",
        f"{row.bound:,.10g}",
        row.status,
        f"{row.peak_mb:.0f}",
    )


def _sums(cases: dict[str, list[Row]]) -> list[str]:
    out = []
    for title, ending in (("p-median", ""), ("p-center", ", p-center")):
        names = [f"pmed{k}{ending}" for k in range(1, 41)]
        rows = [cases[name][0] for name in names if name in cases]
        if len(rows) == 40:
            proven = sum(row.status == "proven" for row in rows)
            total = sum(row.median for row in rows)
            out.append(f"- {title} on pmed1 to pmed40: {proven} of 40 proven, {total:.1f} s in all")
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
    return out
