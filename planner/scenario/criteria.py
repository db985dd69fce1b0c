"""The names of criteria and goals, until all ask `planner.criteria` for them."""

from __future__ import annotations

from planner.criteria import CRITERIA as _CRITERIA
from planner.criteria import (
    OPTIMISABLE,
    ROLLOUT_CRITERIA,
    SITING_CRITERIA,
    rate_unit,
    sum_unit,
)
from planner.criteria.units import PERCENT
from planner.scenario.objective import SOFT, WEIGHTED

__all__ = [
    "OPTIMISABLE",
    "PERCENT",
    "ROLLOUT_CRITERIA",
    "SITING_CRITERIA",
    "SOFT",
    "WEIGHTED",
    "rate_unit",
    "sum_unit",
]

CRITERIA = {name: each.better for name, each in _CRITERIA.items()}
CRITERIA_UNITS = {name: each.unit for name, each in _CRITERIA.items()}
