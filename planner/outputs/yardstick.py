"""The sum that plans are compared by in words: amounts of it, its parts, its rates."""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from planner.model.scores import sign
from planner.outputs import facts
from planner.outputs.page import capital, lowered
from planner.outputs.text import MINUS, NO_BREAK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.analysis.aims import Yardstick
    from planner.inputs.types import Inputs
    from planner.outputs.text import Texts


def criterion(name: str, inputs: Inputs, t: Texts) -> str:
    """Name a criterion in the middle of a sentence."""
    return lowered(facts.criterion_name(name, t, inputs.country.sister_agency))


def in_unit(name: str, number: str, t: Texts) -> str:
    """Write a number with the unit that a criterion has in a sum: shares in percentage points."""
    unit = facts.MEASURES[name].unit
    unit = "percent_points" if unit == "percent" else unit
    return t(f"unit.{unit}", n=number).replace(" ", NO_BREAK)


def unit_of(name: str, t: Texts) -> str:
    """Return that unit by itself."""
    return in_unit(name, "", t).strip(NO_BREAK)


def decimals(value: float) -> int:
    """Return how many decimals tell an amount: what is less than one unit needs two."""
    return 1 if abs(value) >= 1 else 2


def size(yardstick: Yardstick, value: float, t: Texts) -> str:
    """Write an amount of the sum with its unit, "7.2 km"."""
    return in_unit(yardstick.leading, t.number(value, decimals(value)), t)


def amount(yardstick: Yardstick, value: float, inputs: Inputs, t: Texts) -> str:
    """Write an amount of the sum and what it is of, "7.2 km of mean distance"."""
    name = criterion(yardstick.leading, inputs, t)
    return t("yardstick.amount", n=size(yardstick, value, t), name=name)


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


def line_name(line: str, inputs: Inputs, t: Texts) -> str:
    """Name a line of the sum: a criterion, or a soft limit that is weighed."""
    limited = line.removeprefix("limits.")
    name = criterion(limited, inputs, t)
    return name if limited == line else t("yardstick.limit", name=name)


def sum_of(parts: Mapping[str, float], inputs: Inputs, t: Texts) -> str:
    """Write the parts of an amount, "0.9 mean distance + 3.9 spread + 2.4 share far away"."""
    places = decimals(sum(parts.values()))
    return _added(
        [
            (part, t("yardstick.part", n=number, name=line_name(line, inputs, t)))
            for line, part, number in _numbers(parts, places, t)
        ]
    )


def bare_sum_of(parts: Mapping[str, float], places: int, t: Texts) -> str:
    """Write the parts of an amount without their names."""
    return _added([(part, number) for _, part, number in _numbers(parts, places, t)])


def _numbers(parts: Mapping[str, float], places: int, t: Texts) -> list[tuple[str, float, str]]:
    """Return each line with its rounded part, and that without a sign."""
    found = rounded(parts, places)
    return [(line, part, t.number(abs(part), places)) for line, part in found.items()]


def _added(parts: list[tuple[float, str]]) -> str:
    """Join parts by their signs."""
    (first, head), *rest = parts
    said = f"{MINUS}{head}" if first < 0 else head
    for part, text in rest:
        said += f" {MINUS if part < 0 else '+'}{NO_BREAK}{text}"
    return said


def points(yardstick: Yardstick, inputs: Inputs, t: Texts) -> tuple[str, ...]:
    """Say of every criterion of the sum what it counts and what it means, a text each."""
    scenario, clauses = yardstick.scenario, rates(yardstick, inputs, t)
    words = {
        "limit": t.number(scenario.thresholds.beyond_km.value),
        "minutes": t.number(scenario.thresholds.university_limit.value),
        "sister": inputs.country.sister_agency,
    }
    meanings = [t(f"criterion.{name}.meaning", **words) for name in yardstick.rates]
    head = facts.criterion_name(yardstick.leading, t, inputs.country.sister_agency)
    lead = t("yardstick.point", clause=head, meaning=meanings[0])
    # Soft limits come last, and say themselves what they mean.
    meanings += [""] * (len(clauses) + 1 - len(meanings))
    pairs = zip(clauses, meanings[1:], strict=True)
    others = (t("yardstick.point", clause=capital(c), meaning=m).rstrip() for c, m in pairs)
    return (lead, *others)


def rates(yardstick: Yardstick, inputs: Inputs, t: Texts) -> list[str]:
    """Say what each line of the sum but the leading one counts, a clause each."""
    others = {n: rate for n, rate in yardstick.rates.items() if n != yardstick.leading}
    keys = {n: "yardstick.rate" if sign(n) > 0 else "yardstick.rate_more" for n in others}
    said = [rate_of(keys[n], n, rate, yardstick, inputs, t) for n, rate in others.items()]
    return said + [
        rate_of("yardstick.limit_rate", n, rate, yardstick, inputs, t)
        for n, rate in yardstick.penalties.items()
    ]


def rate_of(  # noqa: PLR0913 - what a clause is made of
    key: str, name: str, rate: float, yardstick: Yardstick, inputs: Inputs, t: Texts
) -> str:
    """Fill in a clause of what one unit of a criterion is worth in the leading one."""
    return t(
        key,
        one=one(name, t),
        name=criterion(name, inputs, t),
        rate=in_unit(yardstick.leading, facts.trimmed(rate, t), t),
        leading=criterion(yardstick.leading, inputs, t),
    )


def one(name: str, t: Texts) -> str:
    """Write one unit of a criterion in a sum, "one percentage point"."""
    return t(f"yardstick.one.{facts.MEASURES[name].unit}")
