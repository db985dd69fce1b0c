"""The distance within which 95 of 100 principals are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, Share, travelled
from planner.criteria.late import np

if TYPE_CHECKING:
    from planner.criteria.reads import Floats, Ints, Numbers, Outcome

P95_SHARE = 0.05
"""Share of the principals that may be farther away than the percentile."""


def _past(i: Numbers, limit_km: float) -> Floats:
    return i.beyond(limit_km) / i.total


def _percentile(i: Numbers, outcome: Outcome) -> float:
    return weighted_percentile(*travelled(i, i.km, outcome.served_by[-1]), 1 - P95_SHARE)


def weighted_percentile(values: Floats, weights: Ints, share: float) -> float:
    """Return the smallest value that at least a share of the weight does not exceed."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    needed = share * reached[-1] - 1e-9
    return float(values[order][np.searchsorted(reached, needed)])


P95_KM = Criterion(
    name="p95_km",
    unit="km",
    better="min",
    definition="least distance within which 95 % of principals are",
    symbols="no expression; a limit X as: at most 5 % of the principals farther than X",
    measure=_percentile,
    share=Share(P95_SHARE, _past),
    moved_by=("principals",),
)
