"""The interactive map: one HTML file that asks the network for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.message import LANGUAGES
from planner.outputs.drawing.layers import folium_layers
from planner.outputs.drawing.map_data import PlanShown, each, map_data
from planner.outputs.drawing.palette import class_styles, region_style
from planner.outputs.pages.page import asset, capital, content_policy, environment, leaflet
from planner.outputs.words.assumptions import assumption
from planner.outputs.words.changed import heading_of

if TYPE_CHECKING:
    from planner.message import Language
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
    return (
        environment(t)
        .get_template("map.html")
        .render(
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
    )


def _answer(answer: Answer) -> dict[str, list[str]]:
    """Say what was chosen, and what comes of it."""
    return {"short": answer.short(), "rest": answer.rest()}


def _plan_name(plan: Plan, given: str) -> dict[Language, str]:
    key = f"reference.{plan.scenario}"
    return each(lambda t: given or capital(t(key if t.has(key) else "word.plan")))
