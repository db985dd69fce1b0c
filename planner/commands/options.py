"""Options that several commands share."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

DEFAULT = "decision-2022"

ScenarioArgument = Annotated[str, typer.Argument(help="A scenario's name or a TOML file.")]
DataOption = Annotated[
    Path | None, typer.Option("--data", metavar="DIR", help="Replace the data folder.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Override a scenario key; KEY+=VALUE adds to a list or table, KEY-=VALUE takes from "
        "it. May be repeated.",
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print a machine's answer on standard output, nothing else.")
]
LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--lang", metavar="sv|en", help="Language of what is written; the data's own if not given."
    ),
]


def language_of(given: str | None) -> Literal["sv", "en"] | None:
    """Return the language that an option names, if any."""
    if given not in (None, "sv", "en"):
        raise typer.BadParameter("expected sv or en", param_hint="--lang")
    return cast('Literal["sv", "en"] | None', given)


def echo_json(answer: object) -> None:
    """Print a machine's answer; escaped where standard output can't take every letter."""
    escaped = (sys.stdout.encoding or "utf-8").lower().replace("-", "") != "utf8"
    typer.echo(json.dumps(answer, ensure_ascii=escaped))
