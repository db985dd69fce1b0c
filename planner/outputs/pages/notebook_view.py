"""A plan at a glance: a small map, the answer and the offices, for a cell of a notebook."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from planner.case.travel import travel_matrix
from planner.outputs.drawing.palette import region_style
from planner.outputs.drawing.svgmap import make_sheet
from planner.outputs.pages.page import environment
from planner.outputs.pages.report import make_picture
from planner.outputs.tables import make_tables
from planner.outputs.views import make_views, number_offices
from planner.outputs.words.answer import Answer
from planner.outputs.words.changed import heading_of
from planner.outputs.words.text import load_texts
from planner.outputs.words.unverified import doubts

if TYPE_CHECKING:
    from planner.case.types import Inputs
    from planner.outputs.words.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario


def render_glance(
    plan: Plan, inputs: Inputs, scenario: Scenario, *, language: Language = "sv"
) -> str:
    """Draw the last period of a plan as a part of a page, without scripts.

    Parameters
    ----------
    plan : Plan
    inputs : Inputs
    scenario : Scenario
    language : {"sv", "en"}

    Returns
    -------
    str
        HTML with its own style; every text of the tables is escaped.
    """
    t = load_texts(language)
    numbers = number_offices(inputs, plan)
    unsure = doubts(numbers, scenario, inputs)
    views = make_views(plan, inputs, travel_matrix(inputs), numbers)
    sheet = make_sheet(inputs)
    caption = t("report.map_caption", period=t.period(views[-1].period))
    # A notebook is one page: the borders of one country must not be taken for another's.
    key = hashlib.sha256(repr((plan, language)).encode()).hexdigest()[:12]
    return (
        environment(t)
        .get_template("glance.html")
        .render(
            heading=heading_of(scenario, inputs, t, plan.changed),
            answer=Answer(plan, views, scenario, inputs, t).told(),
            fills=[region_style(number) for number in numbers.values()],
            land=sheet,
            key=key,
            picture=make_picture(sheet, views[-1], caption, t, unsure),
            view=make_tables(views[-1], inputs, t, unsure),
        )
    )
