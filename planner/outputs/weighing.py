"""How a plan's weighted sum is made up, line by line, beside that of the plan compared with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.outputs import facts
from planner.outputs.page import capital, lowered
from planner.outputs.sums import NEAR, Sums, SumWords, sums_of, total_of
from planner.outputs.text import MINUS, NO_BREAK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.inputs.types import Inputs
    from planner.outputs.text import Texts
    from planner.plan import Line, Plan
    from planner.scenario.spec import Scenario
    from planner.travel.matrix import Travel

DISTANCES = ("mean_km", "mean_minutes", "max_km", "share_beyond", "spread")
"""Criteria that all tell how far away offices are: weighed together they overlap."""


@dataclass(frozen=True)
class Row:
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
    rows: tuple[Row, ...]
    total: Row
    notes: tuple[str, ...]


def weigh(  # noqa: PLR0913 - what a comparison is made of
    plan: Plan,
    reference: Plan | None,
    name: str,
    scenario: Scenario,
    inputs: Inputs,
    travel: Travel,
    t: Texts,
) -> Weighing | None:
    """Write the weighted sum of a plan, and of the one that it is compared with, in words.

    Parameters
    ----------
    plan : Plan
    reference : Plan or None
        Its sum is told where it keeps the scenario's own hard rules.
    name : str
        What to call it in running text.
    scenario : Scenario
    inputs : Inputs
    travel : Travel
    t : Texts

    Returns
    -------
    Weighing or None
        None where nothing is weighed.
    """
    if not plan.objective:
        return None
    sums = sums_of(plan, reference, scenario, inputs, travel, t)
    say = SumWords(scenario, inputs.country.sister_agency, t)
    unit = say.name(sums.own[0])
    said = [t("weighing.sum", sum=_amount(total_of(sums.own), unit, say))]
    if sums.other:
        said.append(_difference(sums, name, say))
    elif reference:
        said.append(t("weighing.no_sum", name=name, why=sums.why_not))
    others = sums.other or (None,) * len(sums.own)
    rows = [_row(ours, theirs, say) for ours, theirs in zip(sums.own, others, strict=True)]
    return Weighing(
        lead=(t("weighing.lead", unit=lowered(unit)), " ".join(said)),
        rows=tuple(rows),
        total=_total_row(sums, say),
        notes=tuple(_notes(sums, say)),
    )


def _row(ours: Line, theirs: Line | None, say: SumWords) -> Row:
    number, unit = say.rate(ours)
    rate = f"{facts.trimmed(number, say.t)} {unit}"
    row = Row(say.name(ours), rate, say.value(ours), say.amount(ours.contribution))
    if theirs is None:
        return row
    difference = say.amount(theirs.contribution - ours.contribution, signed=True)
    return replace(
        row,
        other=say.value(theirs),
        other_part=say.amount(theirs.contribution),
        difference=difference,
    )


def _total_row(sums: Sums, say: SumWords) -> Row:
    own, other = total_of(sums.own), total_of(sums.other)
    row = Row("", "", "", say.amount(own))
    if not sums.other:
        return row
    return replace(
        row, other_part=say.amount(other), difference=say.amount(other - own, signed=True)
    )


def _difference(sums: Sums, name: str, say: SumWords) -> str:
    """Say how much better or worse the compared plan is, and in which parts."""
    t = say.t
    parts = [b.contribution - a.contribution for a, b in zip(sums.own, sums.other, strict=True)]
    total = sum(parts)
    if abs(total) < NEAR:
        return t("weighing.alike", name=capital(name))
    way = -1 if total < 0 else 1
    return t(
        "weighing.better" if total < 0 else "weighing.worse",
        name=capital(name),
        size=_amount(way * total, say.name(sums.own[0]), say),
        parts=_added([(way * part, "") for part in parts], say).replace(" ", NO_BREAK),
        names=t.listing([lowered(say.name(line)) for line in sums.own]),
    )


def _added(parts: Sequence[tuple[float, str]], say: SumWords) -> str:
    """Write numbers, each with its words if it has any, as a sum: "0.9 + 4.0 - 2.4"."""
    decimals = facts.sum_decimals(say.leading)
    first, *others = [f"{say.t.number(part, decimals)} {words}".rstrip() for part, words in parts]
    signed = (
        f" {MINUS} {term.removeprefix(MINUS)}" if term.startswith(MINUS) else f" + {term}"
        for term in others
    )
    return "".join((first, *signed))


def sum_in_words(plan: Plan, scenario: Scenario, sister: str, t: Texts) -> tuple[str, str]:
    """Return a plan's sum in the unit of its leading criterion, and its parts as a sum."""
    say = SumWords(scenario, sister, t)
    parts = [(line.contribution, lowered(say.name(line))) for line in plan.objective]
    unit = say.name(plan.objective[0])
    return _amount(total_of(plan.objective), unit, say), _added(parts, say)


def _amount(value: float, unit: str, say: SumWords) -> str:
    """Write a sum with what it is counted in: "7.2 km of mean distance"."""
    return say.t("weighing.amount", n=say.amount(value), criterion=lowered(unit))


def _notes(sums: Sums, say: SumWords) -> list[str]:
    """Say what a reader must know of a sum: who chose the rates, and what counts twice."""
    t, objective, said = say.t, say.scenario.objective, []
    own, other = ([line.contribution for line in lines] for lines in (sums.own, sums.other))
    apart = [b - a for a, b in zip(own, other, strict=False)]
    if not all(_adds_up(parts, facts.sum_decimals(say.leading)) for parts in (own, other, apart)):
        said.append(t("weighing.rounded"))
    if any(line.contribution < 0 for line in sums.own):
        said.append(t("weighing.taken_off"))
    guessed = [
        say.criterion(name)
        for name in objective.names[1:]
        if objective.rates[name].source.startswith("assumption")
    ]
    if guessed:
        said.append(t("weighing.assumed", names=t.listing(guessed)))
    far = [say.criterion(name) for name in objective.names if name in DISTANCES]
    if len(far) > 1:
        said.append(t("weighing.overlap", names=capital(t.listing(far))))
    return said


def _adds_up(parts: Sequence[float], decimals: int) -> bool:
    """Tell whether numbers add up as they are written."""
    written = sum(round(part, decimals) for part in parts)
    return abs(written - round(sum(parts), decimals)) < 10.0**-decimals / 2
