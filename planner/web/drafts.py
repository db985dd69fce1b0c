"""Scenarios of the user's own: what differs from one that ships, as TOML files."""

from __future__ import annotations

import contextlib
import re
import secrets
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli_w

from planner.errors import InputError, PlannerError, Problem
from planner.filenames import on_every_system
from planner.message import Language, say
from planner.outputs.words.text import load_texts
from planner.scenario.load import load_scenario, scenario_names
from planner.web.fields import fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.scenario.spec import Scenario

FIRST = ("extends", "without", "name", "title", "description")
LONGEST = 50
"""Letters of a name; a number may come after them."""


def plain(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as plain data, without what is left empty."""
    return scenario.model_dump(mode="json", exclude_none=True)


def slug(text: str) -> str:
    """Return a name for files made from a text: small letters, digits and hyphens."""
    bare = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:LONGEST].strip("-")


def differences(base: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file must say to make one scenario of another, apart from the name.

    Sections are merged key by key, so only keys that differ are told; a section that loses a key
    is left out of the other and told whole.
    """
    told: dict[str, Any] = {}
    without = []
    for key in (field.key for field in fields()):
        old, new = base.get(key), tree.get(key)
        if new == old:
            continue
        if new is None:
            without.append(key)
        elif isinstance(old, dict) and set(old) <= set(new):
            told[key] = {name: value for name, value in new.items() if old.get(name) != value}
        else:
            if old is not None:
                without.append(key)
            told[key] = new
    return ({"without": without} if without else {}) | told


@dataclass(frozen=True)
class Draft:
    """A scenario that was asked for, as a file.

    Attributes
    ----------
    text : str
        The file.
    changed : bool
        Whether it differs from the one it extends.
    """

    scenario: Scenario
    text: str
    changed: bool


def make_draft(base: Scenario, tree: Mapping[str, Any], folder: Path, language: Language) -> Draft:
    """Write down what a form asks for and read it back as any other scenario.

    Parameters
    ----------
    base : Scenario
        One that ships.
    tree : mapping
        What is asked for, as plain data without a name.
    folder : Path
        The data folder.
    language : str
        In which the heading and description were typed.

    Raises
    ------
    InputError
        With every problem of the scenario.
    """
    start = plain(base)
    tree = _worded(start, dict(tree), language)
    told = differences(start, tree)
    name = base.name
    if told:
        title = tree["title"][language]
        marked = title == _marked(start["title"], language)
        name = f"{base.name[:LONGEST]}-own" if marked else slug(title)
        name = name or f"{base.name[:LONGEST]}-own"
        if not on_every_system(name) or name in scenario_names(folder):
            name += "-own"
    told |= {"extends": base.name, "name": name}
    ordered = {key: told[key] for key in FIRST if key in told} | told
    text = tomli_w.dumps(ordered)
    return Draft(read_text(text, folder), text, changed=len(told) > 2)


def _worded(start: Mapping[str, Any], tree: dict[str, Any], language: Language) -> dict[str, Any]:
    """Let the heading and the description in the other language follow those that were typed."""
    for key in ("title", "description"):
        old, new = start[key], tree[key]
        if new[language] != old[language] and all(
            new[each] == old[each] for each in old if each != language
        ):
            tree[key] = dict.fromkeys(old, new[language])
    if differences(start, tree) and tree["title"] == start["title"]:
        tree["title"] = {each: _marked(start["title"], each) for each in start["title"]}
    return tree


def _marked(titles: Mapping[str, str], language: Language) -> str:
    """Return the heading of a changed scenario whose heading was left as it was."""
    return load_texts(language, "changed")("changed.title", title=titles[language])


def read_text(text: str, folder: Path) -> Scenario:
    """Read a scenario from the text of a file, by the way of every other file.

    Raises
    ------
    InputError
        With every problem.
    """
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "draft.toml"
        path.write_text(text, encoding="utf-8", newline="")
        return load_scenario(str(path), folder)


TAKEN = say("another heading: there is a scenario of that name already")


def save(text: str, path: Path, *, replace: bool) -> None:
    """Write a scenario's file whole, never over another unless that is asked for.

    Raises
    ------
    InputError
        If there is such a file already.
    PlannerError
        If the disk does not take it.
    """
    part = path.with_name(f".{path.name}.writing-{secrets.token_hex(6)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8", newline="")
        if not replace and not _taken(path):
            raise InputError([Problem(path.name, None, "title", "", TAKEN)])
        part.replace(path)
    except OSError as error:
        raise PlannerError(say("{} can't be written ({})", path, error.strerror)) from error
    finally:
        with contextlib.suppress(OSError):  # it was not made, or has its name now
            part.unlink()


def _taken(path: Path) -> bool:
    """Take a name for a file; False if it is somebody else's."""
    try:
        path.open("xb").close()
    except FileExistsError:
        return False
    return True
