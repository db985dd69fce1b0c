"""Files of public location instances: OR-Library pmed, cap and pmedcap, TSPLIB, CSV."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from planner.errors import InputError, Problem
from planner.message import Message, say

if TYPE_CHECKING:
    from pathlib import Path

    from planner.location.kernels import Floats

type Rounding = Literal["floor", "round", "exact"]

MOST_PAIRS = 900_000_000
"""Pairs of point and site that are read at most: 7 GB of distances."""


@dataclass(frozen=True)
class Instance:
    """One location problem, as its file states it.

    Attributes
    ----------
    name : str
        The file's name without its suffix, and the problem's number where a file holds several.
    format : str
        "pmed", "cap", "pmedcap", "tsplib" or "csv".
    cost : numpy.ndarray
        Shape (points, sites).
    p : int or None
        Number of sites to open, if the file says.
    weights, demands, capacities, opening : numpy.ndarray or None
        Weight and demand of each point; room (not a number where the file leaves it open) and
        opening cost of each site.
    """

    name: str
    format: str
    cost: Floats
    p: int | None = None
    weights: Floats | None = None
    demands: Floats | None = None
    capacities: Floats | None = None
    opening: Floats | None = None


@dataclass
class Source:
    """A file while it is read: its words with their lines, and what is wrong with it."""

    name: str
    text: str
    at: int = 0
    words: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.words = [
            (word, number)
            for number, line in enumerate(self.text.splitlines(), 1)
            for word in line.split()
        ]

    def fail(self, row: int | None, column: str, value: object, expected: Message) -> InputError:
        """Return the error for one thing that is wrong."""
        return InputError([Problem(self.name, row, column, str(value), expected)])

    def numbers(self, count: int, what: str) -> Floats:
        """Read the next words as numbers."""
        part = self.words[self.at : self.at + count]
        if len(part) < count:
            row = self.words[-1][1] if self.words else None
            raise self.fail(row, what, "", say("{} more numbers before the end", count - len(part)))
        out = np.empty(count)
        for k, (word, row) in enumerate(part):
            try:
                out[k] = float(word)
            except ValueError:
                raise self.fail(row, what, word, say("a number")) from None
            if not np.isfinite(out[k]):
                raise self.fail(row, what, word, say("a finite number"))
        self.at += count
        return out

    def word(self, at: int) -> str:
        """Return a word, empty where the file has ended."""
        return self.words[at][0] if at < len(self.words) else ""

    def whole(self, what: str, least: int = 1) -> int:
        """Read the next word as a whole number."""
        row = self.words[self.at][1] if self.at < len(self.words) else None
        value = float(self.numbers(1, what)[0])
        if value != int(value) or value < least:
            raise self.fail(row, what, f"{value:g}", say("a whole number, {} or more", least))
        return int(value)

    def size(self, points: int, sites: int) -> None:
        """Refuse what would not fit into memory."""
        if points * sites > MOST_PAIRS:
            expected = say("at most {} pairs of point and site", MOST_PAIRS)
            raise self.fail(None, "size", f"{points} x {sites}", expected)


def read_instance(
    path: Path,
    *,
    distance: Rounding | None = None,
    number: int = 1,
    capacity: float | None = None,
) -> Instance:
    """Read an instance; its format is told from its content.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    distance : {"floor", "round", "exact"}, optional
        How distances between coordinates become costs. By default `floor` for TSPLIB's Euclidean
        ones and pmedcap, as in the literature on p-medians, as TSPLIB says for its other ones,
        and `exact` for CSV.
    number : int
        Which problem of a file that holds several.
    capacity : float, optional
        The room of every site, for cap files that leave it open.

    Raises
    ------
    InputError
        If the file can't be read as any of the formats.
    """
    try:
        data, reason = path.read_bytes(), "not text"
    except OSError as error:
        data, reason = b"\0", error.strerror or "no reason is known"
    if b"\0" in data:
        expected = say("a readable instance file ({})", reason)
        raise InputError([Problem(str(path), None, "", "", expected)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:  # a name in a comment of an old file
        text = data.decode("latin-1")
    source = Source(path.name, text)
    if not source.words:
        raise source.fail(None, "", "", say("an instance, not an empty file"))
    stem = path.stem
    if "DIMENSION" in text.upper():
        from planner.bench.tsplib import read_tsplib  # noqa: PLC0415 - it needs this module

        return read_tsplib(source, stem, distance)
    if path.suffix.lower() == ".csv" or "," in text.split("\n", 1)[0]:
        from planner.bench.tables import read_csv_instance  # noqa: PLC0415 - needs pandas

        return read_csv_instance(source, stem, distance or "exact")
    heads = [len(line.split()) for line in text.splitlines() if line.strip()]
    if heads[0] == 3:
        return _pmed(source, stem)
    if heads[0] == 1 or (heads[0] == 2 and len(heads) > 1 and heads[1] == 3):
        return _pmedcap(source, stem, distance or "floor", number, several=heads[0] == 1)
    if heads[0] == 2:
        return _cap(source, stem, capacity)
    expected = say("OR-Library pmed, cap or pmedcap, TSPLIB, or CSV")
    raise source.fail(1, "format", text.splitlines()[0][:40], expected)


def rounded(exact: Floats, rounding: Rounding) -> Floats:
    """Round distances as asked."""
    if rounding == "floor":
        return np.floor(exact)
    return np.floor(exact + 0.5) if rounding == "round" else exact


def euclidean(places: Floats) -> Floats:
    """Return the distances between places, shape (n, 2)."""
    return np.sqrt(squared(places))


def squared(places: Floats) -> Floats:
    """Return the squares of the distances between places: whole numbers stay so."""
    across, along = (axis[:, None] - axis[None] for axis in places.T)
    total: Floats = across * across + along * along
    return total


def _pmed(source: Source, name: str) -> Instance:
    """Read a graph: vertices, edges, p; then the edges. A repeated edge takes its last length."""
    from scipy.sparse import coo_array  # noqa: PLC0415 - slow to import
    from scipy.sparse.csgraph import shortest_path  # noqa: PLC0415

    n, m, p = source.whole("vertices"), source.whole("edges", 0), source.whole("p")
    source.size(n, n)
    edges = source.numbers(3 * m, "edges").reshape(m, 3)
    if source.at < len(source.words):
        raise source.fail(source.words[source.at][1], "edges", "", say("no more than {} edges", m))
    ends = edges[:, :2]
    for k in np.flatnonzero((ends < 1).any(1) | (ends > n).any(1) | (ends % 1 != 0).any(1)):
        row = source.words[3 + 3 * int(k)][1]
        raise source.fail(row, "edge", ends[k].tolist(), say("vertices from 1 to {}", n))
    for k in np.flatnonzero(edges[:, 2] < 0):
        row = source.words[3 + 3 * int(k)][1]
        raise source.fail(row, "length", edges[k, 2], say("zero or more"))
    low, high = ends.min(axis=1).astype(np.intp) - 1, ends.max(axis=1).astype(np.intp) - 1
    length = {(i, j): c for i, j, c in zip(low.tolist(), high.tolist(), edges[:, 2], strict=True)}
    pairs = np.array(list(length), dtype=np.intp).reshape(-1, 2)
    # A length of zero must stay an edge: sparse graphs take an explicit zero for one only so.
    values = np.array(list(length.values()))
    graph = coo_array((np.where(values > 0, values, 1e-300), (pairs[:, 0], pairs[:, 1])), (n, n))
    cost = shortest_path(graph.tocsr(), directed=False)
    whole = bool((values == np.rint(values)).all())
    return Instance(name, "pmed", np.where(np.isfinite(cost) & whole, np.rint(cost), cost), p)


def _cap(source: Source, name: str, capacity: float | None) -> Instance:
    """Read warehouses: room and opening cost of each, then each customer's demand and costs."""
    m, n = source.whole("warehouses"), source.whole("customers")
    source.size(n, m)
    if capacity is not None:
        source.words = [
            (f"{capacity}" if word.lower() == "capacity" else word, row)
            for word, row in source.words
        ]
    left_open = [k for k in range(m) if source.word(source.at + 2 * k).lower() == "capacity"]
    for k in left_open:
        place = source.at + 2 * k
        source.words[place] = ("0", source.words[place][1])
    sites = source.numbers(2 * m, "warehouses").reshape(m, 2)
    if left_open:
        sites[left_open, 0] = np.nan
    rows = source.numbers(n * (m + 1), "customers").reshape(n, m + 1)
    if source.at < len(source.words):
        raise source.fail(source.words[source.at][1], "customers", "", say("no more than {}", n))
    for what, values in (("warehouses", sites), ("customers", rows)):
        if (values < 0).any():
            raise source.fail(None, what, values.min(), say("numbers that are zero or more"))
    return Instance(
        name,
        "cap",
        rows[:, 1:],
        demands=rows[:, 0],
        capacities=sites[:, 0],
        opening=sites[:, 1],
    )


def _pmedcap(
    source: Source, name: str, rounding: Rounding, number: int, *, several: bool
) -> Instance:
    """Read customers with demands, who are sites with room, from a file of one or several."""
    count = source.whole("problems") if several else 1
    if not 1 <= number <= count:
        raise source.fail(None, "--number", number, say("from 1 to {}", count))
    for k in range(1, count + 1):
        source.numbers(2, "number and best known")
        n, p = source.whole("customers"), source.whole("p")
        room = float(source.numbers(1, "capacity")[0])
        source.size(n, n)
        rows = source.numbers(4 * n, "customers").reshape(n, 4)
        if k == number:
            break
    if not several and source.at < len(source.words):
        raise source.fail(source.words[source.at][1], "customers", "", say("no more than {}", n))
    if (rows[:, 3] < 0).any() or room < 0:
        raise source.fail(
            None, "demand", rows[:, 3].min(), say("demands and capacity not below zero")
        )
    return Instance(
        f"{name}-{number}" if several else name,
        "pmedcap",
        rounded(euclidean(rows[:, 1:3]), rounding),
        p,
        demands=rows[:, 3],
        capacities=np.full(n, room),
    )
