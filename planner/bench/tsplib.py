"""Files of TSPLIB and VRPLIB: every place, a depot too, is a point and a site.

References
----------
Reinelt, G. (1995). TSPLIB 95. Universität Heidelberg: the sections and the distance functions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from planner.bench.source import (
    ROUNDED,
    Instance,
    Rounding,
    Source,
    as_number,
    euclidean,
    rounded,
    squared,
)
from planner.message import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.location.kernels import Floats

PI, RADIUS_KM = 3.141592, 6378.388
"""As TSPLIB has them."""

ENTRY = re.compile(r"\s*([A-Za-z0-9_]+)\s*(?:[:\s]\s*(.*?))?\s*$")
"""A keyword, and what it is said to be, with a colon or without."""


def _ceiled(places: Floats, rounding: Rounding | None) -> Floats:
    return rounded(np.ceil(euclidean(places)), rounding or "exact")


def _sum(places: Floats, rounding: Rounding | None) -> Floats:
    return rounded(np.abs(places[:, None] - places[None]).sum(axis=2), rounding or "round")


def _greatest(places: Floats, rounding: Rounding | None) -> Floats:
    return rounded(np.abs(places[:, None] - places[None]).max(axis=2), rounding or "round")


def _pseudo_euclidean(places: Floats, rounding: Rounding | None) -> Floats:
    """Return sqrt((dx^2 + dy^2) / 10), rounded up unless another rounding is asked for."""
    exact = np.sqrt(squared(places) / 10.0)
    return np.ceil(exact) if rounding is None else rounded(exact, rounding)


def _geographical(places: Floats, rounding: Rounding | None) -> Floats:
    """Return km between places in degrees and minutes; whole ones count a begun km, as TSPLIB."""
    degrees = np.trunc(places)
    latitude, longitude = (PI * (degrees + 5.0 * (places - degrees) / 3.0) / 180.0).T
    across = np.cos(longitude[:, None] - longitude[None])
    apart = np.cos(latitude[:, None] - latitude[None])
    together = np.cos(latitude[:, None] + latitude[None])
    cosine = 0.5 * ((1.0 + across) * apart - (1.0 - across) * together)
    exact = RADIUS_KM * np.arccos(np.clip(cosine, -1.0, 1.0))
    cost = np.floor(exact + 1.0) if rounding is None else rounded(exact, rounding)
    np.fill_diagonal(cost, 0.0)
    return cost


METRICS: dict[str, tuple[int, Callable[[Floats, Rounding | None], Floats]]] = {
    "EUC_2D": (2, lambda places, rounding: rounded(euclidean(places), rounding or "floor")),
    "EUC_3D": (3, lambda places, rounding: rounded(euclidean(places), rounding or "floor")),
    "CEIL_2D": (2, _ceiled),
    "MAN_2D": (2, _sum),
    "MAN_3D": (3, _sum),
    "MAX_2D": (2, _greatest),
    "MAX_3D": (3, _greatest),
    "GEO": (2, _geographical),
    "ATT": (2, _pseudo_euclidean),
}
"""How many coordinates each has, and what it makes of them."""

USED = {"NODE_COORD_SECTION", "EDGE_WEIGHT_SECTION", "DEMAND_SECTION", "DEPOT_SECTION"}
"""Sections that are read; a depot is a place like any other, its demand mostly 0."""
ROUTES = {"DISPLAY_DATA_SECTION", "FIXED_EDGES_SECTION", "EDGE_DATA_SECTION", "TOUR_SECTION"}
"""Sections on drawing and routes, of no use here."""


def read_tsplib(source: Source, name: str, rounding: Rounding | None) -> Instance:
    """Read places, or a matrix.

    Parameters
    ----------
    rounding : {"floor", "round", "exact"} or None
        None rounds Euclidean distances down, as the literature on p-medians does, and others as
        TSPLIB does.

    Raises
    ------
    InputError
        With what is missing or wrong first.
    """
    head, sections = _parts(source)
    size = head.get("DIMENSION", "")
    n = int(size) if size.isascii() and size.isdecimal() else 0
    if n < 1:
        raise source.fail(None, "DIMENSION", size, say("a whole number, 1 or more"))
    source.size(n, n)
    kind = head.get("EDGE_WEIGHT_TYPE", "").upper()
    others = sorted(set(sections) - USED - ROUTES)
    if others:
        expected = say("no section but {}", ", ".join(sorted(USED | ROUTES)))
        raise source.fail(sections[others[0]][0], others[0], "", expected)
    wanted = "EDGE_WEIGHT_SECTION" if kind == "EXPLICIT" else "NODE_COORD_SECTION"
    if not {"EDGE_WEIGHT_SECTION", "NODE_COORD_SECTION"} & set(sections):
        raise source.fail(None, "", "", say("a NODE_COORD_SECTION or an EDGE_WEIGHT_SECTION"))
    if (kind != "EXPLICIT" and kind not in METRICS) or wanted not in sections:
        found = f"{kind} {' '.join(sections)}".strip()
        expected = say("{} with NODE_COORD_SECTION, or EXPLICIT", ", ".join(METRICS))
        raise source.fail(None, "EDGE_WEIGHT_TYPE", found, expected)
    words, told, numbers = source.words, "", np.arange(1.0, n + 1)
    _enter(source, words, sections[wanted])
    if kind == "EXPLICIT":
        cost = _explicit(source, n, head.get("EDGE_WEIGHT_FORMAT", "").upper())
        things = say("numbers for {} places", n)
    else:
        axes, metric = METRICS[kind]
        rows = _places(source, wanted, n, axes + 1)
        numbers, cost, things = rows[:, 0], metric(rows[:, 1:], rounding), say("{} places", n)
        done = rounding or ("floor" if kind.startswith("EUC") else None)
        told = f"{kind}, {ROUNDED[done]}" if done else kind
    _leave(source, wanted, things)
    if (cost < 0).any():
        raise source.fail(None, wanted, cost.min(), say("distances that are zero or more"))
    demands = None
    if "DEMAND_SECTION" in sections:
        _enter(source, words, sections["DEMAND_SECTION"])
        demands = _demands(source, numbers)
    return Instance(
        name,
        "TSPLIB" if demands is None else "VRPLIB",
        cost,
        weights=demands,
        demands=demands,
        capacities=_room(source, head, n),
        distance=told,
    )


def _demands(source: Source, numbers: Floats) -> Floats:
    """Read the demand of every place, in the order of their numbers given."""
    n, section = len(numbers), "DEMAND_SECTION"
    listed = _places(source, section, n, 2)
    _leave(source, section, say("{} places", n))
    demand = dict(zip(*listed.T.tolist(), strict=True))
    if set(demand) != set(numbers.tolist()):
        odd = min(set(demand) ^ set(numbers.tolist()))
        raise source.fail(None, section, f"{odd:g}", say("the number of a place"))
    if min(demand.values()) < 0:
        raise source.fail(None, section, min(demand.values()), say("zero or more"))
    return np.array([demand[number] for number in numbers.tolist()])


def _room(source: Source, head: dict[str, str], n: int) -> Floats | None:
    if "CAPACITY" not in head:
        return None
    room = as_number(head["CAPACITY"])
    if not room >= 0:
        raise source.fail(None, "CAPACITY", head["CAPACITY"], say("a number, zero or more"))
    return np.full(n, room)


def _enter(source: Source, words: list[tuple[str, int]], lines: tuple[int, int]) -> None:
    """Leave only the words of a section to be read."""
    source.words = [(word, row) for word, row in words if lines[0] < row < lines[1]]
    source.at = 0


def _leave(source: Source, section: str, things: Message) -> None:
    if source.at < len(source.words):
        raise source.fail(source.words[source.at][1], section, "", say("no more than {}", things))


def _places(source: Source, section: str, n: int, width: int) -> Floats:
    """Read a line a place, its number first."""
    rows = source.numbers(width * n, section).reshape(n, width)
    starts = [row for _, row in source.words[: source.at : width]]
    if len(set(starts)) < n:
        raise source.fail(None, section, "", say("a line a place, of {} numbers", width))
    if len(np.unique(rows[:, 0])) < n:
        raise source.fail(None, section, "", say("no place twice"))
    return rows


def _parts(source: Source) -> tuple[dict[str, str], dict[str, tuple[int, int]]]:
    """Return what the file says of itself, and the lines between which each section lies."""
    head: dict[str, str] = {}
    starts: list[tuple[str, int]] = []
    for row, line in source.lines:
        found = ENTRY.match(line)
        key = found[1].upper() if found else ""
        if key.endswith("_SECTION") or key == "EOF":
            starts.append((key, row))
            if key == "EOF":
                break
        elif found and not starts:
            head[key] = found[2] or ""
    ends = [row for _, row in starts[1:]] + [source.lines[-1][0] + 1]
    sections = {key: (row, end) for (key, row), end in zip(starts, ends, strict=False)}
    sections.pop("EOF", None)
    return head, sections


def _explicit(source: Source, n: int, layout: str) -> Floats:
    """Read a matrix, or one of its triangles; the columns of one are the rows of the other.

    Its diagonal is no distance: where tours are asked for, 9999 there forbids to stay.
    """
    corners = {
        "UPPER_ROW": np.triu_indices(n, 1),
        "UPPER_DIAG_ROW": np.triu_indices(n),
        "LOWER_ROW": np.tril_indices(n, -1),
        "LOWER_DIAG_ROW": np.tril_indices(n),
    }
    corners |= {
        f"{side}{diagonal}_COL": corners[f"{other}{diagonal}_ROW"]
        for side, other in (("UPPER", "LOWER"), ("LOWER", "UPPER"))
        for diagonal in ("", "_DIAG")
    }
    if layout != "FULL_MATRIX" and layout not in corners:
        expected = say("FULL_MATRIX, {}", ", ".join(corners))
        raise source.fail(None, "EDGE_WEIGHT_FORMAT", layout, expected)
    if layout == "FULL_MATRIX":
        cost = source.numbers(n * n, "EDGE_WEIGHT_SECTION").reshape(n, n)
    else:
        rows, columns = corners[layout]
        cost = np.zeros((n, n))
        cost[rows, columns] = cost[columns, rows] = source.numbers(len(rows), "EDGE_WEIGHT_SECTION")
    np.fill_diagonal(cost, 0.0)
    return cost
