"""Exact location: p-median, p-center, covering and capacitated problems on cost matrices."""

from __future__ import annotations

from planner.location.capacitated import solve_capacitated_p_median
from planner.location.covering import solve_max_covering, solve_p_center
from planner.location.listing import Listed, Listing, list_p_medians
from planner.location.median import solve_p_median, solve_p_medians
from planner.location.result import LocationResult, MedianResult, Start
from planner.location.warehouse import solve_warehouses

__all__ = [
    "Listed",
    "Listing",
    "LocationResult",
    "MedianResult",
    "Start",
    "list_p_medians",
    "solve_capacitated_p_median",
    "solve_max_covering",
    "solve_p_center",
    "solve_p_median",
    "solve_p_medians",
    "solve_warehouses",
]
