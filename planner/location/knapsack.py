"""Knapsacks for all sites at once: which points a site would take into its room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from planner.location.kernels import Bools, Floats


def exact_knapsacks(
    gain: Floats, demands: Floats, room: Floats, cells: int
) -> tuple[Floats, Bools]:
    """Solve a 0-1 knapsack for each site by dynamic programming.

    Parameters
    ----------
    gain : numpy.ndarray
        Shape (points, sites), zero or more.
    demands : numpy.ndarray
        Shape (points,), whole numbers.
    room : numpy.ndarray
        Shape (sites,), whole numbers.
    cells : int
        One more than the room that can be used.

    Returns
    -------
    tuple of numpy.ndarray
        Each site's best gain, and the points it takes for that: shape (points, sites).
    """
    points, sites = gain.shape
    load = demands.astype(np.intp)
    value = np.zeros((sites, cells))
    taken = np.zeros((points, sites, cells), dtype=bool)
    for i, d in enumerate(load):
        if d >= cells:
            continue
        put = value[:, : cells - d] + gain[i][:, None]
        taken[i, :, d:] = put > value[:, d:]
        value[:, d:] = np.maximum(value[:, d:], put)
    at = np.minimum(room.astype(np.intp), cells - 1)
    rows = np.arange(sites)
    best = value[rows, at]
    picked = np.zeros((points, sites), dtype=bool)
    for i in range(points - 1, -1, -1):
        picked[i] = taken[i, rows, at]
        at = at - load[i] * picked[i]
    return best, picked


def relaxed_knapsacks(
    gain: Floats, demands: Floats, room: Floats, *, whole: bool = True
) -> tuple[Floats, Floats]:
    """Bound a knapsack for each site from above: the last point may be taken in part.

    Parameters and returns are those of `exact_knapsacks`, for any demands; points are taken by
    shares. Where points are served `whole`, one that doesn't fit alone is left out.
    """
    if whole:
        gain = np.where(demands[:, None] <= room, gain, 0.0)
    order = np.argsort(-gain / np.maximum(demands, 1e-300)[:, None], axis=0, kind="stable")
    wanted = np.take_along_axis(gain, order, 0) > 0
    load = np.where(wanted, demands[order], 0.0)
    before = np.cumsum(load, axis=0) - load
    part = np.clip((room - before) / np.maximum(load, 1e-300), 0.0, 1.0)
    part = np.where(load > 0, part, wanted)
    share = np.empty_like(part)
    np.put_along_axis(share, order, part, 0)
    return (share * gain).sum(axis=0), share


def filled(worth: Floats, demands: Floats, room: Floats) -> Floats:
    """Return what rooms hold at most, of points that may be taken in part.

    Parameters
    ----------
    worth, demands : numpy.ndarray
        Shape (points,).
    room : numpy.ndarray
        Of any shape.
    """
    order = np.argsort(-worth / np.maximum(demands, 1e-300), kind="stable")
    used = np.append(0.0, np.cumsum(demands[order]))
    total = np.append(0.0, np.cumsum(worth[order]))
    most: Floats = np.interp(room, used, total)
    return most
