"""One instance, one problem, one answer with its time and memory."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from planner import location
from planner.bench.instances import read_instance
from planner.errors import InfeasibleScenario, InputError, Problem
from planner.message import Message, say

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from planner.bench.source import Instance, Rounding
    from planner.location import LocationResult
    from planner.location.kernels import Floats

type Kind = Literal["median", "center", "covering", "capacitated", "capacitated-split", "warehouse"]
LIMITED = {"capacitated", "capacitated-split"}
"""Problems in which room counts."""


@dataclass(frozen=True)
class Answer:
    """What `planner bench solve` prints.

    `said` tells the problem in words: what is weighed, what may be split, what the distances are.
    """

    instance: str
    problem: str
    said: str
    n: int
    sites: int
    p: int
    objective: float
    bound: float
    proven: bool
    seconds: float
    peak_mb: float | None
    open: tuple[int, ...]


def peak_mb() -> float | None:
    """Return the most memory this process has held, in MB; None where the system tells nobody."""
    status = Path("/proc/self/status")
    if status.exists():
        # The system's other figure counts what the process that started this one held.
        (held,) = re.findall(r"VmHWM:\s*(\d+) kB", status.read_text(encoding="ascii"))
        return round(int(held) / 1024, 1)
    if resource is None:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(most / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


@dataclass(frozen=True)
class Question:
    """What is asked of an instance; what is not given is the file's own, or what is usual.

    Attributes
    ----------
    problem : str or None
        By default the one that such files are made for. `median` of a file with opening costs,
        without `p`, is `warehouse`: the costs decide how many sites open.
    p : int or None
        Number of sites.
    radius : float or None
        Reach of a site, for `covering`.
    capacity : float or None
        What the instance was read with.
    weighted : bool or None
        Whether distances are multiplied by the points' weights; by default where there are any,
        but not in `center`.
    time_limit : float or None
        Seconds.
    """

    problem: Kind | None = None
    p: int | None = None
    radius: float | None = None
    capacity: float | None = None
    weighted: bool | None = None
    time_limit: float | None = None

    def kind(self, instance: Instance) -> str:
        """Return the problem to solve."""
        kind: str = self.problem or instance.problem
        if self.problem is None and self.capacity is not None and kind not in LIMITED:
            return "capacitated"
        by_cost = instance.opening is not None and self.p is None
        return "warehouse" if kind == "median" and by_cost else kind

    def wrong(self, instance: Instance) -> list[tuple[str, Message]]:
        """Return what the problem lacks, and what is given to it in vain."""
        kind, room = self.kind(instance), instance.capacities
        by_cost = instance.opening is not None and kind in {*LIMITED, "warehouse"}
        wrong: list[tuple[str, Message]] = []
        if kind == "warehouse" and instance.opening is None:
            wrong.append(("--problem", say("a file with opening costs")))
        if kind in LIMITED and (room is None or instance.demands is None):
            wrong.append(("--problem", say("a file with demands and capacities")))
        elif kind in LIMITED and room is not None and np.isnan(room).any():
            expected = say("the room of a site, which the file leaves open, or --problem warehouse")
            wrong.append(("--capacity", expected))
        if kind not in LIMITED and self.capacity is not None:
            wrong.append(("--capacity", say("no --capacity: room doesn't count in {}", kind)))
        if kind == "covering" and self.radius is None:
            wrong.append(("--radius", say("the reach of a site")))
        if kind != "covering" and self.radius is not None:
            wrong.append(("--radius", say("no --radius: only in covering")))
        if by_cost and self.p is not None:
            wrong.append(("--p", say("no --p: opening costs decide how many sites open")))
        if not by_cost and kind != "warehouse" and self.p is None and instance.p is None:
            wrong.append(("--p", say("the number of sites: the file doesn't say")))
        if self.weighted is not None and instance.weights is None:
            wrong.append(("--weighted", say("neither: the file has no weights")))
        return wrong


def solve_file(
    path: Path,
    question: Question,
    *,
    distance: Rounding | None = None,
    number: int | None = None,
    layout: str | None = None,
) -> Answer:
    """Read an instance as `read_instance` does, and solve it as `solve_instance` does."""
    instance = read_instance(
        path, distance=distance, number=number, capacity=question.capacity, layout=layout
    )
    return solve_instance(instance, question)


def solve_instance(instance: Instance, question: Question) -> Answer:
    """Solve an instance.

    Raises
    ------
    InputError
        If something the problem needs is neither in the file nor given, or given in vain.
    InfeasibleScenario
        If there is no plan.
    """
    wrong = question.wrong(instance)
    if wrong:
        raise InputError([Problem(instance.name, None, key, "", say_) for key, say_ in wrong])
    kind = question.kind(instance)
    weighted = kind != "center" if question.weighted is None else question.weighted
    weights = instance.weights if weighted else None
    try:
        result = _solve(instance, kind, question, weights)
    except InfeasibleScenario as error:
        told = say("{} (read as {})", error.message, instance.format)
        raise InfeasibleScenario(told) from None
    return Answer(
        instance=instance.name,
        problem=kind,
        said=_said(instance, kind, weights, question),
        n=instance.cost.shape[0],
        sites=instance.cost.shape[1],
        p=len(result.open),
        objective=result.objective,
        bound=result.bound,
        proven=result.proven,
        seconds=round(result.seconds, 4),
        peak_mb=peak_mb(),
        open=result.open,
    )


def _said(instance: Instance, kind: str, weights: Floats | None, question: Question) -> str:
    by_cost = instance.opening is not None and kind in {*LIMITED, "warehouse"}
    parts = [
        "" if by_cost or weights is None else "weighted",
        "" if by_cost or weights is not None else "unweighted",
        {
            "capacitated": "each point whole from one site",
            "capacitated-split": "points may be split between sites",
        }.get(kind, ""),
        "with opening costs" if by_cost else "",
        f"reach {question.radius:g}" if question.radius is not None else "",
        instance.distance,
        f"read as {instance.format}",
    ]
    return ", ".join(part for part in parts if part)


def _solve(
    instance: Instance, kind: str, question: Question, weights: Floats | None
) -> LocationResult:
    # Any: what a problem needs and is not there has been refused by `Question.wrong`.
    cost: Any = instance.cost
    p: Any = instance.p if question.p is None else question.p
    demands: Any = instance.demands if kind in LIMITED else None
    room: Any = instance.capacities if kind in LIMITED else None
    radius: Any = question.radius
    limit = question.time_limit
    if kind in LIMITED and weights is not None:
        cost = cost * weights[:, None]
    if kind == "capacitated" and instance.opening is None:
        return location.solve_capacitated_p_median(cost, p, demands, room, time_limit=limit)
    if kind in {*LIMITED, "warehouse"}:
        opening = instance.opening
        return location.solve_warehouses(
            cost,
            np.zeros(cost.shape[1]) if opening is None else opening,
            demands=demands,
            capacities=room,
            whole=kind == "capacitated",
            p=p if opening is None else None,
            time_limit=limit,
        )
    if kind == "center":
        return location.solve_p_center(cost, p, weights=weights, time_limit=limit)
    if kind == "covering":
        return location.solve_max_covering(cost, p, radius, weights=weights, time_limit=limit)
    return location.solve_p_median(cost, p, weights=weights, time_limit=limit)
