"""Distances between places, and how they are rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from planner.location.kernels import Floats

type Rounding = Literal["floor", "round", "exact"]

SPHERE_KM = 6371.0088
"""Mean radius of the earth, as for the planner's own great circles."""

ROUNDED = {"floor": "rounded down", "round": "rounded to the nearest", "exact": "not rounded"}
"""How an answer says what was done to the distances."""


def rounded(exact: Floats, rounding: Rounding) -> Floats:
    """Round distances as asked."""
    if rounding == "floor":
        return np.floor(exact)
    return np.floor(exact + 0.5) if rounding == "round" else exact


def euclidean(places: Floats, others: Floats | None = None) -> Floats:
    """Return the distances from places, shape (n, 2 or 3), to others or to each other."""
    return np.sqrt(squared(places, others))


def squared(places: Floats, others: Floats | None = None) -> Floats:
    """Return the squares of the distances: those of whole numbers stay whole."""
    others = places if others is None else others
    total: Floats = np.zeros((len(places), len(others)))
    for here, there in zip(places.T, others.T, strict=True):
        total += (here[:, None] - there[None]) ** 2
    return total


def great_circle(latitude: Floats, longitude: Floats) -> Floats:
    """Return km over a sphere between places in degrees.

    References
    ----------
    Sinnott, "Virtues of the haversine", Sky and Telescope 68 (1984): near places too are exact.
    """
    north, east = np.radians(latitude), np.radians(longitude)
    half = np.sin((north[:, None] - north) / 2) ** 2
    half += np.cos(north[:, None]) * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    km: Floats = 2 * SPHERE_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return km
