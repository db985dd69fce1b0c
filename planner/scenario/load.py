"""Scenario files: found by name or path, merged with what they extend, overridden, validated."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from planner.case.columns import short
from planner.case.expected import either, expected_of
from planner.case.text import listed, place, read_toml
from planner.errors import InputError, Problem
from planner.message import Message, say
from planner.scenario.override import override, set_key
from planner.scenario.spec import Scenario
from planner.scenario.towns import with_codes
from planner.scenario.values import NAME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_EXTENDS = 10
Tree = dict[str, Any]


def scenario_names(folder: Path) -> list[str]:
    """Return the names of the scenarios that ship in a data folder, sorted.

    Parameters
    ----------
    folder : Path
        The data folder; scenarios are in its `scenarios/`.
    """
    return sorted(path.stem for path in (folder / "scenarios").glob("*.toml"))


def load_scenario(reference: str, folder: Path, overrides: Iterable[str] = ()) -> Scenario:
    """Read a scenario by name or path and validate it.

    A file may say ``extends = "other"``: sections are merged key by key, and a key that is given
    replaces the whole value it had; ``without = ["staffing"]`` leaves sections out.

    What was changed is told against the scenario of the data folder that was asked for or that
    the file extends, directly or not. A file that extends none is told against the one whose name
    it has, a run's `scenario.toml` against the one that its plan.json names, any other against
    itself.

    Parameters
    ----------
    reference : str
        A name in `folder`/scenarios, or the path of a TOML file.
    folder : Path
        The data folder.
    overrides : iterable of str
        ``key=value`` with a dotted key and a TOML value; ``key+=value`` adds to a list or a table
        and ``key-=value`` takes from it.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        With every problem found.
    """
    path = _find(reference, folder)
    tree, text, shipped = _read_merged(path, folder, depth=0)
    tree.setdefault("name", path.stem)
    base = shipped or _shipped(_recorded(path) or str(tree["name"]), folder) or path
    problems: list[Problem] = []
    for each in overrides:
        problem = override(tree, each, complete, lambda tree: with_codes(tree, folder))
        if problem:
            problems.append(problem)
    scenario = _validate(with_codes(tree, folder), path.name, text, problems)
    if base == path and not overrides:
        return scenario
    return scenario.told_against(_plain(base, folder))


def _plain(path: Path, folder: Path) -> Scenario:
    """Read a scenario as its file has it."""
    tree, text, _ = _read_merged(path, folder, depth=0)
    tree.setdefault("name", path.stem)
    return _validate(with_codes(tree, folder), path.name, text, [])


def _recorded(path: Path) -> str | None:
    """Return the name of the scenario that a run's was made from, as its plan.json has it."""
    try:
        return str(json.loads((path.parent / "plan.json").read_bytes())["base"])
    except (OSError, ValueError, TypeError, LookupError, RecursionError):  # no run, or an older one
        return None


def _shipped(name: str, folder: Path) -> Path | None:
    return folder / "scenarios" / f"{name}.toml" if name in scenario_names(folder) else None


