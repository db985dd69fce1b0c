"""Files of TSPLIB: every place is a point and a site.

References
----------
Reinelt, G. (1995). TSPLIB 95. Universität Heidelberg: the sections and the distance functions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from planner.bench.instances import Instance, euclidean, rounded, squared
from planner.message import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.bench.instances import Rounding, Source
    from planner.location.kernels import Floats

PI, RADIUS_KM = 3.141592, 6378.388
"""As TSPLIB has them."""

ENTRY = re.compile(r"\s*([A-Za-z0-9_]+)\s*(?:[:\s]\s*(.*?))?\s*$")
"""A keyword, and what it is said to be, with a colon or without."""


def _ceiled(places: Floats, rounding: Rounding | None) -> Floats:
    return rounded(np.ceil(euclidean(places)), rounding or "exact")


def _sum(places: Floats, rounding: Rounding | None) -> Floats:
    return rounded(np.abs(places[:, None] - places[None]).sum(axis=2), rounding or "floor")


def _greatest(places: Floats, rounding: Rounding | None) -> Floats:
    return rounded(np.abs(places[:, None] - places[None]).max(axis=2), rounding or "floor")


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


METRICS: dict[str, Callable[[Floats, Rounding | None], Floats]] = {
    "EUC_2D": lambda places, rounding: rounded(euclidean(places), rounding or "floor"),
    "CEIL_2D": _ceiled,
    "MAN_2D": _sum,
    "MAX_2D": _greatest,
    "GEO": _geographical,
    "ATT": _pseudo_euclidean,
}


def read_tsplib(source: Source, name: str, rounding: Rounding | None) -> Instance:
    """Read places, or a matrix.

    Parameters
    ----------
    source : Source
    name : str
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
    wanted = "EDGE_WEIGHT_SECTION" if kind == "EXPLICIT" else "NODE_COORD_SECTION"
    if not {"EDGE_WEIGHT_SECTION", "NODE_COORD_SECTION"} & set(sections):
        raise source.fail(None, "", "", say("a NODE_COORD_SECTION or an EDGE_WEIGHT_SECTION"))
    if (kind != "EXPLICIT" and kind not in METRICS) or wanted not in sections:
        found = f"{kind} {' '.join(sections)}".strip()
        expected = say("{} with NODE_COORD_SECTION, or EXPLICIT", ", ".join(METRICS))
        raise source.fail(None, "EDGE_WEIGHT_TYPE", found, expected)
    first, last = sections[wanted]
    source.words = [(word, row) for word, row in source.words if first < row < last]
    if kind == "EXPLICIT":
        cost = _explicit(source, n, head.get("EDGE_WEIGHT_FORMAT", "").upper())
        things = f"numbers for {n} places"
    else:
        rows = source.numbers(3 * n, wanted).reshape(n, 3)
        if len(np.unique(rows[:, 0])) < n:
            raise source.fail(None, wanted, "", say("no place twice"))
        cost, things = METRICS[kind](rows[:, 1:], rounding), f"{n} places"
    if source.at < len(source.words):
        raise source.fail(source.words[source.at][1], wanted, "", say("no more than {}", things))
    if (cost < 0).any():
        raise source.fail(None, wanted, cost.min(), say("distances that are zero or more"))
    return Instance(name, "tsplib", cost)


def _parts(source: Source) -> tuple[dict[str, str], dict[str, tuple[int, int]]]:
    """Return what the file says of itself, and the lines between which each section lies."""
    head: dict[str, str] = {}
    starts: list[tuple[str, int]] = []
    lines = source.text.splitlines()
    for row, line in enumerate(lines, 1):
        found = ENTRY.match(line)
        key = found[1].upper() if found else ""
        if key.endswith("_SECTION") or key == "EOF":
            starts.append((key, row))
            if key == "EOF":
                break
        elif found and not starts:
            head[key] = found[2] or ""
    ends = [row for _, row in starts[1:]] + [len(lines) + 1]
    sections = {key: (row, end) for (key, row), end in zip(starts, ends, strict=False)}
    sections.pop("EOF", None)
    return head, sections


def _explicit(source: Source, n: int, layout: str) -> Floats:
    """Read a matrix, or one of its triangles; the columns of one are the rows of the other."""
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
    if layout == "FULL_MATRIX":
        return source.numbers(n * n, "EDGE_WEIGHT_SECTION").reshape(n, n)
    if layout not in corners:
        expected = say("FULL_MATRIX, {}", ", ".join(corners))
        raise source.fail(None, "EDGE_WEIGHT_FORMAT", layout, expected)
    rows, columns = corners[layout]
    cost = np.zeros((n, n))
    cost[rows, columns] = cost[columns, rows] = source.numbers(len(rows), "EDGE_WEIGHT_SECTION")
    return cost
