"""`planner bench`: the location engine on its own."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Solve pure location problems: p-median, p-center, covering, capacitated, warehouses.",
)

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print a machine's answer on standard output, nothing else.")
]

ANSWERED = (
    "instance", "problem", "n", "p", "objective", "bound", "proven", "seconds", "peak_mb",
)  # fmt: skip
"""What `--json` answers of an instance."""


@app.command()
def solve(
    file: Annotated[
        Path,
        typer.Argument(
            help="An instance: OR-Library's layouts, TSPLIB, a table and others, told by its lines."
        ),
    ],
    p: Annotated[
        int | None, typer.Option("--p", help="Number of sites; the file's own if not given.")
    ] = None,
    problem: Annotated[
        Literal["median", "center", "covering", "capacitated", "capacitated-split", "warehouse"]
        | None,
        typer.Option(
            help="By default the one that such files are made for; capacitated serves each point "
            "whole from one site, capacitated-split in parts."
        ),
    ] = None,
    distance: Annotated[
        Literal["floor", "round", "exact"] | None,
        typer.Option(
            help="Distances between coordinates: floor by default (TSPLIB, pmedcap, pmp), exact "
            "for tables, SJC and Coursera."
        ),
    ] = None,
    radius: Annotated[
        float | None, typer.Option(min=0, help="Reach of a site, for --problem covering.")
    ] = None,
    number: Annotated[
        int | None, typer.Option(help="Which problem of a file that holds several (pmedcap).")
    ] = None,
    capacity: Annotated[
        float | None,
        typer.Option(min=0, help="Room of every site; of those alone that a cap file leaves open."),
    ] = None,
    weighted: Annotated[
        bool | None,
        typer.Option(
            "--weighted/--unweighted",
            help="Whether distances count by the points' weights: by default, but not in center.",
        ),
    ] = None,
    layout: Annotated[
        str | None,
        typer.Option(help="The layout, where the lines fit several: the message names them."),
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option("--time-limit", min=0, help="Seconds of solving.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Solve one instance and say what was proved.

    Exit codes: 0 proven optimal, 2 wrong use or bad file, 3 infeasible, 4 a limit was hit.
    """
    from planner.bench.solving import Question, solve_file  # noqa: PLC0415 - help stays instant

    question = Question(problem, p, radius, capacity, weighted, time_limit)
    answer = solve_file(file, question, distance=distance, number=number, layout=layout)
    if as_json:
        figures = asdict(answer)
        typer.echo(json.dumps({key: figures[key] for key in ANSWERED}))
    else:
        held = "" if answer.peak_mb is None else f", {answer.peak_mb:.0f} MB"
        state = "proven optimal" if answer.proven else f"not proven: bound {answer.bound:.10g}"
        typer.echo(
            f"{answer.instance} ({answer.problem}: {answer.said}): {answer.n} points, "
            f"{answer.sites} sites, p = {answer.p}: {answer.objective:.10g}, {state}; "
            f"{answer.seconds:.2f} s{held}"
        )
    raise typer.Exit(0 if answer.proven else 4)