def apply_changes(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a validated copy of a scenario with dotted keys set to new values.

    Raises
    ------
    InputError
        If a key does not exist or the changed scenario is not valid.
    """
    tree = scenario.model_dump(mode="json", exclude_none=True)
    problems: list[Problem] = []
    for key, value in changes.items():
        plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
        problem = set_key(tree, key, plain)
        if problem:
            problems.append(problem)
    return _validate(tree, scenario.name, "", problems).told_against(scenario.base or scenario)


def apply_options(scenario: Scenario, overrides: Iterable[str]) -> Scenario:
    """Return a validated copy of a scenario changed by ``key=value``, as `load_scenario` reads it.

    Raises
    ------
    InputError
        If a key does not exist or the changed scenario is not valid.
    """
    tree = scenario.model_dump(mode="json", exclude_none=True)
    problems = [problem for each in overrides if (problem := override(tree, each, complete))]
    return _validate(tree, scenario.name, "", problems).told_against(scenario.base or scenario)


def _find(reference: str, folder: Path) -> Path:
    names = scenario_names(folder)
    if reference in names:
        return folder / "scenarios" / f"{reference}.toml"
    path = Path(reference)
    if path.suffix == ".toml" and _is_file(path):
        return path
    close = difflib.get_close_matches(reference, names, n=1)
    expected = say("a name among {}, or the path of a .toml file", ", ".join(names))
    expected += say("; did you mean {!r}?", close[0]) if close else ""
    raise InputError([Problem("scenario", None, "", short(reference), expected)])


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long
        return False


def _read_merged(path: Path, folder: Path, depth: int) -> tuple[Tree, str, Path | None]:
    """Return a scenario's tree, the file's text, and the file of the data folder in its line."""
    tree, text = read_toml(path, path.name)
    shipped = path if path.resolve().parent == (folder / "scenarios").resolve() else None
    parent = tree.pop("extends", None)
    if parent is None:
        return tree, text, shipped
    if not isinstance(parent, str) or not re.fullmatch(NAME, parent) or depth >= MAX_EXTENDS:
        expected = say(
            "the name of another scenario, at most {} deep and not in a circle", MAX_EXTENDS
        )
        raise InputError([Problem(path.name, None, "extends", str(parent)[:80], expected)])
    beside = path.parent / f"{parent}.toml"
    above = beside if beside.is_file() else _find(parent, folder)
    base, _, first = _read_merged(above, folder, depth + 1)
    left_out = tree.pop("without", [])
    if not isinstance(left_out, list) or not all(key in [*base] for key in left_out):
        expected = say("a list of sections of {!r}", parent)
        raise InputError([Problem(path.name, None, "without", str(left_out)[:80], expected)])
    for key in left_out:
        del base[key]
    for key, value in tree.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            base[key] = base[key] | value
        else:
            base[key] = value
    return base, text, shipped or first


def complete(tree: Tree) -> Tree:
    """Return a scenario with all that it does not say; as it is where it can't be read."""
    try:
        return Scenario.model_validate(tree).model_dump(mode="json")
    except ValidationError:
        return tree


def _validate(tree: Tree, file: str, text: str, problems: list[Problem]) -> Scenario:
    try:
        scenario = Scenario.model_validate(tree)
    except ValidationError as error:
        lines = _lines(text)
        wrong = listed(file, _causes(error), lambda item: _problem(item, file, lines))
        problems = [*problems, *wrong]
    if problems:
        raise InputError(sorted(_joined(problems), key=str))
    return scenario


def _joined(problems: list[Problem]) -> list[Problem]:
    """Make one problem of the several that a value has where it may be of several kinds."""
    found: dict[Problem, list[Message]] = {}
    for problem in problems:
        found.setdefault(replace(problem, expected=say("")), []).append(problem.expected)
    return [replace(problem, expected=either(ways)) for problem, ways in found.items()]


def _causes(error: ValidationError) -> list[dict[str, Any]]:
    """Return what is wrong, without "too short" for lists whose items are wrong themselves."""
    found: list[dict[str, Any]] = [dict(item) for item in error.errors()]
    inside = {item["loc"][:depth] for item in found for depth in range(len(item["loc"]))}
    return [item for item in found if item["type"] != "too_short" or item["loc"] not in inside]


def _problem(item: dict[str, Any], file: str, lines: Mapping[str, int]) -> Problem:
    location = place(item)
    key = ".".join(str(part) for part in location)
    value = item.get("input")
    shown = "" if isinstance(value, dict) or item["type"] == "missing" else str(value)[:80]
    expected = expected_of(item)
    if item["type"] == "extra_forbidden":
        known = _fields_at(location[:-1])
        close = difflib.get_close_matches(short(str(location[-1])), known, n=1)
        expected = (
            say("a known key; did you mean {!r}?", close[0])
            if close
            else say("a known key ({})", ", ".join(known))
        )
    return Problem(file, _line(lines, location), short(key), shown, expected)


def _fields_at(location: list[Any]) -> list[str]:
    annotation: Any = Scenario
    for part in location:
        model = _model_in(annotation)
        # Anything else is an index or a key: of a collection whose items hold the model.
        if model is not None and part in model.model_fields:
            annotation = model.model_fields[part].annotation
    model = _model_in(annotation)
    return sorted(model.model_fields) if model is not None else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _lines(text: str) -> dict[str, int]:
    """Return the line on which each section and each key is first named, by dotted key."""
    found: dict[str, int] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+([^\[\]=]+)\]", line):
            section = header[1].strip()
            found.setdefault(section, number)
        elif key := re.match(r"""\s*["']?([\w.-]+)["']?\s*=""", line):
            found.setdefault(f"{section}.{key[1]}" if section else key[1], number)
    return found


def _line(lines: Mapping[str, int], location: list[Any]) -> int | None:
    """Find the line that sets a key, or the header of the section it belongs to."""
    names = [part for part in location if isinstance(part, str)]
    places = (".".join(names[:end]) for end in range(len(names), 0, -1))
    return next((lines[place] for place in places if place in lines), None)
