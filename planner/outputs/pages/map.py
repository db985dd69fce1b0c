"""The interactive map: one HTML file that asks the network for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
import numpy as np
import shapely

from planner.message import LANGUAGES, Language
from planner.outputs.drawing.map_data import PlanShown, each, map_data
from planner.outputs.drawing.outlines import decimals, shared_borders
from planner.outputs.drawing.palette import INK, LAND, class_styles, region_style
from planner.outputs.pages.page import asset, capital, content_policy, leaflet, render
from planner.outputs.words.basis import assumption
from planner.outputs.words.changed import heading_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from branca.element import Element, Figure

    from planner.case.types import Inputs
    from planner.outputs.context import Context
    from planner.outputs.words.answer import Answer
    from planner.plan import Plan


SCRIPTS = ("words", "chart", "labels", "place", "legend", "tables", "search", "main")
"""The parts of the map's script, in templates/map, that run as one."""

TILES = "https://tile.openstreetmap.org"
"""Where pictures come from when the reader asks for a background map; nobody else can."""


def render_map(context: Context, plan_name: str = "") -> str:
    """Draw a plan, or two side by side, as an interactive map with tables that say the same.

    The page holds both languages, and the reader may change between them. Names from the tables
    travel as JSON, from which the script makes text nodes; the page's content policy lets no
    script run but its own, and no request leave but for a background map that the reader asks
    for.

    Parameters
    ----------
    context : Context
        The other plan stands beside the first, on a map that moves with it.
    plan_name : str
        What to call the plan; by default the plan, or as its scenario is known to readers.

    Returns
    -------
    str
        A complete HTML page; the same for the same inputs, byte for byte.
    """
    plan, scenario, inputs = context.plan, context.scenario, context.inputs
    language, t = context.language, context.texts("map")
    shown = [PlanShown(plan, _plan_name(plan, plan_name), context.views)]
    if context.other:
        name = each(lambda t: capital(context.called(t)))
        shown.append(PlanShown(context.other, name, context.other_views))
    figure, layers = folium_layers(inputs, list(context.numbers))
    data = map_data(shown, context.numbers, inputs, context.doubts)
    headings = each(lambda t: heading_of(scenario, inputs, t, plan.changed))
    titles = {spoken: headings[spoken].title for spoken in LANGUAGES}
    answers = each(lambda t: _answer(context.answer_in(t)))
    assumed = each(lambda t: [assumption(given, scenario, inputs, t) for given in plan.assumptions])
    own = "\n".join(asset(f"map/{name}.js") for name in SCRIPTS)
    scripts = (leaflet()[0], figure.script.render(), f'(() => {{\n"use strict";\n{own}\n}})();\n')
    styles = [region_style(number) for number in context.numbers.values()]
    return render(
        "map.html",
        t,
        title=titles[language],
        changed=headings[language].line,
        answer=answers[language],
        country=inputs.country,
        sister=inputs.country.sister_agency,
        plan_name=shown[0].name[language],
        policy=content_policy(scripts, TILES),
        scripts=scripts,
        sheets=(leaflet()[1], asset("base.css"), asset("map.css")),
        fills=[*styles, *class_styles(len(data["classes"]["paints"]))],
        map_html=figure.html.render(),
        table=context.tables,
        assumptions=assumed[language],
        data={
            **data,
            "assumptions": assumed,
            "language": language,
            "titles": titles,
            "changed": {spoken: headings[spoken].line for spoken in LANGUAGES},
            "answers": answers,
            "layers": layers,
            "tiles": TILES,
        },
    )


def _answer(answer: Answer) -> dict[str, list[str]]:
    """Say what was chosen, and what comes of it."""
    return {"short": answer.short(), "rest": answer.rest()}


def _plan_name(plan: Plan, given: str) -> dict[Language, str]:
    key = f"reference.{plan.scenario}"
    return each(lambda t: given or capital(t(key if t.has(key) else "word.plan")))


def folium_layers(inputs: Inputs, offices: Sequence[str]) -> tuple[Figure, dict[str, str]]:
    """Draw outlines, borders, principals and offices with folium.

    Folium renders what it is given as a template and as HTML, so no text from a table is ever
    given to it: features carry their row in the tables, and map.js fetches the names itself.

    Parameters
    ----------
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
