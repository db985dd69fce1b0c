"""Siting questions that are a p-median: which they are, and as what the engine sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.criteria import CRITERIA
from planner.criteria.base import PerOffice, PerPlace, PerUnit
from planner.criteria.reads import Solution
from planner.location.listing import Listing, list_p_medians
from planner.location.median import solve_p_median

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from planner.control import Control
    from planner.location.result import MedianResult, Start
    from planner.model.instance import Floats, Instance, Ints
    from planner.siting.question import Query

POSSIBLE = tuple(
    name
    for name, each in CRITERIA.items()
    if isinstance(each.price, PerUnit | PerPlace | PerOffice) and each.better == "min"
)
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
        and all(_shuts(name) and most < 1 for name, most in query.bounds.items())
        and all(limit.hard and name in query.bounds for name, limit in s.limits.items())
        and not shut & (query.require | fixed_sites(i))
        and bool(query.objective)
        and {*query.objective, *query.then} <= set(POSSIBLE)
        and bool(np.isfinite(i.university_minutes).all())
    )


def fixed_sites(i: Instance) -> frozenset[int]:
    """Return the sites that are sure to have an office."""
    return frozenset(j for j, role in enumerate(i.roles) if role != "candidate")


def _shuts(name: str) -> bool:
    """Tell whether a criterion counts offices: at most none of them shuts the sites that count."""
    return name in POSSIBLE and CRITERIA[name].unit == "offices"


def _too_far(i: Instance, query: Query) -> frozenset[int]:
    """Return the sites that a question allows no office in."""
    shut: set[int] = set()
    for name in query.bounds:
        price = CRITERIA[name].price
        if isinstance(price, PerOffice) and _shuts(name):
            shut.update(np.flatnonzero(price.cost(i)).tolist())
    return frozenset(shut)


@dataclass(frozen=True)
class PMedian:
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
    p : int
        How many sites are open.
    asked : dict
        The other arguments of the engine.
    """

    cost: Floats
    group: Ints
    constant: float
    p: int
    asked: dict[str, Any]

    def best(self, start: Start | None, control: Control) -> MedianResult:
        """Return the best plan; a start of other points is no help and left out."""
        if start is not None and len(start.multipliers) != len(self.cost):
            start = None
        limit = control.remaining()
        return solve_p_median(self.cost, self.p, start=start, time_limit=limit, **self.asked)

    def within(
        self, limit: float, most: int, go_on: Callable[[int, float], bool], **others: Any
    ) -> Listing:
        """List the sets of sites that cost at most a limit, as `list_p_medians` does."""
        return list_p_medians(
            self.cost, self.p, limit, most=most, go_on=go_on, **others, **self.asked
        )

    def solution(self, i: Instance, offices: tuple[int, ...], assignment: Ints) -> Solution:
        """Return a plan by units from one by points."""
        served_by = np.where(self.group < 0, offices[0], assignment[self.group]).astype(np.int64)
        return Solution((offices,), i.brought_near(offices, served_by)[None, :])


def as_median(i: Instance, query: Query) -> PMedian:
    """Return a question for which `median_fits` holds as a p-median."""
    p = i.scenario.offices.most
    units, own = np.zeros(i.unit_km.shape), np.zeros(len(i.sites))
    places: Floats | None = None
    for name in (name for name in POSSIBLE if name in query.objective):
        price, share = CRITERIA[name].price, query.objective[name]
        if isinstance(price, PerUnit):
            units = units + share * price.cost(i)
        elif isinstance(price, PerPlace):
            places = share * price.cost(i) + (0.0 if places is None else places)
        elif isinstance(price, PerOffice):
            own = own + share / (p if price.mean else 1) * price.cost(i)
    rows, keys = [units], [(0, unit) for unit in i.units]
    if places is not None:
        rows.append(places)
        keys += [(1, code) for code in i.municipalities]
    top = float(own.max())
    if top > 0:
        saved = top - own
        rows.append(np.where(np.eye(len(own), dtype=bool), 0.0, saved[:, None]))
        keys += [(2, code) for code in i.sites]
    cost = np.concatenate(rows)
    first, group, weights = _merged(cost)
    asked = {
        "weights": weights,
        "required": sorted(fixed_sites(i) | query.require),
        "excluded": sorted(query.forbid | _too_far(i, query)),
        "point_keys": [keys[k] for k in first],
        "site_keys": i.sites,
    }
    constant = float(own.sum()) - top * len(own) + top * p if top > 0 else 0.0
    shares = np.round(cost[first] / cost[first].max(axis=1, keepdims=True), DIGITS)
    return PMedian(shares, group[: len(i.units)], constant, p, asked)


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


class Costs:
    """What criteria of `POSSIBLE` cost, by the tables that the engine is given; made once."""

    def __init__(self, i: Instance, names: Iterable[str]) -> None:
        self._prices = {name: CRITERIA[name].price for name in names}
        self.tables = {
            name: price.cost(i)
            for name, price in self._prices.items()
            if isinstance(price, PerUnit | PerPlace | PerOffice)
        }

    def of(self, name: str, offices: Sequence[int], served_by: Ints) -> float:
        """Return a criterion of a plan."""
        price, table = self._prices[name], self.tables[name]
        if isinstance(price, PerUnit):
            return float(table[np.arange(len(served_by)), served_by].sum())
        if isinstance(price, PerPlace):
            return float(table[:, list(offices)].min(axis=1).sum())
        own = table[list(offices)]
        mean = isinstance(price, PerOffice) and price.mean
        return float(own.mean() if mean else own.sum())

    def sum(self, objective: Mapping[str, float], offices: Sequence[int], served_by: Ints) -> float:
        """Return a weighted sum of criteria of a plan."""
        return sum(share * self.of(name, offices, served_by) for name, share in objective.items())
