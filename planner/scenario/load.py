"""Scenario files: found by name or path, merged with what they extend, overridden, validated."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from planner.errors import InputError, Problem
from planner.scenario.spec import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_BYTES = 1_000_000
MAX_EXTENDS = 10

KINDS = ("tuple[", "literal[", "constrained-")
"""How a place begins that names one of the kinds that a value may be, not a key."""

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

    Parameters
    ----------
    reference : str
        A name in `folder`/scenarios, or the path of a TOML file.
    folder : Path
        The data folder.
    overrides : iterable of str
        ``key=value`` with a dotted key and a TOML value.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        With every problem found.
    """
    path = _find(reference, folder)
    tree, text = _read_merged(path, folder, depth=0)
    tree.setdefault("name", path.stem)
    problems: list[Problem] = []
    for override in overrides:
        problem = _override(tree, override)
        if problem:
            problems.append(problem)
    return _validate(tree, path.name, text, problems)


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
        problem = _set(tree, key, plain)
        if problem:
            problems.append(problem)
    return _validate(tree, scenario.name, "", problems)


def _find(reference: str, folder: Path) -> Path:
    names = scenario_names(folder)
    if reference in names:
        return folder / "scenarios" / f"{reference}.toml"
    path = Path(reference)
    if path.suffix == ".toml" and path.is_file():
        return path
    close = difflib.get_close_matches(reference, names, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    expected = f"a name among {', '.join(names)}, or the path of a .toml file{hint}"
    raise InputError([Problem("scenario", None, "", reference, expected)])


def _read_merged(path: Path, folder: Path, depth: int) -> tuple[Tree, str]:
    text = _text(path)
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        row = int(found[1]) if found else None
        raise InputError([Problem(path.name, row, "", "", f"valid TOML ({error})")]) from error
    except RecursionError as error:
        expected = "TOML nested less deeply"
        raise InputError([Problem(path.name, None, "", "", expected)]) from error
    parent = tree.pop("extends", None)
    if parent is None:
        return tree, text
    if not isinstance(parent, str) or depth >= MAX_EXTENDS:
        expected = f"the name of another scenario, at most {MAX_EXTENDS} deep and not in a circle"
        raise InputError([Problem(path.name, None, "extends", str(parent)[:80], expected)])
    beside = path.parent / f"{parent}.toml"
    base, _ = _read_merged(beside if beside.is_file() else _find(parent, folder), folder, depth + 1)
    left_out = tree.pop("without", [])
    if not isinstance(left_out, list) or not all(key in [*base] for key in left_out):
        expected = f"a list of sections of {parent!r}"
        raise InputError([Problem(path.name, None, "without", str(left_out)[:80], expected)])
    for key in left_out:
        del base[key]
    for key, value in tree.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            base[key] = base[key] | value
        else:
            base[key] = value
    return base, text


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        expected = f"a file that can be read ({error.strerror})"
        raise InputError([Problem(path.name, None, "", "", expected)]) from error
    if len(raw) > MAX_BYTES:
        expected = f"at most {MAX_BYTES} bytes, got {len(raw)}"
        raise InputError([Problem(path.name, None, "", "", expected)])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise InputError([Problem(path.name, row, "", "", "text in UTF-8")]) from error


def _override(tree: Tree, override: str) -> Problem | None:
    key, equals, raw = override.partition("=")
    key = key.strip()
    if not equals or not key:
        return Problem("--set", None, "", override, "key=value, for instance offices.count=8")
    try:
        value = tomllib.loads(f"value = {raw}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        value = raw.strip()
    return _set(tree, key, value)


def _set(tree: Tree, key: str, value: object) -> Problem | None:
    """Set a dotted key; a bare number given to a quantity changes its value alone."""
    *parents, last = key.split(".")
    node = tree
    for part in parents:
        child = node.setdefault(part, {})
        if not isinstance(child, dict):
            return Problem("--set", None, key, str(value), f"a section at {part!r}")
        node = child
    old = node.get(last)
    if isinstance(old, dict) and "value" in old and isinstance(value, int | float):
        node[last] = old | {"value": value}
    else:
        node[last] = value
    return None


def _validate(tree: Tree, file: str, text: str, problems: list[Problem]) -> Scenario:
    try:
        scenario = Scenario.model_validate(tree)
    except ValidationError as error:
        problems = [*problems, *(_problem(item, file, text) for item in _causes(error))]
    if problems:
        raise InputError(sorted(_joined(problems), key=str))
    return scenario


def _joined(problems: list[Problem]) -> list[Problem]:
    """Make one problem of the several that a value has where it may be of several kinds."""
    found: dict[Problem, list[str]] = {}
    for problem in problems:
        found.setdefault(replace(problem, expected=""), []).append(problem.expected)
    return [replace(problem, expected=" or ".join(words)) for problem, words in found.items()]


def _causes(error: ValidationError) -> list[dict[str, Any]]:
    """Return what is wrong, without "too short" for lists whose items are wrong themselves."""
    found: list[dict[str, Any]] = [dict(item) for item in error.errors()]
    inside = {item["loc"][:depth] for item in found for depth in range(len(item["loc"]))}
    return [item for item in found if item["type"] != "too_short" or item["loc"] not in inside]


def _problem(item: dict[str, Any], file: str, text: str) -> Problem:
    location = [part for part in item["loc"] if not str(part).startswith(KINDS)]
    key = ".".join(str(part) for part in location)
    value = item.get("input")
    shown = "" if isinstance(value, dict) or item["type"] == "missing" else str(value)[:80]
    if item["type"] == "extra_forbidden":
        known = _fields_at(location[:-1])
        close = difflib.get_close_matches(str(location[-1]), known, n=1)
        expected = (
            f"a known key; did you mean {close[0]!r}?"
            if close
            else f"a known key ({', '.join(known)})"
        )
    elif item["type"] == "missing":
        expected = "a value; the key is missing"
    else:
        expected = str(item["msg"]).removeprefix("Value error, ")
        expected = expected[0].lower() + expected[1:]
    return Problem(file, _line(text, location), key, shown, expected)


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


def _line(text: str, location: list[Any]) -> int | None:
    """Find the line that sets a key, or the header of the section it belongs to."""
    names = [re.escape(str(part)) for part in location if isinstance(part, str)]
    for end in range(len(names), 0, -1):
        section, last = r"\.".join(names[: end - 1]), names[end - 1]
        inside = not section
        for number, line in enumerate(text.splitlines(), start=1):
            header = re.match(r"\s*\[+\s*([^\]]*?)\s*\]+", line)
            if header:
                if re.fullmatch(rf"{section}\.{last}" if section else last, header[1]):
                    return number
                inside = bool(re.fullmatch(section, header[1])) if section else False
            elif inside and re.match(rf"\s*\"?{last}\"?\s*=", line):
                return number
    return None
