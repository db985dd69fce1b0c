"""The sums of compared plans by one question's rates, line by line, where they can be told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from planner.analysis.aims import Yardstick
from planner.model.instance import make_instance
from planner.model.scores import sign
from planner.outputs import yardstick
from planner.outputs.article import Part, Table
from planner.outputs.page import capital
from planner.scenario.criteria import ROLLOUT_CRITERIA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.inputs.types import Inputs
    from planner.model.instance import Instance
    from planner.outputs.comparison import Comparison, Side
    from planner.outputs.text import Texts
    from planner.scenario.spec import Scenario
    from planner.travel.matrix import Travel

LEVELS = ("county", "municipality", "principal")
"""What is never divided between offices, the coarsest first: a plan of one keeps the later ones."""

KEPT = 1e-6
"""Slack of a limit that is kept."""


@dataclass(frozen=True)
class Sums:
    """The sums of plans by the rates of one question.

    Attributes
    ----------
    yardstick : Yardstick
        Of the first plan's scenario that weighs several criteria.
    lines : mapping of str to mapping
        Label of a plan that keeps the question's rules of sites and regions -> its sum by line.
    broken : mapping of str to str
        Label of any other plan -> the key of the rule that it breaks, or of why it can't be told.
    """

    yardstick: Yardstick
    lines: Mapping[str, Mapping[str, float]]
    broken: Mapping[str, str]

    def apart(self, label: str, other: str) -> dict[str, float] | None:
        """Return by how much each line of one plan is above another's; None without a sum."""
        if label not in self.lines or other not in self.lines:
            return None
        return {n: part - self.lines[other][n] for n, part in self.lines[label].items()}


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
    broken = {side.label: _broken(side, question, instance) for side in comparison.sides}
    broken |= dict.fromkeys(comparison.strangers, "tables")
    lines = {s.label: one.lines(s.plan.criteria) for s in comparison.sides if not broken[s.label]}
    return replace(comparison, sums=Sums(one, lines, {n: key for n, key in broken.items() if key}))


def _broken(side: Side, question: Scenario, i: Instance) -> str:
    """Return the key of what keeps a plan from having a sum; empty where it keeps all rules."""
    offices = set(side.plan.periods[-1].open)
    fixed = {code for code, r in zip(i.sites, i.end_roles, strict=True) if r != "candidate"}
    breaks = {
        "measures": _limits(side.scenario) != _limits(question),
        "number": not question.offices.fewest <= len(offices) <= question.offices.most,
        "towns": bool(offices - set(i.sites)),
        "required": bool(fixed - offices),
        "units": _divides(side, question),
        "contiguous": question.units.contiguous and side.plan.criteria["contiguous"] < 1,
        "limit": any(
            sign(name) * (side.plan.criteria[name] - limit.value) > KEPT * max(1.0, limit.value)
            for name, limit in question.limits.items()
            if limit.hard and name not in ROLLOUT_CRITERIA
        ),
    }
    return next((key for key, broken in breaks.items() if broken), "")


def _limits(scenario: Scenario) -> tuple[float, float]:
    """Return what criteria count as far."""
    far = scenario.thresholds
    return far.beyond_km.value, far.university_limit.value


def _divides(side: Side, question: Scenario) -> bool:
    """Tell whether a plan divides what a question keeps together."""
    own, asked = (LEVELS.index(each.units.level) for each in (side.scenario, question))
    if question.units.level == "county":
        return side.plan.criteria["county_splits"] > 0
    return own > asked


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
            label: {"value": sum(lines.values()), "lines": dict(lines)}
            for label, lines in sums.lines.items()
        },
        "without": dict(sums.broken),
    }


def said_of(comparison: Comparison, side: Side, inputs: Inputs, t: Texts) -> list[str]:
    """Say how much better or worse a plan is than the first by the question's rates."""
    sums, first = comparison.sums, comparison.sides[0]
    if sums is None:
        return []
    apart = sums.apart(side.label, first.label)
    if apart is None:
        if not (side.scenario.objective.summed or first.scenario.objective.summed):
            return []
        label = side.label if side.label in sums.broken else first.label
        why = t(f"compare.broken_{sums.broken[label]}")
        return [t("compare.no_sum", label=label, why=why, question=_question(sums, t))]
    total = sum(apart.values())
    words = {"label": side.label, "first": first.label, "question": _question(sums, t)}
    if abs(total) < 0.5 * 10.0 ** -yardstick.decimals(total):
        return [t("compare.sum_alike", **words)]
    better = total < 0
    parts = {name: -part if better else part for name, part in apart.items()}
    return [
        t(
            "compare.sum_better" if better else "compare.sum_worse",
            size=yardstick.size(sums.yardstick, abs(total), t),
            leading=yardstick.criterion(sums.yardstick.leading, inputs, t),
            parts=yardstick.sum_of(parts, inputs, t),
            **words,
        )
    ]


def _question(sums: Sums, t: Texts) -> str:
    return str(getattr(sums.yardstick.scenario.title, t.language))


def sum_part(comparison: Comparison, inputs: Inputs, t: Texts) -> Part:
    """Tell the sums line by line in a table; empty where fewer than two plans have one."""
    sums = comparison.sums
    if sums is None or len(sums.lines) < 2:
        return Part("")
    yard = sums.yardstick
    labels = [side.label for side in comparison.sides if side.label in sums.lines]
    first, *others = labels
    rows = [
        _row(capital(yardstick.line_name(line, inputs, t)), line, sums, labels, t)
        for line in sums.lines[first]
    ]
    rows.append(_row(t("compare.sum_total"), "", sums, labels, t))
    leading = yardstick.criterion(yard.leading, inputs, t)
    head = [t("compare.sum_line"), first]
    for label in others:
        head += [label, t("report.difference")]
    lead = t(
        "compare.sum_lead",
        question=_question(sums, t),
        leading=leading,
        rates=t.listing(yardstick.rates(yard, inputs, t)),
    )
    caption = t("compare.sum_caption", unit=yardstick.unit_of(yard.leading, t), leading=leading)
    table = Table(caption, tuple(head), tuple(rows), frozenset(range(1, len(head))))
    return Part(t("compare.sum_heading"), (lead,), tables=(table,))


def _row(name: str, line: str, sums: Sums, labels: list[str], t: Texts) -> tuple[str, ...]:
    """Write one line of the sum of each plan, or the whole where there is none."""
    values = [sums.lines[n][line] if line else sum(sums.lines[n].values()) for n in labels]
    cells = [name, t.number(values[0], 2)]
    for value in values[1:]:
        apart = t.number(value - values[0], 2)
        plus = "+" if value > values[0] and apart.strip("0.,") else ""
        cells += [t.number(value, 2), plus + apart]
    return tuple(cells)
