"""The replay as a page: a table a date, and maps by year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.analysis.sums import Broken, sum_of, total_of
from planner.model.instance import make_instance
from planner.model.solving.scores import Yardstick
from planner.outputs.drawing.palette import region_style
from planner.outputs.drawing.svgmap import Land, make_land, make_picture
from planner.outputs.pages import sections
from planner.outputs.pages.page import written_page
from planner.outputs.rows import write_opening
from planner.outputs.views import make_views
from planner.outputs.words import facts, yardstick
from planner.outputs.words.basis import assumption
from planner.outputs.words.proofs import Proofs
from planner.outputs.words.rules import rule_sentence
from planner.outputs.words.text import Texts, load_texts
from planner.outputs.words.unverified import last_open, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.analysis.replay import Case, Step
    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.message import Language
    from planner.plan import Plan

ROWS = (
    "mean_km",
    "p95_km",
    "share_beyond",
    "spread",
    "university_minutes",
    "cost_msek",
    "dialogues",
    "waiting",
    "waiting_each",
    "unmet",
)
"""What is told of every plan; the rollout's own only where two plans or more count it."""

WORK = ("cost_msek", "dialogues", "waiting", "waiting_each", "unmet")


def render_replay(
    steps: Sequence[Step], inputs: Inputs, travel: Travel, *, language: Language = "sv"
) -> str:
    """Write a history up for readers of newspapers.

    Returns
    -------
    str
        A complete HTML page without scripts; the same for the same inputs, byte for byte.
    """
    page = _Page(inputs, travel, make_land(inputs), _numbers(steps, inputs), load_texts(language))
    assumptions = {
        (a.key, a.value, a.unit): (a, case.scenario)
        for step in steps
        for case in step.cases
        if case.plan
        for a in case.plan.assumptions
    }
    return written_page(
        "replay.html",
        page.t,
        country=inputs.country,
        land=page.land,
        fills=[region_style(number) for number in page.numbers.values()],
        summary=[page.sentence(step) for step in steps],
        steps=[page.step(step) for step in steps],
        assumptions=[
            assumption(a, scenario, inputs, page.t)
            for _, (a, scenario) in sorted(assumptions.items(), key=lambda item: item[0])
        ],
    )


def _numbers(steps: Sequence[Step], inputs: Inputs) -> dict[str, int]:
    """One number for each town over the whole history, north to south."""
    towns = {o.code for step in steps for c in step.cases if c.plan for o in c.plan.offices}
    lat = inputs.municipalities["lat"]
    ordered = sorted(towns, key=lambda code: (-lat[code], code))
    return {code: number for number, code in enumerate(ordered, start=1)}


@dataclass(frozen=True)
class _Page:
    """Writes each date, with the numbers of towns that hold over the whole history."""

    inputs: Inputs
    travel: Travel
    land: Land
    numbers: dict[str, int]
    t: Texts

    def sentence(self, step: Step) -> dict[str, str]:
        """Return the one thing to know about a date, from its numbers."""
        inputs, t = self.inputs, self.t
        cases = {case.role: case for case in step.cases}
        best, other = cases["best"], cases.get("actual") or cases.get("announced")
        title = getattr(step.date.title, t.language)
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
        goal = _first_goal(best, other, inputs, self.travel, t)
        return {"title": title, "text": text + goal + unsure}

    def step(self, step: Step) -> dict[str, Any]:
        """Return a date's table and maps."""
        t = self.t
        cases = [self.case(case) for case in step.cases]
        counted = {name: sum(name in _values(case) for case in step.cases) for name in ROWS}
        # Beside plans of sites alone the work of a rollout has nothing to stand against.
        alone = len(step.cases) > 1
        shown = [name for name in ROWS if counted[name] > (alone and name in WORK)]
        rows = [
            {
                "name": t(f"replay.{name}")
                if name in ("dialogues", "waiting_each")
                else facts.criterion_name(name, t, self.inputs.country.sister_agency),
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

    def case(self, case: Case) -> dict[str, Any]:
        """Return a column of a table, and its maps."""
        numbers, t = self.numbers, self.t
        heading = t(f"replay.{case.role}")
        if case.plan is None:
            clash = [rule_sentence(rule, words, t.language) for rule, words in case.conflicts]
            return {"heading": heading, "plan": False, "clash": clash, "towns": [], "pictures": []}
        plan = case.plan
        used = {code: numbers[code] for code in numbers if code in {o.code for o in plan.offices}}
        views = make_views(plan, self.inputs, self.travel, used)
        by_opening = sorted(plan.offices, key=lambda o: (o.opens, numbers[o.code]))
        years = len({period.period for period in plan.periods}) > 1
        proofs = Proofs(plan, case.scenario, self.inputs, t)
        return {
            "heading": heading,
            "plan": True,
            "clash": [],
            "towns": [f"{o.town} ({write_opening(o, t)})" if years else o.town for o in by_opening],
            "proof": " ".join(proofs.answer()),
            "pictures": [
                make_picture(self.land, view, f"{heading}, {period}", t)
                for period, view in sections.changes(views, t)
            ],
        }


def _first_goal(best: Case, other: Case, inputs: Inputs, travel: Travel, t: Texts) -> str:
    """Say what came before the mean distance, or the best plan may look like the worse one.

    Where goals are weighed the two plans are told apart by the rates of the best plan's question,
    if the other keeps its rules: else there is no such sum to tell.
    """
    goal = best.scenario.objective
    name = goal.names[0]
    plans = [case.plan for case in (best, other) if case.plan]
    if goal.summed:
        return _sum_apart(best, plans, inputs, travel, t)
    if name == "mean_km" or any(name not in plan.criteria for plan in plans):
        return ""
    values = [facts.write_value(name, plan.criteria[name], t) for plan in plans]
    months = [facts.months_each(plan) for plan in plans]
    if name == "waiting" and None not in months:
        each = [t.number(value or 0.0, 1) for value in months]
        return " " + t("replay.first_waiting", best=each[0], other=each[1])
    called = yardstick.criterion(name, inputs, t)
    return " " + t("replay.first_goal", name=called, best=values[0], other=values[1])


def _sum_apart(best: Case, plans: Sequence[Plan], inputs: Inputs, travel: Travel, t: Texts) -> str:
    """Tell the best plan and another apart by the sum of the best one's question."""
    question = make_instance(inputs, travel, best.scenario)
    sums = [sum_of(plan, question, best.plan) for plan in plans]
    ours, other = (None if isinstance(lines, Broken) else total_of(lines) for lines in sums)
    if ours is None or other is None or yardstick.nothing(other - ours):
        return ""
    apart = other - ours
    key = "replay.sum_better" if apart > 0 else "replay.sum_worse"
    amount = yardstick.amount(Yardstick(best.scenario), abs(apart), inputs, t)
    return " " + t(key, amount=amount)


def _values(case: Case) -> dict[str, float]:
    if case.plan is None:
        return {}
    held = sum(period.dialogues for period in case.plan.periods)
    found = dict(case.plan.criteria) | ({"dialogues": held} if case.scenario.dialogues else {})
    months = facts.months_each(case.plan)
    return found if months is None else found | {"waiting_each": months}


def _write(name: str, value: float, t: Texts) -> str:
    if name == "waiting_each":
        return t("replay.months", n=t.number(value, 1))
    return t.number(value) if name == "dialogues" else facts.write_value(name, value, t)
