"""What the commands of insight do: read plans and scenarios, analyse, write a page, print."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from planner.analysis.alternatives import check_within, find_alternatives
from planner.analysis.justify import justify as find_rates
from planner.analysis.pareto import check_criteria, find_frontier
from planner.control import Control
from planner.message import LANGUAGES, Language
from planner.model.solving.optimise import PROVED
from planner.outputs.drawing.svgmap import Land, make_land
from planner.outputs.findings import tell
from planner.outputs.pages.alternatives import alternatives_article, alternatives_data
from planner.outputs.pages.comparison import comparison_article, comparison_data
from planner.outputs.pages.comparison_tables import SideBySide
from planner.outputs.pages.justify import verdict_article, verdict_data
from planner.outputs.pages.page import Article, render_article
from planner.outputs.pages.pareto import frontier_article, frontier_data
from planner.outputs.words.basis import with_assumptions
from planner.outputs.words.changed import with_changes
from planner.outputs.words.text import Texts, load_texts
from planner.outputs.words.unverified import said_by_label
from planner.planning import control_of
from planner.runs import writing
from planner.siting.problem import Siting, make_siting
from planner.siting.question import WEIGHABLE, SitingResult
from planner.workflows.place import Note, Place, digest, joined
from planner.workflows.plans import SourcedPlan, check_two, compare_plans, find_plan, is_run
from planner.workflows.session import Answer, Request, Session, watched

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from planner.analysis.justify_verdict import Verdict
    from planner.case.types import Inputs
    from planner.data import Data
    from planner.scenario.spec import Scenario
    from planner.scenario.values import Text

    type Written = tuple[Article, Sequence[int]]
    """An article, and the numbers of the regions that its maps show."""

WORDS = {
    "compare": ("compare",),
    "alternatives": ("alternatives",),
    "justify": ("alternatives", "justify"),
    "pareto": ("alternatives", "pareto"),
}
"""The files of words that each analysis speaks with."""


@dataclass(frozen=True)
class Analysis:
    """What an analysis found.

    Attributes
    ----------
    article : callable
        Writes it up in a language, with maps and plots where there is a sheet to draw them on.
    data : dict
        The answer for machines.
    complete : bool
        False where a limit or an interrupt cut it short.
    towns : collection of str
        Codes of the towns that the answer names.
    asked : mapping
        What was asked beside the options, for the manifest.
    """

    article: Callable[[Texts, Land | None], Written]
    data: dict[str, Any]
    complete: bool
    towns: Collection[str]
    asked: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[Note] = ()


def compare(
    references: Sequence[str], folder: Path | None, out: Path | None, language: Language | None
) -> Answer:
    """Compare plans and write compare.html and compare.json.

    Parameters
    ----------
    references : sequence of str
        Two or more run folders, compared as they are, or scenarios: see `find_plan`.
    folder : Path, optional
        The data folder.
    out : Path, optional
        By default ``runs/compare-A-B``.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    check_two(references)
    session = Session.read(folder, language)
    data, control = session.data, Control()
    place = Place.of(out, joined("compare", *references))
    with watched(control, language=language):
        plans = [find_plan(data, reference, control) for reference in references]
    shown = SideBySide(compare_plans(data, plans), data)
    answer = comparison_data(shown)
    found = Analysis(
        lambda t, sheet: compared_article(shown, t, sheet),
        answer,
        all(each.plan.termination.reason in PROVED for each in plans),
        (),
        {"command": "compare", "plans": [_side(each) for each in plans]},
        [note for each in plans for note in each.notes],
    )
    scenarios = {side.label: side.scenario for side in shown.comparison.sides}
    done = _write(session, "compare", place, found, scenarios)
    sources = [{"source": each.source, "passed_over": dict(each.passed)} for each in plans]
    sides = [plan | source for plan, source in zip(done.data["plans"], sources, strict=True)]
    return replace(done, data=done.data | {"plans": sides})


def compared_article(shown: SideBySide, t: Texts, sheet: Land | None) -> Written:
    """Write a comparison up, and say what its scenarios rest on."""
    comparison, titles = shown.comparison, shown.titles(t)
    scenarios = {titles[side.label]: side.scenario for side in comparison.sides}
    towns = {titles[side.label]: side.last for side in comparison.sides}
    article = comparison_article(shown, t, sheet)
    numbers = list(comparison.numbers.values())
    return _grounded(article, towns, scenarios, shown.data.inputs, t), numbers


def _side(found: SourcedPlan) -> dict[str, str]:
    """Return what says which plan was compared: its scenario, and of a run its very files."""
    said = {"scenario": found.scenario.name, "asks": digest(found.scenario)}
    if found.source != "folder":
        return said
    return said | {"plan": hashlib.sha256(writing.plan_json(found.plan).encode()).hexdigest()}


def alternatives(request: Request, within: float, most: int) -> Answer:
    """List every set of offices that is at most so much worse than the best and write it up.

    Parameters
    ----------
    request : Request
        By default the folder is ``runs/alternatives-SCENARIO``.
    within : float
        How much worse, in the unit of the scenario's sum.
    most : int
        Sets to list at most.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    check_within(within)

    def search(data: Data, siting: Siting, control: Control) -> Analysis:
        announced = _announced(data)
        found = find_alternatives(siting, within, most=most, asked=announced, control=control)
        return Analysis(
            lambda t, sheet: alternatives_article(found, data, t, sheet),
            alternatives_data(found),
            found.complete,
            _towns(found.found),
        )

    return _of_siting("alternatives", request, search, within=within, most=most)


def pareto(request: Request, criteria: Sequence[str]) -> Answer:
    """Find the frontier between two or three criteria and write it up.

    Parameters
    ----------
    request : Request
        By default the folder is ``runs/pareto-SCENARIO``.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    check_criteria(criteria)

    def search(data: Data, siting: Siting, control: Control) -> Analysis:
        found = find_frontier(siting, criteria, asked=_announced(data), control=control)
        return Analysis(
            lambda t, sheet: (frontier_article(found, data.inputs, t, plots=sheet is not None), ()),
            frontier_data(found),
            found.complete,
            _towns(found.points),
        )

    return _of_siting("pareto", request, search, criteria=list(criteria))


