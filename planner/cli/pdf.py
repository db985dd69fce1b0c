"""The command that prints the report of a finished run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.options import LanguageOption
from planner.errors import InputError, PlannerError, Problem
from planner.message import Message, say


def pdf(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="The PDF; by default RUN.pdf beside the run."),
    ] = None,
    language: LanguageOption = None,
) -> None:
    """Print the report of a finished run as a PDF, with Chromium or Chrome."""
    from planner.outputs.files.pdf import render_pdf

    report = run_folder / "report.html"
    if not report.is_file():
        expected = _no_report(run_folder)
        raise InputError([Problem(str(run_folder), None, "", "", expected)])
    out = out or run_folder.resolve().with_name(run_folder.resolve().name + ".pdf")
    if out.resolve().parent == run_folder.resolve():
        expected = say(
            "a place outside the run, which is sealed; `planner run --pdf` puts one in it"
        )
        raise InputError([Problem("--out", None, "", str(out), expected)])
    try:
        page = report.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError([Problem(str(report), None, "", "", say("a page ({})", error))]) from error
    data = render_pdf(page)
    try:
        out.write_bytes(data)
    except OSError as error:
        raise PlannerError(
            say("the PDF could not be written to {}: {}", out, error.strerror)
        ) from error
    typer.echo(say("report: {}", out).said(language or "en"))


def _no_report(run_folder: Path) -> Message:
    """Say that a folder has no report, and why, where its manifest does."""
    from planner.runs.listing import read_entry

    try:
        why = read_entry(run_folder).failed.get("report.html")
    except InputError:
        why = None
    if why:
        return say("a run folder with a report.html; this one's could not be made ({})", why)
    return say("a run folder with a report.html")


def mount(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(pdf)
