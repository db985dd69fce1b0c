"""The commands. Each loads what it needs when it runs, so that help is instant."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from planner import stopping
from planner.bench.app import app as bench
from planner.cli.insight import alternatives, compare, justify, pareto, sensitivity, sweep
from planner.cli.options import (
    DataOption,
    JsonOption,
    LanguageOption,
    Printed,
    ScenarioArgument,
    SetOption,
    UsageError,
    asked,
    echo_json,
    misused,
    program,
)
from planner.cli.runs import pdf, runs, serve
from planner.errors import InfeasibleScenario, InputError, PlannerError, SolverStopped
from planner.message import LANGUAGES, Language, say, tell
from planner.scenario import DEFAULT
from planner.version import __version__

PROVED = ("optimal", "gap_limit")

_LOG = logging.getLogger(__name__)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # boxes around the help would double the time it takes
    help="Choose regional offices, phase their opening, staff them, and defend the decision.",
    epilog="Exit codes: 0 proven optimal within the scenario's gap, 2 wrong use or bad input, "
    "3 infeasible, 4 a limit was hit and the plan is written, 5 a limit was hit with no plan, 1 "
    "anything else. A picture of a plan that can't be made is named on standard error, and changes "
    "no exit code.",
)

app.add_typer(bench, name="bench")
for command in (compare, alternatives, pareto, justify, pdf, runs, serve, sweep, sensitivity):
    app.command()(command)

PdfOption = Annotated[
    bool,
    typer.Option("--pdf", help="Print the report as report.pdf too, with Chromium or Chrome."),
]
WithOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--with",
        metavar="DIR",
        help="Tell in the report what alternatives, pareto ... found there; may be repeated.",
    ),
]


def main() -> None:
    """Run a command; what the system refuses, an output that is full say, is a line and no more."""
    ended = SystemExit(1)
    try:
        _command()
    except OSError as error:
        _LOG.debug("the system refused something", exc_info=error)
        where = f" ({error.filename})" if error.filename else ""
        with contextlib.suppress(OSError, SystemExit):
            _fail(1, f"{error.strerror or error}{where}", {})
    except SystemExit as exit_:
        ended = exit_
    else:
        return
    if not _flushed():
        ended = SystemExit(1)
    raise ended


def _flushed() -> bool:
    """Write what is left of the output; what can't be written is let go, and is no traceback."""
    whole = True
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            whole = False
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return whole


def _command() -> None:
    """Run a command and turn every known error into its exit code."""
    stopping.by_cancelling()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a letter that it can't take is written as its code
            stream.reconfigure(errors="backslashreplace")
    language: Language = "en"
    try:
        language = asked(sys.argv[1:]) or "en"
        sys.exit(program(app, language)(standalone_mode=False))
    except UsageError as error:
        sys.exit(misused(error, language))
    except stopping.Cancelled:
        _cancelled(language)
    except BrokenPipeError:  # whoever read has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except (PlannerError, MemoryError) as error:
        _failed(error, language)


def _failed(error: PlannerError | MemoryError, language: Language) -> NoReturn:
    """End with what went wrong and its exit code."""
    if isinstance(error, MemoryError):
        message = say("the memory ran out").said(language)
        _fail(5, message, {"termination": {"reason": "memory_limit"}})
    if isinstance(error, InfeasibleScenario):
        _fail_infeasible(error, language)
    if isinstance(error, InputError):
        problems = [problem.to_dict(language) for problem in error.problems]
        _fail(2, error.said(language), {"problems": problems})
    if isinstance(error, SolverStopped):
        _fail(5, error.said(language), {"termination": {"reason": error.reason}})
    _fail(1, error.said(language), {})


@app.command()
def run(
    scenario: ScenarioArgument = DEFAULT,
    data: DataOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="The run folder; by default runs/SCENARIO, with what was set. What is there and "
            "answers another scenario stays, unless it is named here.",
        ),
    ] = None,
    overrides: SetOption = None,
    language: LanguageOption = None,
    geojson: Annotated[
        bool, typer.Option("--geojson", help="Write the layers of plan.gpkg as GeoJSON too.")
    ] = False,
    pdf: PdfOption = False,
    analyses: WithOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the best plan of a scenario and write its run folder: plan, map, report."""
    from planner.outputs.words.text import load_texts
    from planner.workflows.run import RunRequest, run_scenario
    from planner.workflows.session import sentences

    request = RunRequest(
        scenario,
        data,
        overrides or (),
        out,
        language,
        geojson=geojson,
        pdf=pdf,
        analyses=analyses or (),
    )
    screen = Printed()
    finished = run_scenario(request, show=None if as_json else screen.show)
    t = load_texts(language or "en", "notes")
    failed = {file: str(tell(why, t.language)) for file, why in finished.failed.items()}
    for file, why in failed.items():
        typer.echo(t("note.failed", file=file, why=why), err=True)
    for warning in finished.warnings:
        typer.echo(warning.said(t.language), err=True)
    notes = sentences(finished.notes, t)
    screen.check()
    if as_json:
        told = {"run": str(finished.out), "notes": notes, "failed": failed}
        echo_json(told | json.loads(finished.plan_json))
    else:
        for note in notes:
            typer.echo(note)
    raise typer.Exit(0 if finished.plan.termination.reason in PROVED else 4)


@app.command()
def verify(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    data: DataOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compute every figure of a run again, apart from the model, and check every hard rule."""
    from planner.verify import verify_run

    found = verify_run(run_folder, data)
    if as_json:
        echo_json(found.to_dict(language or "en"))
    else:
        typer.echo(found.text().said(language or "en"))
    raise typer.Exit(0 if found.ok else 1)


