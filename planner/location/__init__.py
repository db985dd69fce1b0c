"""Exact location: p-median, p-center, covering and capacitated problems on cost matrices."""

from __future__ import annotations

from planner.location.median import solve_p_median
from planner.location.result import LocationResult, MedianResult, Start

__all__ = ["LocationResult", "MedianResult", "Start", "solve_p_median"]
