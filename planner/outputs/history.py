"""The replay as a page: a table a date, and maps by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.model.scores import Yardstick
from planner.outputs import facts, sections, yardstick
from planner.outputs.page import asset, content_policy, environment
from planner.outputs.palette import region_style
from planner.outputs.proofs import Proofs
from planner.outputs.report import make_picture
from planner.outputs.rules import rule_sentence
from planner.outputs.svgmap import make_sheet
from planner.outputs.tables import write_opening
from planner.outputs.text import load_texts
from planner.outputs.unverified import last_open, said
from planner.outputs.views import make_views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analysis.replay import Case, Step
    from planner.inputs.types import Inputs
    from planner.outputs.svgmap import Sheet
    from planner.outputs.text import Language, Texts
    from planner.travel.matrix import Travel

ROWS = (
    "mean_km",
    "p95_km",
    "share_beyond",
    "spread",
    "university_minutes",
    "cost_msek",
    "dialogues",
    "waiting",
    "unmet",
)


def render_replay(
    steps: Sequence[Step], inputs: Inputs, travel: Travel, *, language: Language = "sv"
) -> str:
    """Write a history up for readers of newspapers.

    Returns
    -------
    str
        A complete HTML page without scripts; the same for the same inputs, byte for byte.
    """
    t = load_texts(language)
    sheet = make_sheet(inputs)
    numbers = _numbers(steps, inputs)
    assumptions = {
        (a.key, a.value, a.unit): (a, case.scenario)
        for step in steps
        for case in step.cases
        if case.plan
        for a in case.plan.assumptions
    }
    return (
        environment(t)
        .get_template("replay.html")
        .render(
            sheets=(asset("base.css"), asset("report.css")),
            policy=content_policy(()),
            country=inputs.country,
            land=sheet,
            fills=[region_style(number) for number in numbers.values()],
            summary=[_sentence(step, language, inputs, t) for step in steps],
            steps=[_step(step, inputs, travel, numbers, sheet, t) for step in steps],
            assumptions=[
                sections.assumption(a, scenario, inputs, t)
                for _, (a, scenario) in sorted(assumptions.items(), key=lambda item: item[0])
            ],
        )
    )


def _numbers(steps: Sequence[Step], inputs: Inputs) -> dict[str, int]:
    """One number for each town over the whole history, north to south."""
    towns = {o.code for step in steps for c in step.cases if c.plan for o in c.plan.offices}
    lat = inputs.municipalities["lat"]
    ordered = sorted(towns, key=lambda code: (-lat[code], code))
    return {code: number for number, code in enumerate(ordered, start=1)}


def _sentence(step: Step, language: Language, inputs: Inputs, t: Texts) -> dict[str, str]:
    """Return the one thing to know about a date, from its numbers."""
    cases = {case.role: case for case in step.cases}
    best, other = cases["best"], cases.get("actual") or cases.get("announced")
    title = getattr(step.date.title, language)
    if best.plan is None or other is None or other.plan is None:
        return {"title": title, "text": t("replay.no_plan")}
    ours = {o.code: o.town for o in best.plan.offices}
    theirs = {o.code: o.town for o in other.plan.offices}
    new = [town for code, town in ours.items() if code not in theirs]
    gone = [town for code, town in theirs.items() if code not in ours]
    km = t.number(best.plan.criteria["mean_km"], 1), t.number(other.plan.criteria["mean_km"], 1)
    name = t(f"replay.{other.role}_running")
    if not new and not gone:
        text = t("replay.same_towns", other=name, best_km=km[0], other_km=km[1])
    else:
        text = t(
            "replay.other_towns" if gone else "replay.more_towns",
            other=name,
            new=t.listing(new) or t("word.none"),
            gone=t.listing(gone),
            best_km=km[0],
            other_km=km[1],
        )
    unsure = " ".join(["", *said(last_open(best.plan), best.scenario, inputs, t)])
    return {"title": title, "text": text + _first_goal(best, other, inputs, t) + unsure}


def _first_goal(best: Case, other: Case, inputs: Inputs, t: Texts) -> str:
    """Say what came before the mean distance, or the best plan may look like the worse one.

    Where goals are weighed the two plans are told apart by the rates of the best plan's question,
    whatever the other was asked.
    """
    goal = best.scenario.objective
    name = goal.names[0]
    plans = [case.plan for case in (best, other) if case.plan]
    if goal.summed and all(set(goal.names) <= set(plan.criteria) for plan in plans):
        yard = Yardstick(best.scenario)
        ours, theirs = (yard.value(plan.criteria) for plan in plans)
        if yardstick.nothing(theirs - ours):
            return ""
        key = "replay.sum_better" if theirs > ours else "replay.sum_worse"
        return " " + t(key, amount=yardstick.amount(yard, abs(theirs - ours), inputs, t))
    if name == "mean_km" or any(name not in plan.criteria for plan in plans):
        return ""
    values = [facts.write_value(name, plan.criteria[name], t) for plan in plans]
    called = yardstick.criterion(name, inputs, t)
    return " " + t("replay.first_goal", name=called, best=values[0], other=values[1])


def _step(  # noqa: PLR0913 - what a date's table and maps are made of
    step: Step, inputs: Inputs, travel: Travel, numbers: dict[str, int], sheet: Sheet, t: Texts
) -> dict[str, Any]:
    cases = [_case(case, inputs, travel, numbers, sheet, t) for case in step.cases]
    shown = [
        name for name in ROWS if any(case.plan and name in _values(case) for case in step.cases)
    ]
    rows = [
        {
            "name": t("replay.dialogues")
            if name == "dialogues"
            else facts.criterion_name(name, t, inputs.country.sister_agency),
            "values": [
                _write(name, _values(case)[name], t)
                if case.plan and name in _values(case)
                else t("replay.uncounted")
                for case in step.cases
            ],
        }
        for name in shown
    ]
    return {
        "date": step.date.date,
        "title": getattr(step.date.title, t.language),
        "text": getattr(step.date.text, t.language),
        "cases": cases,
        "rows": rows,
    }


def _values(case: Case) -> dict[str, float]:
    if case.plan is None:
        return {}
    held = sum(period.dialogues for period in case.plan.periods)
    return dict(case.plan.criteria) | ({"dialogues": held} if case.scenario.dialogues else {})


def _write(name: str, value: float, t: Texts) -> str:
    return t.number(value) if name == "dialogues" else facts.write_value(name, value, t)


def _case(  # noqa: PLR0913 - what a column and its maps are made of
    case: Case, inputs: Inputs, travel: Travel, numbers: dict[str, int], sheet: Sheet, t: Texts
) -> dict[str, Any]:
    heading = t(f"replay.{case.role}")
    if case.plan is None:
        clash = [rule_sentence(rule, words, t.language) for rule, words in case.conflicts]
        return {"heading": heading, "plan": False, "clash": clash, "towns": [], "pictures": []}
    plan = case.plan
    used = {code: numbers[code] for code in numbers if code in {o.code for o in plan.offices}}
    views = make_views(plan, inputs, travel, used)
    by_opening = sorted(plan.offices, key=lambda o: (o.opens, numbers[o.code]))
    years = len({period.period for period in plan.periods}) > 1
    proofs = Proofs(plan, case.scenario, inputs, t)
    return {
        "heading": heading,
        "plan": True,
        "clash": [],
        "towns": [f"{o.town} ({write_opening(o, t)})" if years else o.town for o in by_opening],
        "proof": " ".join(proofs.answer()),
        "pictures": [
            make_picture(sheet, view, f"{heading}, {period}", t)
            for period, view in sections.changes(views, t)
        ],
    }