@app.command()
def replay(
    data: DataOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The folder; by default runs/replay."),
    ] = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play the history again: announced, actual and best at each date, in one report."""
    from planner.workflows.replay import run_replay

    folder, answer, summary = run_replay(data, out, language)
    if as_json:
        echo_json({"run": str(folder), "dates": answer})
    else:
        typer.echo(summary)


@app.command()
def explain(
    scenario: ScenarioArgument = DEFAULT,
    data: DataOption = None,
    overrides: SetOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell which hard rules of a scenario clash and the least change that would help."""
    from planner.outputs.pages.explanation import explanation_answer, explanation_text
    from planner.outputs.words.text import load_texts
    from planner.workflows.inspect import explain_scenario
    from planner.workflows.session import Request, sentences

    chosen = language or "en"
    request = Request(scenario, data, overrides or (), language=chosen)
    found, dropped = explain_scenario(request)
    notes = sentences(dropped, load_texts(chosen, "notes"))
    if as_json:
        echo_json({"notes": notes, **explanation_answer(found)})
    else:
        typer.echo("\n".join([explanation_text(found, chosen), *notes]))
    raise typer.Exit(3 if found.clashes else 0)


@app.command()
def check(
    data: DataOption = None, language: LanguageOption = None, as_json: JsonOption = False
) -> None:
    """Read every table and scenario of a data folder; list all that is wrong, and all doubts."""
    from planner.workflows.inspect import check_folder

    checked = check_folder(data)
    spoken = language or "en"
    if as_json:
        echo_json(checked.to_dict(spoken))
        return
    for line in checked.lines:
        typer.echo(line.said(spoken))


@app.command()
def scenarios(
    name: Annotated[str | None, typer.Argument(help="Describe this one.")] = None,
    data: DataOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the scenarios, or print one of them complete, ready to be changed."""
    from planner.workflows.inspect import describe_scenarios

    answer, text = describe_scenarios(name, data, language or "en")
    if as_json:
        echo_json(answer)
    else:
        typer.echo(text)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
    language: LanguageOption = None,  # noqa: ARG001 - the commands look here for it
) -> None:
    if version:
        typer.echo(f"planner {__version__}")
        raise typer.Exit


def _cancelled(language: Language) -> NoReturn:
    """Say that nothing is written, and leave."""
    stopping.at_once()
    with contextlib.suppress(SystemExit, OSError):
        what = say("interrupted; what was not finished is not written").said(language)
        _fail(5, what, {"termination": {"reason": "interrupted"}})
    _flushed()
    stopping.leave()


def _fail_infeasible(error: InfeasibleScenario, spoken: Language) -> NoReturn:
    from planner.outputs.pages.explanation import clash_heading
    from planner.outputs.words.rules import fact_sentence, rule_sentence
    from planner.outputs.words.text import load_texts

    clash = {
        language: [rule_sentence(rule, words, language) for rule, words in error.conflicts]
        for language in LANGUAGES
    }
    facts = {
        language: [fact_sentence(fact, words, language) for fact, words in error.facts]
        for language in LANGUAGES
    }
    t = load_texts(spoken)
    lines = [f"{error.said(spoken)}."]
    if error.conflicts:
        lines.append(clash_heading(len(error.conflicts), t))
    lines += [f"  - {sentence}" for sentence in clash[spoken]]
    lines += facts[spoken]
    answer = {"termination": {"reason": "infeasible"}, "conflicts": clash, "facts": facts}
    _fail(3, "\n".join(lines), answer)


def _fail(code: int, error: str, answer: dict[str, object]) -> NoReturn:
    typer.echo(f"planner: {error}", err=True)
    if "--json" in sys.argv:
        echo_json({"error": error, **answer})
    sys.exit(code)
