"""What the commands of insight do: read plans and scenarios, analyse, write a page, print."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any

from planner import runs
from planner.analysis.alternatives import find_alternatives
from planner.analysis.comparison import comparison_data
from planner.analysis.justify import justify as find_rates
from planner.analysis.pareto import check_criteria, find_frontier
from planner.control import Control
from planner.errors import InputError, Problem
from planner.message import LANGUAGES, say
from planner.model.solving.optimise import PROVED
from planner.outputs.drawing.svgmap import make_land
from planner.outputs.findings import tell
from planner.outputs.pages.alternatives import alternatives_article, alternatives_data
from planner.outputs.pages.article import Article, render_article
from planner.outputs.pages.comparison import comparison_article
from planner.outputs.pages.justify import verdict_article, verdict_data
from planner.outputs.pages.pareto import frontier_article, frontier_data
from planner.outputs.words.assumptions import with_assumptions
from planner.outputs.words.changed import with_changes
from planner.outputs.words.text import load_texts
from planner.outputs.words.unverified import with_unverified
from planner.planning import control_of
from planner.siting.aim import WEIGHABLE
from planner.siting.problem import make_siting
from planner.workflows.place import Place, digest, joined
from planner.workflows.plans import compare_plans, find_plan, is_run
from planner.workflows.progress import watched
from planner.workflows.session import Answer, Session

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from planner.analysis.verdict import Verdict
    from planner.data import Data
    from planner.message import Language
    from planner.outputs.drawing.svgmap import Land
    from planner.outputs.words.text import Texts
    from planner.scenario.spec import Scenario
    from planner.scenario.values import Text
    from planner.siting.problem import Siting, SitingResult
    from planner.workflows.place import Note
    from planner.workflows.plans import SourcedPlan


WORDS = {
    "compare": ("compare",),
    "alternatives": ("alternatives",),
    "justify": ("alternatives", "justify"),
    "pareto": ("alternatives", "pareto"),
}
"""The files of words that each analysis speaks with."""


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
    language : {"sv", "en"}, optional

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    if len(references) < 2:
        expected = say("two or more run folders or scenarios")
        raise InputError([Problem("compare", None, "", " ".join(references), expected)])
    session = Session.read(folder, language)
    data = session.data
    place = Place.of(out, joined("compare", *references))
    control = Control()
    with watched(control, language=language):
        named = [find_plan(data, reference, control) for reference in references]
    comparison = compare_plans(data, named)

    def article(t: Texts, sheet: Land | None) -> tuple[Article, list[int]]:
        written = comparison_article(comparison, data.inputs, t, sheet)
        return written, list(comparison.numbers.values())

    complete = all(each.plan.termination.reason in PROVED for each in named)
    answer = comparison_data(comparison, data.inputs)
    rests_on = {side.label: (side.scenario, side.towns) for side in comparison.sides}

    def titles(t: Texts) -> dict[str, str]:
        return {side.source: side.label for side in comparison.titled(t).sides}

    asked = {"command": "compare", "plans": [_side(each) for each in named]}
    done = _finish(
        session,
        "compare",
        rests_on,
        place,
        asked,
        article,
        answer,
        complete=complete,
        notes=[note for each in named for note in each.notes],
        titles=titles,
    )
    sources = [{"source": each.source, "passed_over": dict(each.passed)} for each in named]
    plans = [plan | source for plan, source in zip(done.data["plans"], sources, strict=True)]
    return replace(done, data=done.data | {"plans": plans})


def _side(named: SourcedPlan) -> dict[str, str]:
    """Return what says which plan was compared: its scenario, and of a run its very files."""
    said = {"scenario": named.scenario.name, "asks": digest(named.scenario)}
    if named.source != "folder":
        return said
    return said | {"plan": hashlib.sha256(runs.plan_json(named.plan).encode()).hexdigest()}


def alternatives(  # noqa: PLR0913 - one argument an option
    reference: str,
    folder: Path | None,
    overrides: Sequence[str],
    within: float,
    most: int,
    out: Path | None,
    language: Language | None,
) -> Answer:
    """List every set of offices that is at most so much worse than the best and write it up.

    Parameters
    ----------
    reference : str
        A scenario.
    folder : Path, optional
    overrides : sequence of str
    within : float
        How much worse, in the unit of the scenario's sum.
    most : int
        Sets to list at most.
    out : Path, optional
        By default ``runs/alternatives-SCENARIO``.
    language : {"sv", "en"}, optional

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    if not 0 <= within < inf:
        expected = say("zero or more, in the unit of the scenario's sum")
        raise InputError([Problem("--within", None, "", f"{within:g}", expected)])
    session = Session.read(folder, language)
    data = session.data
    asked = session.ask("alternatives", reference, overrides, within=within, most=most)
    place = Place.of(out, joined("alternatives", asked.name))
    with _siting(data, asked.scenario, language) as (siting, control):
        found = find_alternatives(
            siting,
            within,
            most=most,
            asked=_announced(data),
            control=control,
        )

    def article(t: Texts, sheet: Land | None) -> tuple[Article, list[int]]:
        return alternatives_article(found, data.inputs, data.travel, t, sheet)

    answer, complete = alternatives_data(found), found.complete
    rests_on = {asked.scenario.name: (siting.instance.scenario, _towns(found.found))}
    return _finish(
        session,
        "alternatives",
        rests_on,
        place,
        asked.told,
        article,
        answer,
        complete=complete,
        notes=asked.notes,
    )


