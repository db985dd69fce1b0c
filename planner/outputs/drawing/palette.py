"""Colours, hatches and classes: told apart by number and hatch, never by colour alone.

Classes of travel time are few, of about the same size, with limits that people can read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

FILLS = ("#8dace9", "#f9ecaa", "#baa4c3", "#97d16c", "#fbcdba", "#c2d9ff", "#cca1a1", "#a1b47b")
"""Chosen by search: any two, and the sea, are at least 13 apart in CIE Lab to full sight and to
the three kinds of colour blindness (Machado, Oliveira and Fernandes, IEEE Transactions on
Visualization and Computer Graphics 15, 2009). The tests measure it."""

HATCHES = ("plain", "diagonal", "dots", "grid")
"""Each hatch is laid over all fills before the next one is used: 32 regions look different."""

INK = "#1b2a3a"
LAND = "#f4f1ea"
SEA = "#e9f0f4"


CLASS_HATCHES = ("plain", "diagonal", "plain", "counter", "plain", "grid")
"""Beside the shade: two classes next to each other never have the same, nor two hatched ones. No
dots: on the map, principals are dots."""

MOST_CLASSES = 6
"""More shades than this are hard to tell apart on a map."""

CLOCK = (5, 10, *range(15, 120, 15), *range(120, 240, 30), *range(240, 1441, 60))
"""Minutes that people think in: quarters of an hour to two hours, halves to four, then hours."""


@dataclass(frozen=True)
class Style:
    """How the region with a number, or a class, is drawn."""

    number: int
    colour: str
    hatch: str
    of: str = "region"

    @property
    def pattern(self) -> str:
        """The id of the pattern that is defined once a page."""
        return f"{self.of}-fill-{self.number}"

    @property
    def paint(self) -> str:
        """The SVG paint: the colour itself, or the pattern."""
        return self.colour if self.hatch == "plain" else f"url(#{self.pattern})"


def region_style(number: int) -> Style:
    """Return the style of a region by its number, counted from 1."""
    turn, place = divmod(number - 1, len(FILLS))
    return Style(number, FILLS[place], HATCHES[turn % len(HATCHES)])


def class_styles(count: int) -> list[Style]:
    """Return the styles of classes from the lowest to the highest: ever darker, told by hatch too.

    Parameters
    ----------
    count : int
        From 1 to 6.

    Returns
    -------
    list of Style

    References
    ----------
    Harrower, M., and Brewer, C. A. (2003). ColorBrewer.org: an online tool for selecting colour
    schemes for maps. The Cartographic Journal 40, 27-37. (YlOrBr, without its two ends.)
    """
    from branca.utilities import color_brewer  # noqa: PLC0415 - slow to import

    ramp = color_brewer("YlOrBr", 8)[1:7]
    steps = [round(i * (len(ramp) - 1) / max(count - 1, 1)) for i in range(count)]
    return [
        Style(number, ramp[step], CLASS_HATCHES[number], "class")
        for number, step in enumerate(steps)
    ]


def class_limits(minutes: Sequence[int]) -> tuple[int, ...]:
    """Divide whole minutes into classes that each hold about as many of them.

    The limits are quantiles, each moved to the nearest of CLOCK by ratio; classes that then fall
    together are joined. Where that would leave a single class, quantiles in whole minutes stay.

    Parameters
    ----------
    minutes : sequence of int
        Travel times as they are shown, of everything that the classes are to hold for.

    Returns
    -------
    tuple of int
        Rising; a class begins at its limit, the first one at 0. One limit fewer than classes,
        and no class is empty.
    """
    distinct = len(set(minutes))
    if distinct < 2:
        return ()
    classes = min(MOST_CLASSES, distinct)
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
