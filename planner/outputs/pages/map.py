"""The interactive map: one HTML file that asks the network for nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from planner.case.travel import travel_matrix
from planner.outputs.drawing.layers import folium_layers
from planner.outputs.drawing.map_data import Shown, each, map_data
from planner.outputs.drawing.palette import class_styles, region_style
from planner.outputs.pages import sections
from planner.outputs.pages.page import asset, capital, content_policy, environment, leaflet
from planner.outputs.tables import make_tables
from planner.outputs.views import make_views, number_offices
from planner.outputs.words import facts
from planner.outputs.words.answer import Answer
from planner.outputs.words.changed import heading_of
from planner.outputs.words.text import LANGUAGES, load_texts
from planner.outputs.words.unverified import doubts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.case.types import Inputs
    from planner.outputs.views import View
    from planner.outputs.words.text import Language, Texts
    from planner.plan import Plan
    from planner.scenario.spec import Scenario

SCRIPTS = ("words", "chart", "labels", "place", "legend", "tables", "search", "main")
"""The parts of the map's script, in templates/map, that run as one."""

TILES = "https://tile.openstreetmap.org"
"""Where pictures come from when the reader asks for a background map; nobody else can."""


def render_map(  # noqa: PLR0913 - the last four are options
    plan: Plan,
    inputs: Inputs,
    scenario: Scenario,
    *,
    language: Language = "sv",
    reference: Plan | None = None,
    reference_name: str = "",
    plan_name: str = "",
) -> str:
    """Draw a plan, or two side by side, as an interactive map with tables that say the same.

    The page holds both languages, and the reader may change between them. Names from the tables
    travel as JSON, from which the script makes text nodes; the page's content policy lets no
    script run but its own, and no request leave but for a background map that the reader asks
    for.

    Parameters
    ----------
    plan : Plan
    inputs : Inputs
    scenario : Scenario
        Gives the page its title.
    language : {"sv", "en"}
        In which the page opens.
    reference : Plan, optional
        Another plan beside it, on a map that moves with the first; left out if it is the same.
    reference_name : str
        What to call it: a name, or a key of the texts' section `reference`; by default after
        its scenario.
    plan_name : str
        What to call the plan; by default the plan, or as its scenario is known to readers.

    Returns
    -------
    str
        A complete HTML page; the same for the same inputs, byte for byte.
    """
    t = load_texts(language, "map")
    reference = None if reference == plan else reference
    travel = travel_matrix(inputs)
    numbers = number_offices(inputs, plan, reference)
    views = make_views(plan, inputs, travel, numbers)
    shown = [Shown(plan, _plan_name(plan, plan_name), views)]
    if reference:
        theirs = make_views(reference, inputs, travel, numbers)
        shown.append(Shown(reference, _reference_name(reference, reference_name), theirs))
    figure, layers = folium_layers(inputs, list(numbers))
    unsure = doubts(numbers, scenario, inputs)
    data = map_data(shown, numbers, inputs, unsure)
    headings = each(lambda t: heading_of(scenario, inputs, t, plan.changed))
    titles = {spoken: headings[spoken].title for spoken in LANGUAGES}
    answers = each(partial(_answer, plan, views, scenario, inputs, reference, reference_name))
    assumed = each(
        lambda t: [sections.assumption(given, scenario, inputs, t) for given in plan.assumptions]
    )
    own = "\n".join(asset(f"map/{name}.js") for name in SCRIPTS)
    scripts = (leaflet()[0], figure.script.render(), f'(() => {{\n"use strict";\n{own}\n}})();\n')
    styles = [region_style(number) for number in numbers.values()]
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
            table=make_tables(views[-1], inputs, t, unsure),
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


def _answer(  # noqa: PLR0913 - what an answer is made of
    plan: Plan,
    views: Sequence[View],
    scenario: Scenario,
    inputs: Inputs,
    reference: Plan | None,
    given: str,
    t: Texts,
) -> dict[str, list[str]]:
    """Say what was chosen, and what comes of it."""
    made = Answer(plan, views, scenario, inputs, t, reference, _named(reference, given, t))
    return {"short": made.short(), "rest": made.rest()}


def _plan_name(plan: Plan, given: str) -> dict[Language, str]:
    key = f"reference.{plan.scenario}"
    return each(lambda t: given or capital(t(key if t.has(key) else "word.plan")))


def _reference_name(reference: Plan, given: str) -> dict[Language, str]:
    return each(lambda t: capital(_named(reference, given, t)))


def _named(reference: Plan | None, given: str, t: Texts) -> str:
    return facts.reference_name(reference, given, t) if reference else ""
