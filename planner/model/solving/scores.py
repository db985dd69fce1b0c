"""What a solution scores on every goal: criteria, the sum line by line, soft rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from planner.criteria import CRITERIA, SITING_CRITERIA, rate_unit, sum_unit
from planner.criteria.units import PERCENT
from planner.model.solution import measure
from planner.plan import Line, Slack
from planner.scenario.objective import SOFT, WEIGHTED, Limit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.criteria.reads import Solution
    from planner.model.instance import Instance
    from planner.scenario.spec import Scenario

LIMIT = "limits."
"""What the line of a soft limit begins with; the criterion comes after it."""


def sign(name: str) -> int:
    """Return what turns a criterion so that less is better: 1, or -1 where more is better."""
    return 1 if CRITERIA[name].better == "min" else -1


def weighted_sum(coefficients: Mapping[str, float], values: Mapping[str, float]) -> float:
    """Return sum_k c_k f_k, with c_k f_k taken off where more is better.

    Parameters
    ----------
    coefficients : mapping of str to float
        Criterion -> what one unit of it is worth, as `Objective.coefficients`.
    values : mapping of str to float
        Criterion -> its value.
    """
    return sum(share * sign(name) * values[name] for name, share in coefficients.items())


def goal_value(i: Instance, name: str, solution: Solution) -> float:
    """Return what a solution scores on a goal, turned so that less is better."""
    criteria = measure(i, solution)
    return score(i.scenario, name, criteria, slacks_of(i, criteria, solution))


def score(
    scenario: Scenario, name: str, criteria: Mapping[str, float], slacks: tuple[Slack, ...]
) -> float:
    """Return a goal of measured criteria; soft limits are paid in `Scenario.penalised`."""
    if name == SOFT:
        value = sum(slack.penalty * slack.slack for slack in slacks if not _of_sites(slack))
    elif name == WEIGHTED:
        value = weighted_sum(scenario.objective.coefficients, criteria)
    else:
        value = sign(name) * criteria[name]
    if name == scenario.penalised:
        value += sum(slack.penalty * slack.slack for slack in slacks if _of_sites(slack))
    return value


@dataclass(frozen=True)
class Yardstick:
    """The sum that a scenario's sites are compared by, told in the unit of its leading criterion.

    Criteria that are weighed against each other count by the scenario's rates. Where criteria are
    taken in order, or there is one alone, the sum is of the first. What soft limits on sites and
    regions are off is a part of it.
    """

    scenario: Scenario

    @cached_property
    def leading(self) -> str:
        """The criterion whose unit the sum is told in."""
        return self.scenario.objective.names[0]

    @property
    def unit(self) -> str:
        """Of the sum: that of the leading criterion, a share's in percentage points."""
        return sum_unit(self.leading)

    @cached_property
    def shares(self) -> dict[str, float]:
        """Criterion -> what one unit of it counts, as `Siting.solve` takes them."""
        objective = self.scenario.objective
        return objective.coefficients if objective.summed else {self.leading: 1.0}

    @cached_property
    def soft(self) -> dict[str, Limit]:
        """The soft limits on sites and regions, by criterion."""
        limits = sorted(self.scenario.limits.items())
        return {n: each for n, each in limits if not each.hard and n in SITING_CRITERIA}

    @cached_property
    def scale(self) -> float:
        """What a sum by `shares` is told times: a share taken alone is told in points."""
        return 1.0 if self.scenario.objective.summed else points(self.leading)

    @cached_property
    def rates(self) -> dict[str, float]:
        """Criterion -> its rate of exchange, of shares by the percentage point; leading: 1."""
        return {name: self.scale * share / points(name) for name, share in self.shares.items()}

    @cached_property
    def penalties(self) -> dict[str, float]:
        """Criterion with a soft limit -> what being off it counts, told as `rates` are."""
        return {n: self.scale * each.penalty / points(n) for n, each in self.soft.items()}

    def lines(self, criteria: Mapping[str, float]) -> tuple[Line, ...]:
        """Return the sum of measured criteria line by line: below 0 where more is better."""
        given, found = self.scenario.objective.rates, []
        for name, share in self.shares.items():
            rate, unit = given[name].value if name in given else 1.0, rate_unit(self.leading, name)
            value = criteria[name]
            found.append(Line(name, rate, unit, value, self.scale * share * sign(name) * value))
        for name, limit in self.soft.items():
            off, penalty = max(0.0, beyond(limit, criteria[name])), limit.penalty
            rate, unit = self.penalties[name], rate_unit(self.leading, name)
            found.append(Line(f"{LIMIT}{name}", rate, unit, off, self.scale * penalty * off))
        return tuple(found)

    def parts(self, criteria: Mapping[str, float]) -> dict[str, float]:
        """Return what makes up the sum, by criterion; of a soft limit by "limits.NAME"."""
        return {line.criterion: line.contribution for line in self.lines(criteria)}

    def value(self, criteria: Mapping[str, float]) -> float:
        """Return the sum: the less the better."""
        return sum(self.parts(criteria).values())


def points(name: str) -> float:
    """Return how many units of a sum's line are in one of a criterion: 100 in a share of one."""
    return PERCENT if CRITERIA[name].unit == "share" else 1.0


def beyond(limit: Limit, value: float) -> float:
    """Return by how much a value breaks a limit, below 0 where it is kept."""
    return limit.value - value if limit.most is None else value - limit.value


def slacks_of(i: Instance, criteria: Mapping[str, float], solution: Solution) -> tuple[Slack, ...]:
    """Return how far each soft rule is off, rules that are kept included."""
    found = []
    for name, limit in sorted(i.scenario.limits.items()):
        if limit.hard:
            continue
        value = criteria[name]
        off = max(0.0, beyond(limit, value))
        sense: Literal["least", "most"] = "least" if limit.most is None else "most"
        found.append(Slack(name, sense, limit.value, value, off, limit.penalty))
    order = {period.name: t for t, period in enumerate(i.periods)}
    for target in i.scenario.dialogues.targets if i.scenario.dialogues else ():
        if target.hard or solution.work is None:
            continue
        held = float(solution.work.dialogues[: order[target.by] + 1].sum())
        off = max(0.0, target.least.value - held)
        name = f"dialogues_by {target.by}"
        found.append(Slack(name, "least", target.least.value, held, off, target.penalty))
    return tuple(found)


def _of_sites(slack: Slack) -> bool:
    return slack.criterion in SITING_CRITERIA
