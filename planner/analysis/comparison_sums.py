"""The sums of compared plans by one question's rates, line by line, where they can be told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from planner.criteria import ROLLOUT_CRITERIA
from planner.model.instance import make_instance
from planner.model.solving.scores import Yardstick
from planner.outputs.pages.article import Part, Table
from planner.outputs.pages.page import capital
from planner.outputs.pages.sections import adds_up
from planner.outputs.sums import Broken, apart, parts_of, sum_of, total_of
from planner.outputs.words import facts, yardstick
from planner.outputs.words.changed import title_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analysis.comparison import Comparison, Side
    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts
    from planner.plan import Line

PLACES = 2
"""Decimals of amounts in the table."""


@dataclass(frozen=True)
class Sums:
    """The sums of plans by the rates of one question.

    Attributes
    ----------
    yardstick : Yardstick
        Of the first plan's scenario that weighs several criteria.
    lines : mapping of str to tuple of Line
        Label of a plan that keeps the question's rules of sites and regions -> its sum.
    broken : mapping of str to Broken
        Label of any other plan -> the rule that it breaks, or why it can't be told.
    """

    yardstick: Yardstick
    lines: Mapping[str, tuple[Line, ...]]
    broken: Mapping[str, Broken]

    def called(self, names: Mapping[str, str]) -> Sums:
        """Return the sums of plans that are called something else; `names` says what, by label."""
        return Sums(
            self.yardstick,
            {names[label]: lines for label, lines in self.lines.items()},
            {names[label]: broken for label, broken in self.broken.items()},
        )

    def apart(self, label: str, other: str) -> dict[str, float] | None:
        """Return by how much each line of one plan is above another's; None without a sum."""
        if label not in self.lines or other not in self.lines:
            return None
        return apart(self.lines[label], self.lines[other])


def with_sums(comparison: Comparison, inputs: Inputs, travel: Travel) -> Comparison:
    """Return a comparison with the sums of its plans, where there is one way to sum them.

    There is none where no scenario weighs criteria, or two do by different rates.
    """
    weighed = [side.scenario for side in comparison.sides if side.scenario.objective.summed]
    rates = [Yardstick(scenario).rates for scenario in weighed]
    if not weighed or any(each != rates[0] for each in rates):
        return comparison
    if any({*each.objective.names} & {*ROLLOUT_CRITERIA} for each in weighed):
        return comparison
    question, one = weighed[0], Yardstick(weighed[0])
    instance = make_instance(inputs, travel, question)
    of_tables = (side for side in comparison.sides if side.label not in comparison.strangers)
    best = next((side.plan for side in of_tables if side.scenario == question), None)
    found = {s.label: sum_of(s.plan, instance, best) for s in comparison.sides}
    found |= dict.fromkeys(comparison.strangers, Broken("tables"))
    lines = {label: each for label, each in found.items() if isinstance(each, tuple)}
    broken = {label: each for label, each in found.items() if isinstance(each, Broken)}
    return replace(comparison, sums=Sums(one, lines, broken))


def sums_data(comparison: Comparison) -> dict[str, Any] | None:
    """Return the sums as plain lists and dicts."""
    sums = comparison.sums
    if sums is None:
        return None
    return {
        "question": sums.yardstick.scenario.name,
        "unit": sums.yardstick.unit,
        "leading": sums.yardstick.leading,
        "rates": dict(sums.yardstick.rates),
        "plans": {
            label: {"value": total_of(lines), "lines": parts_of(lines)}
            for label, lines in sums.lines.items()
        },
        "without": {label: broken.key for label, broken in sums.broken.items()},
    }


def said_of(comparison: Comparison, side: Side, inputs: Inputs, t: Texts) -> list[str]:
    """Say how much better or worse a plan is than the first by the question's rates."""
    sums, first = comparison.sums, comparison.sides[0]
    if sums is None:
        return []
    parts = sums.apart(side.label, first.label)
    question = sums.yardstick.scenario
    words = {"label": side.label, "question": title_of(question, t)}
    if parts is not None:
        words["first"] = first.label
        return [yardstick.difference("compare.sum", sums.yardstick, parts, inputs, t, **words)]
    if not (side.scenario.objective.summed or first.scenario.objective.summed):
        return []
    label = side.label if side.label in sums.broken else first.label
    words["label"] = label
    why = sums.broken[label].told(question, inputs, t)
    return [t("compare.no_sum", why=why, **words)]


def sum_part(comparison: Comparison, inputs: Inputs, t: Texts) -> Part:
    """Tell the sums line by line in a table; empty where fewer than two plans have one."""
    sums = comparison.sums
    if sums is None or len(sums.lines) < 2:
        return Part("")
    yard = sums.yardstick
    labels = [side.label for side in comparison.sides if side.label in sums.lines]
    first, *others = labels
    columns = [sums.lines[label] for label in labels]
    rows = [
        (
            capital(yardstick.line_name(yard, lines[0].criterion, inputs, t)),
            *_cells([line.contribution for line in lines], t),
        )
        for lines in zip(*columns, strict=True)
    ]
    rows.append((t("compare.sum_total"), *_cells([total_of(lines) for lines in columns], t)))
    leading = yardstick.criterion(yard.leading, inputs, t)
    head = [t("compare.sum_line"), first]
    for label in others:
        head += [label, t("report.difference")]
    lead = t(
        "compare.sum_lead",
        question=title_of(yard.scenario, t),
        leading=leading,
        rates=t.listing(yardstick.rates(yard, inputs, t)),
    )
    caption = t("compare.sum_caption", unit=yardstick.unit_of(yard.leading, t), leading=leading)
    table = Table(caption, tuple(head), tuple(rows), frozenset(range(1, len(head))))
    exact = all(adds_up([line.contribution for line in lines], PLACES) for lines in columns)
    said = (lead,) if exact else (lead, t("report.rounded"))
    return Part(t("compare.sum_heading"), said, tables=(table,))


def _cells(values: list[float], t: Texts) -> list[str]:
    """Write an amount of each plan, and how far the later ones are above the first."""
    first, *others = values
    apart = (round(value, PLACES) - round(first, PLACES) for value in others)
    told = (
        (t.number(value, PLACES), facts.plus(difference, PLACES, t))
        for value, difference in zip(others, apart, strict=True)
    )
    return [t.number(first, PLACES), *chain.from_iterable(told)]
