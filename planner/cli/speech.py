"""The command line in the language of the terminal: its help, and what is wrong with its use."""

from __future__ import annotations

import re
from typing import Any, cast

import typer

from planner.message import Language, Message, say

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
    app : typer.Typer
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
