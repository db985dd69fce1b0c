"""The command that serves the local web page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import DataOption, LanguageOption


def serve(
    data: DataOption = None,
    runs: Annotated[
        Path | None,
        typer.Option(
            "--runs", metavar="DIR", help="The folder of runs; by default runs, made if need be."
        ),
    ] = None,
    host: Annotated[
        str, typer.Option(help="The address to listen at; another lets the network in.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; 0 takes one that is free.")
    ] = 8765,
    language: LanguageOption = None,
    show: Annotated[
        bool, typer.Option("--open/--no-browser", help="Whether to open the page in the browser.")
    ] = True,
) -> None:
    """Serve a page on this computer: change scenarios, run them, see and compare the plans."""
    from planner.web.server import serve as start

    start(data, runs, host, port, language, show=show)


def mount(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(serve)
