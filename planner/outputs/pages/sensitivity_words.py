"""The words of the sensitivity page: names of towns and factors, shares and values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from planner.analysis.study import FEWEST_SOBOL, RATES, Factor
from planner.analysis.variance import COST_YEAR, Indices
from planner.model.solving.scores import Yardstick
from planner.outputs.words import facts, yardstick
from planner.outputs.words.basis import assumption_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.analysis.sensitivity import Sensitivity
    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts
    from planner.scenario.spec import Scenario

RESOLVED = 0.25
"""Half width of a Sobol interval up to which an index is worth telling."""

WHOLE = 0.9
"""What the total indices of an outcome add up to at least: all of its variance is some factor's,
so less comes of too few draws."""

DEVIATIONS = 1.96
"""Standard deviations to either side that hold 95 per cent of a normal distribution."""


ROW = 0.27
"""Inches that a bar of a plot takes."""


class SensitivityPage:
    """What the parts of the page share: the analysis, names and numbers in words."""

    def __init__(self, found: Sensitivity, scenario: Scenario, inputs: Inputs, t: Texts) -> None:
        self.found, self.scenario, self.inputs, self.t = found, scenario, inputs, t
        self.yardstick = Yardstick(scenario)
        self.n = sum(1 for row in found.samples if row.get("sites"))

    def say(self, key: str, **values: object) -> str:
        """Return a text of the page."""
        return self.t(f"sensitivity.{key}", **values)

    def town(self, code: str) -> str:
        """Return the name of a town."""
        return str(self.inputs.municipalities.at[code, "seat"])

    def listing(self, codes: Iterable[str]) -> str:
        """List towns, or say that there are none."""
        names = [self.town(code) for code in codes]
        return self.t.listing(names) if names else self.say("nothing")

    def factor(self, key: str) -> str:
        """Name a factor."""
        if key.startswith("world."):
            return self.say(key.removeprefix("world."))
        return assumption_name(key, self.scenario, self.inputs, self.t)

    @property
    def rates(self) -> bool:
        """Whether rates of exchange are among what is drawn."""
        return any(factor.key.startswith(RATES) for factor in self.found.siting)

    def worth(self, factor: Factor) -> str:
        """Begin a sentence on a rate: "a kilometre of spread is worth"."""
        return self.say(
            f"worth.{factor.key.removeprefix(RATES)}",
            limit=self.t.number(self.scenario.thresholds.beyond_km.value),
            sister=self.inputs.country.sister_agency,
        )

    def amount(self, value: float, *, signed: bool = False) -> str:
        """Write a value of the sum, or a difference with its sign, in its unit."""
        if not math.isfinite(value):
            return self.t("word.none")
        return yardstick.size(self.yardstick, value, self.t, signed=signed)

    def rate(self, value: float) -> str:
        """Write what one unit of a criterion is worth."""
        number = facts.trimmed(float(f"{value:.3g}"), self.t)
        return yardstick.in_unit(self.yardstick.leading, number, self.t)

    def outcome(self, name: str) -> str:
        """Name an outcome."""
        if name == COST_YEAR:
            return self.say("cost_year")
        return facts.criterion_name(name, self.t, self.inputs.country.sister_agency)

    def level(self, factor: Factor, value: float) -> str:
        """Write a value of a factor with its unit."""
        if factor.unit == "share":
            return self.t("unit.percent", n=facts.trimmed(100 * value, self.t))
        unit = f"assumption.unit.{factor.unit}"
        shown = facts.trimmed(value, self.t)
        return f"{shown} {self.t(unit)}".rstrip() if self.t.has(unit) else shown

    def whole_percent(self, share: float) -> str:
        """Write a share in whole per cent, never rounded to all or nothing."""
        if 0 < share < 0.01:
            return "<" + self.t.number(1)
        return self.t.number(99 if 0.99 <= share < 1 else round(100 * share))


def resolved(index: Indices) -> bool:
    """Tell whether there were draws enough to tell the shares."""
    enough = index.samples >= FEWEST_SOBOL and index.deviation > 0
    return enough and max(index.error) <= RESOLVED and sum(index.total) >= WHOLE


def at_least(share: float, number: int) -> float:
    """Return the lower end of the 95 per cent interval of a share of so many draws.

    References
    ----------
    Wilson, Journal of the American Statistical Association 22 (1927).
    """
    if not number:
        return 0.0
    spread = DEVIATIONS**2 / number
    middle = share + spread / 2
    half = math.sqrt(spread * (share * (1 - share) + spread / 4))
    return (middle - half) / (1 + spread)
