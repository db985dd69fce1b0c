"""What a scenario optimises: its criteria, what they are worth, and its goals in order."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from typing import TYPE_CHECKING

from planner.errors import InputError, Problem
from planner.message import say
from planner.verify.criteria import PERCENT, ROLLOUT, SHARES, sign
from planner.verify.fields import record
from planner.verify.run_files import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from planner.verify.fields import Fields

WEIGHTED, SOFT = "weighted", "soft rules"
"""Goals that are no criterion: the sum, and what the soft rules of the rollout are off."""

PROVED = Fraction(1, 1000)
"""How near a goal of sites and regions is proved, in the unit of its sum."""


@dataclass(frozen=True)
class Objective:
    """How the criteria combine.

    Attributes
    ----------
    method : str
    names : tuple of str
        The criteria that decide, most important first; of a sum the leading one is first.
    rates : mapping of str to Quantity
        What one unit of each is worth in units of the leading one.
    tolerance : mapping of str to Fraction
        By how much later goals may worsen a criterion of `names`, in its own unit.
    then : tuple of str
        Criteria that choose among plans as good.
    """

    method: str
    names: tuple[str, ...]
    rates: Mapping[str, Quantity]
    tolerance: Mapping[str, Fraction]
    then: tuple[str, ...]

    @property
    def summed(self) -> bool:
        """Whether several criteria are weighed in one sum."""
        return self.method == WEIGHTED and len(self.names) > 1

    @property
    def coefficients(self) -> Mapping[str, Fraction]:
        """What one unit of each criterion, as it is measured, adds to a sum; below 0 for a gain."""
        return {
            name: sign(name) * self.rate(name) * (PERCENT if name in SHARES else 1)
            for name in self.names
        }

    def rate(self, name: str) -> Fraction:
        """Return a criterion's rate, by default the leading one's own."""
        return self.rates[name].value if name in self.rates else Fraction(1)

    def goals(self, *, soft: bool) -> tuple[str, ...]:
        """Return what is optimised, in order.

        Soft rules of the rollout, where there are any, come before its first criterion among
        `names`, and before `then`.
        """
        main = [WEIGHTED] if self.summed else list(self.names)
        if soft:
            before = len(list(takewhile(lambda name: name not in ROLLOUT, main)))
            main.insert(before, SOFT)
        return (*main, *self.then)

    def of_sites(self, goal: str) -> bool:
        """Tell whether a goal speaks of sites and regions alone."""
        named = self.names if goal == WEIGHTED else (goal,)
        return goal != SOFT and not set(named) & ROLLOUT

    def near(self, goal: str) -> Fraction:
        """Return how near a goal of sites and regions is proved, in its own unit."""
        return PROVED / (PERCENT if goal in SHARES else 1)


def read_objective(row: Fields) -> Objective:
    """Read how criteria combine.

    Raises
    ------
    InputError
        If the scenario is one of an earlier version, which had weights.
    """
    if "weights" in row:
        expected = say(
            "`rates`: a run with weights was made by an earlier version of planner, and is "
            "verified by that version"
        )
        raise InputError([Problem("scenario.toml", None, "objective.weights", "", expected)])
    table = row.table("rates")
    rates = {name: record(Quantity, table.table(name), key=name) for name in table}
    method = row.text("method")
    tolerance: dict[str, Fraction] = {}
    if method == WEIGHTED:
        names: Iterable[str] = (name for name, rate in rates.items() if rate.value > 0)
        leading = row.text("leading") if "leading" in row else next(iter(rates), None)
        names = () if leading is None else tuple(dict.fromkeys([leading, *names]))
    elif method == "lexicographic":
        names, given = row.texts("order"), row.table("tolerance")
        tolerance = {name: given.number(name) for name in given}
    else:
        names = (row.text("optimise"),)
    return Objective(method, tuple(names), rates, tolerance, row.texts("then"))
