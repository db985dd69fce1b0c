"""What the pages are about: a data folder, its scenarios, the user's own, and the finished runs."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from planner.case.files import DataFolder
from planner.case.schemas import COUNTRY, OUTLINES, TABLES
from planner.case.text import read_toml
from planner.errors import InputError, PlannerError, Problem
from planner.message import LANGUAGES, Language, say
from planner.outputs.words.text import load_texts
from planner.runs.listing import Entry, read_entry, run_folders
from planner.scenario import DEFAULT
from planner.scenario.load import load_scenario, scenario_names
from planner.web.jobs import Jobs
from planner.web.labels import Towns

if TYPE_CHECKING:
    from planner.data import Data
    from planner.scenario.spec import Scenario


class NotThere(PlannerError):  # noqa: N818 - no defect: a page that is asked for in vain
    """There is no such scenario, run or file."""


@dataclass(frozen=True)
class ListedScenario:
    """A scenario by name, or what is wrong with it."""

    name: str
    scenario: Scenario | None
    problem: str = ""


@dataclass(frozen=True)
class RunRow:
    """A finished run in a list, or what is wrong with it.

    Attributes
    ----------
    run : str
        Name of its folder.
    titles : dict
        The scenario's heading by language, where it can be read; marked where it is that of the
        scenario that it was changed from.
    files : tuple of str
        Those that the manifest names and that are there.
    """

    run: str
    entry: Entry | None
    titles: dict[Language, str]
    files: tuple[str, ...] = ()
    problem: str = ""


class Workspace:
    """Everything that the pages read, and the queue of runs.

    Parameters
    ----------
    data, runs : Path
        The data folder, and the folder of runs.
    """

    def __init__(self, data: Path, runs: Path) -> None:
        self.folder, self.runs = data, runs
        own = runs.resolve().parent / "scenarios"
        shipped = (data / "scenarios").resolve()
        self.own = own.with_name("my-scenarios") if own == shipped else own
        read = DataFolder(data)
        self.country: dict[str, Any] = read.country(COUNTRY)
        if read.problems:
            raise InputError(read.problems)
        self.jobs = Jobs(data, runs)
        self._lock = threading.Lock()
        self._data: tuple[object, Data] | None = None
        self._rows: dict[str, tuple[object, RunRow]] = {}

    def data(self) -> Data:
        """Return the tables, read anew where a file has changed.

        Raises
        ------
        InputError
            With every problem in them.
        """
        from planner.data import load  # noqa: PLC0415 - it takes a while

        with self._lock:
            stamp = _stamp(self.folder)
            if self._data is None or self._data[0] != stamp:
                self._data = (stamp, load(self.folder))
            return self._data[1]

    def towns(self) -> Towns:
        """Return the towns that a scenario may name."""
        table = self.data().inputs.municipalities
        codes = [str(code) for code in table.index]
        seats, names = (dict(zip(codes, map(str, table[c]), strict=True)) for c in ("seat", "name"))
        return Towns(seats, names)

    def kinds(self) -> list[str]:
        """Return the kinds of the sister agency's premises."""
        return sorted({str(kind) for kind in self.data().inputs.sister_sites["kind"]})

    def shipped(self) -> list[ListedScenario]:
        """List the scenarios of the data folder, the usual one first."""
        names = sorted(scenario_names(self.folder), key=lambda name: (name != DEFAULT, name))
        return [self._listed(name, name) for name in names]

    def donors(self) -> list[Scenario]:
        """List the scenarios that ship whose dialogues, staff and money another may take."""
        found = [listed.scenario for listed in self.shipped()]
        return [each for each in found if each is not None and each.dialogues is not None]

    def mine(self) -> list[ListedScenario]:
        """List the user's own scenarios."""
        return [self._listed(path.stem, str(path)) for path in self._own()]

    def _own(self) -> list[Path]:
        return sorted(self.own.glob("[!.]*.toml")) if self.own.is_dir() else []

    def digest(self, name: str) -> str:
        """Return what tells a scenario of the user's own from what it was or will be."""
        try:
            return hashlib.sha256((self.own / f"{name}.toml").read_bytes()).hexdigest()
        except FileNotFoundError:
            return ""

    def _listed(self, name: str, reference: str) -> ListedScenario:
        try:
            return ListedScenario(name, load_scenario(reference, self.folder))
        except InputError as error:
            return ListedScenario(name, None, "\n".join(str(problem) for problem in error.problems))

    def base(self, name: str) -> Scenario:
        """Return a scenario that ships.

        Raises
        ------
        NotThere
            If there is none of the name.
        InputError
            If it can't be read.
        """
        if name not in scenario_names(self.folder):
            raise NotThere(say("{}", name))
        return load_scenario(name, self.folder)

    def own_scenario(self, name: str) -> tuple[Scenario, Scenario]:
        """Return a scenario of the user's own and the shipped one that it is based on."""
        path = self.own / f"{name}.toml"
        if path not in self._own():
            raise NotThere(say("{}", name))
        scenario = load_scenario(str(path), self.folder)
        return scenario, self.start(scenario)

    def start(self, scenario: Scenario) -> Scenario:
        """Return the shipped scenario that one was made from, or the usual one if from none."""
        names = [each.name for each in self.shipped()]
        base = scenario.base or scenario
        return self.base(base.name if base.name in names else names[0])

    def run(self, name: str) -> Path:
        """Return the folder of a finished run.

        Raises
        ------
        NotThere
            If there is none of the name.
        """
        found = {path.name: path for path in self._folders()}
        if name not in found:
            raise NotThere(say("{}", name))
        return found[name]

    def file(self, run: str, name: str) -> bytes:
        """Return a file of a run: one that its manifest names, and nothing from elsewhere.

        Raises
        ------
        NotThere
            If the run has no such file.
        """
        folder = self.run(run)
        if name != "manifest.json" and name not in self.row(folder).files:
            raise NotThere(say("{}", name))
        path = folder / name
        try:
            if path.is_symlink():
                raise NotThere(say("{}", name))
            return path.read_bytes()
        except OSError as error:
            raise NotThere(say("{}", name)) from error

    def rows(self) -> list[RunRow]:
        """List the finished runs, the latest first."""
        rows = [self.row(path) for path in self._folders()]
        rows.sort(key=lambda row: row.run)
        rows.sort(key=lambda row: row.entry.written if row.entry else "", reverse=True)
        return rows

    def row(self, run: Path) -> RunRow:
        """Return what a list tells of a run; its files are read again only when they change."""
        try:
            stamp = sorted((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in run.iterdir())
        except OSError as error:
            return RunRow(run.name, None, {}, (), str(error.strerror))
        known = self._rows.get(run.name)
        if known is None or known[0] != stamp:
            known = self._rows[run.name] = (stamp, _row(run))
        return known[1]

    def _folders(self) -> list[Path]:
        """Return the folders of runs, those whose plan is gone too."""
        if not self.runs.is_dir():
            return []
        return [*run_folders(self.runs), *filter(_lost_plan, self.runs.glob("[!.]*"))]


def _lost_plan(folder: Path) -> bool:
    """Say whether a folder's manifest names a plan that is not there."""
    with contextlib.suppress(OSError, ValueError, TypeError, LookupError):
        named = json.loads((folder / "manifest.json").read_bytes())["outputs"]
        return "plan.json" in named and not (folder / "plan.json").is_file()
    return False


def _row(run: Path) -> RunRow:
    shown = run.name.encode("utf-8", "replace").decode()
    if shown != run.name:
        return RunRow(shown, None, {}, (), "a folder with a name in UTF-8")
    titles: dict[Language, str] = {}
    try:
        said = read_toml(run / "scenario.toml", "scenario.toml")[0].get("title")
        if isinstance(said, dict) and set(LANGUAGES) <= set(said):
            titles = {language: str(said[language]) for language in LANGUAGES}
    except InputError:  # a run shows its folder's name instead
        titles = {}
    try:
        entry = read_entry(run)
    except InputError as error:
        return RunRow(run.name, None, titles, (), error.problems[0].expected)
    if entry.changed and entry.base == entry.scenario:
        titles = {
            language: load_texts(language, "changed")("changed.title", title=title)
            for language, title in titles.items()
        }
    named = json.loads((run / "manifest.json").read_bytes())["outputs"]
    files = [n for n in sorted(named) if PurePath(n).name == n and (run / n).is_file()]
    return RunRow(run.name, entry, titles, tuple(files))


def _stamp(folder: Path) -> list[object]:
    """Return what changes when a table does."""
    stamps: list[object] = []
    for name in (COUNTRY, OUTLINES, *(file for table in TABLES.values() for file in table.files)):
        path = folder / name
        there = path.stat() if path.is_file() else None
        stamps.append(there and (there.st_mtime_ns, there.st_size))
    return stamps


def check_runs(runs: Path | None) -> Path:
    """Return the folder of runs; the usual one is made where there is none yet.

    Raises
    ------
    InputError
        If a folder that was named does not exist, or nothing can be written to it.
    """
    import tempfile  # noqa: PLC0415

    folder = runs or Path("runs")
    if runs is not None and not folder.is_dir():
        raise InputError([Problem("--runs", None, "", str(runs), say("a folder that exists"))])
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        expected = say("a folder that can be written to ({})", error.strerror)
        raise InputError([Problem("--runs", None, "", str(folder), expected)]) from error
