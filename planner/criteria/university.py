"""How near offices are to teacher education: minutes on average, and offices too far away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, PerOffice
from planner.criteria.late import np, pulp
from planner.criteria.office_mean import SYMBOLS, OfficeMean

if TYPE_CHECKING:
    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Rows
    from planner.criteria.reads import Bools, Decisions, Floats, Numbers, Outcome


def _too_far(i: Numbers) -> Bools:
    return i.university_minutes > i.university_limit + 1e-9


def university_minutes(p: LpProblem, i: Numbers, v: Decisions, rows: Rows) -> LpAffineExpression:
    """Minutes from an office to the nearest campus with teacher education, mean over offices."""
    values = dict(enumerate(i.university_minutes.tolist()))
    return OfficeMean("university_minutes", values, "min").expression(p, i, v, rows)


def university_beyond(_p: LpProblem, i: Numbers, v: Decisions, _rows: Rows) -> LpAffineExpression:
    """Offices farther than thresholds.university_limit from teacher education: a count."""
    return pulp.lpSum(v.open[-1][j] for j in np.flatnonzero(_too_far(i)).tolist())


def _minutes(i: Numbers, outcome: Outcome) -> float:
    return float(i.university_minutes[list(outcome.offices[-1])].mean())


def _beyond(i: Numbers, outcome: Outcome) -> float:
    return int(_too_far(i)[list(outcome.offices[-1])].sum())


def _each_beyond(i: Numbers) -> Floats:
    return _too_far(i).astype(float)


UNIVERSITY_MINUTES = Criterion(
    name="university_minutes",
    unit="min",
    better="min",
    definition="from an office to the nearest campus with teacher education, mean over offices",
    symbols=SYMBOLS,
    measure=_minutes,
    expression=university_minutes,
    price=PerOffice(lambda i: i.university_minutes, mean=True),
    by_number=True,
    moved_by=("minutes",),
)

UNIVERSITY_BEYOND = Criterion(
    name="university_beyond",
    unit="offices",
    better="min",
    definition="farther than `thresholds.university_limit` from teacher education",
    symbols="sum of open over the sites beyond the limit",
    measure=_beyond,
    expression=university_beyond,
    price=PerOffice(_each_beyond),
    by_number=True,
    moved_by=("minutes",),
)
