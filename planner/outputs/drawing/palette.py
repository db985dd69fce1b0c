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


CLASS_HATCHES = ("plain", "diagonal", "plain", "counter", "plain", "grid")
"""Beside the shade: two classes next to each other never have the same, nor two hatched ones. No
dots: on the map, principals are dots."""


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
