"""An instance file while it is read: its lines and words, and what is wrong with them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from planner.errors import InputError, Problem
from planner.message import Message, say

if TYPE_CHECKING:
    from pathlib import Path

    from planner.location.kernels import Floats

type Rounding = Literal["floor", "round", "exact"]

SPHERE_KM = 6371.0088
"""Mean radius of the earth, as for the planner's own great circles."""

ROUNDED = {"floor": "rounded down", "round": "rounded to the nearest", "exact": "not rounded"}
"""How an answer says what was done to the distances."""


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


def rounded(exact: Floats, rounding: Rounding) -> Floats:
    """Round distances as asked."""
    if rounding == "floor":
        return np.floor(exact)
    return np.floor(exact + 0.5) if rounding == "round" else exact


def euclidean(places: Floats, others: Floats | None = None) -> Floats:
    """Return the distances from places, shape (n, 2 or 3), to others or to each other."""
    return np.sqrt(squared(places, others))


def squared(places: Floats, others: Floats | None = None) -> Floats:
    """Return the squares of the distances: those of whole numbers stay whole."""
    others = places if others is None else others
    total: Floats = np.zeros((len(places), len(others)))
    for here, there in zip(places.T, others.T, strict=True):
        total += (here[:, None] - there[None]) ** 2
    return total


def great_circle(latitude: Floats, longitude: Floats) -> Floats:
    """Return km over a sphere between places in degrees.

    References
    ----------
    Sinnott, "Virtues of the haversine", Sky and Telescope 68 (1984): near places too are exact.
    """
    north, east = np.radians(latitude), np.radians(longitude)
    half = np.sin((north[:, None] - north) / 2) ** 2
    half += np.cos(north[:, None]) * np.cos(north) * np.sin((east[:, None] - east) / 2) ** 2
    km: Floats = 2 * SPHERE_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return km


MOST_PAIRS = 900_000_000
"""Pairs of point and site that are read at most: 7 GB of distances."""

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
"""What counts as a number: Python would take `1_000`, `nan` and other scripts' digits too."""

PADDING = b"\x00\x1a"
"""What some old systems fill the end of a text file with."""


def as_number(word: str) -> float:
    """Return a finite number; not a number if the word is none."""
    value = float(word) if NUMBER.fullmatch(word) else np.nan
    return value if np.isfinite(value) else np.nan


@dataclass
class Source:
    """A file while it is read.

    Attributes
    ----------
    lines : list of (int, str)
        Every line with something on it, with its number, without the comments in front.
    words : list of (str, int)
        Every word with the number of its line.
    at : int
        How many words are read.
    """

    name: str
    text: str
    at: int = 0
    lines: list[tuple[int, str]] = field(default_factory=list)
    words: list[tuple[str, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        written = enumerate(self.text.splitlines(), 1)
        self.lines = [(row, line) for row, line in written if line.strip()]
        while self.lines and self.lines[0][1].lstrip().startswith("#"):
            del self.lines[0]
        self.words = [(word, row) for row, line in self.lines for word in line.split()]

    def fail(self, row: int | None, column: str, value: object, expected: Message) -> InputError:
        """Return the error for one thing that is wrong."""
        return InputError([Problem(self.name, row, column, str(value), expected)])

    def numbers(self, count: int, what: str) -> Floats:
        """Read the next words as numbers."""
        part = self.words[self.at : self.at + count]
        if len(part) < count:
            row = self.words[-1][1] if self.words else None
            raise self.fail(row, what, "", say("{} more numbers before the end", count - len(part)))
        out = np.fromiter((as_number(word) for word, _ in part), float, count)
        for k in np.flatnonzero(np.isnan(out))[:1]:
            word, row = part[int(k)]
            raise self.fail(row, what, word, say("a finite number"))
        self.at += count
        return out

    def size(self, points: int, sites: int) -> None:
        """Refuse what would not fit into memory."""
        if points * sites > MOST_PAIRS:
            expected = say("at most {} pairs of point and site", MOST_PAIRS)
            raise self.fail(None, "size", f"{points} x {sites}", expected)


def read_source(path: Path) -> Source:
    """Read a file's text.

    Raises
    ------
    InputError
        If there is none to read.
    """
    try:
        data, reason = path.read_bytes().rstrip(PADDING), "not text"
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
    return source
