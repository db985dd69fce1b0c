"""The layers of the interactive map, made with folium: shapes and running numbers, no names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import shapely

from planner.outputs.drawing.outlines import decimals, shared_borders
from planner.outputs.drawing.palette import INK, LAND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branca.element import Element, Figure

    from planner.case.types import Inputs


def folium_layers(inputs: Inputs, offices: Sequence[str]) -> tuple[Figure, dict[str, str]]:
    """Draw outlines, borders, principals and offices with folium.

    Folium renders what it is given as a template and as HTML, so no text from a table is ever
    given to it: features carry their row in the tables, and map.js fetches the names itself.

    Parameters
    ----------
    inputs : Inputs
    offices : sequence of str
        Codes of every office, in order of number.

    Returns
    -------
    branca.element.Figure
        Rendered; its `html` and `script` parts belong on the page, its header does not
        (links to other hosts, and a viewport that forbids zooming).
    dict of str to str
        Layer -> the name of its variable in the script.
    """
    places = inputs.municipalities
    row = {code: index for index, code in enumerate(places.index)}
    fine = decimals(inputs.outlines)
    outlines = _collection(
        (({"i": row[code]}, shape) for code, shape in inputs.outlines.geometry.items()), fine
    )
    lines = enumerate(shared_borders(inputs.outlines))
    borders = _collection(
        (({"i": index, "a": row[a], "b": row[b]}, line) for index, (a, b, line) in lines), fine
    )
    points = shapely.points(places[["lon", "lat"]].to_numpy(float))
    seats = _collection((({"i": index}, point) for index, point in enumerate(points)), fine)
    chart = _map(inputs)
    layers: dict[str, Any] = {
        "regions": folium.GeoJson(
            outlines,
            style_function=lambda _: {
                "weight": 0.6,
                "color": "#ffffff",
                "fillColor": LAND,
                "fillOpacity": 1,
            },
            smooth_factor=0.5,
        ),
        "borders": folium.GeoJson(
            borders,
            style_function=lambda _: {"weight": 0.5, "color": "#ffffff", "fill": False},
            smooth_factor=0.5,
            interactive=False,
        ),
        "lines": folium.FeatureGroup(),
        "circles": folium.GeoJson(
            seats,
            marker=folium.CircleMarker(radius=1, fill=True),
            style_function=lambda _: {
                "weight": 0.7,
                "color": "#ffffff",
                "fillColor": INK,
                "fillOpacity": 0.5,
            },
            interactive=False,
        ),
        "offices": folium.FeatureGroup(),
    }
    for name, layer in layers.items():
        _name(layer, name).add_to(chart)
    for number, code in enumerate(offices, start=1):
        spot = places.loc[code, ["lat", "lon"]].astype(float).tolist()
        icon = _name(folium.DivIcon(class_name="office", icon_size=(0, 0)), f"icon_{number}")
        marker = folium.Marker(spot, icon=icon)
        _name(marker, f"office_{number}").add_to(layers["offices"])
    figure = chart.get_root()
    chart.render()
    return figure, {name: layer.get_name() for name, layer in {"map": chart, **layers}.items()}


def _map(inputs: Inputs) -> Any:
    west, south, east, north = (float(edge) for edge in inputs.outlines.total_bounds)
    chart = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        zoom_start=5,
        zoom_snap=0.05,
        zoom_delta=0.5,
        zoom_control=False,
        attribution_control=False,
        fade_animation=False,
        zoom_animation=False,
        scroll_wheel_zoom=False,
    )
    chart.default_js, chart.default_css = [], []  # links to other hosts, for a header of its own
    return _name(chart, "planner")


def _name(element: Element, name: str) -> Any:
    """Name an element ourselves: folium draws names at random, and pages must not differ."""
    element._id = name  # noqa: SLF001 - branca has no other way
    return element


def _collection(
    features: Iterable[tuple[dict[str, int], shapely.Geometry]], fine: int
) -> dict[str, Any]:
    properties, shapes = zip(*features, strict=True)
    rounded = shapely.transform(
        np.array(shapes),  # rounded as a decimal number is: numpy's own way is another
        lambda places: np.array([[round(x, fine) for x in place] for place in places.tolist()]),
    )
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": own, "geometry": shapely.geometry.mapping(shape)}
            for own, shape in zip(properties, rounded, strict=True)
        ],
    }
