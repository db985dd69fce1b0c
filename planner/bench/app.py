"""`planner bench`: the location engine on its own, measured."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

import typer

from planner.message import say

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Solve and time pure location problems: p-median, p-center, covering, capacitated, "
    "warehouses.",
)

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print a machine's answer on standard output, nothing else.")
]

ANSWERED = (
    "instance", "problem", "n", "p", "objective", "bound", "proven", "seconds", "peak_mb",
)  # fmt: skip
"""What `--json` answers of an instance."""


@app.command()
def solve(  # noqa: PLR0913 - one argument an option
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
    from planner.bench.instances import read_instance  # noqa: PLC0415 - help stays instant
    from planner.bench.solving import Question, solve_instance  # noqa: PLC0415

    instance = read_instance(
        file, distance=distance, number=number, capacity=capacity, layout=layout
    )
    question = Question(problem, p, radius, capacity, weighted, time_limit)
    answer = solve_instance(instance, question)
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


PageOption = Annotated[Path, typer.Option("--out", help="The page to write; the rest is kept.")]
PAGE = Path("docs/benchmarks.md")


@app.command()
def compare(  # noqa: PLR0913 - one argument an option
    folder: Annotated[Path, typer.Argument(help="A folder with OR-Library pmed and TSPLIB files.")],
    out: PageOption = PAGE,
    peer_python: Annotated[
        str | None,
        typer.Option(help="A Python with spopt, PuLP below 4 and highspy; no peers without it."),
    ] = None,
    case: Annotated[
        list[str] | None,
        typer.Option(help="Only cases whose name starts so; may be repeated."),
    ] = None,
    textbook: Annotated[
        bool, typer.Option(help="Also run the textbook model on pmed1 to pmed40: hours.")
    ] = False,
    cap: Annotated[float, typer.Option(min=1, help="Seconds a peer gets.")] = 300.0,
    runs: Annotated[int, typer.Option(min=1, help="Runs of which the median counts.")] = 5,
) -> None:
    """Compare the engine with other tools and write the page of results."""
    from planner.bench import compare as measure  # noqa: PLC0415
    from planner.bench.page import load_figures, write_page  # noqa: PLC0415
    from planner.bench.solving import check_measures  # noqa: PLC0415
    from planner.errors import InputError, Problem  # noqa: PLC0415

    check_measures()
    cases = [*measure.country_cases(), *measure.folder_cases(folder, textbook=textbook)]
    names = [one.name for one in cases]
    wanted = [one for one in cases if not case or one.name.startswith(tuple(case))]
    if not wanted:
        expected = say("the start of one of {}", ", ".join(names))
        raise InputError([Problem("compare", None, "--case", ", ".join(case or []), expected)])
    if peer_python is not None:
        measure.check_peers(peer_python)
    figures = load_figures(out)
    figures.machine = measure.machine()
    for rows in measure.compare(wanted, peer_python=peer_python, cap=cap, runs=runs):
        known = figures.cases | {rows[0].case: rows}
        for row in rows:
            typer.echo(f"{row.case}: {row.tool} {row.median:.3g} s, {row.status}", err=True)
        order = sorted(known, key=lambda name: names.index(name) if name in names else len(names))
        figures.cases = {name: known[name] for name in order}
        write_page(out, figures)


@app.command()
def build(
    scenario: Annotated[str, typer.Argument(help="A scenario's name or a TOML file.")] = (
        "free-choice"
    ),
    out: PageOption = PAGE,
    overrides: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Override a scenario key."),
    ] = None,
    limit: Annotated[float, typer.Option(min=1, help="Seconds of solving.")] = 300.0,
) -> None:
    """Time building a scenario's model in PuLP against solving it."""
    from planner.bench.building import build_and_solve  # noqa: PLC0415
    from planner.bench.compare import machine  # noqa: PLC0415
    from planner.bench.page import load_figures, write_page  # noqa: PLC0415

    one = build_and_solve(scenario, overrides or [], limit)
    typer.echo(
        f"{one.scenario}: {one.variables:,} variables, {one.rows:,} rows, "
        f"built in {one.building:.3g} s of CPU, solved in {one.solving:.3g} s: {one.said}"
    )
    figures = load_figures(out)
    figures.machine = machine()
    figures.built = [other for other in figures.built if other.scenario != one.scenario] + [one]
    write_page(out, figures)


@app.command()
def start(
    out: PageOption = PAGE,
    runs: Annotated[int, typer.Option(min=1, help="Runs of which the median counts.")] = 5,
) -> None:
    """Time whole commands, from the shell and back."""
    from planner.bench.compare import machine  # noqa: PLC0415
    from planner.bench.page import load_figures, write_page  # noqa: PLC0415
    from planner.bench.starting import measure  # noqa: PLC0415

    figures = load_figures(out)
    figures.machine, figures.started = machine(), measure(runs)
    for one in figures.started:
        typer.echo(f"{one.command}: {one.seconds:.3g} s, {one.cpu:.3g} s of CPU")
    write_page(out, figures)


@app.command()
def scale(
    out: PageOption = PAGE,
    limit: Annotated[float, typer.Option(min=1, help="Seconds for each run.")] = 60.0,
    points: Annotated[
        list[int] | None, typer.Option(help="Numbers of points; 100 to 10,000 if not given.")
    ] = None,
    p: Annotated[list[int] | None, typer.Option("--p", help="Numbers of sites; 5 to 500.")] = None,
) -> None:
    """Solve random instances, larger and larger, and plot the time they take."""
    from planner.bench import scale as measure  # noqa: PLC0415
    from planner.bench.compare import machine  # noqa: PLC0415
    from planner.bench.page import load_figures, write_page  # noqa: PLC0415
    from planner.bench.solving import check_measures  # noqa: PLC0415

    check_measures()
    figures = load_figures(out)
    figures.machine = machine()
    known = {(one.n, one.p): one for one in figures.sizes}
    sizes, counts = tuple(points or measure.SIZES), tuple(p or measure.COUNTS)
    for one in measure.measure(sizes, counts, limit):
        known[one.n, one.p] = one
        typer.echo(f"{one.n} points, p = {one.p}: {one.seconds} s, gap {one.gap}", err=True)
        figures.sizes = [known[key] for key in sorted(known)]
        write_page(out, figures)
