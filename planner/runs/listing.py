"""The list of runs: what the manifests and plans in a folder say, read anew each time.

There is no file for it that a crash could leave behind the runs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from planner.errors import InputError, Problem
from planner.message import say
from planner.plan import Given, Scope
from planner.runs.reading import files_now

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILES = ("plan.json", "manifest.json")
"""What makes a folder a finished run."""


@dataclass(frozen=True)
class Entry:
    """A finished run.

    `scope` tells among which plans its reason holds; `changed` has the settings that the scenario
    it was made from, `base`, has otherwise: dotted key -> value there and value now; `heading` says
    that, language -> sentence; `whole` tells whether the files say what they said when the run was
    written; `saved` names those that another program has saved since, their content the same;
    `failed` names those that could not be made, and says why; `sum_unit` is that of the sum of the
    goals, where they are summed.
    """

    run: str
    scenario: str
    written: str
    offices: int
    objective_name: str
    objective: float | None
    gap: float | None
    reason: str
    scope: Scope
    base: str
    changed: Mapping[str, tuple[Any, Any]]
    whole: bool
    saved: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    heading: Mapping[str, str] = field(default_factory=dict)
    sum_unit: str = ""


def list_runs(folder: Path) -> tuple[list[Entry], list[Problem]]:
    """Return the finished runs in a folder, by name, and what is wrong with those that don't read.

    Folders without a plan.json and a manifest.json (a replay, a sweep, one being written) are
    passed over.

    Raises
    ------
    InputError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise InputError([Problem(str(folder), None, "", "", say("a folder with runs in it"))])
    entries: list[Entry] = []
    problems: list[Problem] = []
    for run in run_folders(folder):
        try:
            entries.append(read_entry(run))
        except InputError as error:
            problems += error.problems
    return entries, problems


def run_folders(folder: Path) -> list[Path]:
    """Return the folders that hold a finished run, whether or not it can be read, by name."""
    return [
        run
        for run in sorted(folder.iterdir())
        if not run.name.startswith(".") and all((run / name).is_file() for name in FILES)
    ]


def read_entry(run: Path) -> Entry:
    """Read what the index tells of a run.

    Raises
    ------
    InputError
        If it can't be read.
    """
    try:
        plan, manifest = (json.loads((run / name).read_bytes()) for name in FILES)
        return _entry(run, plan, manifest)
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        expected = say("a run as `planner run` writes it ({}: {})", type(error).__name__, error)
        raise InputError([Problem(str(run), None, "", "", expected)]) from error


def _entry(run: Path, plan: dict[str, Any], manifest: dict[str, Any]) -> Entry:
    end = plan["termination"]
    changed, saved = files_now(run, manifest)
    for key in ("objective", "gap"):
        if not isinstance(end[key], int | float | None):
            raise TypeError(f"{key} is no number")
    return Entry(
        run=run.name,
        scenario=str(plan["scenario"]),
        written=str(manifest["written"]),
        offices=len(plan["offices"]),
        objective_name=str(end["objective_name"]),
        objective=end["objective"],
        gap=end["gap"],
        reason=str(end["reason"]),
        scope=_scope(end.get("scope", {})),
        base=str(plan.get("base", "")),
        changed={key: (before, now) for key, (before, now) in plan.get("changed", {}).items()},
        whole=not changed,
        saved=tuple(saved),
        failed={str(name): str(why) for name, why in manifest.get("failed", {}).items()},
        heading={str(name): str(line) for name, line in manifest.get("heading", {}).items()},
        sum_unit=_sum_unit(plan.get("objective") or []),
    )


def _sum_unit(rows: list[dict[str, Any]]) -> str:
    """Return what a sum is in: its rates are in that "per" a unit of a criterion."""
    return str(rows[0]["unit"]).partition(" per ")[0] if rows else ""


def _scope(told: dict[str, Any]) -> Scope:
    ends, towns = (told.get(key) for key in ("ends", "towns"))
    given = told.get("given", ())
    return Scope(
        kept=tuple(map(str, told.get("kept", ()))),
        ends=None if ends is None else int(ends),
        towns=None if towns is None else int(towns),
        given=tuple(name for name in get_args(Given) if name in given),
    )
