"""The commands of insight: what differs, what else is as good, what is traded, how firm it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from planner.cli.options import (
    DataOption,
    JsonOption,
    LanguageOption,
    ScenarioArgument,
    SetOption,
    echo_json,
)
from planner.message import Language, say
from planner.scenario import DEFAULT

if TYPE_CHECKING:
    from planner.workflows.session import Answer

OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="DIR",
        help="The folder; by default one in runs/, named by the command and what it was asked of.",
    ),
]


def compare(
    references: Annotated[
        list[str], typer.Argument(metavar="A B ...", help="Run folders or scenarios.")
    ],
    data: DataOption = None,
    out: OutOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell what sets plans apart: offices, counties that move, measures, phases, staff, cost."""
    from planner.workflows import insight

    answer = insight.compare(references, data, out, language)
    tell(answer, language=language, as_json=as_json)


def alternatives(
    scenario: ScenarioArgument = DEFAULT,
    data: DataOption = None,
    overrides: SetOption = None,
    within: Annotated[
        float,
        typer.Option(
            metavar="UNITS",
            help="How much worse than the best a set may be, in the unit of the scenario's sum: km "
            "of mean distance, or percentage points where a share leads.",
        ),
    ] = 1.0,
    most: Annotated[int, typer.Option(min=1, help="Sets to list at most.")] = 1000,
    out: OutOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """List every set of offices nearly as good as the best, and which towns are in all."""
    from planner.workflows import insight
    from planner.workflows.session import Request

    request = Request(scenario, data, overrides or (), out, language)
    answer = insight.alternatives(request, within, most)
    tell(answer, language=language, as_json=as_json)


def pareto(
    scenario: ScenarioArgument = DEFAULT,
    data: DataOption = None,
    overrides: SetOption = None,
    criteria: Annotated[
        str, typer.Option(metavar="A,B[,C]", help="Two or three criteria of docs/model.md.")
    ] = "mean_km,spread",
    out: OutOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Trace the exact frontier between two or three criteria, the announced towns beside it."""
    from planner.workflows import insight
    from planner.workflows.session import Request

    names = [name.strip() for name in criteria.split(",")]
    request = Request(scenario, data, overrides or (), out, language)
    answer = insight.pareto(request, names)
    tell(answer, language=language, as_json=as_json)


def justify(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help="A run folder or a scenario, such as announced.")
    ],
    data: DataOption = None,
    scenario: Annotated[
        str, typer.Option(help="The scenario whose rules and rates the plan is held against.")
    ] = DEFAULT,
    overrides: SetOption = None,
    criteria: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="Criteria that may count beside the scenario's own."),
    ] = None,
    out: OutOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the rates nearest to a scenario's under which a plan is the best, or prove none."""
    from planner.workflows import insight
    from planner.workflows.session import Request

    also = [name.strip() for name in criteria.split(",")] if criteria else []
    request = Request(scenario, data, overrides or (), out, language)
    answer = insight.justify(request, plan, also)
    tell(answer, language=language, as_json=as_json)


def tell(answer: Answer, *, language: Language | None, as_json: bool) -> NoReturn:
    """Print an answer, and end with 4 where a limit cut it short."""
    from planner.outputs.pages.terminal import print_article
    from planner.outputs.words.text import load_texts
    from planner.runs.writing import plain
    from planner.workflows.session import sentences

    notes = sentences(answer.notes, load_texts(language or "en", "notes"))
    if as_json:
        told = {"run": str(answer.out), "notes": notes, **answer.data}
        echo_json(plain(told))
    else:
        print_article(answer.article)
        for note in notes:
            typer.echo(note)
        report = say("report: {}", answer.out / f"{answer.name}.html")
        typer.echo(report.said(language or "en"))
    raise typer.Exit(0 if answer.complete else 4)


JobsOption = Annotated[
    int | None, typer.Option("--jobs", min=1, max=256, help="Processes; one a core if not given.")
]


def sweep(
    spec: Annotated[Path, typer.Argument(help="A TOML file: base, grid, ranges.")],
    data: DataOption = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The folder; by default runs/sweep-NAME."),
    ] = None,
    jobs: JobsOption = None,
    dask: Annotated[
        str | None,
        typer.Option("--dask", metavar="ADDRESS", help="Send the samples to a Dask scheduler."),
    ] = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan hundreds of variations of a scenario; go on where it was left if interrupted."""
    from planner.workflows import sweep as work

    spoken = language or "en"
    swept = work.sweep(spec, data, out, jobs=jobs, dask=dask, language=spoken)
    if as_json:
        answer = {
            "run": str(swept.out),
            "samples": swept.number,
            "finished": len(swept.rows),
            "statuses": swept.statuses,
            "chosen": swept.chosen,
        }
        echo_json(answer)
    else:
        typer.echo(swept.text(spoken))
    raise typer.Exit(0 if swept.complete else 4)


def sensitivity(
    scenario: ScenarioArgument = DEFAULT,
    data: DataOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="By default runs/sensitivity-SCENARIO, with what was set."
        ),
    ] = None,
    overrides: SetOption = None,
    samples: Annotated[
        int, typer.Option(min=10, max=100_000, help="Re-solves with everything drawn at random.")
    ] = 1000,
    sobol: Annotated[
        int,
        typer.Option(max=2**16, help="Draws of the Sobol indices, a power of two from 64 on."),
    ] = 128,
    rollouts: Annotated[
        bool, typer.Option(help="Plan whole rollouts too: the cost of every number of offices.")
    ] = True,
    jobs: JobsOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tell how firm the answer is, what is not, what would change it, and what to find out."""
    from planner.analysis.study import Size
    from planner.workflows.sensitivity import report
    from planner.workflows.session import Request

    size = Size(samples=samples, sobol=sobol, rollouts=rollouts)
    request = Request(scenario, data, overrides or (), out, language)
    answer = report(request, size=size, jobs=jobs)
    tell(answer, language=language, as_json=as_json)
