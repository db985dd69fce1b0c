"""What the location engine answers, and what it can be given to start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.location.kernels import Floats, Ints


@dataclass(frozen=True)
class Start:
    """What one solve hands to the next, of the same sites and points with other weights.

    Attributes
    ----------
    open_sites : tuple of int
        A plan to begin with.
    multipliers : numpy.ndarray
        Shape (points,): Lagrangian multipliers for each unit of weight.
    """

    open_sites: tuple[int, ...]
    multipliers: Floats


@dataclass(frozen=True)
class LocationResult:
    """A plan, what it costs, and what was proved.

    Attributes
    ----------
    open : tuple of int
        The open sites, as columns of the cost matrix, ascending.
    assignment : numpy.ndarray
        Shape (points,): the site each point is served from; -1 where it is not covered.
    objective : float
        What the plan costs (or covers), summed exactly and rounded once.
    bound : float
        No plan costs less (or covers more).
    proven : bool
        Whether the gap is closed: to less than one where every plan costs a whole number, to one
        part in 1e9 otherwise.
    seconds : float
        Wall-clock time of the solve.
    nodes : int
        Size of the exact search; 0 when the first bound was enough.
    """

    open: tuple[int, ...]
    assignment: Ints
    objective: float
    bound: float
    proven: bool
    seconds: float
    nodes: int


@dataclass(frozen=True)
class MedianResult(LocationResult):
    """A p-median, with what the next solve may start from."""

    start: Start
