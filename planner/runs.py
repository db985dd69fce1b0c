"""A run folder: a plan with everything it came from and everything made of it, all or nothing."""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import tomli_w
from pydantic import TypeAdapter, ValidationError

from planner import cache
from planner.case.asked import asked
from planner.case.text import read_toml
from planner.errors import InputError, NotWritten, Problem
from planner.filenames import on_every_system
from planner.folders import write_folder
from planner.index import files_now
from planner.message import say
from planner.plan import Plan
from planner.scenario.load import load_scenario
from planner.verify.content import content
from planner.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from planner.scenario.spec import Scenario

LIBRARIES = (
    "pulp",
    "highspy",
    "pandas",
    "geopandas",
    "folium",
    "networkx",
    "numpy",
    "scipy",
    "xlsxwriter",
)


LONGEST = 200
"""Bytes of a run's name: what file systems take, and room for a word while it is written."""
SAFE = 180
"""Letters of a run's path that leave room for its files, where Windows takes 259 in all."""

_OPEN = (5, 32, 33)
"""What Windows answers where a file of a folder that is to be moved is open: access denied, in use
by another process, locked."""


@dataclass(frozen=True)
class Provenance:
    """What a run was made from, for its manifest.

    Attributes
    ----------
    inputs : mapping of str to str
        Path of each table -> sha256.
    seconds : float
    changed : mapping
        What the scenario asks otherwise than its base, or each that an analysis rests on, by name.
    heading : mapping of str to str
        Language -> what was changed of a run's scenario, as the headings of its exports say it.
    question : mapping
        What it answers, as `planner.workflows.place.question` returns it.
    failed : mapping of str to str
        Name of each file that could not be made -> why.
    """

    inputs: Mapping[str, str]
    seconds: float
    changed: Mapping[str, Any] = field(default_factory=dict)
    heading: Mapping[str, str] = field(default_factory=dict)
    question: Mapping[str, Any] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A finished run, read back.

    Attributes
    ----------
    folder : Path
    plan : Plan
        Its numbers to the 9 digits of plan.json.
    scenario : Scenario
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
    folder : Path
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
        plan = plan_from_json((folder / name).read_text("utf-8"))
        name = "manifest.json"
        manifest = TypeAdapter(dict[str, Any]).validate_json((folder / name).read_bytes())
        files = TypeAdapter(dict[str, str]).validate_python(manifest.get("inputs"))
        TypeAdapter(dict[str, str]).validate_python(manifest.get("outputs"))
        TypeAdapter(dict[str, str]).validate_python(manifest.get("contents", {}))
    except (ValidationError, UnicodeDecodeError) as error:
        raise InputError(_spoiled(str(folder / name), error)) from error
    _check_version(folder, manifest)
    scenario = load_scenario(str(folder / "scenario.toml"), data_folder)
    return Run(folder, plan, scenario, files, manifest)


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


def plan_from_json(text: str) -> Plan:
    """Return the plan of a plan.json; what was not finite then is nan now.

    Raises
    ------
    pydantic.ValidationError
        If the text is not a plan.
    """
    tree = TypeAdapter(dict[str, Any]).validate_json(text)
    for table in (tree.get("criteria"), *(tree.get("offices") or ())):
        if isinstance(table, dict):
            names = [n for n, value in table.items() if value is None and n != "closes"]
            table.update(dict.fromkeys(names, math.nan))
    return TypeAdapter(Plan).validate_python(tree)


def _spoiled(file: str, error: ValidationError | UnicodeDecodeError) -> list[Problem]:
    if isinstance(error, UnicodeDecodeError):
        return [Problem(file, None, "", "", say("a file in UTF-8"))]
    return [
        Problem(
            file,
            None,
            ".".join(str(part) for part in item["loc"]),
            str(item["input"])[:60],
            say("what `planner run` has written: {}", asked(item)),
        )
        for item in error.errors()[:20]
    ]


def plan_files(plan: Plan, scenario: Scenario) -> dict[str, str]:
    """Return what a plan is checked by, by file name: the plan and the scenario that it answers."""
    return {
        "plan.json": plan_json(plan),
        "assignments.csv": assignments_csv(plan),
        "scenario.toml": scenario_toml(scenario),
    }


def plan_json(plan: Plan) -> str:
    """Return plan.json: the same plan gives the same bytes."""
    tree = plan.to_dict()
    for proof in (tree["termination"], *tree["stages"]):
        proof["criterion"] = proof["objective_name"]
    return to_json(tree)


def to_json(tree: object) -> str:
    """Return the JSON of a file: numbers to 9 significant digits, null for what is no number."""
    return json.dumps(plain(tree), ensure_ascii=False, indent=1) + "\n"


