"""What offices have on average or in all: teacher education nearby, the sister agency in town."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.criteria.base import Criterion, PerOffice, PerSet, office_counts
from planner.criteria.late import np, pulp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulp import LpAffineExpression, LpProblem

    from planner.criteria.base import Better, Rows
    from planner.criteria.reads import Bools, Floats, Numbers, Sets, Solution, Variables

SYMBOLS = (
    "n z >= sum_j value[j] open[j] - M (1 - is[n]) for every number n of offices that the scenario "
    "allows (n z <= where more is better), one binary is[n] saying which holds"
)


@dataclass(frozen=True)
class OfficeMean:
    """The mean of a value over the open offices that count.

    Attributes
    ----------
    name : str
        Of the criterion, and of its variables.
    values : mapping of int to float
        The value of each site that counts.
    """

    name: str
    values: Mapping[int, float]
    better: Better

    def expression(self, p: LpProblem, i: Numbers, v: Variables, rows: Rows) -> LpAffineExpression:
        """Mean of a site's value over the open offices that count, exact for any number of them.

        With the number n of offices free, z >= sum_j value_j open_j / n - M (1 - is_n) for every n.
        """
        values, opened = self.values, v.open[-1]
        top = max(values.values(), default=0.0)
        if self.better == "max":
            top = max(top, 1.0)  # a share that counts no office is whole
        z = p.add_variable(self.name, 0, max(top, 1e-9))
        total = pulp.lpSum_vars_coefs((opened[j], each) for j, each in values.items() if each)
        largest = float(sum(sorted(values.values(), reverse=True)[: i.most]))
        numbers = range(i.fewest - (len(opened) - len(values)), i.most + 1)
        for n, other in office_counts(p, rows, self.name, [opened[j] for j in values], numbers):
            if self.better == "min":
                rows.append(n * z >= total - largest * other)
            else:
                rows.append(n * z <= total + n * top * other)
        return 1 * z


def _too_far(i: Numbers) -> Bools:
    return i.university_minutes > i.university_limit + 1e-9


def university_minutes(p: LpProblem, i: Numbers, v: Variables, rows: Rows) -> LpAffineExpression:
    """Minutes from an office to the nearest campus with teacher education, mean over offices."""
    values = dict(enumerate(i.university_minutes.tolist()))
    return OfficeMean("university_minutes", values, "min").expression(p, i, v, rows)


def university_beyond(_p: LpProblem, i: Numbers, v: Variables, _rows: Rows) -> LpAffineExpression:
    """Offices farther than thresholds.university_limit from teacher education: a count."""
    return pulp.lpSum(v.open[-1][j] for j in np.flatnonzero(_too_far(i)).tolist())


def _minutes(i: Numbers, solution: Solution) -> float:
    return float(i.university_minutes[list(solution.offices[-1])].mean())


def _beyond(i: Numbers, solution: Solution) -> float:
    return int(_too_far(i)[list(solution.offices[-1])].sum())


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
    price=PerOffice(lambda i: _too_far(i).astype(float)),
    by_number=True,
    moved_by=("minutes",),
)


def spsm_share(p: LpProblem, i: Numbers, v: Variables, rows: Rows) -> LpAffineExpression:
    """Share of offices in a town with the sister agency, those in own premises apart."""
    values = {j: float(there) for j, there in enumerate(i.spsm) if not i.own[j]}
    return OfficeMean("spsm_share", values, "max").expression(p, i, v, rows)


def _share(i: Numbers, solution: Solution) -> float:
    counted = [j for j in solution.offices[-1] if not i.own[j]]
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
