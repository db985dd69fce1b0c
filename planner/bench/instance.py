"""One location problem, whatever file it came from, and the distances it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from planner.location.kernels import Floats

type Rounding = Literal["floor", "round", "exact"]

SPHERE_KM = 6371.0088
"""Mean radius of the earth, as for the planner's own great circles."""

ROUNDED = {"floor": "rounded down", "round": "rounded to the nearest", "exact": "not rounded"}
"""How an answer says what was done to the distances."""


@dataclass(frozen=True)
class Instance:
    """One location problem, as its file states it.

    Attributes
    ----------
    name : str
        The file's name without its suffix, and the problem's number where a file holds several.
    format : str
        What it was read as.
    cost : numpy.ndarray
        Shape (points, sites): of serving a whole point, before any weight.
    p : int or None
        Number of sites to open, if the file says.
    weights : numpy.ndarray or None
        What each point's distances are multiplied by.
    demands, capacities, opening : numpy.ndarray or None
        Room that each point takes; room (not a number where the file leaves it open) and opening
        cost of each site.
    distance : str
        What the distances are; empty where the file gives costs.
    problem : str
        The problem that such files are made for.
    """

    name: str
    format: str
    cost: Floats
    p: int | None = None
    weights: Floats | None = None
    demands: Floats | None = None
    capacities: Floats | None = None
    opening: Floats | None = None
    distance: str = ""
    problem: str = "median"


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
