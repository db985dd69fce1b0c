"""What the command `planner sensitivity` does: read, re-solve, write the page, print."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from rich.console import Console

from planner.analysis.sensitivity import Sensitivity, sensitivity
from planner.analysis.sweep import Clock
from planner.message import LANGUAGES, Language
from planner.outputs.files.spreadsheet import spreadsheet
from planner.outputs.findings import tell
from planner.outputs.pages.page import Article, render_article
from planner.outputs.pages.sensitivity import sensitivity_article
from planner.outputs.words.basis import with_assumptions
from planner.outputs.words.changed import with_changes
from planner.outputs.words.text import Texts, load_texts
from planner.outputs.words.unverified import said_by_label
from planner.planning import control_of
from planner.runs import writing
from planner.startup import cores
from planner.workflows.place import Place, joined
from planner.workflows.plans import best_plan
from planner.workflows.session import Answer, Request, Session
from planner.workflows.sweep import how_far, task_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.analysis.study import Progress, Size
    from planner.data import Data
    from planner.plan import Plan
    from planner.scenario.spec import Scenario


def report(request: Request, *, size: Size, jobs: int | None = None) -> Answer:
    """Find out how firm a scenario's answer is, and write the report's folder.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    session = Session.read(request.folder, request.language)
    data, own = session.data, session.language
    question = session.ask("sensitivity", request.scenario, request.overrides, **asdict(size))
    scenario = question.scenario
    place = Place.of(request.out, joined("sensitivity", question.name))
    with shown(load_texts(session.spoken, "terminal")) as progress:
        found = firmness(data, scenario, size, jobs=jobs, progress=progress)
    articles: dict[Language, Article] = {}
    for each in LANGUAGES:
        words = load_texts(each, "sensitivity")
        written = sensitivity_article(found, scenario, data.inputs, words, sobol=size.sobol)
        about = {scenario.name: scenario}
        towns = {scenario.name: found.base.sites}
        unsure = said_by_label(towns, about, data.inputs, words)
        written = replace(written, answer=(*written.answer, *unsure))
        articles[each] = with_changes(written, about, data.inputs, words)
    answer = figures(found) | {"told": tell(articles)}
    t = load_texts(own, "sensitivity")
    written = with_assumptions(articles[own], {scenario.name: scenario}, data.inputs, t)
    samples = samples_csv(found)
    files: dict[str, str | bytes] = {
        "sensitivity.html": render_article(written, data.inputs, t),
        "sensitivity.json": writing.to_json(answer),
        "samples.csv": samples,
        "samples.xlsx": spreadsheet(samples, "samples"),
        "scenario.toml": writing.scenario_toml(scenario),
    }
    out, told = session.write(place, files, question.told, {scenario.name: scenario})
    notes = [*question.notes, *told]
    article = articles[session.spoken]
    return Answer("sensitivity", out, answer, article, complete=True, notes=notes)


def firmness(
    data: Data,
    scenario: Scenario,
    size: Size,
    *,
    jobs: int | None = None,
    progress: Callable[[str], Progress] = lambda _part: lambda _done, _all: None,
) -> Sensitivity:
    """Find out how firm a scenario's answer is; see `planner.analysis.sensitivity.sensitivity`.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do.
    """
    task = task_of(data, scenario)
    announced = sorted(set(data.inputs.announced["municipality_code"]))

    def own_plan(question: Scenario) -> Plan:
        return best_plan(data, question, control_of(question)).plan

    return sensitivity(
        task, announced, size=size, jobs=jobs or cores(), progress=progress, solve=own_plan
    )


def figures(found: Sensitivity) -> dict[str, Any]:
    """Return the figures of a report as plain lists and tables, the samples apart.

    Losses and what is worse are in `unit`.
    """
    base = found.base
    told: dict[str, Any] = {
        "scenario": found.scenario,
        "unit": found.unit,
        "sites": base.sites,
        "criteria": dict(base.criteria),
        "termination": {"reason": base.reason, "objective": base.objective, "bound": base.bound},
        "samples": len(found.samples),
    }
    announced = ("announced", "announced_criteria", "announced_worse")
    kept = ("chosen", "sets", "all_sets", "ties", "cost_year", *announced)
    told |= {name: getattr(found, name) for name in kept}
    told["sourced"] = None if found.sourced is None else asdict(found.sourced)
    told["plan"] = None if found.plan is None else asdict(found.plan)
    told["everything"] = asdict(found.everything)
    rows = ("siting", "rollout", "rated", "changes", "lost", "tried", "numbers")
    return told | {name: [asdict(row) for row in getattr(found, name)] for name in rows}


def samples_csv(found: Sensitivity) -> str:
    """Return the samples as CSV: what was drawn, the towns chosen, the criteria, the losses.

    A loss is in the unit of the sum, at the sample's own rates.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    keys = [factor.key for factor in found.siting]
    names = sorted(found.base.criteria)
    plans = ["recommended_loss", "announced_loss"]
    writer.writerow(["number", *keys, "status", "offices", *names, *plans])
    for number, row in enumerate(found.samples, 1):
        criteria = row.get("criteria", {})
        cells = [f"{criteria[name]:.9g}" if name in criteria else "" for name in names]
        losses = ["" if s is None else f"{s:.6f}" for s in row.get("losses", (None, None))]
        drawn = [row[key] for key in keys]
        offices = " ".join(row.get("sites", ()))
        writer.writerow([number, *drawn, row["status"], offices, *cells, *losses])
    return out.getvalue()


@contextmanager
def shown(t: Texts) -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Show on standard error which part is under way, how far, and the time left for it."""
    console = Console(stderr=True)
    with console.status(t("progress.reading")) as status:

        def part(name: str) -> Callable[[int, int], None]:
            clock, text = Clock(), t(f"progress.{name}")

            def progress(done: int, number: int) -> None:
                status.update(how_far(text, clock.left(done, number), done, number, t))

            return progress

        yield part
