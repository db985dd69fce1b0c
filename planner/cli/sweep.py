"""The commands that solve many times: sweep and sensitivity."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.insight import tell
from planner.cli.options import (
    DataOption,
    JsonOption,
    LanguageOption,
    ScenarioArgument,
    SetOption,
    echo_json,
)
from planner.scenario import DEFAULT

JobsOption = Annotated[
    int | None, typer.Option("--jobs", min=1, max=256, help="Processes; one a core if not given.")
]


def sweep(
    spec: Annotated[Path, typer.Argument(help="A TOML file: base, grid, ranges.")],
    data: DataOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The folder; by default runs/sweep-NAME."),
    ] = None,
    jobs: JobsOption = None,
    dask: Annotated[
        str | None,
        typer.Option("--dask", metavar="ADDRESS", help="Send the samples to a Dask scheduler."),
    ] = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan hundreds of variations of a scenario; go on where it was left if interrupted."""
    from planner.workflows import sweep as work

    spoken = language or "en"
    swept = work.sweep(spec, data, out, jobs=jobs, dask=dask, language=spoken)
    if as_json:
        answer = {
            "run": str(swept.out),
            "samples": swept.number,
            "finished": len(swept.rows),
            "statuses": swept.statuses,
            "chosen": swept.chosen,
        }
        echo_json(answer)
    else:
        typer.echo(swept.text(spoken))
    raise typer.Exit(0 if swept.complete else 4)


def sensitivity(
    scenario: ScenarioArgument = DEFAULT,
    data: DataOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="By default runs/sensitivity-SCENARIO, with what was set."
        ),
    ] = None,
    overrides: SetOption = None,
    samples: Annotated[
        int, typer.Option(min=10, max=100_000, help="Re-solves with everything drawn at random.")
    ] = 1000,
    sobol: Annotated[
        int,
        typer.Option(max=2**16, help="Draws of the Sobol indices, a power of two from 64 on."),
    ] = 128,
    rollouts: Annotated[
        bool, typer.Option(help="Plan whole rollouts too: the cost of every number of offices.")
    ] = True,
    jobs: JobsOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell how firm the answer is, what is not, what would change it, and what to find out."""
    from planner.analysis.effort import Size
    from planner.workflows.sensitivity import report
    from planner.workflows.session import Request

    size = Size(samples=samples, sobol=sobol, rollouts=rollouts)
    request = Request(scenario, data, overrides or (), out, language)
    answer = report(request, size=size, jobs=jobs)
    tell(answer, language=language, as_json=as_json)


def mount(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(sweep)
    app.command()(sensitivity)
