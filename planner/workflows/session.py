"""What commands that write a report begin and end with: the tables, the folder, its manifest."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from planner import runs
from planner.data import Data, load
from planner.workflows.notes import dropped
from planner.workflows.place import own_name, question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from planner.outputs.pages.article import Article
    from planner.outputs.words.text import Language
    from planner.scenario.spec import Scenario
    from planner.workflows.place import Note, Place


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
        The same for the terminal, in its language.
    complete : bool
        False where a limit or an interrupt cut it short.
    notes : list of Note
        What there is to tell beside it: what was dropped, where it went, which plan was read.
    """

    name: str
    out: Path
    data: dict[str, Any]
    article: Article
    complete: bool
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True)
class Begun:
    """A command that has read the tables.

    Attributes
    ----------
    data : Data
    language, spoken : {"sv", "en"}
        Of what it writes, and of the terminal.
    began : float
        On the clock of `time.monotonic`.
    """

    data: Data
    language: Language
    spoken: Language
    began: float

    def asked(
        self, command: str, reference: str, overrides: Sequence[str], **options: object
    ) -> Asked:
        """Return what a command is asked of a scenario.

        Raises
        ------
        InputError
            With every problem of the scenario.
        """
        scenario = self.data.scenario(reference, overrides)
        plain = self.data.scenario(reference) if overrides else scenario
        notes = dropped(plain, scenario, overrides, self.data.inputs)
        name = own_name(plain, scenario)
        return Asked(scenario, name, question(command, scenario, **options), notes)

    def write(
        self,
        place: Place,
        files: Mapping[str, str | bytes],
        question: Mapping[str, Any],
        rests_on: Mapping[str, Scenario] | None = None,
    ) -> tuple[Path, list[Note]]:
        """Write the folder with its manifest, whole or not at all; see `Place.write`.

        The manifest says what the scenarios that it rests on have changed, by label.

        Raises
        ------
        PlannerError
            If the disk does not take it.
        """
        seconds = time.monotonic() - self.began
        asked = (rests_on or {}).items()
        changed = {label: scenario.changed for label, scenario in asked if scenario.changed}
        tables = self.data.inputs.files
        return place.write(files, runs.Provenance(tables, seconds, changed, question))


@dataclass(frozen=True)
class Asked:
    """What a command is asked.

    Attributes
    ----------
    scenario : Scenario
    name : str
        Of the scenario with what was set of it, for a folder.
    question : dict
        For the manifest of the answer.
    notes : list of Note
        What was dropped.
    """

    scenario: Scenario
    name: str
    question: dict[str, Any]
    notes: list[Note]


def begin(folder: Path | None, language: Language | None) -> Begun:
    """Read the tables.

    Where no language is asked for, files are in the data's own and the terminal in English.

    Raises
    ------
    InputError
        With every problem in every table.
    """
    began = time.monotonic()
    data = load(folder)
    own = cast("Language", data.inputs.country.language)
    return Begun(data, language or own, language or "en", began)
