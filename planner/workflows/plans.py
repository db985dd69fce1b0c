"""A plan by the name a user gives: a run folder, or a scenario that is read or solved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from planner import cache, runs
from planner.analysis.comparison import make_comparison
from planner.analysis.comparison_sums import with_sums
from planner.errors import InputError, Problem
from planner.message import say
from planner.planning import limit
from planner.scenario.load import scenario_names
from planner.workflows.place import RUNS, Place, asked_of_run
from planner.workflows.solved import solved

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analysis.comparison import Comparison
    from planner.control import Control
    from planner.data import Data
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.workflows.place import Note


@dataclass(frozen=True)
class Named:
    """A plan that was asked for, and where it is from.

    Attributes
    ----------
    label : str
    scenario : Scenario
    plan : Plan
    source : {"folder", "run", "kept", "solved"}
        A run folder that was named, as it is; the run of a scenario; the store of plans; or solved
        now.
    folder : Path or None
        The run that was read.
    since : mapping of str to str
        What has changed since a folder that was named was written, as `planner.runs.Run.since`.
    passed : mapping of str to str
        Why the run of a scenario was not read, where there is one: the same, or ``scenario`` or
        ``unread``.
    """

    label: str
    scenario: Scenario
    plan: Plan
    source: Literal["folder", "run", "kept", "solved"]
    folder: Path | None = None
    since: Mapping[str, str] = field(default_factory=dict)
    passed: Mapping[str, str] = field(default_factory=dict)

    @property
    def stranger(self) -> bool:
        """Whether it was made from other tables than those read now."""
        return "tables" in self.since

    @property
    def notes(self) -> list[Note]:
        """What there is to tell of where the plan is from; what has changed since is apart."""
        told: list[Note] = [
            (f"from_{self.source}", {"label": self.label, "folder": str(self.folder or "")})
        ]
        home = str(RUNS / self.scenario.name)
        return told + [
            (f"passed_{why}", {"folder": home, "what": what}) for why, what in self.passed.items()
        ]

    @property
    def changes(self) -> list[Note]:
        """What has changed since a folder that was named was written."""
        return [
            (f"since_{what}", {"label": self.label, "what": named})
            for what, named in self.since.items()
        ]


def named_plan(data: Data, reference: str, control: Control) -> Named:
    """Return the plan of a run folder as it is, or of a scenario.

    A scenario's plan is read from its run in ``runs/`` if that is of the same question, tables and
    program, and its files are as they were written; else it is taken from the store of plans or
    solved.

    Raises
    ------
    InputError
        If it is neither, or a run names places that the tables don't have.
    """
    folder = Path(reference)
    if is_run(data, reference):
        run = runs.read_run(folder, data.folder)
        _check_places(run, data)
        since = run.since(data.inputs.files)
        return Named(folder.resolve().name, run.scenario, run.plan, "folder", folder, since)
    if len(folder.parts) > 1 and not folder.exists():
        expected = say("a run folder that exists, or a scenario")
        raise InputError([Problem("plan", None, "", reference, expected)])
    scenario = data.scenario(reference)
    fresh, passed = (None, {}) if cache.anew() else _run_of(data, scenario)
    if fresh is not None:
        return Named(scenario.name, scenario, fresh.plan, "run", fresh.folder)
    limit(control, scenario)
    found = solved(data, scenario, control)
    source: Literal["kept", "solved"] = "kept" if found.again else "solved"
    return Named(scenario.name, scenario, found.plan, source, passed=passed)


def _run_of(data: Data, scenario: Scenario) -> tuple[runs.Run | None, dict[str, str]]:
    """Return the run of a scenario if it is what solving would give, or why it is not."""
    place = Place(RUNS / scenario.name)
    same = place.holds(asked_of_run(data.inputs.files, scenario))
    folder = same or place.folder
    if not (folder / "plan.json").is_file():
        return None, {}
    try:
        run = runs.read_run(folder, data.folder)
    except InputError:
        return None, {"unread": ""}
    passed = run.since(data.inputs.files)
    if run.scenario != scenario:
        passed["scenario"] = ""
    return (None, passed) if passed else (run, {})


def is_run(data: Data, reference: str) -> bool:
    """Tell whether a reference is a run folder rather than a scenario."""
    folder = Path(reference)
    named = reference in scenario_names(data.folder)
    return (folder / "plan.json").is_file() or (folder.is_dir() and not named)


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
        expected = say("a run over the places of this data folder")
        shown = ", ".join(sorted(strange)[:5])
        raise InputError([Problem(str(run.folder / "plan.json"), None, "", shown, expected)])


def compared(data: Data, named: Sequence[Named]) -> Comparison:
    """Compare plans with the first; plans of one name get numbers, so that labels differ."""
    seen: Counter[str] = Counter()
    labels = []
    for each in named:
        seen[each.label] += 1
        count = seen[each.label]
        labels.append(each.label if count == 1 else f"{each.label} ({count})")
    made = make_comparison(
        [(label, each.scenario, each.plan) for label, each in zip(labels, named, strict=True)],
        data.inputs,
        data.travel,
        {label: each.since for label, each in zip(labels, named, strict=True)},
    )
    return with_sums(made, data.inputs, data.travel)
