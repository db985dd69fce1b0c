"""A run folder written whole: the files, and a manifest of what they were made from."""

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

from planner import cache
from planner.errors import InputError, NotWritten, Problem
from planner.filenames import on_every_system
from planner.folders import write_folder
from planner.message import say
from planner.verify.content import content
from planner.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from planner.plan import Plan
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
