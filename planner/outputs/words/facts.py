"""What a report says about a plan: criteria with units, and differences from another plan."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.criteria import FIGURES
from planner.criteria.units import UNITS
from planner.outputs.views import View, mean_of
from planner.outputs.words.text import NO_BREAK, Texts, together
from planner.outputs.words.unverified import figure_note, last_open

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.case.types import Inputs
    from planner.plan import Plan
    from planner.scenario.spec import Scenario

Verdict = Literal["better", "worse", "alike", "equal", ""]

ALIKE = 0.01
"""Values that differ by less of the larger one are practically equal: the tables, the roads and
the assumptions are not known so well."""

POINTS_ALIKE = 0.005
"""Likewise shares, as an absolute difference: half a percentage point."""


@dataclass(frozen=True)
class Measure:
    """How a criterion is written: the key of its unit, decimals, factor, and the better way."""

    unit: str
    decimals: int
    scale: float
    better: Literal["min", "max"]


def _measure(name: str) -> Measure:
    criterion = FIGURES[name]
    unit = UNITS[criterion.unit]
    return Measure(unit.words, unit.decimals, unit.scale, criterion.better)


MEASURES = {name: _measure(name) for name in FIGURES}
"""How every criterion is written, in the order in which they are shown."""


@dataclass(frozen=True)
class CriterionRow:
    """One criterion of a plan beside another plan's, ready to print.

    `note` says what is not confirmed of the plan's value; it stands in the value too.
    """

    key: str
    name: str
    meaning: str
    value: str
    reference: str
    difference: str
    verdict: Verdict
    note: str = ""

    @property
    def noted(self) -> str:
        """What it measures, and what is not confirmed of it."""
        return f"{self.meaning} ({self.note})" if self.note else self.meaning


@dataclass(frozen=True)
class Move:
    """Principals of one county that another office serves in the reference plan.

    Kilometres are means over them; where there are none, over the municipalities.
    """

    county: str
    whole: bool
    municipalities: int
    principals: int
    before: str
    after: str
    km_before: float
    km_after: float


def in_order(names: Mapping[str, object]) -> list[str]:
    """Put criteria in the order in which they are shown, unknown ones last by name."""
    return [n for n in MEASURES if n in names] + sorted(set(names) - set(MEASURES))


def write_value(name: str, value: float, t: Texts, *, signed: bool = False) -> str:
    """Write the value of a criterion with its unit, or a difference with its sign."""
    measure = MEASURES.get(name)
    if measure is None:
        return ("+" if signed and value > 0 else "") + trimmed(value, t)
    if measure.unit == "yes_no":
        word = t("word.yes") if value >= 0.5 else t("word.no")
        return "" if signed else word
    scaled = value * measure.scale
    number = plus(scaled, measure.decimals, t) if signed else t.number(scaled, measure.decimals)
    if not math.isfinite(value):
        return number
    unit = "percent_points" if signed and measure.unit == "percent" else measure.unit
    return together(t(f"unit.{unit}", n=number))


def unit_of(name: str, t: Texts) -> str:
    """Return the unit of a criterion by itself; nothing where it has none in words."""
    measure = MEASURES.get(name)
    return " ".join(t(f"unit.{measure.unit}", n="").split()) if measure else ""


def plus(value: float, decimals: int, t: Texts) -> str:
    """Write a difference with its sign; one that rounds to nothing has none."""
    text = t.number(value, decimals)
    signed = value > 0 and math.isfinite(value) and any(digit in "123456789" for digit in text)
    return f"+{text}" if signed else text


def write_step(name: str, size: float, t: Texts) -> str:
    """Write how far apart two values of a criterion are, shares in percentage points."""
    return write_value(name, size, t, signed=True).removeprefix("+")


def write_unit(unit: str, t: Texts) -> str:
    """Write a unit in words, that of a rate ("km per percentage point") too."""
    known = f"assumption.unit.{unit}"
    if t.has(known):
        return t(known)
    of, per, one = unit.partition(" per ")
    if not per:
        return _worded("of", unit, t)
    return t("unit.rate", of=_worded("of", of, t), one=_worded("one", one, t))


def _worded(kind: str, unit: str, t: Texts) -> str:
    key = f"unit_{kind}.{unit}"
    return t(key) if t.has(key) else unit


def criterion_name(name: str, t: Texts, sister: str) -> str:
    """Return the name of a criterion in words, or its key when there are none."""
    key = f"criterion.{name}.name"
    return t(key, sister=sister) if t.has(key) else name


def meaning(name: str, scenario: Scenario, inputs: Inputs, t: Texts) -> str:
    """Say what a criterion measures; nothing where there are no words."""
    key = f"criterion.{name}.meaning"
    words = {
        "limit": t.number(scenario.thresholds.beyond_km.value),
        "minutes": t.number(scenario.thresholds.university_limit.value),
        "sister": inputs.country.sister_agency,
    }
    return t(key, **words) if t.has(key) else ""


def months_each(plan: Plan) -> float | None:
    """Return the mean months to the first dialogue of those who want one; None without any.

    Who gets none waits until the end.
    """
    wanting = sum(period.dialogues for period in plan.periods) + sum(plan.unmet.values())
    waiting = plan.criteria.get("waiting")
    return waiting / wanting if wanting and waiting is not None else None


def reference_name(reference: Plan, given: str, t: Texts) -> str:
    """Name the plan that another is compared with, as in running text.

    The name given may be the key of one in the texts' section `reference`; without any, the
    scenario gives it.
    """
    key = f"reference.{given or reference.scenario}"
    return t(key) if t.has(key) else given or t("reference.other")


def criterion_rows(
    plan: Plan, reference: Plan | None, scenario: Scenario, inputs: Inputs, t: Texts
) -> list[CriterionRow]:
    """Return every criterion of a plan, with the reference plan's value and which is better.

    Parameters
    ----------
    scenario : Scenario
        For the limits that the meanings name.

    Returns
    -------
    list of CriterionRow
    """
    rows = []
    numbers = {len(each.periods[-1].open) for each in (plan, reference) if each}
    for name in in_order({**plan.criteria, **(reference.criteria if reference else {})}):
        value, other = (p.criteria.get(name) if p else None for p in (plan, reference))
        notes = [
            figure_note(name, last_open(p), scenario, inputs, t) if p else ""
            for p in (plan, reference)
        ]
        difference = ""
        verdict: Verdict = ""
        if value is not None and other is not None:
            difference = write_value(name, apart(name, value, other), t, signed=True)
            if len(numbers) < 2 or not (name in FIGURES and FIGURES[name].by_number):
                verdict = verdict_of(name, value, other)
        rows.append(
            CriterionRow(
                key=name,
                name=criterion_name(name, t, inputs.country.sister_agency),
                meaning=meaning(name, scenario, inputs, t),
                value=_noted(name, value, notes[0], t),
                reference=_noted(name, other, notes[1], t),
                difference=difference,
                verdict=verdict,
                note=notes[0],
            )
        )
    return rows


def apart(name: str, value: float, other: float) -> float:
    """Return how far apart two values of a criterion are as they are shown, each rounded."""
    measure = MEASURES.get(name)
    scale, decimals = (measure.scale, measure.decimals) if measure else (1.0, 4)
    return (round(value * scale, decimals) - round(other * scale, decimals)) / scale


def _noted(name: str, value: float | None, note: str, t: Texts) -> str:
    """Write the value of a criterion, or that there is none, and what is not confirmed of it."""
    if value is None:
        return t("word.none")
    return f"{write_value(name, value, t)} ({note})" if note else write_value(name, value, t)


def verdict_of(name: str, value: float, other: float) -> Verdict:
    """Say which of two values is better: none where they are shown equal, or are practically so."""
    measure = MEASURES.get(name)
    if measure is None:
        return ""
    difference = apart(name, value, other)
    if not difference:
        return "equal"
    share = measure.unit == "percent"
    most = POINTS_ALIKE if share else ALIKE * max(abs(value), abs(other))
    if abs(value - other) < most:
        return "alike"
    return "better" if (difference < 0) == (measure.better == "min") else "worse"


def moves(ours: View, theirs: View, inputs: Inputs) -> list[Move]:
    """List who changes office from one plan to another, county by county.

    Parameters
    ----------
    ours, theirs : View
        The last periods of the plan and of the plan it is compared with.

    Returns
    -------
    list of Move
        By county code, then by offices.
    """
    county_of = inputs.municipalities["county_code"]
    size = Counter(str(county) for county in county_of)
    grouped = defaultdict(list)
    for code, home in ours.homes.items():
        other = theirs.homes.get(code)
        if other is not None and other.office != home.office:
            key = (str(county_of[code]), other.office, home.office)
            grouped[key].append((home.principals, other.km, home.km))
    found = []
    for (county, before, after), rows in sorted(grouped.items()):
        found.append(
            Move(
                county=str(inputs.counties.at[county, "name"]),
                whole=len(rows) == size[county],
                municipalities=len(rows),
                principals=sum(n for n, _, _ in rows),
                before=before,
                after=after,
                km_before=mean_of([(n, km) for n, km, _ in rows]),
                km_after=mean_of([(n, km) for n, _, km in rows]),
            )
        )
    return found


def objective_name(name: str, t: Texts, sister: str) -> str:
    """Name what was optimised, in the middle of a sentence."""
    if t.has(f"objective.{name}"):
        return t(f"objective.{name}")
    return t("objective.criterion", name=criterion_name(name, t, sister))


def trimmed(value: float, t: Texts) -> str:
    """Write a number with as many decimals as it has, at most four."""
    return t.number(value, own_decimals(value))


def own_decimals(value: float) -> int:
    """Return how many decimals a number has, at most four."""
    return len(f"{value:.4f}".rstrip("0").partition(".")[2])


def write_gap(gap: float, t: Texts) -> str:
    """Write a relative gap as per cent, rounded up: never less than what may be left to gain."""
    if 0 < gap < 0.0001:
        return t("proof.tiny_gap", n=t.number(0.01, 2)).replace(" ", NO_BREAK)
    percent = math.ceil(gap * 10_000 - 1e-6) / 100
    return t("unit.percent", n=t.number(percent, 2)).replace(" ", NO_BREAK)
