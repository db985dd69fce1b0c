"""Numbers as they are typed, in the way of the page's language, and their units."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from planner.criteria import CRITERIA, rate_unit
from planner.outputs.words.text import decimal_mark, with_decimal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.message import Language

NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")

UNITS = {
    "large_from": "children and pupils",
    "balance": "share",
    "budget_msek": "MSEK",
    "existing": "advisors",
    "hires_most": "advisors",
    "least": "dialogues",
    "sister_advisor": "MSEK/year",
    "sister_pool": "advisors",
}
"""Units of the quantities that a scenario may lack, those of criteria apart."""

LEADING, RATES, TOLERANCE = "objective.leading", "objective.rates", "objective.tolerance"


def show(value: float, language: Language) -> str:
    """Write a number as it is typed: exactly, without a sign between thousands."""
    text = str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    return with_decimal(text, language)


def number(text: str, language: Language) -> float | int | None:
    """Return the number that a text says, with the language's decimal mark or a point; or None."""
    plain = re.sub(r"\s", "", text).replace("\u2212", "-").replace(decimal_mark(language), ".")
    if not NUMBER.fullmatch(plain) or len(plain) > 30:
        return None
    value = int(plain) if re.fullmatch(r"[+-]?\d+", plain) else float(plain)
    return value if math.isfinite(value) else None


def unit_of(at: str, raw: Mapping[str, Sequence[str]]) -> str:
    """Return the unit of a number that stands in a box.

    Parameters
    ----------
    at : str
        The name of the box.
    raw : mapping of str to sequence of str
        What stands in the boxes.
    """
    table, _, name = at.rpartition(".")
    if table == RATES:
        return _unit_of_rate(raw, name)
    if table == TOLERANCE:
        return CRITERIA[name].unit
    if given := next(iter(raw.get(f"{at}.unit", ())), "").strip():
        return given
    if at.startswith("limits."):
        return CRITERIA[at.split(".")[1]].unit
    names = [part for part in at.split(".") if part != "value" and not part.isdigit()]
    return UNITS.get(names[-1], "1")


def _unit_of_rate(raw: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the unit of a criterion's rate: it follows from what the sum is told in.

    That is the leading criterion, by default the first that has a rate.
    """
    rates = (key.removeprefix(f"{RATES}.") for key, texts in raw.items() if any(texts))
    chosen = next(iter(raw.get(LEADING, ())), "")
    leading = chosen or next((rate for rate in rates if rate in CRITERIA), name)
    return rate_unit(leading if leading in CRITERIA else name, name)
