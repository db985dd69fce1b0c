"""Options that several commands share, and the language that the terminal speaks."""

from __future__ import annotations

import json
import os
import sys
from itertools import pairwise, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from planner.errors import known_language
from planner.message import Language

if TYPE_CHECKING:
    from collections.abc import Sequence

VARIABLE = "PLANNER_LANG"

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


def _chosen(context: typer.Context, given: str | None) -> str | None:
    """Return the language of a command: its own --lang, the program's, or the environment's."""
    own = known_language("--lang", given)
    if own or context.parent is None:  # the program's own option: a command after it looks further
        return own
    return context.find_root().params.get("language") or _environment()


LanguageOption = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="sv|en",
        callback=_chosen,
        help="Language of what is said and written; else PLANNER_LANG, else English and, in files, "
        "the data's own.",
    ),
]


def asked(arguments: Sequence[str]) -> Language | None:
    """Return the language that a command line asks for, before it is read as a whole.

    Help and errors need it: those of the command line itself, too.

    Raises
    ------
    InputError
        If --lang or PLANNER_LANG names another language.
    """
    given = None
    before = [*takewhile(lambda argument: argument != "--", arguments), None]
    for here, after in pairwise(before):
        name, equals, value = str(here).partition("=")
        if name == "--lang":
            given = value if equals else after
    return known_language("--lang", given) or _environment()


def _environment() -> str | None:
    return known_language(VARIABLE, os.environ.get(VARIABLE) or None)


class Printed:
    """An answer that is printed part by part, while the work goes on whether it can be or not."""

    def __init__(self) -> None:
        self._refused: OSError | None = None

    def show(self, text: str) -> None:
        """Print a part, unless an earlier one could not be."""
        if self._refused is None:
            try:
                typer.echo(text)
            except OSError as error:
                self._refused = error

    def check(self) -> None:
        """Raise what the system said of a part that could not be printed, now that all is done."""
        if self._refused is not None:
            raise self._refused


def echo_json(answer: object) -> None:
    """Print a machine's answer; escaped where standard output can't take every letter."""
    escaped = (sys.stdout.encoding or "utf-8").lower().replace("-", "") != "utf8"
    typer.echo(json.dumps(answer, ensure_ascii=escaped))
