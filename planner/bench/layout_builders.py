"""From the numbers of a layout's records to an instance, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.bench.source import ROUNDED, Instance, Rounding, Source, euclidean, rounded
from planner.message import say

if TYPE_CHECKING:
    from planner.location.kernels import Floats


@dataclass
class Draft:
    """The numbers of a file, by what they are; a record a row."""

    name: str
    format: str
    source: Source
    distance: Rounding | None
    parts: dict[str, list[Floats]] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)
    left_open: list[int] = field(default_factory=list)

    def take(self, what: str, rows: int, width: int) -> None:
        """Read a block; rooms that are a word `capacity` are left open."""
        source = self.source
        lines = [source.words[source.at + k * width][1] for k in range(rows)]
        if what == "warehouses":
            for k in range(rows):
                word, line = source.words[source.at + k * width]
                if word.lower() == "capacity":
                    source.words[source.at + k * width] = ("0", line)
                    self.left_open.append(k)
        self.parts.setdefault(what, []).append(source.numbers(rows * width, what))
        self.rows.setdefault(what, []).extend(lines)

    def table(self, what: str, width: int, *, least: float | None = 0.0) -> Floats:
        """Return the records of a kind, shape (records, width), none below `least`."""
        values: Floats = np.concatenate(self.parts[what]).reshape(-1, width)
        if least is not None and (values < least).any():
            k = int(np.flatnonzero((values < least).any(axis=1))[0])
            line = self.rows[what][min(k, len(self.rows[what]) - 1)]
            raise self.source.fail(line, what, values[k].min(), say("zero or more"))
        return values

    def row(self, what: str) -> Floats:
        """Return the numbers of one record."""
        values: Floats = self.table(what, len(self.parts[what][0]))[0]
        return values

    def sizes(self) -> list[int]:
        """Return the sizes that the head tells."""
        return [int(value) for value in self.parts["sizes"][0]]

    def made(self, cost: Floats, p: int | None = None, **known: Any) -> Instance:
        """Return the instance; one with demands is by default for the capacitated problem."""
        problem = "capacitated" if known.get("demands") is not None else "median"
        return Instance(self.name, self.format, cost, p, **({"problem": problem} | known))

    def between(self, places: Floats, other: Floats, default: Rounding) -> tuple[Floats, str]:
        """Return Euclidean distances, and what they are."""
        rounding = self.distance or default
        self.source.size(len(places), len(other))
        return rounded(euclidean(places, other), rounding), f"Euclidean, {ROUNDED[rounding]}"


def pmed(draft: Draft) -> Instance:
    """Read a graph. A repeated edge takes its last length."""
    from scipy import sparse  # noqa: PLC0415 - slow to import

    n, _, p = draft.sizes()
    draft.source.size(n, n)
    edges = draft.table("edges", 3, least=None)
    ends, lines = edges[:, :2], draft.rows["edges"]
    for k in np.flatnonzero(edges[:, 2] < 0):
        raise draft.source.fail(lines[k], "length", edges[k, 2], say("zero or more"))
    low, high = ends.min(axis=1).astype(np.intp) - 1, ends.max(axis=1).astype(np.intp) - 1
    length = {(i, j): c for i, j, c in zip(low.tolist(), high.tolist(), edges[:, 2], strict=True)}
    pairs = np.array(list(length), dtype=np.intp).reshape(-1, 2)
    # A length of zero must stay an edge: sparse graphs take an explicit zero for one only so.
    values = np.array(list(length.values()))
    lengths = np.where(values > 0, values, 1e-300)
    graph = sparse.coo_array((lengths, (pairs[:, 0], pairs[:, 1])), (n, n))
    cost = sparse.csgraph.shortest_path(graph.tocsr(), directed=False)
    whole = bool((values == np.rint(values)).all())
    cost = np.where(np.isfinite(cost) & whole, np.rint(cost), cost)
    return draft.made(cost, p)


def pmp(draft: Draft) -> Instance:
    """Read places, each a point and a site."""
    places = draft.table("places", 3, least=None)
    cost, distance = draft.between(places[:, 1:], places[:, 1:], "floor")
    return draft.made(cost, draft.sizes()[2], distance=distance)


def costs(draft: Draft) -> Instance:
    """Read a matrix, with demands and capacities if there are."""
    sizes = draft.sizes()
    limited = "demands" in draft.parts
    sites = sizes[0] if limited else sizes[1]
    return draft.made(
        draft.table("costs", sites),
        sizes[-1],
        demands=draft.row("demands") if limited else None,
        capacities=draft.row("capacities") if limited else None,
    )


def pmedcap(draft: Draft) -> Instance:
    """Read customers with demands, who are sites with the same room."""
    n, p, _ = draft.sizes()
    room = draft.row("sizes")[2]
    rows = draft.table("customers", 4, least=None)
    _not_below_zero(draft, "customers", rows[:, 3:])
    cost, distance = draft.between(rows[:, 1:3], rows[:, 1:3], "floor")
    return draft.made(cost, p, demands=rows[:, 3], capacities=np.full(n, room), distance=distance)


def sjc(draft: Draft) -> Instance:
    """Read places with capacity and demand, each a point and a site."""
    rows = draft.table("places", 4, least=None)
    _not_below_zero(draft, "places", rows[:, 2:])
    cost, distance = draft.between(rows[:, :2], rows[:, :2], "exact")
    return draft.made(
        cost, draft.sizes()[1], demands=rows[:, 3], capacities=rows[:, 2], distance=distance
    )


def cap(draft: Draft) -> Instance:
    """Read warehouses; rooms that are all zero, or a word, are left open."""
    m, _ = draft.sizes()
    sites, rows = draft.table("warehouses", 2), draft.table("customers", m + 1)
    room = sites[:, 0] if sites[:, 0].any() else np.full(m, np.nan)
    room[draft.left_open] = np.nan
    return draft.made(
        rows[:, 1:],
        demands=rows[:, 0],
        capacities=room,
        opening=sites[:, 1],
        problem="capacitated-split",
    )


def sscflp(draft: Draft) -> Instance:
    """Read sites and points by lines of one thing each."""
    capacities = draft.row("capacities")
    return draft.made(
        draft.table("costs", len(capacities)),
        demands=draft.row("demands"),
        capacities=capacities,
        opening=draft.row("opening costs"),
    )


def holmberg(draft: Draft) -> Instance:
    """Read sites line by line, and costs by sites."""
    sites, (_, n) = draft.table("sites", 2), draft.sizes()
    return draft.made(
        np.ascontiguousarray(draft.table("costs", n).T),
        demands=draft.row("demands"),
        capacities=sites[:, 0],
        opening=sites[:, 1],
    )


def coursera(draft: Draft) -> Instance:
    """Read sites and points with coordinates; a point's cost is its distance."""
    sites = draft.table("sites", 4, least=None)
    points = draft.table("points", 3, least=None)
    _not_below_zero(draft, "sites", sites[:, :2])
    _not_below_zero(draft, "points", points[:, :1])
    cost, distance = draft.between(points[:, 1:], sites[:, 2:], "exact")
    return draft.made(
        cost, demands=points[:, 0], capacities=sites[:, 1], opening=sites[:, 0], distance=distance
    )


def ufllib(draft: Draft) -> Instance:
    """Read sites without limits of room."""
    _, n, _ = draft.sizes()
    sites = draft.table("sites", n + 2)
    return draft.made(
        np.ascontiguousarray(sites[:, 2:].T), opening=sites[:, 1], problem="warehouse"
    )


def _not_below_zero(draft: Draft, what: str, values: Floats) -> None:
    for k in np.flatnonzero((values < 0).any(axis=1))[:1]:
        raise draft.source.fail(
            draft.rows[what][int(k)], what, values[k].min(), say("zero or more")
        )
