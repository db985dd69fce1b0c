"""What is optimised, in which order, and what each goal is worth for an answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from standing.facts import MORE, ROLLOUT, SHARES, exact
from standing.measured import figures, off, short_of

if TYPE_CHECKING:
    from standing.facts import Facts
    from standing.measured import Answer


@dataclass(frozen=True)
class Goal:
    """One thing to be made least.

    Attributes
    ----------
    name : str
        As the plan's stage is called.
    parts : dict of str to Fraction
        Criterion -> what a unit of it counts, below 0 where more is better.
    limits : dict of str to Fraction
        Soft limit -> what a unit off it counts.
    targets : bool
        Whether it is the soft targets of the rollout.
    given : Fraction
        What later goals may give up of it.
    """

    name: str
    parts: dict[str, Fraction]
    limits: dict[str, Fraction] = field(default_factory=dict)
    targets: bool = False
    given: Fraction = Fraction(0)

    @property
    def turned(self) -> int:
        """What turns the goal into what a stage tells: a criterion of which more is better."""
        return -1 if self.name in MORE else 1

    @property
    def sites_alone(self) -> bool:
        """Whether it speaks of offices and regions of the last period alone."""
        return not (self.targets or set(self.parts) & set(ROLLOUT))

    def value(self, f: Facts, a: Answer) -> Fraction:
        """Return what an answer makes of it, less being better."""
        scores = figures(f, a)
        found = sum((c * scores[name] for name, c in self.parts.items()), Fraction(0))
        for name, penalty in self.limits.items():
            found += penalty * off(name, f.part("limits", name), scores[name])
        if self.targets:
            found += sum(exact(t["penalty"]) * short_of(f, a, t) for t in soft_targets(f))
        return found


def soft_targets(f: Facts) -> list[dict]:
    """Return the targets that may be missed."""
    return [t for t in f.part("dialogues", "targets", otherwise=()) if not t.get("hard", False)]


def soft_limits(f: Facts) -> dict[str, Fraction]:
    """Return the limits that may be passed, and their penalties."""
    return {
        name: exact(limit.get("penalty", 1))
        for name, limit in f.part("limits", otherwise={}).items()
        if not limit.get("hard", True)
    }


def soft_of(f: Facts, *, rollout: bool) -> dict[str, Fraction]:
    """Return the soft limits on criteria of the rollout, or of sites and regions."""
    return {name: x for name, x in soft_limits(f).items() if (name in ROLLOUT) == rollout}


def goals(f: Facts) -> list[Goal]:
    """Return the goals of a scenario, most important first."""
    method = f.part("objective", "method", otherwise="weighted")
    first = list(_first(f, method))
    # The penalties of soft limits on sites and regions are a line of the sum, or of the first.
    first[0] = replace(first[0], limits=soft_of(f, rollout=False))
    if soft_targets(f) or soft_of(f, rollout=True):
        # Just before the first criterion of the rollout, or after them all.
        at = next((k for k, goal in enumerate(first) if goal.name in ROLLOUT), len(first))
        first.insert(at, Goal("soft rules", {}, soft_of(f, rollout=True), targets=True))
    return [*first, *(_one(name) for name in f.part("objective", "then", otherwise=()))]


def _first(f: Facts, method: str):
    objective = f.tree["objective"]
    if method == "epsilon":
        yield _one(objective["optimise"])
    elif method == "lexicographic":
        given = objective.get("tolerance", {})
        for name in objective["order"]:
            yield _one(name, exact(given.get(name, 0)))
    else:
        parts = coefficients(f)
        if len(parts) == 1:
            yield _one(*parts)
        else:
            yield Goal("weighted", parts)


def coefficients(f: Facts) -> dict[str, Fraction]:
    """Return what a unit of each criterion counts in the sum, as it is measured."""
    objective = f.tree["objective"]
    rates = {name: exact(rate) for name, rate in objective["rates"].items()}
    rates.setdefault(objective.get("leading", next(iter(rates))), Fraction(1))
    return {
        name: (-1 if name in MORE else 1) * (100 if name in SHARES else 1) * rate
        for name, rate in rates.items()
        if rate
    }


def _one(name: str, given: Fraction = Fraction(0)) -> Goal:
    return Goal(name, {name: Fraction(-1 if name in MORE else 1)}, given=given)
