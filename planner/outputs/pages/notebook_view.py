"""A plan at a glance: a small map, the answer and the offices, for a cell of a notebook."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from planner.outputs.drawing.palette import region_style
from planner.outputs.drawing.svgmap import make_picture
from planner.outputs.pages.page import environment

if TYPE_CHECKING:
    from planner.outputs.context import Context


def render_notebook_view(context: Context) -> str:
    """Draw the last period of a plan as a part of a page, without scripts.

    Returns
    -------
    str
        HTML with its own style; every text of the tables is escaped.
    """
    t, land, last = context.t, context.land, context.last
    caption = t("report.map_caption", period=t.period(last.period))
    # A notebook is one page: the borders of one country must not be taken for another's.
    key = hashlib.sha256(repr((context.plan, context.language)).encode()).hexdigest()[:12]
    return (
        environment(t)
        .get_template("notebook_view.html")
        .render(
            heading=context.heading,
            answer=context.answer,
            fills=[region_style(number) for number in context.numbers.values()],
            land=land,
            key=key,
            picture=make_picture(land, last, caption, t, context.marks),
            view=context.tables,
        )
    )
