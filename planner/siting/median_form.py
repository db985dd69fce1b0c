"""Siting questions that are a p-median: which they are, and as what the engine sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.model.solution import Solution
from planner.siting.office_sets import SUMS, sum_cost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.model.instance import Floats, Instance, Ints
    from planner.siting.ways import Query

POSSIBLE = (*SUMS, "spread", "university_minutes", "university_beyond")
"""Criteria that a p-median with points for municipalities and sites can weigh."""
DIGITS = 12
"""Decimals to which the costs of points, as shares of their greatest, are told apart."""


def median_fits(i: Instance, query: Query) -> bool:
    """Tell whether a question is a p-median with terms for municipalities and sites."""
    s = i.scenario
    shut = query.forbid | _too_far(i, query)
    return (
        s.offices.fewest == s.offices.most <= len(i.sites) - len(shut)
        and not (query.excluded or s.units.contiguous)
        and all(name == "university_beyond" and most < 1 for name, most in query.bounds.items())
        and all(limit.hard and name in query.bounds for name, limit in s.limits.items())
        and not shut & (query.require | _fixed(i))
        and bool(query.objective)
        and {*query.objective, *query.then} <= set(POSSIBLE)
        and bool(np.isfinite(i.university_minutes).all())
    )


def _fixed(i: Instance) -> frozenset[int]:
    return frozenset(j for j, role in enumerate(i.roles) if role != "candidate")


def _too_far(i: Instance, query: Query) -> frozenset[int]:
    """Return the sites that a question allows no office in, for their way to a campus."""
    if "university_beyond" not in query.bounds:
        return frozenset()
    limit = i.scenario.thresholds.university_limit.value
    return frozenset(np.flatnonzero(i.university_minutes > limit + 1e-9).tolist())


@dataclass(frozen=True)
class Median:
    """A question as a p-median.

    Municipalities are points too, for the spread. A site's own cost f becomes a point that pays
    F - f less where the site is open, F the greatest of them: the sum is F p short of the cost.
    Points whose costs differ by a factor alone choose alike, so they are one point: where every
    municipality is in two criteria that halves the work.

    Attributes
    ----------
    cost : numpy.ndarray
        Shape (points, sites), as shares of each point's greatest.
    group : numpy.ndarray
        Shape (u,): the point that each unit is in; -1 for a unit that costs nothing anywhere.
    constant : float
        What the costs leave out.
    asked : dict
        The other arguments of the engine.
    """

    cost: Floats
    group: Ints
    constant: float
    asked: dict[str, Any]

    def solution(self, i: Instance, offices: tuple[int, ...], assignment: Ints) -> Solution:
        """Return a plan by units from one by points."""
        served_by = np.where(self.group < 0, offices[0], assignment[self.group]).astype(np.int64)
        return Solution((offices,), i.brought_near(offices, served_by)[None, :])


def as_median(i: Instance, query: Query) -> Median:
    """Return a question for which `median_fits` holds as a p-median."""
    p = i.scenario.offices.most
    share = query.objective
    rows = [sum((share[n] * sum_cost(i, n) for n in SUMS if n in share), np.zeros(i.unit_km.shape))]
    keys = [(0, unit) for unit in i.units]
    if "spread" in share:
        rows.append(share["spread"] * i.km / len(i.km))
        keys += [(1, code) for code in i.municipalities]
    far = i.university_minutes > i.scenario.thresholds.university_limit.value + 1e-9
    own = share.get("university_minutes", 0.0) / p * i.university_minutes
    own = own + share.get("university_beyond", 0.0) * far
    top = float(own.max())
    if top > 0:
        saved = top - own
        rows.append(np.where(np.eye(len(own), dtype=bool), 0.0, saved[:, None]))
        keys += [(2, code) for code in i.sites]
    cost = np.concatenate(rows)
    first, group, weights = _merged(cost)
    asked = {
        "weights": weights,
        "required": sorted(_fixed(i) | query.require),
        "excluded": sorted(query.forbid | _too_far(i, query)),
        "point_keys": [keys[k] for k in first],
        "site_keys": i.sites,
    }
    constant = float(own.sum()) - top * len(own) + top * p if top > 0 else 0.0
    shares = np.round(cost[first] / cost[first].max(axis=1, keepdims=True), DIGITS)
    return Median(shares, group[: len(i.units)], constant, asked)


def _merged(cost: Floats) -> tuple[Ints, Ints, Floats]:
    """Tell which rows differ by a factor alone.

    Returns
    -------
    tuple of numpy.ndarray
        The first row of each group; the group of each row, -1 where it is zero; the sum of the
        greatest costs of each group.
    """
    top = cost.max(axis=1)
    heavy = np.flatnonzero(top > 0)
    if not len(heavy):  # nothing weighs: one point whose costs are zero stands for all
        heavy = np.array([0])
    known: dict[bytes, int] = {}
    group = np.full(len(cost), -1, dtype=np.intp)
    for k in heavy:
        row = np.round(cost[k] / (top[k] or 1.0), DIGITS)
        group[k] = known.setdefault(row.tobytes(), len(known))
    members, first = np.unique(group, return_index=True)
    weights = np.bincount(group[heavy], top[heavy])
    return first[members >= 0], group, weights


def weighted_sum(
    i: Instance, objective: Mapping[str, float], offices: Sequence[int], served_by: Ints
) -> float:
    """Measure a weighted sum of criteria of `POSSIBLE`."""
    sites = list(offices)
    limit = i.scenario.thresholds.university_limit.value + 1e-9
    total = 0.0
    for name, share in objective.items():
        if name in SUMS:
            value = float(sum_cost(i, name)[np.arange(len(served_by)), served_by].sum())
        elif name == "spread":
            value = float(i.km[:, sites].min(axis=1).mean())
        elif name == "university_minutes":
            value = float(i.university_minutes[sites].mean())
        else:
            value = float((i.university_minutes[sites] > limit).sum())
        total += share * value
    return total
