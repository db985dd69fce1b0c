"""The tables of the search for rates that make a plan the best, and the rates in clauses."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING

from planner.analysis.justify_verdict import FARTHEST, Verdict
from planner.model.solving.scores import sign
from planner.outputs.pages.page import Table, capital
from planner.outputs.words import facts, yardstick
from planner.outputs.words.others import swap, town_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np

    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts
    from planner.siting.question import SitingResult

SAME = 1e-6
"""Relative difference below which a rate is as it was."""


def places(value: float) -> int:
    """Return the decimals that tell a rate with three figures, two at least for small ones."""
    if value <= 0:
        return 0
    return max(0, min(4, 2 - floor(log10(value))))


def about(value: float, t: Texts) -> str:
    """Write a rate to three figures."""
    return facts.trimmed(round(value, places(value)), t)


def at_least(value: float, t: Texts) -> str:
    """Write what a rate must reach, rounded up."""
    step = 10.0 ** -places(value)
    return facts.trimmed(ceil(value / step - 1e-6) * step, t)


def at_most(value: float, t: Texts) -> str:
    """Write what a rate may not pass, rounded down."""
    step = 10.0 ** -places(value)
    return facts.trimmed(floor(value / step + 1e-6) * step, t)


def rate_clauses(verdict: Verdict, rates: np.ndarray, inputs: Inputs, t: Texts) -> list[str]:
    """Say what each goal counts whose rate is another than in the question, a clause each."""
    said = []
    for name, rate, asked in zip(verdict.criteria, rates, verdict.room.asked, strict=True):
        if abs(rate - asked) > SAME * max(asked, rate):
            key = "justify.rate" if sign(name) > 0 else "justify.rate_more"
            words = _words(verdict, name, float(asked), inputs, t)
            number = yardstick.in_unit(verdict.criteria[0], about(float(rate), t), t)
            said.append(t(key, rate=number, **words))
    return said


def _words(verdict: Verdict, name: str, asked: float, inputs: Inputs, t: Texts) -> dict[str, str]:
    return {
        "one": yardstick.one(name, t),
        "name": yardstick.criterion(name, inputs, t),
        "leading": yardstick.criterion(verdict.criteria[0], inputs, t),
        "asked": facts.trimmed(asked, t) if asked else t("justify.nothing"),
    }


def alone_clauses(verdict: Verdict, inputs: Inputs, t: Texts) -> list[str]:
    """Say from where to where each rate, changed alone, makes the offices the best.

    Of a rate that may be any there is no clause.
    """
    said = []
    leading = verdict.criteria[0]
    for k, name in enumerate(verdict.criteria):
        ends = verdict.alone.get(name)
        if ends is None:
            continue
        key, low, high = _ends(verdict, k, ends, t)
        if key == "any":
            continue
        words = _words(verdict, name, float(verdict.room.asked[k]), inputs, t)
        said.append(
            t(
                f"justify.{key}",
                low=yardstick.in_unit(leading, low, t),
                high=yardstick.in_unit(leading, high, t),
                **words,
            )
        )
    return said


def alone_cell(verdict: Verdict, k: int, t: Texts) -> str:
    """Write the same of one rate in a cell of a table."""
    ends = verdict.alone.get(verdict.criteria[k])
    if ends is None:
        return t("word.none")
    key, low, high = _ends(verdict, k, ends, t)
    words = {"at_least": "from_low", "at_most": "to_high", "between": "from_to", "any": "whatever"}
    return t(f"justify.{words[key]}", low=low, high=high)


def _ends(verdict: Verdict, k: int, ends: tuple[float, float], t: Texts) -> tuple[str, str, str]:
    """Return which ends bind, and both in figures; those of what was looked at do not."""
    room = verdict.room
    binds = ends[0] > room.least[k] * (1 + 1e-3) + 1e-9, ends[1] < room.most[k] * (1 - 1e-3)
    keys = {
        (True, True): "between",
        (True, False): "at_least",
        (False, True): "at_most",
        (False, False): "any",
    }
    return keys[binds], at_least(ends[0], t), at_most(ends[1], t)


RIVALS = 12
"""Rivals shown in the table."""


def mix_of(verdict: Verdict) -> list[tuple[SitingResult, float]]:
    """Return the rivals whose mix is better, with their shares."""
    if verdict.mix is None:
        return []
    pairs = zip(verdict.rivals, verdict.mix, strict=True)
    return [(rival, float(share)) for rival, share in pairs if share > 0]


def rate_table(verdict: Verdict, inputs: Inputs, t: Texts) -> Table:
    """Tell the question's rates and their ranges, the nearest that make the towns best."""
    yard = verdict.aim.yardstick
    ranges = yard.scenario.objective.rates
    rows = []
    for k, name in enumerate(verdict.criteria):
        given = ranges.get(name) if verdict.room.own[k] else None
        span = t("word.none")
        if k and given is not None:
            low, high = (facts.trimmed(value, t) for value in (given.low, given.high))
            span = t("justify.from_to", low=low, high=high)
        asked = float(verdict.room.asked[k])
        goal = t(
            "justify.goal_of", one=yardstick.one(name, t), name=yardstick.criterion(name, inputs, t)
        )
        nearest = t("word.none") if verdict.rates is None else about(float(verdict.rates[k]), t)
        row = [capital(goal), facts.trimmed(asked, t), span, nearest]
        if verdict.alone:
            row.append(alone_cell(verdict, k, t))
        rows.append(tuple(row))
    keys = ["goal", "asked", "range", "nearest", *(["by_itself"] if verdict.alone else [])]
    caption = t(
        "justify.rates_caption",
        unit=yardstick.unit_of(yard.leading, t),
        leading=yardstick.criterion(yard.leading, inputs, t),
    )
    head = tuple(t(f"justify.{key}") for key in keys)
    return Table(caption, head, tuple(rows), frozenset(range(1, len(head))))


