"""The commands that solve many times: sweep and sensitivity."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

DataOption = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="Replace the data folder.")
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print a machine's answer on standard output, nothing else.")
]
JobsOption = Annotated[
    int | None, typer.Option("--jobs", min=1, max=256, help="Processes; one a core if not given.")
]


def sweep(  # noqa: PLR0913 - one argument an option
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
    as_json: JsonOption = False,
) -> None:
    """Plan hundreds of variations of a scenario; go on where it was left if interrupted."""
    from planner.sweeping import sweep_file  # noqa: PLC0415 - help stays instant

    swept = sweep_file(spec, data, out, jobs=jobs, dask=dask)
    if as_json:
        answer = {
            "run": str(swept.out),
            "samples": swept.number,
            "finished": len(swept.rows),
            "statuses": swept.statuses,
            "chosen": swept.chosen,
        }
        typer.echo(json.dumps(answer, ensure_ascii=False))
    else:
        typer.echo(swept.text())
    raise typer.Exit(0 if swept.complete else 4)


def mount(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(sweep)
