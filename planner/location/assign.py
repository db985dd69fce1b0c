"""Points to open sites with limited room: a quick assignment, made better while that is easy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from planner.location.kernels import Floats, Ints

ROUNDING = 1e-9
"""Room that sums of demands may be off by."""


def assign(cost: Floats, demands: Floats, room: Floats) -> Ints | None:
    """Assign points to sites, those with most to lose first; then shift and swap while it helps.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (points, sites), the open sites only.
    demands : numpy.ndarray
        Shape (points,).
    room : numpy.ndarray
        Shape (sites,).

    Returns
    -------
    numpy.ndarray or None
        Each point's site; None if a point found no room.
    """
    n, m = cost.shape
    slack = room.copy()
    serves = np.full(n, -1, dtype=np.intp)
    waiting = list(range(n))
    while waiting:
        fits = demands[waiting, None] <= slack + ROUNDING
        if not fits.any(axis=1).all():
            return None
        options = np.where(fits, cost[waiting], np.inf)
        ranked = np.sort(options, axis=1)
        regret = ranked[:, 1] - ranked[:, 0] if m > 1 else np.zeros(len(waiting))
        k = int(np.lexsort((-demands[waiting], -np.where(np.isnan(regret), np.inf, regret)))[0])
        i = waiting.pop(k)
        serves[i] = int(options[k].argmin())
        slack[serves[i]] -= demands[i]
    points = np.arange(n)
    while True:
        now = cost[points, serves]
        change = cost - now[:, None]
        change[demands[:, None] > slack + ROUNDING] = np.inf
        change[points, serves] = np.inf
        i, j = divmod(int(change.argmin()), m)
        if change[i, j] < -ROUNDING:
            slack[serves[i]] += demands[i]
            slack[j] -= demands[i]
            serves[i] = j
            continue
        # Swapping a and b: both must fit once the other has left.
        trade = cost[:, serves] - now[:, None]
        trade = trade + trade.T
        leaves = slack[serves] + demands
        fits = demands[:, None] <= leaves[None, :] + ROUNDING
        trade[~(fits & fits.T) | (serves[:, None] == serves[None, :])] = np.inf
        a, b = divmod(int(trade.argmin()), n)
        if not trade[a, b] < -ROUNDING:
            return serves
        slack[serves[a]] += demands[a] - demands[b]
        slack[serves[b]] += demands[b] - demands[a]
        serves[a], serves[b] = serves[b], serves[a]
