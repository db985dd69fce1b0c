"""The sum that plans are compared by in words: amounts of it, its parts, its rates."""

from __future__ import annotations

from itertools import zip_longest
from math import floor
from typing import TYPE_CHECKING

from planner.criteria import rate_unit
from planner.model.solving.scores import LIMIT, Yardstick, sign
from planner.outputs.pages.page import capital, lowered
from planner.outputs.words import facts
from planner.outputs.words.text import MINUS, NO_BREAK, Texts, together

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.analysis.sums import Broken
    from planner.case.types import Inputs
    from planner.plan import Line
    from planner.scenario.spec import Scenario


def criterion(name: str, inputs: Inputs, t: Texts) -> str:
    """Name a criterion in the middle of a sentence."""
    return lowered(facts.criterion_name(name, t, inputs.country.sister_agency))


def in_unit(name: str, number: str, t: Texts) -> str:
    """Write a number with the unit that a criterion has in a sum: shares in percentage points."""
    unit = facts.MEASURES[name].unit
    unit = "percent_points" if unit == "percent" else unit
    return together(t(f"unit.{unit}", n=number))


def unit_of(name: str, t: Texts) -> str:
    """Return that unit by itself."""
    return in_unit(name, "", t).strip()


def decimals(value: float) -> int:
    """Return how many decimals tell an amount: what is less than one unit needs two."""
    return 1 if abs(value) >= 1 else 2


def nothing(value: float) -> bool:
    """Tell whether an amount is none as it is told."""
    return abs(value) < 0.5 * 10.0 ** -decimals(value)


def size(
    yardstick: Yardstick, value: float, t: Texts, *, places: int | None = None, signed: bool = False
) -> str:
    """Write an amount of the sum with its unit, "7.2 km"."""
    places = decimals(value) if places is None else places
    number = facts.plus(value, places, t) if signed else t.number(value, places)
    return in_unit(yardstick.leading, number, t)


def amount(yardstick: Yardstick, value: float, inputs: Inputs, t: Texts) -> str:
    """Write an amount of the sum and what it is of, "7.2 km of mean distance"."""
    name = criterion(yardstick.leading, inputs, t)
    return t("yardstick.amount", n=size(yardstick, value, t), name=name)


def difference(
    key: str,
    yardstick: Yardstick,
    parts: Mapping[str, float],
    inputs: Inputs,
    t: Texts,
    **words: str,
) -> str:
    """Say how much better or worse a plan is, and in which parts, by the texts KEY_better etc."""
    total = sum(parts.values())
    if nothing(total):
        return t(f"{key}_alike", **words)
    if better := total < 0:
        parts = {name: -part for name, part in parts.items()}
    return t(
        f"{key}_{'better' if better else 'worse'}",
        amount=amount(yardstick, abs(total), inputs, t),
        parts=sum_of(yardstick, parts, inputs, t),
        **words,
    )


def rounded(parts: Mapping[str, float], places: int) -> dict[str, float]:
    """Round parts so that they add up to their rounded sum: the largest remainders go up."""
    step = 10.0**-places
    scaled = {name: part / step for name, part in parts.items()}
    whole = {name: floor(part + 1e-9) for name, part in scaled.items()}
    missing = round(sum(scaled.values())) - sum(whole.values())
    by_remainder = sorted(scaled, key=lambda name: whole[name] - scaled[name])
    for name in by_remainder[:missing]:
        whole[name] += 1
    return {name: count * step for name, count in whole.items()}


def line_name(yardstick: Yardstick, line: str, inputs: Inputs, t: Texts) -> str:
    """Name a line of the sum: a criterion, or a soft limit that is weighed."""
    name = line.removeprefix(LIMIT)
    if name == line:
        return criterion(name, inputs, t)
    return t("yardstick.limit", rule=rule(yardstick.scenario, name, inputs, t))


def why_no_sum(broken: Broken, question: Scenario, inputs: Inputs, t: Texts) -> str:
    """Say why a plan has no sum by a question, as a clause: "Lund can't be chosen there"."""
    seats = inputs.municipalities["seat"]
    limited = broken.name in question.limits
    return t(
        f"weighing.broken.{broken.key}",
        towns=t.listing([str(seats[code]) for code in broken.towns]),
        name=criterion(broken.name, inputs, t),
        rule=rule(question, broken.name, inputs, t) if limited else "",
        offices=t.count("offices", broken.offices),
    )


