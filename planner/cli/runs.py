"""The command that lists finished runs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.cli.options import JsonOption, LanguageOption, echo_json
from planner.message import Language

if TYPE_CHECKING:
    from planner.outputs.words.text import Texts
    from planner.runs.listing import Entry

COLUMNS = (
    "run",
    "scenario",
    "written",
    "offices",
    "goal",
    "value",
    "proof",
    "gap",
    "files",
    "among",
    "set",
)


def runs(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with runs in it.")] = Path(
        "runs"
    ),
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the finished runs of a folder: when, offices, what was proved, what was changed."""
    from planner.errors import InputError
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
    rows = [tuple(t(f"runs.{name}") for name in COLUMNS), *(_row(entry, t) for entry in found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip().replace(NO_BREAK, " "))


def _row(entry: Entry, t: Texts) -> tuple[str, ...]:
    from planner.outputs.words import facts
    from planner.outputs.words.proofs import among_in_short

    name, unknown, sister = entry.objective_name, t("runs.unknown"), t("runs.sister")
    reason = f"reason.{entry.reason}"
    return (
        entry.run,
        entry.scenario,
        entry.written.replace("T", " ").removesuffix("+00:00"),
        t.number(entry.offices),
        facts.objective_name(name, t, sister),
        unknown if entry.objective is None else _value(entry, entry.objective, t),
        t(reason) if t.has(reason) else entry.reason,
        unknown if entry.gap is None else facts.write_gap(entry.gap, t),
        _files(entry, t),
        among_in_short(entry.scope, t, sister),
        entry.heading.get(t.language, ""),
    )


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


def mount(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(runs)
