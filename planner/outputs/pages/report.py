"""The report for decision makers: one HTML page without scripts, made to be read and printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.case.travel import travel_matrix
from planner.outputs.counties import county_rows
from planner.outputs.drawing.charts import rollout_charts
from planner.outputs.drawing.palette import region_style
from planner.outputs.drawing.svgmap import Picture, Sheet, draw, make_sheet
from planner.outputs.pages import sections
from planner.outputs.pages.page import asset, capital, content_policy, environment
from planner.outputs.tables import NONE, any_exist, make_tables
from planner.outputs.views import make_views, number_offices
from planner.outputs.words import facts
from planner.outputs.words.answer import Answer
from planner.outputs.words.assurance import make_assurance
from planner.outputs.words.changed import heading_of
from planner.outputs.words.leeway import Leeway
from planner.outputs.words.text import load_texts
from planner.outputs.words.unverified import doubts, marked
from planner.outputs.words.weighing import weigh

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.case.types import Inputs
    from planner.outputs.findings import Finding
    from planner.outputs.views import View
    from planner.outputs.words.text import Language, Texts
    from planner.outputs.words.unverified import Doubt
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.verify import Verification

KEY_FIGURES = ("mean_km", "share_beyond", "unmet", "cost_msek", "p95_km", "mean_minutes")
"""What the report shows in large figures, as far as the plan has them: the first four."""


def render_report(  # noqa: PLR0913 - the last are options
    plan: Plan,
    inputs: Inputs,
    scenario: Scenario,
    *,
    reference: Plan | None = None,
    reference_name: str = "",
    language: Language = "sv",
    map_html: str | None = None,
    verification: Verification | None = None,
    findings: Sequence[Finding] = (),
) -> str:
    """Write a plan up for a decision maker.

    Parameters
    ----------
    plan : Plan
    inputs : Inputs
    scenario : Scenario
    reference : Plan, optional
        The plan to compare with, usually the announced one; left out if it is this very plan.
    reference_name : str
        What to call it in running text; by default after its scenario.
    language : {"sv", "en"}
    map_html : str, optional
        Address of the interactive map, relative to where the report will be.
    verification : Verification, optional
        What recomputing the plan found, for the assurance sheet.
    findings : sequence of Finding
        Other analyses of the same question, whose pages will lie beside the report.

    Returns
    -------
    str
        A complete HTML page; the same for the same inputs, byte for byte.
    """
    t = load_texts(language, "report")
    reference = None if reference == plan else reference
    travel = travel_matrix(inputs)
    numbers = number_offices(inputs, plan, reference)
    views = make_views(plan, inputs, travel, numbers)
    other = make_views(reference, inputs, travel, numbers) if reference else ()
    name = facts.reference_name(reference, reference_name, t) if reference else ""
    rows = facts.criterion_rows(plan, reference, scenario, inputs, t)
    unsure = doubts(numbers, scenario, inputs)
    sheet = make_sheet(inputs)
    *steps, last = [
        make_picture(sheet, view, t("report.map_caption", period=period), t, unsure)
        for period, view in sections.changes(views, t)
    ]
    pictures = [last]
    if other:
        caption = t("report.map_reference", name=capital(name), period=t.period(other[-1].period))
        pictures.append(make_picture(sheet, other[-1], caption, t, unsure))
    rollout = None
    if len(views) > 1:
        rollout = sections.rollout(plan, views, t)
        rollout |= {"pictures": steps, "charts": rollout_charts(rollout, t)}
        rollout |= {"reach": sections.reach(plan, views, reference, other, t)}
    unmet = sections.unmet(plan)
    weighing = weigh(plan, reference, name, scenario, inputs, travel, t)
    method = sections.method(plan, scenario, inputs, t)
    told = [(finding, finding.told[language]) for finding in findings]
    assurance = make_assurance(
        plan,
        inputs,
        scenario,
        verification,
        language=language,
        findings=findings,
    )
    return (
        environment(t)
        .get_template("report.html")
        .render(
            heading=heading_of(scenario, inputs, t, plan.changed),
            policy=content_policy(()),
            sheets=(asset("base.css"), asset("report.css")),
            country=inputs.country,
            limit=facts.trimmed(scenario.thresholds.beyond_km.value, t),
            sister=inputs.country.sister_agency,
            answer=Answer(plan, views, scenario, inputs, t, reference, name).told(),
            fills=[region_style(number) for number in numbers.values()],
            land=sheet,
            pictures=pictures,
            map_html=map_html,
            reference_name=name,
            keys=key_figures(rows),
            leeway=Leeway(plan, t),
            office_table=make_tables(views[-1], inputs, t, unsure),
            counties=county_rows(plan, views[-1], inputs),
            idle=sum(not home.principals for home in views[-1].homes.values()),
            held=sum(period.dialogues for period in plan.periods),
            rows=rows,
            differences=sections.differences(views, other, inputs) if other else None,
            weighing=weighing,
            payoff=sections.payoff(plan, inputs, t),
            method=method,
            rollout=rollout,
            unmet=unmet,
            slacks=sections.slacks(plan, inputs, t),
            proof=sections.proof(plan, scenario, inputs, t),
            assumptions=[sections.assumption(a, scenario, inputs, t) for a in plan.assumptions],
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
    )


def key_figures(rows: Sequence[facts.CriterionRow]) -> list[facts.CriterionRow]:
    """Return the first four of `KEY_FIGURES` that a plan has."""
    known = {row.key: row for row in rows}
    return [known[key] for key in KEY_FIGURES if key in known][:4]


def make_picture(
    sheet: Sheet, view: View, caption: str, t: Texts, unsure: Mapping[str, Doubt] = NONE
) -> Picture:
    """Draw a view, with its caption and what it shows in words.

    `unsure` tells what is not confirmed of the offices.
    """
    marks, named = marked(unsure), t("unsure.named")
    towns = t.listing(
        [
            f"{r.number} {r.office.town}" + f" ({named})" * (r.office.code in marks)
            for r in view.regions
        ]
    )
    if any_exist(view):
        caption = f"{caption.rstrip('.')}. {t('report.map_existing')}"
    description = t(
        "report.map_description", offices=t.count("offices", len(view.regions)), towns=towns
    )
    return Picture(draw(sheet, view, marks), caption, description)
