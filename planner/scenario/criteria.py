"""The criteria that a scenario may name: which way is better, and in which unit."""

from __future__ import annotations

from typing import Literal

CRITERIA: dict[str, Literal["min", "max"]] = {
    "mean_km": "min",
    "mean_minutes": "min",
    "p95_km": "min",
    "max_km": "min",
    "share_beyond": "min",
    "spread": "min",
    "min_separation_km": "max",
    "university_minutes": "min",
    "university_beyond": "min",
    "spsm_share": "max",
    "county_splits": "min",
    "balance": "min",
    "cost_msek": "min",
    "waiting": "min",
    "unmet": "min",
}
"""Every criterion a limit may name, and which way is better."""

CRITERIA_UNITS: dict[str, str] = {
    "mean_km": "km",
    "mean_minutes": "min",
    "p95_km": "km",
    "max_km": "km",
    "share_beyond": "share",
    "spread": "km",
    "min_separation_km": "km",
    "university_minutes": "min",
    "university_beyond": "offices",
    "spsm_share": "share",
    "county_splits": "counties",
    "balance": "times the mean",
    "cost_msek": "MSEK",
    "waiting": "principal-months",
    "unmet": "principals",
}
"""The unit of every criterion, and so of a limit that is a bare number."""

RATE_UNITS = {
    "share": ("percentage points", "percentage point"),
    "offices": ("offices", "office"),
    "counties": ("counties", "county"),
    "principal-months": ("principal-months", "principal-month"),
    "principals": ("principals", "principal"),
}
"""The unit of a criterion in a sum, and one of it; shares count in percentage points. Any other
unit is the same in both."""

PERCENT = 100.0
"""Percentage points in a share of one."""

OPTIMISABLE = tuple(name for name in CRITERIA if name != "p95_km")
"""Criteria an objective may name; a percentile can be bounded but not weighed."""


ROLLOUT_CRITERIA = ("cost_msek", "waiting", "unmet")
"""Criteria of the whole horizon; they need the sections dialogues, staffing and money."""

SITING_CRITERIA = tuple(name for name in CRITERIA if name not in ROLLOUT_CRITERIA)
"""Criteria of the offices and regions of the last period."""


WEIGHTED, SOFT = "weighted", "soft rules"
"""Goals that are no single criterion: the weighted sum; what soft rules of the rollout are off."""


def sum_unit(leading: str) -> str:
    """Return the unit of a sum that is told in the unit of a criterion."""
    unit = CRITERIA_UNITS[leading]
    return RATE_UNITS.get(unit, (unit, unit))[0]


def rate_unit(leading: str, name: str) -> str:
    """Return the unit of a criterion's rate of exchange, such as "km per percentage point"."""
    unit = CRITERIA_UNITS[name]
    return f"{sum_unit(leading)} per {RATE_UNITS.get(unit, (unit, unit))[1]}"