def rule(scenario: Scenario, name: str, inputs: Inputs, t: Texts) -> str:
    """Say what a limit allows: "longest distance: at most 300 km"."""
    limit = scenario.limits[name]
    value = facts.write_value(name, limit.value, t)
    sense = "least" if limit.most is None else "most"
    return t(f"report.rule_{sense}", name=criterion(name, inputs, t), limit=value)


def line_value(line: Line, t: Texts) -> str:
    """Write what a plan has of a criterion, or how far it is off a soft limit."""
    name = line.criterion.removeprefix(LIMIT)
    write = facts.write_value if name == line.criterion else facts.write_step
    return write(name, line.value, t)


def line_rate(yardstick: Yardstick, line: Line, t: Texts) -> tuple[float, str]:
    """Return what one unit is worth and the unit in words: 3, "km per percentage point"."""
    name = line.criterion.removeprefix(LIMIT)
    return line.rate, facts.write_unit(rate_unit(yardstick.leading, name), t)


def sum_of(yardstick: Yardstick, parts: Mapping[str, float], inputs: Inputs, t: Texts) -> str:
    """Write the parts of an amount, "0.9 mean distance + 3.9 spread + 2.4 share far away"."""
    names = {line: line_name(yardstick, line, inputs, t) for line in parts}
    return _added(parts, decimals(sum(parts.values())), names, t)


def bare_sum_of(parts: Mapping[str, float], places: int, t: Texts) -> str:
    """Write the parts of an amount without their names."""
    return _added(parts, places, {}, t)


def _added(parts: Mapping[str, float], places: int, names: Mapping[str, str], t: Texts) -> str:
    """Join rounded parts by their signs, each with its name if it has one."""
    said = ""
    for line, part in rounded(parts, places).items():
        sign = MINUS if part < 0 else "+" if said else ""
        said += f" {sign}{NO_BREAK}" if said else sign
        said += f"{t.number(abs(part), places)} {names.get(line, '')}".rstrip(" ")
    return said


def points(yardstick: Yardstick, inputs: Inputs, t: Texts) -> tuple[str, ...]:
    """Say of every criterion of the sum what it counts and what it means, a text each."""
    clauses = [criterion(yardstick.leading, inputs, t), *rates(yardstick, inputs, t)]
    meanings = [facts.meaning(n, yardstick.scenario, inputs, t) for n in yardstick.rates]
    # Soft limits come last, and say themselves what they mean.
    pairs = zip_longest(clauses, meanings, fillvalue="")
    return tuple(t("yardstick.point", clause=capital(c), meaning=m).rstrip() for c, m in pairs)


def first(yardstick: Yardstick, t: Texts) -> list[str]:
    """Say that goals taken in order are not all in the sum; nothing where they are."""
    objective = yardstick.scenario.objective
    return [] if objective.summed or len(objective.names) == 1 else [t("yardstick.first")]


def rates(yardstick: Yardstick, inputs: Inputs, t: Texts) -> list[str]:
    """Say what each line of the sum but the leading one counts, a clause each."""
    counted = [
        (f"yardstick.{'rate' if sign(n) > 0 else 'rate_more'}", n, rate)
        for n, rate in yardstick.rates.items()
        if n != yardstick.leading
    ]
    counted += [("yardstick.limit_rate", n, rate) for n, rate in yardstick.penalties.items()]
    leading = criterion(yardstick.leading, inputs, t)
    return [
        t(
            key,
            one=one(name, t),
            name=criterion(name, inputs, t),
            rate=in_unit(yardstick.leading, facts.trimmed(rate, t), t),
            leading=leading,
        )
        for key, name, rate in counted
    ]


def steps(
    names: Iterable[str],
    one: Mapping[str, float],
    other: Mapping[str, float],
    inputs: Inputs,
    t: Texts,
) -> str:
    """Say how far above another's some criteria are, "spread -2.0 km and ..."."""
    return t.listing(
        [
            t(
                "yardstick.step",
                name=criterion(name, inputs, t),
                value=facts.write_value(name, one[name] - other[name], t, signed=True),
            )
            for name in names
        ]
    )


def one(name: str, t: Texts) -> str:
    """Write one unit of a criterion in a sum, "one percentage point"."""
    return t(f"yardstick.one.{facts.MEASURES[name].unit}")
