"""What the commands do that only look: explain, check, scenarios."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.analysis.replay import HISTORY, read_history
from planner.case.read import default_data_folder, summary
from planner.data import Data, load
from planner.errors import InputError, Problem
from planner.message import Language, Message, say
from planner.model.instance import Instance, make_instance
from planner.model.solving.explain import Explanation, explain
from planner.planning import control_of, named_facts
from planner.runs import writing
from planner.scenario.load import load_scenario, scenario_names
from planner.workflows.session import Report, Request, Session, watched
from planner.workflows.totals import Moved, moved, moved_told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.scenario.spec import Scenario
    from planner.workflows.place import Note


def explain_scenario(
    request: Request, report: Report | None = None
) -> tuple[Explanation, list[Note]]:
    """Tell which rules of a scenario clash and what would help; progress as in `watched`.

    The notes tell what was dropped of the scenario.

    Raises
    ------
    InputError, SolverStopped
        As reading and solving do.
    """
    session = Session.read(request.folder, request.language)
    data, question = session.data, session.ask("explain", request.scenario, request.overrides)
    control = control_of(question.scenario)

    def make(asked: Scenario) -> Instance:
        return make_instance(data.inputs, data.travel, asked)

    with watched(control, report, request.language):
        explanation = explain(make(question.scenario), control, make)
    named = replace(explanation, facts=named_facts(data, explanation.facts))
    return named, question.notes


@dataclass(frozen=True)
class Checked:
    """A data folder without problems.

    Attributes
    ----------
    counts : list of tuple
        What was read: a label and a count.
    doubts : tuple of Problem
        What is unlikely in the tables.
    moved : list of Moved
        Totals that are others than in the last run.
    """

    counts: list[tuple[Message, int | str]]
    doubts: tuple[Problem, ...]
    moved: list[Moved]

    def to_dict(self, language: Language) -> dict[str, object]:
        """Return it for machines."""
        return {
            **dict(self.counts),
            "doubts": [doubt.to_dict(language) for doubt in self.doubts],
            "moved": [each.to_dict(language) for each in self.moved],
        }

    @property
    def lines(self) -> list[Message]:
        """What a planner sees in the terminal."""
        lines = [say("{}: {}", name, count) for name, count in self.counts]
        lines.append(say("No problems found."))
        lines += [moved_told(self.moved)] if self.moved else []
        if len(self.doubts) == 1:
            lines.append(say("1 doubt: it stops nothing, but look whether it is true"))
        elif self.doubts:
            count = len(self.doubts)
            lines.append(say("{} doubts: they stop nothing, but look whether they are true", count))
        return lines + [say("  {}", doubt.message) for doubt in self.doubts]


def check_folder(folder: Path | None) -> Checked:
    """Read the tables, every scenario and the history of a folder, and hold them together.

    Raises
    ------
    InputError
        With every problem of them all.
    """
    folder = folder or default_data_folder()
    problems: list[Problem] = []
    data: Data | None = None
    try:
        data = load(folder)
    except InputError as error:
        problems.extend(error.problems)
    names = scenario_names(folder)
    for name in names:
        try:
            scenario = load_scenario(name, folder)
            if data is not None:
                make_instance(data.inputs, data.travel, scenario)
        except InputError as error:
            problems.extend(error.problems)
    problems += _history_problems(folder, names)
    if data is None or problems:
        raise InputError(problems)
    counts = [*summary(data.inputs), (say("scenarios"), len(names))]
    return Checked(counts, data.inputs.doubts, moved(data.inputs, data.folder))


def _history_problems(folder: Path, names: Sequence[str]) -> list[Problem]:
    """Find what is wrong with the history, where the folder has one."""
    if not (folder / HISTORY).exists():
        return []
    try:
        history = read_history(folder)
    except InputError as error:
        return list(error.problems)
    asked = {name for date in history.dates for name in (date.announced, date.actual, date.best)}
    expected = say("a scenario of the folder: {}", ", ".join(names))
    return [
        Problem(HISTORY, None, "dates", name, expected)
        for name in sorted(filter(None, asked))
        if name not in names
    ]


def describe_scenarios(
    name: str | None, folder: Path | None, language: Language = "en"
) -> tuple[object, str]:
    """Return the scenarios with their titles, or one complete: for machines, and as text."""
    folder = folder or default_data_folder()
    if name is not None:
        scenario = load_scenario(name, folder)
        return scenario.model_dump(mode="json"), writing.scenario_toml(scenario)
    found = [load_scenario(each, folder) for each in scenario_names(folder)]
    if not found:
        expected = say("a data folder with scenarios/*.toml")
        raise InputError([Problem("--data", None, "", str(folder), expected)])
    rows = [
        {"name": s.name, "title": s.title.model_dump(), "description": s.description.model_dump()}
        for s in found
    ]
    width = max(len(s.name) for s in found)
    return rows, "\n".join(f"{s.name:<{width}}  {getattr(s.title, language)}" for s in found)
