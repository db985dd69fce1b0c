"""What sets one question apart from another: keys and values, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

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
