"""The share of offices in towns where the sister agency is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, PerSet
from planner.criteria.late import np
from planner.criteria.office_mean import SYMBOLS, OfficeMean

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Bools, Decisions, Floats, Numbers, Outcome, Sets


def spsm_share(p: LpProblem, i: Numbers, v: Decisions, rows: Rows) -> LpAffineExpression:
    """Share of offices in a town with the sister agency, those in own premises apart."""
    values = {j: float(there) for j, there in enumerate(i.spsm) if not i.own[j]}
    return OfficeMean("spsm_share", values, "max").expression(p, i, v, rows)


def _share(i: Numbers, outcome: Outcome) -> float:
    counted = [j for j in outcome.offices[-1] if not i.own[j]]
    return sum(bool(i.spsm[j]) for j in counted) / len(counted) if counted else 1.0


def _of_sets(sets: Sets, spsm: Bools, own: Bools) -> Floats:
    counted = sets.sets & ~own
    number = counted.sum(axis=1)
    share = (counted & spsm).sum(axis=1) / np.maximum(number, 1)
    return np.where(number > 0, share, 1.0)


SPSM_SHARE = Criterion(
    name="spsm_share",
    unit="share",
    better="max",
    definition="offices in a town with the sister agency, own premises apart",
    symbols=SYMBOLS,
    measure=_share,
    expression=spsm_share,
    price=PerSet(lambda i: (i.spsm, i.own), _of_sets),
    by_number=True,
)
