"""How a plan's weighted sum is made up, line by line, beside that of the plan compared with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from planner.analysis.sums import Broken, apart, total_of
from planner.model.solving.scores import Yardstick
from planner.outputs.pages.page import capital
from planner.outputs.pages.sections import adds_up
from planner.outputs.words import facts, yardstick

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.case.types import Inputs
    from planner.outputs.context import Context
    from planner.outputs.words.text import Texts
    from planner.plan import Line
    from planner.scenario.spec import Scenario

DISTANCES = ("mean_km", "mean_minutes", "max_km", "share_beyond", "spread")
"""Criteria that all tell how far away offices are: weighed together they overlap."""

PLACES = 1
"""Decimals of amounts in the table."""


@dataclass(frozen=True)
class WeighedRow:
    """One line of a sum in words; what is of a compared plan is empty without one."""

    name: str
    rate: str
    value: str
    part: str
    other: str = ""
    other_part: str = ""
    difference: str = ""


@dataclass(frozen=True)
class Weighing:
    """How the goals were weighed: the sum in rows, its total, what to know before and after."""

    lead: tuple[str, ...]
    rows: tuple[WeighedRow, ...]
    total: WeighedRow
    notes: tuple[str, ...]


def weigh(context: Context) -> Weighing | None:
    """Write the weighted sum of a plan, and of the one that it is compared with, in words.

    That one's sum is told where it keeps the scenario's own hard rules.

    Returns
    -------
    Weighing or None
        None where nothing is weighed.
    """
    own, other, t, name = context.plan.objective, context.other_sum, context.t, context.name
    if not own:
        return None
    scenario, inputs = context.scenario, context.inputs
    yard = Yardstick(scenario)
    leading = yardstick.criterion(yard.leading, inputs, t)
    total = yardstick.amount(yard, total_of(own), inputs, t)
    said = [t("weighing.sum", sum=total)]
    if isinstance(other, Broken):
        why = yardstick.why_no_sum(other, scenario, inputs, t)
        said.append(t("weighing.no_sum", name=name, why=why))
    elif other:
        said.append(said_apart(context, t))
    others = other if isinstance(other, tuple) else ()
    return Weighing(
        lead=(t("weighing.lead", unit=leading), " ".join(said)),
        rows=tuple(_rows(own, others, yard, inputs, t)),
        total=_parts(total_of(own), total_of(others) if others else None, yard, t),
        notes=tuple(_notes(own, others, scenario, inputs, t)),
    )


def said_apart(context: Context, t: Texts) -> str:
    """Say how much better or worse a compared plan is by a plan's sum; nothing without one."""
    other = context.other_sum
    if isinstance(other, Broken) or not other:
        return ""
    parts, yard = apart(other, context.plan.objective), Yardstick(context.scenario)
    name = capital(context.called(t))
    return yardstick.difference("weighing.sum", yard, parts, context.inputs, t, name=name)


def _rows(
    own: Sequence[Line], other: Sequence[Line], yard: Yardstick, inputs: Inputs, t: Texts
) -> Iterator[WeighedRow]:
    for ours, theirs in zip_longest(own, other):
        number, unit = yardstick.line_rate(yard, ours, t)
        yield replace(
            _parts(ours.contribution, theirs.contribution if theirs else None, yard, t),
            name=capital(yardstick.line_name(yard, ours.criterion, inputs, t)),
            rate=f"{facts.trimmed(number, t)} {unit}",
            value=yardstick.line_value(ours, t),
            other=yardstick.line_value(theirs, t) if theirs else "",
        )


def _parts(own: float, other: float | None, yard: Yardstick, t: Texts) -> WeighedRow:
    """Write an amount of both plans, and the difference."""
    part = yardstick.size(yard, own, t, places=PLACES)
    if other is None:
        return WeighedRow("", "", "", part)
    theirs = yardstick.size(yard, other, t, places=PLACES)
    difference = yardstick.size(yard, other - own, t, places=PLACES, signed=True)
    return WeighedRow("", "", "", part, "", theirs, difference)


def _notes(
    own: Sequence[Line], other: Sequence[Line], scenario: Scenario, inputs: Inputs, t: Texts
) -> Iterator[str]:
    """Say what a reader must know of a sum: who chose the rates, and what counts twice."""
    objective = scenario.objective
    columns = [[line.contribution for line in lines] for lines in (own, other)]
    columns += [list(apart(other, own).values())] if other else []
    if not all(adds_up(parts, PLACES) for parts in columns):
        yield t("report.rounded")
    if any(line.contribution < 0 for line in own):
        yield t("weighing.taken_off")
    names = {name: yardstick.criterion(name, inputs, t) for name in objective.names}
    rates = objective.rates
    guessed = [name for name in objective.names[1:] if rates[name].source.startswith("assumption")]
    if guessed:
        yield t("weighing.assumed", names=t.listing([names[name] for name in guessed]))
    far = [said for name, said in names.items() if name in DISTANCES]
    if len(far) > 1:
        yield t("weighing.overlap", names=capital(t.listing(far)))
