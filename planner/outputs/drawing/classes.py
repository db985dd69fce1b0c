"""Classes of travel time: few, of about the same size, with limits that people can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CLASSES = 6
"""More shades than this are hard to tell apart on a map."""

CLOCK = (5, 10, *range(15, 120, 15), *range(120, 240, 30), *range(240, 1441, 60))
"""Minutes that people think in: quarters of an hour to two hours, halves to four, then hours."""


def class_limits(minutes: Sequence[int], most: int = MOST_CLASSES) -> tuple[int, ...]:
    """Divide whole minutes into classes that each hold about as many of them.

    The limits are quantiles, each moved to the nearest of CLOCK by ratio; classes that then fall
    together are joined. Where that would leave a single class, quantiles in whole minutes stay.

    Parameters
    ----------
    minutes : sequence of int
        Travel times as they are shown, of everything that the classes are to hold for.
    most : int
        The largest number of classes.

    Returns
    -------
    tuple of int
        Rising; a class begins at its limit, the first one at 0. One limit fewer than classes,
        and no class is empty.
    """
    distinct = len(set(minutes))
    if distinct < 2:
        return ()
    classes = min(most, distinct)
    edges = np.percentile(minutes, np.arange(1, classes + 1) * 100 / classes)
    bins = np.unique(edges)[:-1]  # equal quantiles simply make fewer classes
    round_ones = {min(CLOCK, key=lambda mark: abs(np.log(mark / max(edge, 1)))) for edge in bins}
    return _filled(round_ones, minutes) or _filled({int(edge) + 1 for edge in bins}, minutes)


def _filled(limits: set[int], minutes: Sequence[int]) -> tuple[int, ...]:
    """Leave out each limit below which, down to the one before, nothing lies."""
    kept: list[int] = []
    for limit in sorted(limits):
        lowest = kept[-1] if kept else 0
        if any(lowest <= m < limit for m in minutes) and any(m >= limit for m in minutes):
            kept.append(limit)
    return tuple(kept)
