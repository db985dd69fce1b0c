"""Styles that QGIS finds in a GeoPackage: the colours, hatches and numbers of the map."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from planner.outputs.drawing.palette import INK, Style, class_limits, class_styles, region_style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.outputs.words.text import Texts

UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""What XML can't say."""
HEADER = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
VERSION = "3.22.0"
"""The oldest QGIS that reads all of it."""

HATCH = {"diagonal": "b_diagonal", "dots": "dense6", "grid": "cross"}
LONGEST = 100_000
"""Minutes that no journey takes."""

BORDER, COUNTY_GREY = "#5b6b7a", "#8995a1"


def document(style: ET.Element, headings: Mapping[str, str]) -> str:
    """Return a style as the text of a QML file.

    Parameters
    ----------
    style : xml.etree.ElementTree.Element
        As the functions here return it.
    headings : mapping of str to str
        Column -> what to call it.
    """
    aliases = ET.SubElement(style, "aliases")
    for column, heading in headings.items():
        ET.SubElement(aliases, "alias", field=column, name=heading)
    return HEADER + UNSEEN.sub(" ", ET.tostring(style, encoding="unicode"))


def regions_style(regions: Sequence[tuple[int, str]]) -> ET.Element:
    """Return a style with a colour and a hatch for each region, and its number written in it.

    Parameters
    ----------
    regions : sequence of (int, str)
        Number and town of each office.
    """
    root = _root()
    renderer = _renderer(root, "categorizedSymbol", attr="number")
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for index, (number, town) in enumerate(regions):
        ET.SubElement(
            categories,
            "category",
            value=str(number),
            symbol=str(index),
            label=f"{number} {town}",
            render="true",
            type="long",
        )
        _symbol(symbols, index, "fill", _look(region_style(number), outline=INK, width=0.5))
    _labels(root, "number", size=11, over_polygon=True)
    return root


def offices_style() -> ET.Element:
    """Return a style with a dark dot, the number and the town of each office."""
    dot = {"name": "circle", "color": _colour(INK), "size": "3.4", "size_unit": "MM"}
    edge = {"outline_color": _colour("#ffffff"), "outline_width": "0.5", "outline_style": "solid"}
    root = _single("marker", [("SimpleMarker", dot | edge)])
    _labels(root, '"number" || \' \' || "town"', size=10, over_polygon=False)
    return root


def allocation_style() -> ET.Element:
    """Return a style with thin lines from municipalities to offices."""
    line = {"line_color": _colour(INK, 120), "line_width": "0.2", "line_width_unit": "MM"}
    return _single("line", [("SimpleLine", line | {"line_style": "solid", "capstyle": "round"})])


def municipalities_style() -> ET.Element:
    """Return a style with borders alone, so that regions show through."""
    return _single("fill", [_fill("#ffffff", outline=COUNTY_GREY, width=0.15, style="no")])


def travel_style(minutes: Sequence[float], t: Texts) -> ET.Element:
    """Return a style for municipalities in the map's classes of travel time.

    Parameters
    ----------
    minutes : sequence of float
        Of every municipality; as on the map, whole minutes decide on the class.
    t : Texts
        With those of GIS files.
    """
    root = _root()
    renderer = _renderer(root, "graduatedSymbol", attr="minutes", graduatedMethod="GraduatedColor")
    ranges = ET.SubElement(renderer, "ranges")
    symbols = ET.SubElement(renderer, "symbols")
    limits = class_limits([round(value) for value in minutes])
    styles = class_styles(len(limits) + 1)
    for index, (low, high) in enumerate(pairwise((0, *limits, LONGEST))):
        last = high == LONGEST
        label = t("style.minutes_over", low=low) if last else t("style.minutes", low=low, high=high)
        ET.SubElement(
            ranges,
            "range",
            lower=str(low - 0.5),
            upper=str(high - 0.5),
            symbol=str(index),
            label=label,
            render="true",
        )
        _symbol(symbols, index, "fill", _look(styles[index], outline=BORDER, width=0.15))
    return root


def _look(style: Style, *, outline: str, width: float) -> list[tuple[str, dict[str, str]]]:
    """Return a colour, and a hatch over it if the style has one."""
    layers = [_fill(style.colour, outline=outline, width=width)]
    if style.hatch in HATCH:
        layers.append(_fill(INK, style=HATCH[style.hatch], alpha=90))
    return layers


def _root() -> ET.Element:
    # Only what is said here is changed in a layer: its forms, joins and name stay the user's.
    parts = "Symbology|Labeling|Fields"
    return ET.Element("qgis", version=VERSION, styleCategories=parts, labelsEnabled="0")


def _renderer(root: ET.Element, kind: str, **more: str) -> ET.Element:
    return ET.SubElement(root, "renderer-v2", {"type": kind, "symbollevels": "0", **more})


def _single(kind: str, layers: list[tuple[str, dict[str, str]]]) -> ET.Element:
    root = _root()
    symbols = ET.SubElement(_renderer(root, "singleSymbol"), "symbols")
    _symbol(symbols, 0, kind, layers)
    return root


def _symbol(
    symbols: ET.Element, name: int, kind: str, layers: list[tuple[str, dict[str, str]]]
) -> None:
    symbol = ET.SubElement(symbols, "symbol", name=str(name), type=kind, alpha="1")
    for of, options in layers:
        layer = ET.SubElement(symbol, "layer", {"class": of, "enabled": "1", "pass": "0"})
        listed = ET.SubElement(layer, "Option", type="Map")
        for key, value in options.items():
            ET.SubElement(listed, "Option", name=key, value=value, type="QString")


def _fill(
    colour: str,
    *,
    outline: str | None = None,
    width: float = 0.0,
    style: str = "solid",
    alpha: int = 255,
) -> tuple[str, dict[str, str]]:
    edge = {"outline_style": "no"}
    if outline:
        edge = {
            "outline_style": "solid",
            "outline_color": _colour(outline),
            "outline_width": str(width),
            "outline_width_unit": "MM",
            "joinstyle": "round",
        }
    return "SimpleFill", {"color": _colour(colour, alpha), "style": style, **edge}


def _labels(root: ET.Element, expression: str, *, size: int, over_polygon: bool) -> None:
    root.set("labelsEnabled", "1")
    settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings")
    text = ET.SubElement(
        settings,
        "text-style",
        fieldName=expression,
        isExpression="1",
        fontSize=str(size),
        fontSizeUnit="Point",
        fontWeight="75",
        textColor=_colour(INK),
        textOpacity="1",
    )
    ET.SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.9",
        bufferSizeUnits="MM",
        bufferColor=_colour("#ffffff"),
        bufferOpacity="0.85",
    )
    # Around the dot and never in its place; in the middle of the visible part of a region.
    place = {"placement": "1", "centroidInside": "1"} if over_polygon else {"placement": "6"}
    ET.SubElement(settings, "placement", {"priority": "5", "dist": "1", **place})
    ET.SubElement(settings, "rendering", obstacle="1", displayAll="0" if over_polygon else "1")


def _colour(code: str, alpha: int = 255) -> str:
    red, green, blue = (int(code[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"