def justify(request: Request, reference: str, also: Sequence[str]) -> Answer:
    """Find the rates under which a plan's offices are the best and write them up.

    Where the scenario's own criteria have no such rates, every other criterion is let in, one at
    a time.

    Parameters
    ----------
    request : Request
        Of the scenario whose rules and criteria they are held against; by default the folder is
        ``runs/justify-PLAN-SCENARIO``.
    reference : str
        A run folder or a scenario, whose offices are asked about.
    also : sequence of str
        Criteria that may have a rate beside the scenario's own.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """

    def search(data: Data, siting: Siting, control: Control) -> Analysis:
        offices, title, since = _offices_of(data, reference, control)
        verdict = find_rates(siting, offices, also=also, control=control)
        extras: dict[str, Verdict] = {}
        if verdict.complete and verdict.rates is None and not also:
            extras = _one_more(siting, offices, verdict.criteria, control)
        return Analysis(
            lambda t, _: (verdict_article(verdict, extras, title, data.inputs, t), ()),
            verdict_data(verdict, extras),
            verdict.complete and all(one.complete for one in extras.values()),
            _towns((verdict.plan, *verdict.rivals)),
            {"offices": list(offices)},
            since,
        )

    return _of_siting("justify", request, search, about=(reference,), also=list(also))


def _of_siting(
    name: str,
    request: Request,
    search: Callable[[Data, Siting, Control], Analysis],
    about: tuple[str, ...] = (),
    **options: object,
) -> Answer:
    """Read a scenario, analyse where its offices may be, and write that up.

    Parameters
    ----------
    name : str
        Of the command.
    search : callable
        The analysis; Ctrl-C stops it in good order.
    about : tuple of str
        What the folder is named by, before the scenario.
    **options : object
        Those of the command that decide the answer.
    """
    session = Session.read(request.folder, request.language)
    question = session.ask(name, request.scenario, request.overrides, **options)
    place = Place.of(request.out, joined(name, *about, question.name))
    control = control_of(question.scenario)
    with watched(control, language=request.language):
        siting = make_siting(session.data, question.scenario)
        found = search(session.data, siting, control)
    label, scenario = question.scenario.name, siting.instance.scenario

    def article(t: Texts, sheet: Land | None) -> Written:
        written, numbers = found.article(t, sheet)
        towns, scenarios = {label: found.towns}, {label: scenario}
        return _grounded(written, towns, scenarios, session.data.inputs, t), numbers

    asked, notes = question.told | {**found.asked}, [*question.notes, *found.notes]
    told = replace(found, article=article, asked=asked, notes=notes)
    return _write(session, name, place, told, {label: scenario})


def _offices_of(
    data: Data, reference: str, control: Control
) -> tuple[tuple[str, ...], Text, list[Note]]:
    """Return the offices of a run's last period, or of a scenario's best siting, and its title.

    The notes tell what has changed since the run was written.
    """
    if is_run(data, reference):
        run = find_plan(data, reference, control)
        return run.plan.periods[-1].open, run.scenario.title, run.changes
    scenario = data.scenario(reference)
    return make_siting(data, scenario).best(control).sites, scenario.title, []


def _one_more(
    siting: Siting, offices: Sequence[str], known: Sequence[str], control: Control
) -> dict[str, Verdict]:
    """Let every criterion in that the scenario does not weigh, one at a time."""
    level = siting.instance.scenario.units.level
    return {
        name: find_rates(siting, offices, also=(name,), thresholds=False, control=control)
        for name in WEIGHABLE
        if name not in known and not (name == "county_splits" and level == "county")
    }


def _towns(found: Iterable[SitingResult]) -> set[str]:
    return {code for each in found for code in each.sites}


def _announced(data: Data) -> tuple[str, ...]:
    return tuple(sorted(data.inputs.announced["municipality_code"]))


def _grounded(
    article: Article,
    towns: Mapping[str, Collection[str]],
    scenarios: Mapping[str, Scenario],
    inputs: Inputs,
    t: Texts,
) -> Article:
    """Return an article that says what its answer rests on: by label scenarios and their towns."""
    unsure = said_by_label(towns, scenarios, inputs, t)
    article = replace(article, answer=(*article.answer, *unsure))
    article = with_changes(article, scenarios, inputs, t)
    return with_assumptions(article, scenarios, inputs, t)


def _write(
    session: Session, name: str, place: Place, found: Analysis, scenarios: Mapping[str, Scenario]
) -> Answer:
    """Write an analysis as a page and as JSON, and keep it for the terminal."""
    inputs, t = session.data.inputs, load_texts(session.language, *WORDS[name])
    sheet = make_land(inputs)
    written, numbers = found.article(t, sheet)
    bare = {each: found.article(load_texts(each, *WORDS[name]), None)[0] for each in LANGUAGES}
    data = {"complete": found.complete, **found.data}
    files = {
        f"{name}.html": render_article(written, inputs, t, land=sheet, numbers=numbers),
        f"{name}.json": writing.to_json({**data, "told": tell(bare)}),
    }
    out, about = session.write(place, files, found.asked, scenarios)
    notes = [*found.notes, *about]
    return Answer(name, out, data, bare[session.spoken], found.complete, notes)
