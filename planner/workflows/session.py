"""What every command begins and ends with: the tables, the question, the folder of the answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from rich.console import Console

from planner import stopping
from planner.data import Data, load
from planner.outputs.words import facts
from planner.outputs.words.text import Texts, load_texts
from planner.runs import writing
from planner.scenario.override import differences, replaced_keys, settings
from planner.workflows.place import Note, Place, own_name, question

if TYPE_CHECKING:
    from pathlib import Path

    from planner.case.types import Inputs
    from planner.control import Control
    from planner.message import Language
    from planner.outputs.pages.page import Article
    from planner.scenario.spec import Scenario

MOST = 8
"""Things that a sentence names; the others are counted."""


@dataclass(frozen=True)
class Request:
    """What a command is asked, and where its answer goes.

    Attributes
    ----------
    scenario : str
        A scenario's name, or its file.
    folder : Path or None
        The data folder; the one that ships if none is given.
    overrides : sequence of str
        What ``--set`` gives: ``key=value``.
    out : Path or None
        The folder of the answer; by default one in ``runs/``: see `planner.workflows.place.Place`.
    language : {"sv", "en"} or None
        Of what is said and written.
    """

    scenario: str
    folder: Path | None = None
    overrides: Sequence[str] = ()
    out: Path | None = None
    language: Language | None = None


@dataclass(frozen=True)
class Question:
    """What a command is asked of a scenario.

    Attributes
    ----------
    name : str
        Of the scenario with what was set of it, for a folder.
    told : dict
        For the manifest of the answer.
    notes : list of Note
        What was dropped.
    """

    scenario: Scenario
    name: str
    told: dict[str, Any]
    notes: list[Note]


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
class Session:
    """A command that has read the tables.

    Attributes
    ----------
    language, spoken : {"sv", "en"}
        Of what it writes, and of the terminal.
    began : float
        On the clock of `time.monotonic`.
    """

    data: Data
    language: Language
    spoken: Language
    began: float

    @classmethod
    def read(cls, folder: Path | None, language: Language | None) -> Self:
        """Read the tables.

        Where no language is asked for, files are in the data's own and the terminal in English.

        Raises
        ------
        InputError
            With every problem in every table.
        """
        began = time.monotonic()
        data = load(folder)
        own = data.inputs.country.language
        return cls(data, language or own, language or "en", began)

    def ask(
        self, command: str, reference: str, overrides: Sequence[str], **options: object
    ) -> Question:
        """Return what a command is asked of a scenario.

        `options` are those of the command that decide its answer: what JSON can hold.

        Raises
        ------
        InputError
            With every problem of the scenario.
        """
        scenario = self.data.scenario(reference, overrides)
        plain = self.data.scenario(reference) if overrides else scenario
        notes = dropped(plain, scenario, overrides, self.data.inputs)
        name = own_name(plain, scenario)
        return Question(scenario, name, question(command, scenario, **options), notes)

    def write(
        self,
        place: Place,
        files: Mapping[str, str | bytes],
        told: Mapping[str, Any],
        rests_on: Mapping[str, Scenario] | None = None,
    ) -> tuple[Path, list[Note]]:
        """Write the folder with its manifest, whole or not at all; see `Place.write`.

        The manifest says what was asked (`told`), and what the scenarios that the answer rests on
        have changed, by label.

        Raises
        ------
        PlannerError
            If the disk does not take it.
        """
        seconds = time.monotonic() - self.began
        asked = (rests_on or {}).items()
        changed = {label: scenario.changed for label, scenario in asked if scenario.changed}
        tables = self.data.inputs.files
        return place.write(files, writing.Provenance(tables, seconds, changed, question=told))


def dropped(
    plain: Scenario, scenario: Scenario, overrides: Sequence[str], inputs: Inputs
) -> list[Note]:
    """Tell what lists and tables given with ``--set`` leave out that was there before.

    Parameters
    ----------
    plain, scenario : Scenario
        Before and after.
    inputs : Inputs
        Gives codes their names.
    """
    changed = differences(settings(plain), settings(scenario))
    seats = inputs.municipalities["seat"]
    notes: list[Note] = []
    for key in replaced_keys(overrides):
        gone: list[str] = []
        for name, (before, now) in changed.items():
            if name == key and isinstance(before, list):
                gone += [str(item) for item in before if item not in (now or [])]
            elif name.startswith(f"{key}.") and now is None:
                gone.append(name)
        shown = [f"{item} {seats[item]}" if item in seats.index else item for item in gone]
        if gone:
            more = len(shown) - MOST
            items = ", ".join(shown[:MOST]) + (f" + {more}" if more > 0 else "")
            notes.append(("dropped", {"field": key, "items": items}))
    return notes


def sentences(notes: Iterable[Note], t: Texts) -> list[str]:
    """Say notes in a language; `t` has the words of notes.toml."""
    return [t(f"note.{key}", **words) for key, words in notes]


Report = Callable[[str, float | None, float | None], None]
"""Told the stage, and while it is searched the incumbent and the bound."""


@contextmanager
def watched(
    control: Control, report: Report | None = None, language: Language | None = None
) -> Iterator[None]:
    """Tell progress on standard error; let the first Ctrl-C stop the search in good order.

    What was found is then finished. A second Ctrl-C ends it all, and nothing is written. Where
    `report` is given, progress is told to it instead.
    """
    with stopping.in_good_order(control), progress_told(control, report, language):
        yield


@contextmanager
def progress_told(
    control: Control, report: Report | None = None, language: Language | None = None
) -> Iterator[None]:
    """Tell progress on standard error, or to `report`; Ctrl-C means what it meant before."""
    t = load_texts(language or "en", "terminal")
    with _searched(t) if report is None else nullcontext(report) as control.progress:
        yield


@contextmanager
def _searched(t: Texts) -> Iterator[Report]:
    with Console(stderr=True).status(t("progress.reading")) as status:

        def progress(stage: str, incumbent: float | None, bound: float | None) -> None:
            known = {"found": incumbent, "bound": bound}
            told = {key: f"{value:.6g}" for key, value in known.items() if value is not None}
            goal = _named(stage, t)
            key = "bound" if len(told) == 2 else "found" if "found" in told else "stage"
            status.update(t(f"progress.{key}", stage=goal, **told))

        yield progress


def _named(stage: str, t: Texts) -> str:
    """Name what is searched for: a goal, or a part of the work that has words."""
    if stage in facts.MEASURES or t.has(f"objective.{stage}"):
        return facts.objective_name(stage, t, t("runs.sister"))
    return t(f"progress.{stage}" if t.has(f"progress.{stage}") else "progress.searching")
