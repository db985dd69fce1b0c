"""One location problem, whatever file it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.location.kernels import Floats


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
