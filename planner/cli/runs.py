"""The commands about finished runs: list them, print the report of one, serve pages about all."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import DataOption, JsonOption, LanguageOption, echo_json
from planner.errors import InputError, PlannerError, Problem
from planner.message import Language, Message, say

if TYPE_CHECKING:
    from planner.outputs.words.text import Texts
    from planner.runs.listing import Entry


def runs(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with runs in it.")] = Path(
        "runs"
    ),
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the finished runs of a folder: when, offices, what was proved, what was changed."""
    from planner.runs.listing import list_runs

    found, problems = list_runs(folder)
    if as_json:
        echo_json([asdict(entry) for entry in found])
    else:
        _echo(found, folder, language or "en")
    if problems:
        raise InputError(problems)


def _echo(found: list[Entry], folder: Path, language: Language) -> None:
    from planner.outputs.words.text import NO_BREAK, load_texts

    t = load_texts(language, "terminal")
    if not found:
        typer.echo(t("runs.none", folder=folder))
        return
    told = [_row(entry, t) for entry in found]
    rows = [[t(f"runs.{name}") for name in told[0]], *(list(row.values()) for row in told)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip().replace(NO_BREAK, " "))


def _row(entry: Entry, t: Texts) -> dict[str, str]:
    """Return what the list tells of a run, by column."""
    from planner.outputs.words import facts
    from planner.outputs.words.proofs import among_in_short

    name, unknown, sister = entry.objective_name, t("runs.unknown"), t("runs.sister")
    reason = f"reason.{entry.reason}"
    return {
        "run": entry.run,
        "scenario": entry.scenario,
        "written": entry.written.replace("T", " ").removesuffix("+00:00"),
        "offices": t.number(entry.offices),
        "goal": facts.objective_name(name, t, sister),
        "value": unknown if entry.objective is None else _value(entry, entry.objective, t),
        "proof": t(reason) if t.has(reason) else entry.reason,
        "gap": unknown if entry.gap is None else facts.write_gap(entry.gap, t),
        "files": _files(entry, t),
        "among": among_in_short(entry.scope, t, sister),
        "set": entry.heading.get(t.language, ""),
    }


def _value(entry: Entry, value: float, t: Texts) -> str:
    """Write the value of the goal with its unit."""
    from planner.outputs.words import facts

    if not entry.sum_unit or entry.objective_name != "weighted":
        return facts.write_value(entry.objective_name, value, t)
    return f"{t.number(value, 1)} {facts.write_unit(entry.sum_unit, t)}"


def _files(entry: Entry, t: Texts) -> str:
    """Say whether the files are as they were written, and which could not be made."""
    said = [t("runs.whole" if entry.whole else "runs.changed")]
    if entry.saved:
        said.append(t("runs.saved", files=", ".join(entry.saved)))
    if entry.failed:
        said.append(t("runs.without", files=", ".join(entry.failed)))
    return ", ".join(said)


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
    from planner.web.app import serve as start

    start(data, runs, host, port, language, show=show)