def plan_table(verdict: Verdict, inputs: Inputs, t: Texts) -> Table:
    """Tell the towns and the plans that were tried against them."""
    own, sister = verdict.plan.sites, inputs.country.sister_agency
    names = town_names(verdict.siting)
    towns = t.listing([names[code] for code in own])
    shown = {one.sites: one for one in (verdict.dominated_by, *verdict.rivals[:RIVALS]) if one}
    shown.pop(own, None)
    named = [(t("justify.the_plan", towns=towns), verdict.plan)]
    named += [(swap(one.sites, own, verdict.siting, t), one) for one in shown.values()]
    sums = [("sum_asked", verdict.room.asked)]
    if verdict.rates is not None and not verdict.is_best:
        sums.append(("sum_nearest", verdict.rates))
    rows = tuple(
        (
            label,
            *(facts.write_value(name, one.criteria[name], t) for name in verdict.criteria),
            *(t.number(float(verdict.amounts(one) @ rates), 2) for _, rates in sums),
        )
        for label, one in named
    )
    unit = yardstick.unit_of(verdict.criteria[0], t)
    head = (
        t("justify.plan"),
        *(facts.criterion_name(name, t, sister) for name in verdict.criteria),
        *(t(f"justify.{key}", unit=unit) for key, _ in sums),
    )
    return Table(t("justify.plans_caption"), head, rows, frozenset(range(1, len(head))))


def extra_table(extras: Mapping[str, Verdict], inputs: Inputs, t: Texts) -> Table:
    """Tell for each goal that was let in whether there are rates."""
    rows = []
    for name, one in extras.items():
        answer, why = t("word.no"), t("justify.also_far", n=t.number(FARTHEST))
        if not one.complete:
            answer, why = t("justify.stopped"), ""
        elif one.rates is not None:
            answer, why = t("word.yes"), "; ".join(rate_clauses(one, one.rates, inputs, t))
        elif one.dominated_by is not None:
            why = swap(one.dominated_by.sites, one.plan.sites, one.siting, t)
        elif one.mix is not None:
            why = t("justify.also_mix", n=t.number(len(mix_of(one))))
        goal = facts.criterion_name(name, t, inputs.country.sister_agency)
        rows.append((goal, answer, why))
    head = tuple(t(f"justify.{key}") for key in ("also_goal", "also_answer", "also_why"))
    return Table(t("justify.also_caption"), head, tuple(rows))
