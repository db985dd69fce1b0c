"""Numbers as people and programs spell them in tables: the rule of docs/reference-data.md, exactly.

Written from that page, not from planner/case: tests/case/numbers.toml holds both to it.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Self

from planner.message import say
from planner.verify.fields import exact

SPACES = "\u0020\u00a0\u2009\u202f"
"""Spaces that may stand between groups of three digits, and around a number."""
_SIMPLE = re.compile(r"[0-9]{1,40}(\.[0-9]{1,40})?")
MOST = 40
"""Digits on each side of the decimal mark."""


class StoredNumber(str):
    """A number as a workbook holds it: its text, and `value`, which nobody spelt."""

    __slots__ = ("value",)
    value: Fraction

    def __new__(cls, text: str, written: str) -> Self:
        """Keep what the file says beside the text that is shown of it."""
        held = super().__new__(cls, text)
        held.value = Fraction(written)
        return held


def decimal(text: str, mark: str, *, said: bool = False) -> Fraction:
    """Return the number that a cell says.

    Parameters
    ----------
    mark : str
        The table's decimal mark, a point or a comma.
    said : bool
        Whether country.toml says it, so that the other mark may group thousands.

    Raises
    ------
    ValueError
        If it says none, or may say two.
    """
    if isinstance(text, StoredNumber):
        return text.value
    if mark == "." and _SIMPLE.fullmatch(text):
        return exact(text)
    plain = text.strip(SPACES).replace("\u2212", "-", 1)
    if re.search("E[+-][0-9][0-9]", plain):
        raise ValueError(say("not a finite decimal number: {}", text[:40]))
    body, powered, power = plain.lower().partition("e")
    negative = body[:1] == "-"
    whole, marked, part = body.removeprefix(body[:1] if body[:1] in ("-", "+") else "").partition(
        mark
    )
    gaps = SPACES + ("," if mark == "." else ".") * said
    digits = _without_gaps(whole, gaps)
    sound = (
        (digits.isdigit() or not digits)
        and (part.isdigit() if marked else bool(digits))
        and (digits + part).isascii()
        and max(len(digits), len(part)) <= MOST
        and (re.fullmatch("[+-]?[0-9][0-9]?", power) is not None if powered else True)
    )
    if not sound:
        raise ValueError(say("not a finite decimal number: {}", text[:40]))
    size = Fraction(int(digits + part), 10 ** len(part)) * Fraction(10) ** int(power or 0)
    return -size if negative else size


def whole(text: str, mark: str | None = None) -> int:
    """Return the whole number that a cell says.

    Parameters
    ----------
    mark : str, optional
        The decimal mark, if country.toml says it. Else either is one, but three digits behind it
        may be thousands: that is refused.

    Raises
    ------
    ValueError
        As `decimal`.
    """
    if text.isascii() and text.isdigit() and len(text) <= MOST:
        return int(text)
    bare = text.strip(SPACES).lstrip("+-\u2212")
    if (
        mark is None
        and not isinstance(text, StoredNumber)
        and re.fullmatch("[1-9][0-9]?[0-9]?[.,][0-9]{3}", bare)
    ):
        raise ValueError(say("not a finite decimal number: {}", text[:40]))
    found = decimal(text, mark or ("," if "," in text else "."), said=mark is not None)
    if found.denominator != 1:
        raise ValueError(say("not a finite decimal number: {}", text[:40]))
    return found.numerator


def decimal_mark(cells: Iterable[str]) -> str:
    """Return the decimal mark of numbers that no comma separates: the one that they show.

    Raises
    ------
    ValueError
        If they show both, or one that may group thousands wherever it stands.
    """
    spelt = [cell.strip(SPACES) for cell in cells if not isinstance(cell, StoredNumber)]
    marked = [cell for cell in spelt if "," in cell or "." in cell]
    shown = {mark for mark in ",." for cell in marked if mark in cell}
    if not marked:
        return "."
    bare = [re.sub(f"[{SPACES}+\u2212-]", "", cell) for cell in marked]
    if len(shown) > 1 or all(re.fullmatch("[1-9][0-9]?[0-9]?.[0-9]{3}", cell) for cell in bare):
        raise ValueError(say("a decimal mark that is the same, and no mark of thousands"))
    return shown.pop()


def _without_gaps(whole: str, gaps: str) -> str:
    """Return digits without what groups them in threes, if that is all that there is."""
    gap = next((sign for sign in whole if sign in gaps), None)
    if gap is None:
        return whole
    first, *groups = whole.split(gap)
    sound = 1 <= len(first) <= 3 and first[0] != "0" and all(len(three) == 3 for three in groups)
    return first + "".join(groups) if sound and len(groups) <= 12 else "x"
