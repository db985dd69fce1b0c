"""Colours and hatches of regions: told apart by number and hatch, never by colour alone."""

from __future__ import annotations

from dataclasses import dataclass

FILLS = ("#8dace9", "#f9ecaa", "#baa4c3", "#97d16c", "#fbcdba", "#c2d9ff", "#cca1a1", "#a1b47b")
"""Chosen by search: any two, and the sea, are at least 13 apart in CIE Lab to full sight and to
the three kinds of colour blindness (Machado, Oliveira and Fernandes, IEEE Transactions on
Visualization and Computer Graphics 15, 2009). The tests measure it."""

HATCHES = ("plain", "diagonal", "dots", "grid")
"""Each hatch is laid over all fills before the next one is used: 32 regions look different."""

INK = "#1b2a3a"
LAND = "#f4f1ea"
SEA = "#e9f0f4"


@dataclass(frozen=True)
class Style:
    """How the region with a number is drawn."""

    number: int
    colour: str
    hatch: str

    @property
    def paint(self) -> str:
        """The SVG paint: the colour itself, or the pattern that is defined once a page."""
        return self.colour if self.hatch == "plain" else f"url(#region-fill-{self.number})"


def region_style(number: int) -> Style:
    """Return the style of a region by its number, counted from 1."""
    turn, place = divmod(number - 1, len(FILLS))
    return Style(number, FILLS[place], HATCHES[turn % len(HATCHES)])
