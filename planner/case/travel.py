"""Kilometres and minutes between every pair of municipal seats."""

import hashlib
import json
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import numpy.typing as npt

from planner import cache
from planner.case.rules import island_problems
from planner.case.types import Inputs
from planner.errors import InputError

Found = tuple["npt.NDArray[np.float64]", "npt.NDArray[np.float64]", "npt.NDArray[np.int64]"]
"""Kilometres, minutes, and the row of near ones."""

ALGORITHM = "shortest-paths-2"
"""Part of a kept result's name: change it when the same roads give other figures."""


@dataclass(frozen=True)
class Travel:
    """One-way road travel between seats, ferries included.

    Attributes
    ----------
    codes : tuple of str
        Municipality codes, sorted: row and column order of both matrices.
    km, minutes : numpy.ndarray
        Shape (n, n). The shortest path by km and the fastest by minutes, each on its own;
        rounded to 1e-6 so that the order of summation never shows. Not to be written to.
    row : numpy.ndarray of int
        Shape (n,). Where each stands when all are put in a row with near ones next to each other.
    """

    codes: tuple[str, ...]
    km: npt.NDArray[np.float64]
    minutes: npt.NDArray[np.float64]
    row: npt.NDArray[np.int64]


def travel_matrix(inputs: Inputs, *, keep: bool = True) -> Travel:
    """Find the shortest and the fastest way between every pair of seats.

    Parameters
    ----------
    keep : bool
        Keep the result, and use one kept before for the same roads.

    Returns
    -------
    Travel

    Raises
    ------
    planner.errors.InputError
        Naming every seat that no road or ferry leads to.
    """
    codes = tuple(sorted(inputs.municipalities.index))
    name = f"travel-{content_key(inputs)}"
    content = cache.load(name) if keep else None
    if content is not None:
        with np.load(BytesIO(content)) as arrays:
            found: Found = arrays["km"], arrays["minutes"], arrays["row"]
    else:
        found = _compute(inputs)
        if keep:
            file = BytesIO()
            np.savez(file, km=found[0], minutes=found[1], row=found[2])
            cache.store(name, file.getvalue())
    for array in found:
        array.setflags(write=False)
    return Travel(codes, *found)


def content_key(inputs: Inputs) -> str:
    """Return the sha256 of what distances depend on: the seats, the roads and the algorithm."""
    roads = inputs.roads.sort_values(["code_a", "code_b"])
    links = roads[["code_a", "code_b", "km", "minutes"]].to_numpy().tolist()
    content = json.dumps([ALGORITHM, sorted(inputs.municipalities.index), links])
    return hashlib.sha256(content.encode()).hexdigest()


def _compute(inputs: Inputs) -> Found:
    links = zip(inputs.roads["code_a"], inputs.roads["code_b"], strict=True)
    problems = island_problems(inputs.municipalities["name"].to_dict(), links)
    if problems:
        raise InputError(problems)
    # networkx and scipy take longer to import than a kept result takes to read.
    from planner.case.network import near_row, path_lengths, road_graph  # noqa: PLC0415

    graph = road_graph(inputs)
    km, minutes = path_lengths(graph, "km").round(6), path_lengths(graph, "minutes").round(6)
    return km, minutes, near_row(km)
