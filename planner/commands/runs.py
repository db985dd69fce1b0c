"""The command that lists finished runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.commands.options import JsonOption, echo_json

if TYPE_CHECKING:
    from planner.index import Entry

FEW = 3
"""So many changed settings are told of a run; the others are counted."""


def runs(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder with runs in it.")] = Path(
        "runs"
    ),
    as_json: JsonOption = False,
) -> None:
    """List the finished runs of a folder: when, offices, objective, files, changed settings."""
    from planner.errors import InputError  # noqa: PLC0415
    from planner.index import list_runs  # noqa: PLC0415

    found, problems = list_runs(folder)
    if as_json:
        echo_json([asdict(entry) for entry in found])
    else:
        _echo(found, folder)
    if problems:
        raise InputError(problems)


def _echo(found: list[Entry], folder: Path) -> None:
    rows = [_row(entry) for entry in found]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo("  ".join(cells).rstrip())
    if not rows:
        typer.echo(f"no runs that can be read in {folder}")


def _row(entry: Entry) -> tuple[str, ...]:
    objective, gap = (
        "not finite" if value is None else written
        for value, written in (
            (entry.objective, f"{entry.objective:.6g}" if entry.objective is not None else ""),
            (entry.gap, f"{entry.gap:.2%}" if entry.gap is not None else ""),
        )
    )
    return (
        entry.run,
        entry.scenario,
        entry.written.replace("T", " ").removesuffix("+00:00"),
        f"{entry.offices} offices",
        f"{entry.objective_name} {objective}",
        f"gap {gap}",
        entry.reason,
        ("files as written" if entry.whole else "FILES CHANGED") + _without(entry),
        _changed(entry),
    )


def _changed(entry: Entry) -> str:
    """Tell the settings that are not those of the scenario, and what they are there."""
    said = [f"{key}={_value(now)} (was {_value(was)})" for key, (was, now) in entry.changed.items()]
    few = said if len(said) <= FEW + 1 else [*said[:FEW], f"{len(said) - FEW} more"]
    return f"changed: {', '.join(few)}" if few else ""


def _value(value: object) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _without(entry: Entry) -> str:
    return f", without {', '.join(entry.failed)}" if entry.failed else ""


def mount(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(runs)
