"""Where an answer is written: a folder of its own for every question, unless one is named.

A question is a command, its scenario and options, and the tables. Its answer takes the place of an
earlier answer to the very same; what anything else has written stays, but where the user names
the folder to replace.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.filenames import as_part
from planner.runs import writing
from planner.runs.writing import Provenance
from planner.scenario.override import differences, settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.scenario.spec import Scenario

RUNS = Path("runs")
"""Where answers go that are given no folder."""

LONGEST = 110
"""Letters of a name that the program makes; a number may come after them."""

Note = tuple[str, dict[str, str]]
"""Something to tell whoever asked: a key of text/notes.toml, and what its sentence names."""


@dataclass(frozen=True)
class Place:
    """Where an answer goes.

    Attributes
    ----------
    folder : Path
        Where it is written, or the first place that is tried.
    named : bool
        Whether that very folder was asked for: an earlier run or analysis in it is replaced.
        Otherwise the answer takes the first of NAME, NAME-2, NAME-3 ... that is free, or that
        holds an answer to the same question.
    replaces : bool
        Whether it may replace that; if not, only a place that is free is taken. Which one is
        decided once everything is written, so nothing that appears meanwhile is lost.
    """

    folder: Path
    named: bool = False
    replaces: bool = True

    @classmethod
    def of(cls, out: Path | None, name: str) -> Place:
        """Return the folder that was named, or a place in ``runs/`` by a name.

        Raises
        ------
        InputError
            If no run can be written there.
        """
        place = cls(out, named=True) if out is not None else cls(RUNS / name)
        place.check()
        return place

    def check(self) -> None:
        """Refuse a place where nothing can be written, before the work begins.

        Raises
        ------
        InputError
            If the folder that was named holds other things than a run, or none can be made.
        """
        if self.named:
            writing.check_out(self.folder)
        else:
            writing.check_home(self.folder)

    def write(
        self, files: Mapping[str, str | bytes], provenance: Provenance
    ) -> tuple[Path, list[Note]]:
        """Write a folder with its manifest, whole or not at all.

        Returns
        -------
        tuple of Path, list of Note
            The folder, and what there is to tell of that choice.

        Raises
        ------
        InputError
            As `check` does.
        PlannerError
            If the disk does not take it.
        """
        if self.named:
            before = _held(self.folder)
            other = before is not None and not answers(self.folder, provenance)
            writing.write_run(self.folder, files, provenance)
            told = {"folder": str(self.folder), "before": _called(before or {})}
            return self.folder, [("replaced", told)] if other else []
        self.check()
        taken: Path | None = None
        for out in self._numbered():
            if self.replaces and answers(out, provenance):
                writing.write_run(out, files, provenance)
            elif not _free(out) or not writing.write_new(out, files, provenance):
                taken = taken or out
                continue
            told = {"folder": str(out), "taken": str(taken)}
            return out, [("numbered", told)] if taken and self.replaces else []
        raise AssertionError("numbers have no end")

    def _numbered(self) -> Iterator[Path]:
        for number in count(1):
            name = self.folder.name
            yield self.folder.with_name(name if number == 1 else f"{name}-{number}")

    def holds(self, provenance: Provenance) -> Path | None:
        """Return the folder that holds an answer to the same question, if any does."""
        for out in self._numbered():
            if not out.exists():
                return None
            if answers(out, provenance):
                return out
        return None


def answers(folder: Path, provenance: Provenance) -> bool:
    """Tell whether a folder holds an answer to the same question."""
    manifest = _held(folder) or {}
    asked = (writing.plain(provenance.question), dict(provenance.inputs))
    return (manifest.get("question"), manifest.get("inputs")) == asked


def question(command: str, scenario: Scenario, **options: object) -> dict[str, Any]:
    """Return what a command is asked, for the manifest of its answer.

    `options` are those of the command that decide its answer: what JSON can hold.
    """
    return {"command": command, "scenario": scenario.name, "asks": digest(scenario), **options}


def asked_of_run(tables: Mapping[str, str], scenario: Scenario, seconds: float = 0.0) -> Provenance:
    """Return the question that a run of a scenario answers, and what it is made from."""
    return Provenance(tables, seconds, question=question("run", scenario))


def digest(scenario: Scenario) -> str:
    """Return the sha256 of everything that a scenario says."""
    return hashlib.sha256(scenario.model_dump_json(exclude_none=True).encode()).hexdigest()


def own_name(plain: Scenario, scenario: Scenario) -> str:
    """Return a scenario's name with what was set of it, fit for a folder.

    Parameters
    ----------
    plain, scenario : Scenario
        Before and after ``--set``; where both ask the same it is the name alone.

    Returns
    -------
    str
        Such as ``shortest-distance,offices.count=8``. Not every change has a name of its own:
        `Place` gives numbers to those that share one.
    """
    changed = differences(settings(plain), settings(scenario))
    return _joined(scenario.name, [f"{key}={_slug(now)}" for key, (_, now) in changed.items()])


def joined(command: str, *names: str) -> str:
    """Return a command's name with those of what it is about: scenarios, or folders of runs."""
    called = (Path(each).resolve().name.removesuffix(".toml") for each in names)
    return _joined(command, [as_part(name) for name in called], "-")


def _joined(name: str, more: Sequence[str], by: str = ",") -> str:
    for number, part in enumerate(more):
        if len(name) + len(part) >= LONGEST:
            return f"{name}{by}and-{len(more) - number}-more"
        name += by + part
    return name


def _slug(value: object) -> str:
    if value is None:
        return "none"
    items = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(item, dict | list) for item in items):
        return "own"
    words = (str(item).lower() if isinstance(item, bool) else str(item) for item in items)
    written = "+".join(re.sub(r"[^\w.-]+", "-", word, flags=re.ASCII) for word in words)
    return written.rstrip(".") or "none"


def _free(folder: Path) -> bool:
    """Tell whether nothing is there, or an empty folder."""
    if folder.is_symlink() or not folder.is_dir():
        return not os.path.lexists(folder)
    return not any(folder.iterdir())


def _held(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of what is in a folder, if there is any."""
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except OSError:
        return None
    except (ValueError, RecursionError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _called(manifest: Mapping[str, Any]) -> str:
    """Say what a folder's manifest says that it answers."""
    asked = manifest.get("question")
    if not isinstance(asked, dict):
        return "?"
    return " ".join(str(asked[key]) for key in ("command", "scenario") if asked.get(key))
