"""Scenarios by dotted key: what sets two apart, one changed as ``--set`` says, and such options."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from planner.case.columns import short
from planner.case.text import MAX_DEPTH, parse_toml
from planner.errors import InputError, Problem
from planner.message import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pydantic import BaseModel

    from planner.scenario.values import Quantity

Changes = dict[str, tuple[Any, Any]]
"""Dotted key -> the value before and the value now, as JSON has them; None where there is none."""

APART = ("name", "title.", "description.")
"""What a question is called; it asks nothing."""


def flat(tree: object, prefix: str = "") -> dict[str, Any]:
    """Return values by dotted key.

    A number with its range counts as its value; the ends of the range have keys of their own,
    unless they are the value too. A list is one value, a list of tables has a key a row.

    Parameters
    ----------
    tree : object
        What JSON or TOML can hold.
    prefix : str
        Put before every key.
    """
    if isinstance(tree, list) and any(isinstance(item, dict) for item in tree):
        tree = {str(number): item for number, item in enumerate(tree)}
    if not isinstance(tree, dict):
        return {prefix: tree}
    if {"value", "unit", "low", "high"} <= set(tree):
        ends = {f"{prefix}.{end}": tree[end] for end in ("low", "high")}
        return {prefix: tree["value"]} | (ends if tree["low"] != tree["high"] else {})
    found: dict[str, Any] = {}
    for key, inner in tree.items():
        found |= flat(inner, f"{prefix}.{key}" if prefix else str(key))
    return found


def settings(scenario: BaseModel) -> dict[str, Any]:
    """Return what a scenario asks, by dotted key, without what it is called."""
    tree = flat(scenario.model_dump(mode="json", exclude_none=True))
    return {key: value for key, value in tree.items() if not key.startswith(APART)}


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Changes:
    """Return the keys of two tables of settings whose values are not the same.

    Parameters
    ----------
    before, now : mapping of str to object
        As `settings` returns them.
    """
    keys = dict.fromkeys([*now, *before])
    pairs = {key: (before.get(key), now.get(key)) for key in keys}
    return {key: pair for key, pair in pairs.items() if pair[0] != pair[1]}


Tree = dict[str, Any]


def override(
    tree: Tree,
    text: str,
    complete: Callable[[Tree], Tree],
    codes: Callable[[Tree], Tree] = lambda tree: tree,
) -> Problem | None:
    """Change a scenario as an option says; return what is wrong with that, if anything.

    Parameters
    ----------
    tree : dict
        What the scenario says so far; changed in place.
    text : str
        ``key=value``, or ``key+=value`` and ``key-=value`` to add to a list or a table and to
        take from it.
    complete : callable
        Returns a scenario with what it does not say, for lists that are as they are by default.
    codes : callable
        Returns a scenario with codes in place of the names of towns.
    """
    key, sign, raw = _parts(text)
    if not key or key.count(".") >= MAX_DEPTH:
        expected = say("key=value, for instance offices.count=8")
        return Problem("--set", None, "", short(text), expected)
    try:
        value = parse_toml(f"value = {raw}", "--set")["value"]
    except InputError:
        value = raw.strip()
    if sign == "=":
        return set_key(tree, key, value)
    said = codes(tree)
    old = _at(said, key)
    old = _at(complete(said), key) if old is None else old
    items = value if isinstance(value, list) else [value]
    if isinstance(old, list):
        value = _at(codes(_nested(key, items)), key)
    elif isinstance(old, dict) and sign == "-=":
        named = _at(codes(_nested(key, dict.fromkeys(map(str, items)))), key)
        value = list(named) if isinstance(named, dict) else items
    problem = _amend(tree, key, sign, value, old)
    return problem and replace(problem, value=short(raw.strip()))


def _parts(override: str) -> tuple[str, str, str]:
    """Cut ``key=value``, ``key+=value`` or ``key-=value``; the key is empty where it is neither."""
    key, equals, raw = override.partition("=")
    sign = key[-1:] if key[-1:] in ("+", "-") else ""
    return key.removesuffix(sign).strip() if equals else "", f"{sign}=", raw


def replaced_keys(overrides: Iterable[str]) -> list[str]:
    """Return the keys that overrides give a new value, rather than add to or take from."""
    parts = map(_parts, overrides)
    return list(dict.fromkeys(key for key, sign, _ in parts if sign == "="))


def _amend(tree: Tree, key: str, sign: str, value: object, old: object) -> Problem | None:
    """Add to a list or a table, or take from it."""
    items = value if isinstance(value, list) else [value]
    if old is None and sign == "+=":  # if there is no such key, or no list in it, that is told
        return set_key(tree, key, items)
    new: Tree | list[Any]
    if isinstance(old, dict):
        new, expected = _amended_table(old, sign, value, items)
    elif isinstance(old, list):
        new, expected = _amended_list(old, sign, items)
    else:
        now = say("nothing") if old is None else short(str(old))
        new, expected = [], say("a list or a table for {}; there is {}", sign, now)
    if expected is not None:
        return Problem("--set", None, key, short(str(value)), expected)
    return set_key(tree, key, new)


def _amended_table(
    old: Tree, sign: str, value: object, keys: list[Any]
) -> tuple[Tree, Message | None]:
    if sign == "+=":
        if not isinstance(value, dict):
            return old, say("a table, for instance {}", "{max_km = 300}")
        return old | value, None
    keys = [str(key) for key in keys]
    return {name: old[name] for name in old if name not in keys}, _missing(keys, old)


def _amended_list(old: list[Any], sign: str, items: list[Any]) -> tuple[list[Any], Message | None]:
    if all(isinstance(item, str) for item in old):
        items = [str(item) if type(item) is int else item for item in items]  # 1880 is a code too
    if sign == "+=":
        return [*old, *(item for item in items if item not in old)], None
    return [item for item in old if item not in items], _missing(items, old)


def _missing(items: list[Any], old: Tree | list[Any]) -> Message | None:
    """Say what can't be taken away, since it is not there."""
    missing = ", ".join(str(item) for item in items if item not in old)
    there = short(", ".join(map(str, old))) or say("nothing")
    return say("some of what is there, {}; there is no {}", there, missing) if missing else None


