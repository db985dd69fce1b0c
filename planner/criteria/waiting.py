"""How long principals wait for their first dialogue, and who gets none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, planned
from planner.criteria.late import pulp

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Decisions, Floats, Numbers, Outcome


def waiting(_p: LpProblem, i: Numbers, v: Decisions, _rows: Rows) -> LpAffineExpression:
    """Principal-months until the first dialogue; who gets none waits to the end."""
    terms = [
        (x, float(i.wait[t]))
        for t, grid in enumerate(planned(v.work).dialogues)
        for row in grid
        for x in row
    ]
    return pulp.lpSum_vars_coefs(terms + [(x, float(i.wait[-1])) for x in planned(v.work).unmet])


def unmet(_p: LpProblem, _i: Numbers, v: Decisions, _rows: Rows) -> LpAffineExpression:
    """Principals who would take part but get no dialogue: a count."""
    return pulp.lpSum(planned(v.work).unmet)


def _without(i: Numbers, outcome: Outcome) -> Floats:
    return i.target - planned(outcome.work).dialogues.sum(axis=0)


def _months(i: Numbers, outcome: Outcome) -> float:
    met = (planned(outcome.work).dialogues * i.wait[:-1, None]).sum()
    return float(met + _without(i, outcome).sum() * i.wait[-1])


WAITING = Criterion(
    name="waiting",
    unit="principal-months",
    better="min",
    definition="until the first dialogue, counted to the middle of the period; who gets none waits "
    "to the end",
    symbols="sum_{t,u,j} months to the middle of t x dialogues[t,u,j] + months of all x "
    "sum_u unmet[u]",
    measure=_months,
    expression=waiting,
    horizon=True,
)

UNMET = Criterion(
    name="unmet",
    unit="principals",
    better="min",
    definition="who would take part but get no dialogue",
    symbols="sum_u unmet[u]",
    measure=lambda i, outcome: float(round(_without(i, outcome).sum(), 6)),
    expression=unmet,
    horizon=True,
)
