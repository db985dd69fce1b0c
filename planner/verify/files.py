"""The files: those of the run and those it was made from, against the manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.message import Message, join, say
from planner.verify import tables
from planner.verify.checks import Check, check
from planner.verify.content import BESIDE, LEFT, state
from planner.verify.table_rows import there
from planner.verify.tables import sha256

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from planner.verify.run_files import Manifest

ALWAYS = ("assignments.csv", "plan.json", "scenario.toml")
READ = tuple(tables.COLUMNS)


def check_files(run: Path, manifest: Manifest) -> Iterator[Check]:
    """Check every file of the run folder, and that there is no other.

    A file that another program has saved is told, and holds if it says what it said.
    """
    wrong = [
        say("{}: not in the manifest", name) for name in ALWAYS if name not in manifest.outputs
    ]
    told = [say("{} as the manifest says", len(manifest.outputs))]
    for name, digest in manifest.outputs.items():
        now = state(run, name, digest, manifest.contents)
        if now == "saved":
            told.append(say("{}: saved by another program, its content is the same", name))
        elif now == "changed":
            wrong += _differs(run / name, name, digest)
            if name in manifest.contents:
                wrong.append(say("{}: its content is another", name))
    names = (path.name for path in run.iterdir())
    # Hidden files are those of file managers and locks of programs that have a file open.
    present = {name for name in names if not name.startswith(".") and name.lower() not in LEFT}
    known = {*manifest.outputs, "manifest.json", *ALWAYS, *BESIDE}
    wrong += [say("{}: not in the manifest", name) for name in sorted(present - known)]
    yield check(say("files"), wrong, join(told))


def check_inputs(folder: Path, manifest: Manifest, other: Collection[Message]) -> Iterator[Check]:
    """Check that the tables are those that the run was made from; name those that are not."""
    read = {there(folder, name) for name in READ}
    wrong = [say("{}: not in the manifest", n) for n in sorted(read - manifest.inputs.keys())]
    if other:
        names = join(other, ", ")
        told = say(
            "the run was made from other tables than those in {} (--data names a folder): {}",
            folder,
            names,
        )
        wrong = [told, *wrong]
    yield check(say("inputs"), wrong, say("{} tables as the manifest says", len(manifest.inputs)))


def other_tables(folder: Path, manifest: Manifest) -> list[Message]:
    """Return the tables that the run was made from and that are not these."""
    now = {name: sha256(folder / name) for name in manifest.inputs}
    return [
        say("{}", name) if now[name] else say("{} (missing)", name)
        for name, digest in manifest.inputs.items()
        if now[name] != digest
    ]


def _differs(path: Path, name: str, digest: str) -> list[Message]:
    found = sha256(path)
    if found is None:
        return [say("{}: missing", name)]
    if found != digest:
        return [say("{}: changed, expected sha256 {}, found {}", name, digest[:12], found[:12])]
    return [say("{}: another file beside it changes it", name)]
