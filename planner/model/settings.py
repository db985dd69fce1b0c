"""The rules of a scenario as a planner knows them: one a setting, and how each is changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from planner.model.constraints import Group
    from planner.scenario.spec import Scenario

EVERY_PERIOD = frozenset({"hours", "minimum_team", "sister_pool"})
"""Rules of one number that holds in every period, whose rows are a group a period."""

STAYS = frozenset({"own_office", "nearest_office"})
"""Rules that no setting changes."""

TOWNS = {
    "required": "sites.required",
    "existing": "sites.existing",
    "opens": "rollout.opens",
    "available_from": "rollout.available_from",
}
"""Rules that name a town, and the list or table that holds it."""

NUMBERS = {
    "hours": "staffing.yearly_hours",
    "minimum_team": "staffing.minimum_team",
    "sister_pool": "staffing.sister_pool",
    "balance": "dialogues.balance",
}
PERIODS = {"openings_most": "openings_most", "hires_most": "hires_most", "budget": "budget_msek"}
"""Rules with a number of their own, and the key of it; of a period, within the period."""

IN_PERCENT = frozenset({"balance"})
"""Rules that are told in percentage points of what the scenario has as a share."""

type Identity = tuple[object, ...]


@dataclass(frozen=True)
class Change:
    """A rule and how it gives way.

    Attributes
    ----------
    by : float
        In the unit of the rule; 1 where it is given up.
    to : float or None
        The number that the rule then has; None where it is given up.
    share : float
        What the change counts: a share of the rule's number, 1 for a rule given up.
    """

    rule: Group
    by: float
    to: float | None
    share: float


def identity(rule: Group) -> Identity:
    """Return what a rule is known by in any model of a scenario."""
    return rule.rule, rule.code, *rule.words.items()


def merged(groups: Sequence[Group]) -> tuple[tuple[Group, tuple[int, ...]], ...]:
    """Return the rules that can be dropped, each with the numbers of its groups, in order.

    The groups that one setting makes are one rule.
    """
    found: dict[Identity, tuple[Group, list[int]]] = {}
    for number, group in enumerate(groups):
        if group.structural:
            continue
        words = dict(group.words)
        if group.rule in EVERY_PERIOD:
            words.pop("period", None)
        rule = replace(group, words=words)
        known = found.get(identity(rule))
        if known is not None:
            rule = replace(rule, constraints=known[0].constraints + group.constraints)
        found[identity(rule)] = (rule, [*(known[1] if known else ()), number])
    return tuple((rule, tuple(numbers)) for rule, numbers in found.values())


def changed_settings(scenario: Scenario, changes: Iterable[Change]) -> dict[str, object]:
    """Return the settings of a scenario that some changes give another value, by dotted key.

    A number is the value of a quantity where the setting is one.
    """
    count = [scenario.offices.fewest, scenario.offices.most]
    found: dict[str, object] = {}
    order = {period.name: t for t, period in enumerate(scenario.rollout.periods)}
    for change in changes:
        rule, words, to = change.rule.rule, change.rule.words, change.to
        if rule in TOWNS:
            key = TOWNS[rule]
            found[key] = _without(change.rule.code, found.get(key, _held(scenario, key)))
        elif rule == "contiguous":
            found["units.contiguous"] = False
        elif to is None:
            raise ValueError(f"no setting gives up {rule}")
        elif rule in ("office_fewest", "office_most"):
            count[rule == "office_most"] = int(to)
            found["offices.count"] = list(count)
        elif rule == "office_count":
            found["offices.count"] = int(to)
        elif rule in ("limit_most", "limit_least"):
            found[f"limits.{words['criterion']}.{rule.removeprefix('limit_')}"] = to
        elif rule in PERIODS:
            whole = int(to) if rule == "openings_most" else to
            found[f"rollout.periods.{order[str(words['period'])]}.{PERIODS[rule]}"] = whole
        elif rule == "dialogues_by":
            found |= dict.fromkeys(_targets(scenario, words["period"], words["count"]), to)
        else:
            found[NUMBERS[rule]] = round(to / 100, 12) if rule in IN_PERCENT else to
    return found


def _held(scenario: Scenario, key: str) -> Mapping[str, str] | Sequence[str]:
    section, _, name = key.partition(".")
    held: Mapping[str, str] | Sequence[str] = getattr(getattr(scenario, section), name)
    return held


def _without(code: str, held: object) -> object:
    """Return the towns of a list or a table without one of them."""
    if isinstance(held, dict):
        return {town: date for town, date in held.items() if town != code}
    assert isinstance(held, list | tuple)  # noqa: S101 - the scenario has no other
    return [town for town in held if town != code]


def _targets(scenario: Scenario, by: object, least: object) -> list[str]:
    """Return the keys of the hard targets that a rule stands for."""
    targets = scenario.dialogues.targets if scenario.dialogues else ()
    return [
        f"dialogues.targets.{number}.least"
        for number, target in enumerate(targets)
        if target.hard and (target.by, target.least.value) == (by, least)
    ]
