"""What the commands of insight do: read plans and scenarios, analyse, write a page, print."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from planner import api, runs
from planner.errors import InputError, Problem
from planner.model.solve import PROVED, Control
from planner.outputs.article import Article, render_article
from planner.outputs.comparison import comparison_data, make_comparison
from planner.outputs.comparison_page import comparison_article
from planner.outputs.svgmap import make_sheet
from planner.outputs.text import load_texts
from planner.running import watched
from planner.scenario.load import scenario_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.api import Data
    from planner.outputs.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario


@dataclass(frozen=True)
class Answer:
    """An analysis that is written.

    Attributes
    ----------
    name : str
        Of its files, without the ending.
    out : Path
        The folder.
    data : dict
        The answer for machines.
    article : Article
        The same in English, for the terminal.
    complete : bool
        False where a limit or an interrupt cut it short.
    """

    name: str
    out: Path
    data: dict[str, Any]
    article: Article
    complete: bool


@dataclass(frozen=True)
class Named:
    """A plan that was asked for, read from its run folder or solved now."""

    label: str
    scenario: Scenario
    plan: Plan
    folder: Path | None
    stranger: bool


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
    began = time.monotonic()
    if len(references) < 2:
        expected = "two or more run folders or scenarios"
        raise InputError([Problem("compare", None, "", " ".join(references), expected)])
    data = api.load(folder)
    out = out or Path("runs") / "compare"
    runs.check_out(out)
    control = Control()
    with watched(control):
        named = [named_plan(data, reference, control) for reference in references]
    labelled = list(_with_labels(named))
    comparison = make_comparison(
        [(label, each.scenario, each.plan) for label, each in labelled],
        data.inputs,
        data.travel,
        [label for label, each in labelled if each.stranger],
    )
    own = language or cast("Language", data.inputs.country.language)
    t = load_texts(own, "compare")
    sheet = make_sheet(data.inputs)
    html = render_article(
        comparison_article(comparison, data.inputs, t, sheet),
        data.inputs,
        t,
        land=sheet,
        numbers=list(comparison.numbers.values()),
    )
    answer = comparison_data(comparison, data.inputs)
    english = comparison_article(comparison, data.inputs, load_texts("en", "compare"))
    _write(out, "compare", html, answer, data, began)
    complete = all(each.plan.termination.reason in PROVED for each in named)
    return Answer("compare", out, answer, english, complete)


def named_plan(data: Data, reference: str, control: Control) -> Named:
    """Return the plan of a run folder, or of a scenario: its fresh run's, or solved now.

    A run is fresh if it was made from the same tables and the same scenario.

    Raises
    ------
    InputError
        If it is neither, or a run names places that the tables don't have.
    """
    folder = Path(reference)
    if (folder / "plan.json").is_file() or (
        folder.is_dir() and reference not in scenario_names(data.folder)
    ):
        run = runs.read_run(folder, data.folder)
        _check_places(run, data)
        stranger = dict(run.inputs) != dict(data.inputs.files)
        return Named(folder.resolve().name, run.scenario, run.plan, folder, stranger)
    scenario = data.scenario(reference)
    fresh = Path("runs") / scenario.name
    if (fresh / "manifest.json").is_file():
        run = runs.read_run(fresh, data.folder)
        if run.scenario == scenario and dict(run.inputs) == dict(data.inputs.files):
            return Named(scenario.name, scenario, run.plan, fresh, stranger=False)
    limits = api.control_of(scenario)
    control.gap, control.deadline, control.threads = limits.gap, limits.deadline, limits.threads
    return Named(scenario.name, scenario, api.solve(data, scenario, control), None, stranger=False)


def _check_places(run: runs.Run, data: Data) -> None:
    """Refuse a run of another country: its offices and units must be in the tables."""
    known = {
        "county": set(data.inputs.counties.index),
        "municipality": set(data.inputs.municipalities.index),
        "principal": set(data.inputs.principals.index),
    }
    towns = known["municipality"]
    strange = {office.code for office in run.plan.offices} - towns
    strange |= {
        row.id
        for row in run.plan.assignments
        if row.id not in known.get(row.unit, set()) and row.id.split("-sole-")[0] not in towns
    }
    strange |= {row.office for row in run.plan.assignments} - towns
    if strange:
        expected = "a run over the places of this data folder"
        shown = ", ".join(sorted(strange)[:5])
        raise InputError([Problem(str(run.folder / "plan.json"), None, "", shown, expected)])


def _with_labels(named: Sequence[Named]) -> Iterator[tuple[str, Named]]:
    """Give plans of one name numbers, so that labels differ."""
    seen: dict[str, int] = {}
    for each in named:
        seen[each.label] = seen.get(each.label, 0) + 1
        count = seen[each.label]
        yield each.label if count == 1 else f"{each.label} ({count})", each


def _write(  # noqa: PLR0913 - what a folder is made of
    out: Path, name: str, html: str, answer: dict[str, Any], data: Data, began: float
) -> None:
    files: dict[str, str | bytes] = {f"{name}.html": html, f"{name}.json": runs.to_json(answer)}
    runs.write_run(out, files, runs.Provenance(data.inputs.files, time.monotonic() - began))
