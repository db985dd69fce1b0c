"""What a solution scores on every goal: criteria, the sum line by line, soft rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria import measure
from planner.plan import Line, Slack
from planner.scenario.spec import (
    CRITERIA,
    CRITERIA_UNITS,
    ROLLOUT_CRITERIA,
    SOFT,
    WEIGHTED,
    rate_unit,
    sum_unit,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.model.instance import Instance
    from planner.model.solution import Solution
    from planner.scenario.spec import Scenario


def sign(name: str) -> int:
    """Return what turns a criterion so that less is better: 1, or -1 where more is better."""
    return 1 if CRITERIA[name] == "min" else -1


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
    """Return a goal of measured criteria; penalties of soft limits are a part of the first."""
    if name == SOFT:
        return sum(slack.penalty * slack.slack for slack in slacks if not _of_sites(slack))
    if name == WEIGHTED:
        value = weighted_sum(scenario.objective.coefficients, criteria)
    else:
        value = sign(name) * criteria[name]
    if name == scenario.goals[0]:
        value += sum(slack.penalty * slack.slack for slack in slacks if _of_sites(slack))
    return value


def lines_of(
    scenario: Scenario, criteria: Mapping[str, float], slacks: tuple[Slack, ...]
) -> tuple[Line, ...]:
    """Return the weighted sum line by line; empty where several criteria are not weighed."""
    objective = scenario.objective
    if not objective.summed:
        return ()
    leading = objective.names[0]
    found = []
    for name, share in objective.coefficients.items():
        rate = objective.rates[name].value if name in objective.rates else 1.0
        value = criteria[name]
        contribution = share * sign(name) * value
        found.append(Line(name, rate, rate_unit(leading, name), value, contribution))
    for slack in filter(_of_sites, slacks):
        unit = f"{sum_unit(leading)} per {CRITERIA_UNITS[slack.criterion]}"
        off = slack.penalty * slack.slack
        found.append(Line(f"limits.{slack.criterion}", slack.penalty, unit, slack.slack, off))
    return tuple(found)


def slacks_of(i: Instance, criteria: Mapping[str, float], solution: Solution) -> tuple[Slack, ...]:
    """Return how far each soft rule is off, rules that are kept included."""
    found = []
    for name, limit in sorted(i.scenario.limits.items()):
        if limit.hard:
            continue
        value = criteria[name]
        if limit.most is not None:
            off = max(0.0, value - limit.value)
            found.append(Slack(name, "most", limit.value, value, off, limit.penalty))
        else:
            off = max(0.0, limit.value - value)
            found.append(Slack(name, "least", limit.value, value, off, limit.penalty))
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
    return slack.criterion in CRITERIA and slack.criterion not in ROLLOUT_CRITERIA