def _nested(key: str, value: object) -> Tree:
    for part in reversed(key.split(".")):
        value = {part: value}
    return {} if not isinstance(value, dict) else value


def _at(tree: object, key: str) -> object:
    for part in key.split("."):
        if isinstance(tree, list) and _place(tree, part):
            tree = tree[int(part)]
        else:
            tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def set_key(tree: Tree, key: str, value: object) -> Problem | None:
    """Set a dotted key; a bare number given to a quantity changes its value within its range.

    In a list, a part of the key is a place counted from 0.
    """
    *parents, last = key.split(".")
    node: Tree | list[Any] = tree
    for part in parents:
        if isinstance(node, list):
            if not _place(node, part):
                return Problem("--set", None, key, str(value), _places(node, part))
            child = node[int(part)]
        else:
            child = node.setdefault(part, {})
        if not isinstance(child, dict | list):
            return Problem("--set", None, key, str(value), say("a section at {!r}", part))
        node = child
    if isinstance(node, list):
        if not _place(node, last):
            return Problem("--set", None, key, str(value), _places(node, last))
        node[int(last)] = _changed(node[int(last)], value)
    else:
        node[last] = _changed(node.get(last), value)
    return None


def _place(items: list[Any], part: str) -> bool:
    return part.isdecimal() and part.isascii() and len(part) < 10 and int(part) < len(items)


def _places(items: list[Any], part: str) -> Message:
    return say("a number from 0 to {} at {!r}", len(items) - 1, part)


def _changed(old: object, value: object) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (number and isinstance(old, dict) and "value" in old):
        return value
    # Without a range there is nothing to keep within: the number takes the place of the old.
    fixed = "low" in old and old["low"] == old.get("high")
    return old | dict.fromkeys(("value", "low", "high") if fixed else ("value",), value)


def overrides(
    quantities: Mapping[str, Quantity], settings: Mapping[str, object]
) -> tuple[str, ...]:
    """Return ``key=value`` for each setting, in a form that the scenario takes.

    A number within the range of a quantity stands alone. Of a limit outside its range the rule is
    given anew; of any other quantity the range is widened, and it is then an assumption.

    Parameters
    ----------
    quantities : mapping of str to Quantity
        Those of the scenario.
    settings : mapping of str to object
        Dotted key -> number, truth, list or table.
    """
    return tuple(_override(key, value, quantities.get(key)) for key, value in settings.items())


def typed(override: str) -> str:
    """Return ``--set key=value`` as it is typed in a shell."""
    return f"--set {shlex.quote(override)}"


def _override(key: str, value: object, quantity: Quantity | None) -> str:
    if quantity is None or not isinstance(value, int | float):
        return f"{key}={_toml(value)}"
    if quantity.low == quantity.high or quantity.low <= value <= quantity.high:
        return f"{key}={_toml(value)}"
    section, _, last = key.rpartition(".")
    if section.startswith("limits."):
        return f"{section}={{{last}={_toml(value)}}}"
    low, high = min(quantity.low, value), max(quantity.high, value)
    numbers = f"low={_toml(low)}, high={_toml(high)}"
    return f"{key}={{value={_toml(value)}, unit={_toml(quantity.unit)}, {numbers}}}"


def _toml(value: object) -> str:
    """Write a value as TOML; a whole number without a point."""
    if isinstance(value, dict):
        rows = (f"{_toml(str(key))}={_toml(item)}" for key, item in value.items())
        return "{" + ", ".join(rows) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
