"""What a plan says was changed: each value that it says holds now is the scenario's."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from planner.message import say
from planner.verify.checks import Check, agrees, check, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.message import Message
    from planner.verify.rules import Rules
    from planner.verify.run_files import Plan


def check_changed(rules: Rules, plan: Plan) -> Check:
    """Hold every value that a plan says was set against the scenario.

    What the value was before is the plan's word: a run does not hold the scenario that it was
    made from.
    """
    asked = dict(_settings(rules.tree, ""))
    found = list(_wrong(plan.changed, asked))
    many = say("{} values that {} has otherwise", len(plan.changed), plan.base or rules.name)
    return check(say("changed"), found, many, applies=bool(plan.changed))


def _wrong(changed: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[Message]:
    for key, pair in changed.items():
        if not isinstance(pair, list) or len(pair) != 2:
            yield say("{}: expected the value before and the value now", key)
        elif not _same(pair[1], asked.get(key)):
            yield say("{}: expected {}, found {}", key, shown(asked.get(key)), shown(pair[1]))
        elif _same(*pair):
            yield say("{}: {} before and now", key, shown(pair[0]))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if _number(one) and _number(other):
        return agrees(Fraction(one), Fraction(other))
    return type(one) is type(other) and bool(one == other)


def _number(value: Any) -> bool:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def _settings(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Yield the values of a scenario by dotted key; a number with a range has three."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = {str(place): item for place, item in enumerate(value)}
    if not isinstance(value, dict):
        yield key, value
        return
    if {"value", "low", "high"} <= set(value):
        yield key, value["value"]
    for name, inner in value.items():
        yield from _settings(inner, f"{key}.{name}" if key else name)
