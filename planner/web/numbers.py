"""Numbers as they are typed, in the way of the page's language."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.outputs.words.text import Language

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def show(value: float, language: Language) -> str:
    """Write a number as it is typed: exactly, without a sign between thousands."""
    text = str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    return text.replace(".", ",") if language == "sv" else text


def number(text: str, language: Language) -> float | int | None:
    """Return the number that a text says; in Swedish with a comma or a point. None if none."""
    plain = re.sub(r"\s", "", text).replace("\u2212", "-")
    if language == "sv":
        plain = plain.replace(",", ".")
    if not NUMBER.fullmatch(plain) or len(plain) > 30:
        return None
    value = int(plain) if re.fullmatch(r"[+-]?\d+", plain) else float(plain)
    return value if math.isfinite(value) else None
