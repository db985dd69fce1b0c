"""The units of criteria: how a value is written, and what a sum of several counts in."""

from __future__ import annotations

from dataclasses import dataclass

PERCENT = 100.0
"""Percentage points in a share of one."""


@dataclass(frozen=True)
class Unit:
    """How values of one unit are written.

    Attributes
    ----------
    words : str
        Key of the unit in the tables of words.
    scale : float
        What a value is multiplied by before it is written.
    summed : str
        The unit in a weighted sum, where shares count in percentage points.
    one : str
        One of it: what a rate of exchange is per.
    """

    words: str
    decimals: int
    summed: str
    one: str
    scale: float = 1.0


UNITS = {
    "km": Unit("km", 1, "km", "km"),
    "min": Unit("minutes", 1, "min", "min"),
    "share": Unit("percent", 1, "percentage points", "percentage point", PERCENT),
    "offices": Unit("offices", 0, "offices", "office"),
    "counties": Unit("counties", 0, "counties", "county"),
    "yes or no": Unit("yes_no", 0, "yes or no", "yes"),
    "times the mean": Unit("times", 2, "times the mean", "times the mean"),
    "MSEK": Unit("msek", 1, "MSEK", "MSEK"),
    "principal-months": Unit("principal_months", 0, "principal-months", "principal-month"),
    "principals": Unit("principals", 0, "principals", "principal"),
}
"""Every unit that a criterion may have."""
