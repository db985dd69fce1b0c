"""One instance, one problem, one answer with its time and memory."""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from planner import location
from planner.errors import InputError, Problem
from planner.message import Message, say

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from planner.bench.instances import Instance
    from planner.location import LocationResult

type Kind = Literal["median", "center", "covering", "capacitated"]


@dataclass(frozen=True)
class Answer:
    """What `planner bench solve` prints."""

    instance: str
    problem: str
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


def cpu_seconds() -> float:
    """Return the processor time of this process and of those it has waited for."""
    others = os.times()
    return time.process_time() + others.children_user + others.children_system


def check_measures() -> None:
    """Refuse to fill a page of measures where the system does not tell a process's memory.

    Raises
    ------
    InputError
    """
    if peak_mb() is None:
        expected = say("Linux or macOS, which tell how much memory a process has held")
        raise InputError([Problem("bench", None, "", sys.platform, expected)])


def solve_instance(
    instance: Instance,
    problem: Kind | None = None,
    *,
    p: int | None = None,
    radius: float | None = None,
    time_limit: float | None = None,
) -> Answer:
    """Solve an instance.

    Parameters
    ----------
    instance : Instance
    problem : {"median", "center", "covering", "capacitated"}, optional
        By default "capacitated" where the file has capacities, else "median". On warehouse files
        (OR-Library cap) without `p` these are the capacitated and the uncapacitated warehouse
        problem: opening costs decide how many sites open.
    p : int, optional
        Number of sites; by default the file's own.
    radius : float, optional
        Reach of a site, for "covering".
    time_limit : float, optional
        Seconds.

    Raises
    ------
    InputError
        If something the problem needs is neither in the file nor given.
    """
    kind = problem or ("capacitated" if instance.capacities is not None else "median")
    count = instance.p if p is None else p
    missing: list[tuple[str, Message]] = []
    room = instance.capacities
    if kind == "capacitated" and (room is None or instance.demands is None):
        missing.append(("problem", say("a file with demands and capacities")))
    elif kind == "capacitated" and room is not None and np.isnan(room).any():
        missing.append(("--capacity", say("the room of a site: this file leaves it open")))
    if kind == "covering" and radius is None:
        missing.append(("--radius", say("the reach of a site")))
    by_cost = instance.opening is not None and p is None and kind in {"median", "capacitated"}
    if count is None and not by_cost:
        missing.append(("--p", say("the number of sites: the file doesn't say")))
    if instance.opening is not None and p is not None and kind == "capacitated":
        missing.append(("--p", say("no --p: opening costs decide how many warehouses open")))
    if missing:
        raise InputError([Problem(instance.name, None, *_split(m)) for m in missing])
    result = _solve(instance, kind, count or 0, radius or 0.0, time_limit, by_cost=by_cost)
    name = kind if not by_cost else {"median": "warehouse", "capacitated": "capacitated"}[kind]
    return Answer(
        instance=instance.name,
        problem=name,
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


def _split(missing: tuple[str, Message]) -> tuple[str, str, Message]:
    return missing[0], "", missing[1]


def _solve(  # noqa: PLR0913 - one argument an option
    instance: Instance,
    kind: Kind,
    p: int,
    radius: float,
    time_limit: float | None,
    *,
    by_cost: bool,
) -> LocationResult:
    cost: Any = instance.cost
    if by_cost:
        room = instance.capacities if kind == "capacitated" else None
        assert instance.opening is not None  # noqa: S101 - by_cost says so
        return location.solve_warehouses(
            cost,
            instance.opening,
            demands=instance.demands if room is not None else None,
            capacities=room,
            time_limit=time_limit,
        )
    if kind == "capacitated":
        assert instance.demands is not None  # noqa: S101 - checked by the caller
        assert instance.capacities is not None  # noqa: S101
        return location.solve_capacitated_p_median(
            cost, p, instance.demands, instance.capacities, time_limit=time_limit
        )
    weights = instance.weights
    if kind == "center":
        return location.solve_p_center(cost, p, weights=weights, time_limit=time_limit)
    if kind == "covering":
        return location.solve_max_covering(cost, p, radius, weights=weights, time_limit=time_limit)
    return location.solve_p_median(cost, p, weights=weights, time_limit=time_limit)