def pareto(  # noqa: PLR0913 - one argument an option
    reference: str,
    folder: Path | None,
    overrides: Sequence[str],
    criteria: Sequence[str],
    out: Path | None,
    language: Language | None,
) -> Answer:
    """Find the frontier between two or three criteria and write it up.

    Parameters
    ----------
    reference : str
        A scenario.
    folder : Path, optional
    overrides : sequence of str
    criteria : sequence of str
    out : Path, optional
        By default ``runs/pareto-SCENARIO``.
    language : {"sv", "en"}, optional

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    check_criteria(criteria)
    session = Session.read(folder, language)
    data = session.data
    asked = session.ask("pareto", reference, overrides, criteria=list(criteria))
    place = Place.of(out, joined("pareto", asked.name))
    with _siting(data, asked.scenario, language) as (siting, control):
        frontier = find_frontier(siting, criteria, asked=_announced(data), control=control)

    def article(t: Texts, sheet: Land | None) -> tuple[Article, list[int]]:
        return frontier_article(frontier, data.inputs, t, plots=sheet is not None), []

    answer, complete = frontier_data(frontier), frontier.complete
    rests_on = {asked.scenario.name: (siting.instance.scenario, _towns(frontier.points))}
    return _finish(
        session,
        "pareto",
        rests_on,
        place,
        asked.told,
        article,
        answer,
        complete=complete,
        notes=asked.notes,
    )


def justify(  # noqa: PLR0913 - one argument an option
    reference: str,
    folder: Path | None,
    question: str,
    overrides: Sequence[str],
    also: Sequence[str],
    out: Path | None,
    language: Language | None,
) -> Answer:
    """Find the rates under which a plan's offices are the best and write them up.

    Where the scenario's own criteria have no such rates, every other criterion is let in, one at
    a time.

    Parameters
    ----------
    reference : str
        A run folder or a scenario, whose offices are asked about.
    folder : Path, optional
    question : str
        The scenario whose rules and criteria they are held against.
    overrides : sequence of str
        Changes of that scenario.
    also : sequence of str
        Criteria that may have a rate beside the scenario's own.
    out : Path, optional
        By default ``runs/justify-PLAN-SCENARIO``.
    language : {"sv", "en"}, optional

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    session = Session.read(folder, language)
    data = session.data
    asked = session.ask("justify", question, overrides, also=list(also))
    place = Place.of(out, joined("justify", reference, asked.name))
    with _siting(data, asked.scenario, language) as (siting, control):
        offices, title, since = _offices_of(data, reference, control)
        verdict = find_rates(siting, offices, also=also, control=control)
        extras: dict[str, Verdict] = {}
        if verdict.complete and verdict.rates is None and not also:
            extras = _one_more(siting, offices, verdict.criteria, control)

    def article(t: Texts, _sheet: Land | None) -> tuple[Article, list[int]]:
        return verdict_article(verdict, extras, title, data.inputs, t), []

    complete = verdict.complete and all(one.complete for one in extras.values())
    answer = verdict_data(verdict, extras)
    told = (verdict.plan, *verdict.rivals)
    rests_on = {asked.scenario.name: (siting.instance.scenario, _towns(told))}
    return _finish(
        session,
        "justify",
        rests_on,
        place,
        asked.told | {"offices": list(offices)},
        article,
        answer,
        complete=complete,
        notes=[*asked.notes, *since],
    )


@contextmanager
def _siting(
    data: Data, scenario: Scenario, language: Language | None
) -> Iterator[tuple[Siting, Control]]:
    """Give the siting problem of a scenario, and its limits; Ctrl-C stops in good order."""
    control = control_of(scenario)
    with watched(control, language=language):
        yield make_siting(data, scenario), control


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


def _finish(  # noqa: PLR0913 - what a folder is made of
    session: Session,
    name: str,
    rests_on: Mapping[str, tuple[Scenario, Collection[str]]],
    place: Place,
    asked: Mapping[str, Any],
    article: Callable[[Texts, Land | None], tuple[Article, list[int]]],
    answer: dict[str, Any],
    *,
    complete: bool,
    notes: Sequence[Note],
    titles: Callable[[Texts], Mapping[str, str]] | None = None,
) -> Answer:
    """Write an analysis as a page and as JSON, and keep it for the terminal.

    `rests_on` has the scenarios by label, each with the towns that the answer names of it;
    `titles` says what the page calls the labels, if not so.
    """
    inputs, t = session.data.inputs, load_texts(session.language, *WORDS[name])
    sheet = make_land(inputs)

    def headed(words: Texts, sheet: Land | None) -> tuple[Article, list[int]]:
        made, numbers = article(words, sheet)
        called = titles(words) if titles else {label: label for label in rests_on}
        scenarios = {called[label]: scenario for label, (scenario, _) in rests_on.items()}
        towns = {called[label]: codes for label, (_, codes) in rests_on.items()}
        made = with_unverified(made, towns, scenarios, inputs, words)
        made = with_changes(made, scenarios, inputs, words)
        return with_assumptions(made, scenarios, inputs, words), numbers

    written, numbers = headed(t, sheet)
    bare = {each: headed(load_texts(each, *WORDS[name]), None)[0] for each in LANGUAGES}
    data = {"complete": complete, **answer}
    files = {
        f"{name}.html": render_article(written, inputs, t, land=sheet, numbers=numbers),
        f"{name}.json": runs.to_json({**data, "told": tell(bare)}),
    }
    scenarios = {label: scenario for label, (scenario, _) in rests_on.items()}
    out, about = session.write(place, files, asked, scenarios)
    return Answer(name, out, data, bare[session.spoken], complete, [*notes, *about])
