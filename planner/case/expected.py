"""What a value should have been, in words, where pydantic finds that it is not."""

import re
from collections.abc import Mapping
from typing import Any

from planner.message import Message, join, say

A_QUANTITY = say(
    'a number with its range, for instance { value = 200, unit = "km", low = 100, high = 300 }; '
    "a rate or a limit may be a number alone"
)
A_TOWN = say("a municipality: its code, or its name if no other has the same")
PLAIN = {
    "missing": say("a value; the key is missing"),
    "extra_forbidden": say("a known key"),
    "int_type": say("a whole number"),
    "int_parsing": say("a whole number"),
    "int_from_float": say("a whole number"),
    "float_type": say("a number"),
    "float_parsing": say("a number"),
    "finite_number": say("a finite number"),
    "bool_type": say("true or false"),
    "bool_parsing": say("true or false"),
    "string_type": say("text"),
    "string_pattern_mismatch": say(
        "a code or a short name: letters from a to z, digits and hyphens, without spaces"
    ),
    "tuple_type": say("a list"),
    "list_type": say("a list"),
    "dict_type": say("a section of keys and values"),
    "model_type": say("a section of keys and values"),
    "model_attributes_type": say("a section of keys and values"),
    "date_type": say("a date, such as 2024-01-01"),
    "date_parsing": say("a date, such as 2024-01-01"),
    "date_from_datetime_parsing": say("a date, such as 2024-01-01"),
    "date_from_datetime_inexact": say("a date, such as 2024-01-01"),
}
"""By pydantic's kind of error."""

SIZED = {
    "greater_than": ("gt", "more than {}"),
    "greater_than_equal": ("ge", "at least {}"),
    "less_than": ("lt", "less than {}"),
    "less_than_equal": ("le", "at most {}"),
    "too_short": ("min_length", "at least {} in the list"),
    "too_long": ("max_length", "at most {} in the list"),
    "string_too_short": ("min_length", "at least {} characters"),
    "string_too_long": ("max_length", "at most {} characters"),
}
"""The same, with what the words name."""


def expected_of(item: Mapping[str, Any]) -> Message:  # noqa: PLR0911 - a kind of error each
    """Return what was asked for where pydantic found something else.

    Parameters
    ----------
    item : mapping
        One of the errors of a `pydantic.ValidationError`.
    """
    kind, given = item["type"], item.get("input")
    context = item.get("ctx", {})
    quantity = kind == "model_type" and context["class_name"] == "Quantity"
    if isinstance(given, str) and (quantity or kind in ("float_type", "int_type")):
        comma = re.fullmatch(r"\s*(-?\d+),(\d+)\s*", given)
        if comma:
            return say("{}.{}: with a point, not a comma", *comma.groups())
    if quantity:
        return A_QUANTITY
    if kind == "value_error":
        said = context["error"].args[0]
        return said if isinstance(said, Message) else say("something else ({})", said)
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", context["expected"])
        return say("one of {}", ", ".join(choices))
    if kind == "tuple_type" and "tuple[int, int]" in item["loc"]:
        return say("two whole numbers in a list, such as [8, 12]")
    if kind == "string_pattern_mismatch" and item["loc"][:1] == ("sites",):
        return A_TOWN
    if kind == "tuple_type" and item["loc"][:1] == ("sites",):
        return say('a list, such as ["1880", "2180"] or ["Örebro", "Gävle"]')
    if kind in SIZED:
        name, template = SIZED[kind]
        return Message(template, f"{context[name]:.10g}")
    return PLAIN.get(kind) or say("something else ({})", item["msg"])


def either(ways: list[Message]) -> Message:
    """Return what was asked for where a value may be of several kinds."""
    return ways[0] if len(ways) == 1 else join(ways, " or ")
