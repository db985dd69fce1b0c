"""The criteria by name, and how a scenario combines them: what they are worth, goals in order.

How each is measured stands in `figures.site_figures` and `work_done.work_figures`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from typing import Literal

from planner.errors import InputError, Problem
from planner.message import say
from planner.verify.fields import Fields, record
from planner.verify.run_files import Quantity

PERCENT = 100


@dataclass(frozen=True)
class Traits:
    """What else is to be known of a criterion than its figure.

    Attributes
    ----------
    kind : str
        "travel" and "money" rest on figures kept to the sixth decimal; a "share" from 0 to 1 is
        read, and weighed by rates, in percentage points; "yes or no" is told in words.
    sums : str
        What it is a sum or a mean over, if it can be priced for each of them alone.
    rollout : bool
        Whether it is of the whole horizon, and not of the sites at its end.
    best : int, optional
        What no plan can be better than, whatever the tables say.
    since : str
        The version of planner that first told of it; empty where all have.
    """

    kind: Literal["travel", "money", "share", "count", "ratio", "yes or no"]
    sums: Literal["units", "municipalities", "offices", ""] = ""
    more_is_better: bool = False
    rollout: bool = False
    best: int | None = None
    since: str = ""


CRITERIA: Mapping[str, Traits] = {
    "mean_km": Traits("travel", "units"),
    "mean_minutes": Traits("travel", "units"),
    "p95_km": Traits("travel"),
    "max_km": Traits("travel"),
    "share_beyond": Traits("share", "units", best=0),
    "spread": Traits("travel", "municipalities"),
    "min_separation_km": Traits("travel", more_is_better=True),
    "university_minutes": Traits("travel", "offices"),
    "university_beyond": Traits("count", "offices", best=0),
    "spsm_share": Traits("share", "offices", more_is_better=True, best=1),
    "county_splits": Traits("count", best=0),
    "contiguous": Traits("yes or no", more_is_better=True),
    "balance": Traits("ratio"),
    "largest_region": Traits("count", since="0.2.0"),
    "cost_msek": Traits("money", rollout=True),
    "waiting": Traits("count", rollout=True),
    "unmet": Traits("count", rollout=True),
}

ROLLOUT = frozenset(name for name, traits in CRITERIA.items() if traits.rollout)
SHARES = frozenset(name for name, traits in CRITERIA.items() if traits.kind == "share")
TRAVEL = frozenset(name for name, traits in CRITERIA.items() if traits.kind == "travel")
MONEY = frozenset(name for name, traits in CRITERIA.items() if traits.kind == "money")
YES_NO = frozenset(name for name, traits in CRITERIA.items() if traits.kind == "yes or no")
SUMS = frozenset(name for name, traits in CRITERIA.items() if traits.sums)
PER_UNIT = tuple(name for name, traits in CRITERIA.items() if traits.sums == "units")
LARGER_IS_BETTER = frozenset(name for name, traits in CRITERIA.items() if traits.more_is_better)
BEST = {name: traits.best for name, traits in CRITERIA.items() if traits.best is not None}


def unknown_to(version: str) -> set[str]:
    """Return the criteria that a version of planner did not have; of one that is none, no names."""
    return {
        name
        for name, traits in CRITERIA.items()
        if traits.since and () < _parts(version) < _parts(traits.since)
    }


def _parts(version: str) -> tuple[int, ...]:
    found = version.split(".")
    return tuple(map(int, found)) if all(part.isdecimal() for part in found) else ()


def sign(goal: str) -> int:
    """Return 1 where less of a goal is better, -1 where more is."""
    return -1 if goal in LARGER_IS_BETTER else 1


WEIGHTED, SOFT = "weighted", "soft rules"
"""Goals that are no criterion: the sum, and what the soft rules of the rollout are off."""

PROVED = Fraction(1, 1000)
"""How near a goal of sites and regions is proved, in the unit of its sum."""


@dataclass(frozen=True)
class Objective:
    """How the criteria combine.

    Attributes
    ----------
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
