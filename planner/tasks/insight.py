"""What the commands of insight do: read plans and scenarios, analyse, write a page, print."""

from __future__ import annotations

from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner import api, runs
from planner.analysis.aims import WEIGHABLE
from planner.analysis.alternatives import find_alternatives
from planner.analysis.justify import justify as find_rates
from planner.analysis.pareto import check_criteria, find_frontier
from planner.analysis.siting import make_siting
from planner.errors import InputError, Problem
from planner.message import say
from planner.model.solve import PROVED, Control
from planner.outputs.alternatives_page import alternatives_article, alternatives_data
from planner.outputs.article import Article, render_article
from planner.outputs.assumed import with_assumptions
from planner.outputs.comparison import comparison_data
from planner.outputs.comparison_page import comparison_article
from planner.outputs.findings import LANGUAGES, tell
from planner.outputs.justify_page import verdict_article, verdict_data
from planner.outputs.pareto_page import frontier_article, frontier_data
from planner.outputs.svgmap import make_sheet
from planner.outputs.text import load_texts
from planner.tasks.begin import Answer, begin
from planner.tasks.named import compared, is_run, named_plan
from planner.tasks.progress import watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from planner.analysis.siting import Siting
    from planner.analysis.verdict import Verdict
    from planner.api import Data
    from planner.outputs.svgmap import Sheet
    from planner.outputs.text import Language, Texts
    from planner.scenario.spec import Scenario
    from planner.scenario.values import Text
    from planner.tasks.begin import Begun


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
        Two or more run folders or scenarios; a scenario whose run in ``runs/`` is fresh is read
        from there, another is solved.
    folder : Path, optional
        The data folder.
    out : Path, optional
        By default ``runs/compare``.
    language : {"sv", "en"}, optional

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    if len(references) < 2:
        expected = say("two or more run folders or scenarios")
        raise InputError([Problem("compare", None, "", " ".join(references), expected)])
    begun = begin(folder, language)
    data, out = begun.data, begun.place(out, "compare")
    control = Control()
    with watched(control, language=language):
        named = [named_plan(data, reference, control) for reference in references]
    comparison = compared(data, named)

    def article(t: Texts, sheet: Sheet | None) -> tuple[Article, list[int]]:
        written = comparison_article(comparison, data.inputs, t, sheet)
        return written, list(comparison.numbers.values())

    complete = all(each.plan.termination.reason in PROVED for each in named)
    answer = comparison_data(comparison, data.inputs)
    rests_on = {side.label: side.scenario for side in comparison.sides}
    return _finish(begun, "compare", rests_on, out, article, answer, complete=complete)


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
        By default ``runs/alternatives``.
    language : {"sv", "en"}, optional

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    if not 0 <= within < inf:
        expected = say("zero or more, in the unit of the scenario's sum")
        raise InputError([Problem("--within", None, "", f"{within:g}", expected)])
    begun = begin(folder, language)
    data, out = begun.data, begun.place(out, "alternatives")
    with _asked(data, data.scenario(reference, overrides), language) as (siting, control):
        found = find_alternatives(
            siting,
            within,
            most=most,
            asked=_announced(data),
            control=control,
        )

    def article(t: Texts, sheet: Sheet | None) -> tuple[Article, list[int]]:
        return alternatives_article(found, data.inputs, data.travel, t, sheet)

    answer, complete = alternatives_data(found), found.complete
    rests_on = {reference: siting.instance.scenario}
    return _finish(begun, "alternatives", rests_on, out, article, answer, complete=complete)


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
        By default ``runs/pareto``.
    language : {"sv", "en"}, optional

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    check_criteria(criteria)
    begun = begin(folder, language)
    data, out = begun.data, begun.place(out, "pareto")
    with _asked(data, data.scenario(reference, overrides), language) as (siting, control):
        frontier = find_frontier(siting, criteria, asked=_announced(data), control=control)

    def article(t: Texts, sheet: Sheet | None) -> tuple[Article, list[int]]:
        return frontier_article(frontier, data.inputs, t, plots=sheet is not None), []

    answer, complete = frontier_data(frontier), frontier.complete
    rests_on = {reference: siting.instance.scenario}
    return _finish(begun, "pareto", rests_on, out, article, answer, complete=complete)


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
        By default ``runs/justify``.
    language : {"sv", "en"}, optional

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    begun = begin(folder, language)
    data, out = begun.data, begun.place(out, "justify")
    with _asked(data, data.scenario(question, overrides), language) as (siting, control):
        offices, asked = _offices_of(data, reference, control)
        verdict = find_rates(siting, offices, also=also, control=control)
        extras: dict[str, Verdict] = {}
        if verdict.complete and verdict.rates is None and not also:
            extras = _one_more(siting, offices, verdict.criteria, control)

    def article(t: Texts, _sheet: Sheet | None) -> tuple[Article, list[int]]:
        return verdict_article(verdict, extras, asked, data.inputs, t), []

    complete = verdict.complete and all(one.complete for one in extras.values())
    answer = verdict_data(verdict, extras)
    rests_on = {question: siting.instance.scenario}
    return _finish(begun, "justify", rests_on, out, article, answer, complete=complete)


@contextmanager
def _asked(
    data: Data, scenario: Scenario, language: Language | None
) -> Iterator[tuple[Siting, Control]]:
    """Give the siting problem of a scenario, and its limits; Ctrl-C stops in good order."""
    control = api.control_of(scenario)
    with watched(control, language=language):
        yield make_siting(data, scenario), control


def _offices_of(data: Data, reference: str, control: Control) -> tuple[tuple[str, ...], Text]:
    """Return the offices of a run's last period, or of a scenario's best siting, and its title."""
    if is_run(data, reference):
        run = runs.read_run(Path(reference), data.folder)
        return run.plan.periods[-1].open, run.scenario.title
    scenario = data.scenario(reference)
    return make_siting(data, scenario).best(control).sites, scenario.title


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


def _announced(data: Data) -> tuple[str, ...]:
    return tuple(sorted(data.inputs.announced["municipality_code"]))


def _finish(  # noqa: PLR0913 - what a folder is made of
    begun: Begun,
    name: str,
    rests_on: Mapping[str, Scenario],
    out: Path,
    article: Callable[[Texts, Sheet | None], tuple[Article, list[int]]],
    answer: dict[str, Any],
    *,
    complete: bool,
) -> Answer:
    """Write an analysis as a page and as JSON, and keep it for the terminal."""
    inputs, t = begun.data.inputs, load_texts(begun.language, *WORDS[name])
    sheet = make_sheet(inputs)
    written, numbers = article(t, sheet)
    written = with_assumptions(written, rests_on, inputs, t)
    bare = {each: article(load_texts(each, *WORDS[name]), None)[0] for each in LANGUAGES}
    data = {"complete": complete, **answer}
    files = {
        f"{name}.html": render_article(written, inputs, t, land=sheet, numbers=numbers),
        f"{name}.json": runs.to_json({**data, "told": tell(bare)}),
    }
    begun.write(out, files)
    return Answer(name, out, data, bare[begun.spoken], complete)
