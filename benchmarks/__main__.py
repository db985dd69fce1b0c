"""The commands: what they measure goes into a page, beside what was measured before."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmarks import program, scale
from benchmarks.compare import check_peers, compare, country_cases, folder_cases
from benchmarks.measures import check_measures, machine
from benchmarks.page import load_figures, write_page
from planner.errors import PlannerError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Time the location engine and the program.",
)

PageOption = Annotated[Path, typer.Option("--out", help="The page to write; the rest is kept.")]
PAGE = Path("docs/benchmarks.md")
RunsOption = Annotated[int, typer.Option("--runs", min=1, help="Runs of which the median counts.")]


@app.command("compare")
def compare_(
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
    runs: RunsOption = 5,
) -> None:
    """Compare the engine with other tools and write the page of results."""
    check_measures()
    cases = [*country_cases(), *folder_cases(folder, textbook=textbook)]
    names = [one.name for one in cases]
    wanted = [one for one in cases if not case or one.name.startswith(tuple(case))]
    if not wanted:
        raise typer.BadParameter(f"expected the start of one of {', '.join(names)}")
    if peer_python is not None:
        check_peers(peer_python)
    figures = load_figures(out)
    figures.machine = machine()
    for rows in compare(wanted, peer_python=peer_python, cap=cap, runs=runs):
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
    one = program.build_and_solve(scenario, overrides or [], limit)
    typer.echo(
        f"{one.scenario}: {one.variables:,} variables, {one.rows:,} rows, "
        f"built in {one.building:.3g} s of CPU, solved in {one.solving:.3g} s: {one.said}"
    )
    figures = load_figures(out)
    figures.machine = machine()
    figures.built = [other for other in figures.built if other.scenario != one.scenario] + [one]
    write_page(out, figures)


@app.command()
def start(out: PageOption = PAGE, runs: RunsOption = 5) -> None:
    """Time whole commands, from the shell and back."""
    figures = load_figures(out)
    figures.machine, figures.started = machine(), program.start(runs)
    for one in figures.started:
        typer.echo(f"{one.command}: {one.seconds:.3g} s, {one.cpu:.3g} s of CPU")
    write_page(out, figures)


@app.command("scale")
def scale_(
    out: PageOption = PAGE,
    limit: Annotated[float, typer.Option(min=1, help="Seconds for each run.")] = 60.0,
    points: Annotated[
        list[int] | None, typer.Option(help="Numbers of points; 100 to 10,000 if not given.")
    ] = None,
    p: Annotated[list[int] | None, typer.Option("--p", help="Numbers of sites; 5 to 500.")] = None,
) -> None:
    """Solve random instances, larger and larger, and plot the time they take."""
    check_measures()
    figures = load_figures(out)
    figures.machine = machine()
    known = {(one.n, one.p): one for one in figures.sizes}
    sizes, counts = tuple(points or scale.SIZES), tuple(p or scale.COUNTS)
    for one in scale.measure(sizes, counts, limit):
        known[one.n, one.p] = one
        typer.echo(f"{one.n} points, p = {one.p}: {one.seconds} s, gap {one.gap}", err=True)
        figures.sizes = [known[key] for key in sorted(known)]
        write_page(out, figures)


def main() -> None:
    """Run a command; what is wrong with its input is a line."""
    try:
        app(prog_name="python -m benchmarks")
    except PlannerError as error:
        raise SystemExit(f"benchmarks: {error}") from None


if __name__ == "__main__":
    main()
