"""A run folder read back: the one reader of plan.json, and what has changed since."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache as once
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from planner import cache
from planner.case.expected import expected_of
from planner.case.text import read_toml
from planner.errors import InputError, Problem
from planner.message import say
from planner.plan import Plan
from planner.scenario.load import load_scenario
from planner.verify.content import state
from planner.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from planner.scenario.spec import Scenario

ANSWER = ("plan.json", "assignments.csv", "scenario.toml")
"""What a run can't be without; everything else in it is made of these."""


@dataclass(frozen=True)
class Run:
    """A finished run, read back.

    Attributes
    ----------
    plan : Plan
        Its numbers to the 9 digits of plan.json.
    inputs : mapping of str to str
        Path of each input file -> sha256, as when the run was made.
    manifest : mapping
        All that manifest.json says.
    """

    folder: Path
    plan: Plan
    scenario: Scenario
    inputs: Mapping[str, str]
    manifest: Mapping[str, Any]

    def since(self, inputs: Mapping[str, str]) -> dict[str, str]:
        """Return what is not now as it was when the run was written.

        Parameters
        ----------
        inputs : mapping of str to str
            Path of each table -> sha256, as read now.

        Returns
        -------
        dict of str to str
            Of ``files`` (those of the run that are not as they were written), ``tables`` (those
            that differ) and ``program`` (its version then) what there is.
        """
        keys = sorted({*inputs, *self.inputs})
        tables = [key for key in keys if inputs.get(key) != self.inputs.get(key)]
        then = {
            "files": ", ".join(files_now(self.folder, self.manifest)[0]),
            "tables": ", ".join(tables),
            "program": "",
        }
        version_then = str(self.manifest.get("planner", "?"))
        if (version_then, self.manifest.get("program")) != (__version__, cache.program()):
            then["program"] = version_then
        return {what: named for what, named in then.items() if named}


def read_run(folder: Path, data_folder: Path) -> Run:
    """Read a run folder back.

    Parameters
    ----------
    data_folder : Path
        Where the scenario is looked up, should it extend another.

    Raises
    ------
    InputError
        If a file is missing or is not what a run holds.
    """
    missing = [
        Problem(str(folder / name), None, "", "", say("a file that `planner run` has written"))
        for name in ("plan.json", "scenario.toml", "manifest.json")
        if not (folder / name).is_file()
    ]
    if missing:
        raise InputError(missing)
    name = "plan.json"
    try:
        plan = plan_of(_tree(folder / name))
        name = "manifest.json"
        manifest = _tree(folder / name)
        files = TypeAdapter(dict[str, str]).validate_python(manifest.get("inputs"))
        TypeAdapter(dict[str, str]).validate_python(manifest.get("outputs"))
        TypeAdapter(dict[str, str]).validate_python(manifest.get("contents", {}))
    except (ValidationError, UnicodeDecodeError) as error:
        raise InputError(_spoiled(str(folder / name), error)) from error
    _check_version(folder, manifest)
    scenario = load_scenario(str(folder / "scenario.toml"), data_folder)
    return Run(folder, plan, scenario, files, manifest)


def _tree(path: Path) -> dict[str, Any]:
    return TypeAdapter(dict[str, Any]).validate_json(path.read_text("utf-8"))


def plan_of(tree: dict[str, Any]) -> Plan:
    """Return the plan that a tree of JSON says; a figure that is null there is nan.

    Raises
    ------
    pydantic.ValidationError
        If it is no plan.
    """
    for table in (tree.get("criteria"), *(tree.get("offices") or ())):
        if isinstance(table, dict):
            names = [n for n, value in table.items() if value is None and n != "closes"]
            table.update(dict.fromkeys(names, math.nan))
    return _plans().validate_python(tree)


@once
def _plans() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)


def files_now(folder: Path, manifest: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return the files of a run that were changed since, and those that were only saved again.

    Changed is one that does not say what the manifest says, or that it does not name; saved again
    one whose bytes are not as they were, but what they say is.
    """
    outputs, contents = manifest["outputs"], manifest.get("contents", {})
    states = {
        name: state(folder, name, digest, contents)
        if (folder / name).parent == folder
        else "changed"
        for name, digest in outputs.items()
    }
    changed = [name for name, now in states.items() if now == "changed"]
    needed = [name for name in ANSWER if name not in outputs and (folder / name).exists()]
    return sorted([*changed, *needed]), [name for name, now in states.items() if now == "saved"]


def _check_version(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Refuse a run whose question was weighed by a payoff table, in one sentence."""
    tree, _ = read_toml(folder / "scenario.toml", "scenario.toml")
    objective = tree.get("objective")
    if isinstance(objective, dict) and "weights" in objective:
        expected = say(
            "a run whose scenario has rates; this one has weights, and was made by an earlier "
            "version of planner ({}), which reads it",
            manifest.get("planner", "not told"),
        )
        raise InputError([Problem(str(folder), None, "", "", expected)])


def _spoiled(file: str, error: ValidationError | UnicodeDecodeError) -> list[Problem]:
    if isinstance(error, UnicodeDecodeError):
        return [Problem(file, None, "", "", say("a file in UTF-8"))]
    return [
        Problem(
            file,
            None,
            ".".join(str(part) for part in item["loc"]),
            str(item["input"])[:60],
            say("what `planner run` has written: {}", expected_of(item)),
        )
        for item in error.errors()[:20]
    ]
