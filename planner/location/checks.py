"""What every location problem is checked for before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import numpy as np

from planner.errors import InfeasibleScenario, InputError, Problem
from planner.message import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from planner.location.kernels import Floats, Ints


class Allowed(TypedDict, total=False):
    """Which sites must be open, and which closed: none if not given."""

    required: Sequence[int]
    excluded: Sequence[int]


class Keyed(Allowed, total=False):
    """And sortable keys, no two alike, that name points and sites whatever their order."""

    point_keys: Sequence[Any] | None
    site_keys: Sequence[Any] | None


class Choices(Keyed, total=False):
    """And the weight of each point, zero or more: ones if not given."""

    weights: npt.ArrayLike | None


@dataclass(frozen=True)
class Canonical:
    """The arguments in canonical order: points and sites sorted by their keys.

    Attributes
    ----------
    cost : numpy.ndarray
        Shape (points, sites).
    weights : numpy.ndarray
        Shape (points,).
    fixed, free : numpy.ndarray
        Sites that must be open, and that may be, as positions in the canonical order.
    points, sites : numpy.ndarray
        Canonical position -> row or column of the caller.
    """

    cost: Floats
    weights: Floats
    fixed: Ints
    free: Ints
    points: Ints
    sites: Ints

    def named(self, sites: Ints) -> tuple[int, ...]:
        """Return canonical positions as the caller's columns, ascending."""
        return tuple(sorted(int(j) for j in self.sites[sites]))

    def places(self, columns: Iterable[int]) -> Ints:
        """Return the caller's columns as canonical positions, ascending."""
        place = np.argsort(self.sites)
        return np.array(sorted({int(place[j]) for j in columns}), dtype=np.intp)

    def assign(self, sites: Ints) -> tuple[Ints, Floats]:
        """Return each point's nearest of `sites` in the caller's numbers, and its weighted cost.

        Of sites equally near, the first by key serves.
        """
        sites = np.sort(sites)
        near = self.cost[:, sites]
        nearest = near.argmin(axis=1)
        paid = near[np.arange(len(near)), nearest]
        paid = np.where(self.weights > 0, paid, 0.0) * self.weights
        assignment = np.empty(len(near), dtype=np.intp)
        assignment[self.points] = self.sites[sites[nearest]]
        return assignment, paid


def check(what: str, cost: npt.ArrayLike, p: int, **choices: Unpack[Choices]) -> Canonical:
    """Check the arguments of a location problem and bring them into canonical order.

    Raises
    ------
    InputError
        Listing everything that is wrong with them.
    """
    matrix = np.asarray(cost, dtype=np.float64)
    if matrix.ndim != 2 or not matrix.size:
        expected = say("points x sites, not empty")
        raise InputError([Problem(what, None, "cost", str(matrix.shape), expected)])
    n, m = matrix.shape
    least = matrix.min()
    weights = choices.get("weights")
    load = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)
    fits = load.shape == (n,) and bool(np.isfinite(load).all()) and bool((load >= 0).all())
    must, never = sorted(set(choices.get("required", ()))), sorted(set(choices.get("excluded", ())))
    point_keys, site_keys = choices.get("point_keys"), choices.get("site_keys")
    clash = sorted(set(must) & set(never))
    low, high = max(1, len(must)), m - len(never)
    asked: list[tuple[bool, str, object, Message]] = [
        (bool(least >= 0), "cost", least, say("zero or more, no NaN")),
        (fits, "weights", load.shape, say("{} numbers, zero or more", n)),
    ]
    for name, named in (("required", must), ("excluded", never)):
        known = all(0 <= j < m for j in named)
        asked.append((known, name, named, say("sites from 0 to {}", m - 1)))
    asked.append((not clash, "excluded", clash, say("no site that is required")))
    asked.append((low <= p <= high, "p", p, say("from {} to {}", low, high)))
    for name, keys, size in (("point_keys", point_keys, n), ("site_keys", site_keys, m)):
        apart = keys is None or len(keys) == len(set(keys)) == size
        asked.append((apart, name, "", say("{} keys, no two alike", size)))
    wrong = [
        Problem(what, None, column, str(value), expected)
        for holds, column, value, expected in asked
        if not holds
    ]
    if wrong:
        raise InputError(wrong)
    points, sites = _order(point_keys, n), _order(site_keys, m)
    if point_keys is not None or site_keys is not None:
        matrix, load = matrix[np.ix_(points, sites)], load[points]
    place = np.empty(m, dtype=np.intp)
    place[sites] = np.arange(m)
    fixed: Ints = np.sort(place[np.array(must, dtype=np.intp)])
    closed: Ints = place[np.array(never, dtype=np.intp)]
    free = np.setdiff1d(np.arange(m), np.concatenate([fixed, closed]))
    return Canonical(matrix, load, fixed, free, points, sites)


def _order(keys: Sequence[Any] | None, size: int) -> Ints:
    if keys is None:
        return np.arange(size)
    return np.array(sorted(range(size), key=keys.__getitem__), dtype=np.intp)


def unreached(p: int, left_out: int) -> InfeasibleScenario:
    """Return the error for points that no allowed plan reaches."""
    best = say(": the best plan leaves {} of them out", left_out) if left_out else ""
    return InfeasibleScenario(say("no {} sites reach every point{}", p, best))