def assignments_csv(plan: Plan) -> str:
    """Return assignments.csv: one row a unit and period."""
    import pandas as pd  # noqa: PLC0415 - a slow import that most commands don't need

    rows = [plain(vars_of) for vars_of in plan.to_dict()["assignments"]]
    return str(pd.DataFrame(rows).to_csv(index=False, lineterminator="\n"))


def scenario_toml(scenario: Scenario) -> str:
    """Return the resolved scenario as TOML, which reads back to the same scenario."""
    return tomli_w.dumps(scenario.model_dump(mode="json", exclude_none=True))


def write_run(out: Path, files: Mapping[str, str | bytes], provenance: Provenance) -> None:
    """Write a run folder whole, or leave what was there.

    A folder that is not a run (no manifest.json) is never replaced.

    Raises
    ------
    InputError
        If `out` exists and is not a run folder.
    NotWritten
        If the disk does not take the files.
    """
    check_out(out)
    try:
        # Through a link, to where it leads: the link stays.
        write_folder(out.resolve(), _contents(files, provenance))
    except OSError as error:
        raise _not_written(out, error) from error


def write_new(out: Path, files: Mapping[str, str | bytes], provenance: Provenance) -> bool:
    """Write a run folder whole where nothing is; False if something is there, which stays.

    Raises
    ------
    NotWritten
        If the disk does not take the files.
    """
    try:
        return write_folder(out, _contents(files, provenance), replace=False)
    except OSError as error:
        raise _not_written(out, error) from error


def _not_written(out: Path, error: OSError) -> NotWritten:
    """Say why a folder was not written; Windows' own reasons tell little."""
    said = say("the run could not be written to {}: {}", out, error.strerror)
    if getattr(error, "winerror", None) in _OPEN:
        said += say("; is a file of it open in another program? Close it and run again")
    elif len(str(out.absolute())) > SAFE and hasattr(error, "winerror"):
        said += say("; the path is long for Windows: choose a shorter one")
    return NotWritten(said)


def _contents(files: Mapping[str, str | bytes], provenance: Provenance) -> dict[str, bytes]:
    contents = {
        name: text.encode() if isinstance(text, str) else text for name, text in files.items()
    }
    return contents | {"manifest.json": _manifest(contents, provenance).encode()}


def check_out(out: Path) -> None:
    """Refuse to replace anything but an earlier run.

    Raises
    ------
    InputError
        If `out` is a file, or a folder with other things in it, or no folder can be made there.
    """
    check_home(out)
    try:
        if not os.path.lexists(out):
            return
        is_run = out.is_dir() and ((out / "manifest.json").is_file() or not any(out.iterdir()))
    except OSError as error:
        expected = say("a folder that can be looked into ({})", error.strerror)
        raise InputError([Problem("--out", None, "", str(out), expected)]) from error
    if not is_run:
        expected = say("a new folder, an empty one, or an earlier run to replace")
        raise InputError([Problem("--out", None, "", str(out), expected)])


def check_home(out: Path) -> None:
    """Refuse a place where no folder can be made, whether or not there is one by its name.

    Raises
    ------
    InputError
    """
    if out.name in ("", "..") or "\0" in str(out) or len(os.fsencode(out.name)) > LONGEST:
        expected = say("a folder with a name of its own, at most {} bytes long", LONGEST)
        raise InputError([Problem("--out", None, "", str(out), expected)])
    if not on_every_system(out.name):
        expected = say(
            "a name that Windows takes as well: none of {}, no dot or space at its end, "
            "and not {} or their like",
            '< > : " / \\ | ? *',
            "CON, NUL, COM1",
        )
        raise InputError([Problem("--out", None, "", out.name, expected)])
    above = _behind(out).absolute().parents
    home = next(filter(os.path.lexists, above), above[-1])  # a drive that is not there has none
    if not home.is_dir() or not os.access(home, os.W_OK):
        expected = say("a place where a folder can be made; there can be none in {}", home)
        raise InputError([Problem("--out", None, "", str(out), expected)])


def _behind(out: Path) -> Path:
    """Return where a link leads, if it leads to a folder."""
    return out.resolve() if out.is_symlink() and out.is_dir() else out


def _manifest(contents: Mapping[str, bytes], provenance: Provenance) -> str:
    manifest = {
        "planner": __version__,
        "program": cache.program(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in LIBRARIES},
        "seed": 0,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(provenance.seconds, 3),
        "changed": plain(provenance.changed),
        "heading": dict(provenance.heading),
        "question": plain(dict(provenance.question)),
        "failed": dict(provenance.failed),
        "inputs": dict(sorted(provenance.inputs.items())),
        "outputs": {
            name: hashlib.sha256(data).hexdigest() for name, data in sorted(contents.items())
        },
        "contents": {
            name: said for name, data in contents.items() if (said := content(name, data))
        },
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"


def plain(value: Any) -> Any:
    """Turn a plan's values into JSON's; floats keep 9 significant digits."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e15 else float(f"{value:.9g}")
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
