"""Who is open and who serves whom, period by period, as a plan tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.verify.exact_case import ExactCase
    from planner.verify.run_files import Plan


@dataclass(frozen=True)
class Timeline:
    """Who is open and who serves whom, period by period, as the plan tells it.

    Attributes
    ----------
    open : tuple of frozenset of str
        Open offices in each period of the scenario.
    served : tuple of mapping of str to str
        Unit -> office in each period; only units of the scenario and offices that are open.
    """

    open: tuple[frozenset[str], ...]
    served: tuple[Mapping[str, str], ...]


def timeline(case: ExactCase, plan: Plan) -> Timeline:
    """Read who is open and who serves whom, leaving out what other checks find wrong."""
    names = [period.name for period in case.rules.periods]
    told = {
        period.period: frozenset(period.open) & case.tables.county.keys() for period in plan.periods
    }
    served: dict[str, dict[str, str]] = {name: {} for name in names}
    for row in plan.assignments:
        if (
            row.period in served
            and row.id in case.members
            and row.office in told.get(row.period, ())
        ):
            served[row.period].setdefault(row.id, row.office)
    return Timeline(
        tuple(told.get(name, frozenset()) for name in names),
        tuple(served[name] for name in names),
    )
