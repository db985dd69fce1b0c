"""Points to open sites with limited room: a quick assignment, made better while that is easy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from planner.location.kernels import Floats, Ints

ROUNDING = 1e-9
"""Room that sums of demands may be off by."""


def assign(
    cost: Floats,
    demands: Floats,
    room: Floats,
    served: Ints | None = None,
    *,
    swaps: bool = True,
) -> Ints | None:
    """Assign points to sites, those with most to lose first; then shift and swap while it helps.

    Parameters
    ----------
    cost : numpy.ndarray
        Shape (points, sites), the open sites only.
    demands : numpy.ndarray
        Shape (points,).
    room : numpy.ndarray
        Shape (sites,).
    served : numpy.ndarray, optional
        Shape (points,): a site that has room for it where a point has one already, else -1.
    swaps : bool
        Whether points change places: takes the square of their number each time.

    Returns
    -------
    numpy.ndarray or None
        Each point's site; None if a point found no room.
    """
    n, m = cost.shape
    serves = np.full(n, -1, dtype=np.intp) if served is None else served.copy()
    known = serves >= 0
    slack = room - np.bincount(serves[known], demands[known], minlength=m)
    options = np.where(demands[:, None] <= slack + ROUNDING, cost, np.inf)
    options[known] = 0.0
    loss = _loss(options)
    if loss is None:
        return None
    loss[known] = -np.inf
    for _ in range(n - np.count_nonzero(known)):
        first = np.flatnonzero(loss == loss.max())
        i = int(first[demands[first].argmax()])
        j = serves[i] = int(options[i].argmin())
        slack[j] -= demands[i]
        loss[i] = -np.inf
        full = (loss > -np.inf) & (demands > slack[j] + ROUNDING) & np.isfinite(options[:, j])
        if full.any():
            options[full, j] = np.inf
            lost = _loss(options[full])
            if lost is None:
                return None
            loss[full] = lost
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
        if not swaps:
            return serves
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


def _loss(options: Floats) -> Floats | None:
    """Return what each point loses without its best option; None if a point has none."""
    if not np.isfinite(options).any(axis=1).all():
        return None
    if options.shape[1] == 1:
        return np.zeros(len(options))
    best = np.partition(options, 1, axis=1)
    loss: Floats = best[:, 1] - best[:, 0]
    return loss
