"""A plan for decision makers: the report, made to be read and printed, and a glance at it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from planner.outputs.drawing.palette import region_style
from planner.outputs.drawing.plotting import rollout_charts
from planner.outputs.drawing.svgmap import make_picture
from planner.outputs.pages import sections
from planner.outputs.pages.page import capital, render, written_page
from planner.outputs.words import facts
from planner.outputs.words.basis import assumption
from planner.outputs.words.weighing import weigh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.outputs.context import Context


KEY_FIGURES = ("mean_km", "share_beyond", "unmet", "cost_msek", "p95_km", "mean_minutes")
"""What the report shows in large figures, as far as the plan has them: the first four."""


def render_report(context: Context, map_html: str | None = None) -> str:
    """Write a plan up for a decision maker.

    Parameters
    ----------
    map_html : str, optional
        Address of the interactive map, relative to where the report will be.

    Returns
    -------
    str
        A complete HTML page; the same for the same inputs, byte for byte.
    """
    t = context.texts("report")
    plan, scenario, inputs = context.plan, context.scenario, context.inputs
    views, other, name, sheet = context.views, context.other_views, context.name, context.land
    *steps, last = [
        make_picture(sheet, view, t("report.map_caption", period=period), t, context.marks)
        for period, view in sections.changes(views, t)
    ]
    pictures = [last]
    if other:
        caption = t("report.map_reference", name=capital(name), period=t.period(other[-1].period))
        pictures.append(make_picture(sheet, other[-1], caption, t, context.marks))
    rollout = None
    if len(views) > 1:
        rollout = sections.rollout(plan, views, t)
        rollout |= {"pictures": steps, "charts": rollout_charts(rollout, t)}
        rollout |= {"reach": sections.reach(plan, views, context.other, other, t)}
    unmet = sections.unmet(plan)
    weighing = weigh(context)
    method = sections.method(plan, scenario, inputs, t)
    told = [(finding, finding.told[context.language]) for finding in context.findings]
    assurance = context.assurance
    return written_page(
        "report.html",
        t,
        heading=context.heading,
        country=inputs.country,
        limit=facts.trimmed(scenario.thresholds.beyond_km.value, t),
        sister=inputs.country.sister_agency,
        answer=context.answer,
        fills=[region_style(number) for number in context.numbers.values()],
        land=sheet,
        pictures=pictures,
        map_html=map_html,
        reference_name=name,
        keys=key_figures(context.criteria),
        leeway=context.leeway,
        office_table=context.tables,
        counties=context.counties,
        idle=sum(not home.principals for home in views[-1].homes.values()),
        held=sum(period.dialogues for period in plan.periods),
        rows=context.criteria,
        differences=sections.differences(views, other, inputs) if other else None,
        weighing=weighing,
        payoff=sections.payoff(plan, inputs, t),
        method=method,
        rollout=rollout,
        unmet=unmet,
        slacks=sections.slacks(plan, inputs, t),
        proof=sections.proof(context.proofs),
        assumptions=[assumption(a, scenario, inputs, t) for a in plan.assumptions],
        findings=told,
        assurance=assurance,
        contents=[
            ("map", t("report.map_heading")),
            *((("moves", t("report.moves_heading")),) if other else ()),
            ("offices", t("report.offices_heading")),
            ("regions", t("regions.heading")),
            *((("rollout", t("report.rollout_heading")),) if rollout else ()),
            ("criteria", t("report.criteria_heading")),
            *((("weighing", t("weighing.heading")),) if weighing or method else ()),
            ("proof", t("report.proof_heading")),
            *((("findings", t("findings.heading")),) if told else ()),
            ("assumptions", t("assumptions.heading")),
            ("assurance", assurance.title),
            ("sources", t("report.sources_heading")),
        ],
        files=sorted(inputs.files.items()),
    )


def key_figures(rows: Sequence[facts.CriterionRow]) -> list[facts.CriterionRow]:
    """Return the first four of `KEY_FIGURES` that a plan has."""
    known = {row.key: row for row in rows}
    return [known[key] for key in KEY_FIGURES if key in known][:4]


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
    return render(
        "notebook_view.html",
        t,
        heading=context.heading,
        answer=context.answer,
        fills=[region_style(number) for number in context.numbers.values()],
        land=land,
        key=key,
        picture=make_picture(land, last, caption, t, context.marks),
        view=context.tables,
    )
