"""Sites with limited room: which points each would take, and points assigned to the open ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from planner.location.kernels import Bools, Floats, Ints


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
    m = cost.shape[1]
    serves = np.full(len(cost), -1, dtype=np.intp) if served is None else served.copy()
    known = serves >= 0
    slack = room - np.bincount(serves[known], demands[known], minlength=m)
    if not _place(cost, demands, slack, serves):
        return None
    if not _relieve(cost, demands, slack, serves, swaps=swaps):
        return None
    _improve(cost, demands, slack, serves, swaps=swaps)
    return serves


def _place(cost: Floats, demands: Floats, slack: Floats, serves: Ints) -> bool:
    """Give every point without a site one; return False if some point fits none alone.

    Who finds no room goes where most is left. `slack` and `serves` are changed.
    """
    known = serves >= 0
    options = np.where(demands[:, None] <= slack + ROUNDING, cost, np.inf)
    options[known] = 0.0
    if not np.isfinite(options).any(axis=1).all():
        return False
    loss = _loss(options)
    loss[known] = -np.inf
    for _ in range(len(cost) - np.count_nonzero(known)):
        first = np.flatnonzero(loss == loss.max())
        i = int(first[demands[first].argmax()])
        j = serves[i] = int(options[i].argmin())
        slack[j] -= demands[i]
        loss[i] = -np.inf
        full = (loss > -np.inf) & (demands > slack[j] + ROUNDING) & np.isfinite(options[:, j])
        options[full, j] = np.inf
        nowhere = full & ~np.isfinite(options).any(axis=1)
        options[nowhere, int(slack.argmax())] = 0.0
        if full.any():
            loss[full] = np.where(nowhere[full], -1.0, _loss(options[full]))
    return True


def _improve(cost: Floats, demands: Floats, slack: Floats, serves: Ints, *, swaps: bool) -> None:
    """Shift points, and let two change places, while it helps; change `slack` and `serves`."""
    n, m = cost.shape
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
            return
        # Swapping a and b: both must fit once the other has left.
        trade = cost[:, serves] - now[:, None]
        trade = trade + trade.T
        leaves = slack[serves] + demands
        fits = demands[:, None] <= leaves[None, :] + ROUNDING
        trade[~(fits & fits.T) | (serves[:, None] == serves[None, :])] = np.inf
        a, b = divmod(int(trade.argmin()), n)
        if not trade[a, b] < -ROUNDING:
            return
        _swap(demands, slack, serves, a, b)


def _swap(demands: Floats, slack: Floats, serves: Ints, a: int, b: int) -> None:
    slack[serves[a]] += demands[a] - demands[b]
    slack[serves[b]] += demands[b] - demands[a]
    serves[a], serves[b] = serves[b], serves[a]


def _price_of(change: Floats, less: Floats) -> Floats:
    """Return what moves cost for each unit of room that they win; infinite if they win none."""
    return np.where(less < -ROUNDING, change / np.maximum(-less, ROUNDING), np.inf)


def _relieve(cost: Floats, demands: Floats, slack: Floats, serves: Ints, *, swaps: bool) -> bool:
    """Move points from sites that hold too much until none does; return whether that was so.

    Each move, or change of places, lessens what is too much; of those the one that costs least
    for what it lessens is made. `slack` and `serves` are changed.
    """
    n, m = cost.shape
    points = np.arange(n)
    while (slack < -ROUNDING).any():
        over = np.maximum(-slack, 0.0)
        now = cost[points, serves]
        left = np.maximum(-(slack[serves] + demands), 0.0) - over[serves]
        less = left[:, None] + np.maximum(demands[:, None] - slack, 0.0) - over
        less[points, serves] = 0.0
        price = _price_of(cost - now[:, None], less)
        i, j = divmod(int(price.argmin()), m)
        best = price[i, j]
        if swaps:
            gain = demands[:, None] - demands[None, :]  # what the site of a is relieved of
            after = np.maximum(-(slack[serves][:, None] + gain), 0.0) - over[serves][:, None]
            less = after + after.T
            less[serves[:, None] == serves[None, :]] = 0.0
            trade = cost[:, serves] - now[:, None]
            trade = trade + trade.T
            price = _price_of(trade, less)
            a, b = divmod(int(price.argmin()), n)
            if price[a, b] < best:
                _swap(demands, slack, serves, a, b)
                continue
        if best == np.inf:
            return False
        slack[serves[i]] += demands[i]
        slack[j] -= demands[i]
        serves[i] = j
    return True


def _loss(options: Floats) -> Floats:
    """Return what each point loses without its best option."""
    if options.shape[1] == 1:
        return np.zeros(len(options))
    best = np.partition(options, 1, axis=1)
    loss: Floats = best[:, 1] - best[:, 0]
    return loss
