"""Options that commands share, and the command line in the language of the terminal."""

from __future__ import annotations

import json
import os
import re
import sys
from itertools import pairwise, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from planner.errors import known_language
from planner.message import Language, Message, say

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


# Typer does not export it: the base of every error in how a command is typed.
UsageError: type[Exception] = cast("type[Exception]", typer.BadParameter.__base__)

ENGLISH = "bench"
"""A group for engineers, whose help and answers are in English alone."""

TYPER = {
    "usage": say("Usage: "),
    "[OPTIONS]": say("[OPTIONS]"),
    "COMMAND [ARGS]...": say("COMMAND [ARGS]..."),
    "KEY=VALUE": say("KEY=VALUE"),
    "Options": say("Options"),
    "Arguments": say("Arguments"),
    "Commands": say("Commands"),
    "Show this message and exit.": say("Show this message and exit."),
    "[required]": say("[required]"),
    "[default: ": say("[default: "),
}
"""What Typer itself writes in a help."""

HEADINGS = ("usage", "Options", "Arguments", "Commands")
"""Of these those that stand alone; the others are parts of lines."""

SAID = (
    (r"No such option: (.*)", say("there is no option {}", "{0}")),
    (
        r"No such command '(.*)'\. Did you mean (.*)\?",
        say("there is no command {}; did you mean {}?", "{0}", "{1}"),
    ),
    (r"No such command '(.*)'\.", say("there is no command {}", "{0}")),
    (r"Missing command\.", say("a command is missing")),
    (r"Option '(.*)' requires an argument\.", say("{} needs a value", "{0}")),
    (r"Option '(.*)' does not take a value\.", say("{} takes no value", "{0}")),
    (r"Got unexpected extra argument\(s\) \((.*)\)", say("too many arguments: {}", "{0}")),
)
"""What Typer says of a command line, which has no other key, and how we do."""


def program(app: typer.Typer, language: Language) -> Any:
    """Return the program as a command to be run, its help in a language.

    Parameters
    ----------
    language : {"sv", "en"}
    """
    command: Any = typer.main.get_command(app)
    if language != "en":
        _speaks(command, _context(language))
        _say_warnings(language)
    return command


def _say_warnings(language: Language) -> None:
    """Write warnings on standard error in a language."""
    import logging

    class Spoken(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            said: object = record.msg
            return said.said(language) if isinstance(said, Message) else super().format(record)

    if logging.lastResort is not None:
        logging.lastResort.setFormatter(Spoken())


def misused(error: Any, language: Language) -> int:
    """Tell what is wrong with how a command was typed; return the exit code."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return int(error.exit_code)
    if error.ctx is not None:
        path = error.ctx.command_path
        typer.echo(error.ctx.get_usage(), err=True)
        typer.echo(say("Try '{} --help' for help.", path).said(language) + "\n", err=True)
    typer.echo(say("Error: {}", _wrong(error)).said(language), err=True)
    return int(error.exit_code)


def _wrong(error: Any) -> Message:
    """Say what is wrong."""
    where = (
        error.param_hint or (error.param and error.param.get_error_hint())
        if hasattr(error, "param")
        else None
    )
    where = str(where or "").replace("'", "")
    if type(error).__name__ == "MissingParameter":
        return say("{} is missing", where)
    if hasattr(error.__cause__, "errors"):  # of pydantic, which reads values for Typer
        from planner.case.expected import expected_of

        return say("{}: expected {}", where, expected_of(error.__cause__.errors()[0]))
    for pattern, ours in SAID:
        if found := re.fullmatch(pattern, str(error.message)):
            return Message(ours.template, *found.groups())
    return say("{}: expected {}", where, error.message) if where else say("{}", error.message)


def _speaks(command: Any, context: Any) -> None:
    command.context_class = context
    for name, inner in getattr(command, "commands", {}).items():
        if name != ENGLISH:
            _speaks(inner, context)


def _translate(command: Any, language: Language) -> None:
    """Put the help of a command into a language, and that of the commands it lists."""
    for thing in (command, *command.params, *getattr(command, "commands", {}).values()):
        thing.help = _said(thing.help, language)
    command.epilog = _said(command.epilog, language)


def _said(text: str | None, language: Language) -> str | None:
    return Message(" ".join(text.split())).said(language) if text else text


def _context(language: Language) -> Any:
    """Return the context of a command whose help has its headings in a language."""
    words = {key: said.said(language) for key, said in TYPER.items()}

    class Formatter(cast("Any", typer.Context).formatter_class):  # type: ignore[misc]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, _replaced(args), prefix or words["usage"])

        def write_heading(self, heading: str) -> None:
            super().write_heading(words.get(heading, heading))

        def write_dl(self, rows: Any, *args: Any, **kwargs: Any) -> None:
            super().write_dl([tuple(map(_replaced, row)) for row in rows], *args, **kwargs)

    def _replaced(text: str) -> str:
        for theirs, ours in words.items():
            text = text.replace(theirs, ours) if theirs not in HEADINGS else text
        return text

    class Context(typer.Context):
        formatter_class = Formatter

        def get_help(self) -> str:
            _translate(self.command, language)
            return super().get_help()

    return Context
