"""What a scenario's goals are called, and the names of criteria until all ask `planner.criteria`."""

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

__all__ = [
    "OPTIMISABLE",
    "PERCENT",
    "ROLLOUT_CRITERIA",
    "SITING_CRITERIA",
    "rate_unit",
    "sum_unit",
]

CRITERIA = {name: each.better for name, each in _CRITERIA.items()}
CRITERIA_UNITS = {name: each.unit for name, each in _CRITERIA.items()}

WEIGHTED, SOFT = "weighted", "soft rules"
"""Goals that are no single criterion: the weighted sum; what soft rules of the rollout are off."""
