"""Whether every region is in one piece: measured always, asked for by `units.contiguous`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from planner.criteria.base import Criterion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.criteria.reads import Ints, Numbers, Outcome


def region_parts(i: Numbers, served_by: Ints) -> dict[int, list[list[int]]]:
    """Return, for each office, the connected parts of its region in the border graph.

    Nodes are counties at county level, municipalities otherwise; parts are sorted, the
    largest first. A region in one piece has one part.
    """
    near = defaultdict[int, set[int]](set)
    for a, b in i.node_links:
        near[a].add(b)
        near[b].add(a)
    regions: dict[int, set[int]] = {}
    for u, j in enumerate(served_by):
        regions.setdefault(int(j), set()).add(int(i.node_of_unit[u]))
    return {j: _parts(near, regions[j]) for j in sorted(regions)}


def _parts(near: Mapping[int, set[int]], nodes: set[int]) -> list[list[int]]:
    # For so few nodes: networkx takes longer to import than all plans take to measure.
    found = []
    while nodes:
        part, ring = set[int](), {min(nodes)}
        while ring:
            part |= ring
            ring = set[int]().union(*(near[node] for node in ring)) & nodes - part
        nodes = nodes - part
        found.append(sorted(part))
    return sorted(found, key=lambda part: (-len(part), part))


def _in_one_piece(i: Numbers, outcome: Outcome) -> float:
    parts = region_parts(i, outcome.served_by[-1])
    return int(all(len(pieces) == 1 for pieces in parts.values()))


CONTIGUOUS = Criterion(
    name="contiguous",
    unit="yes or no",
    better="max",
    definition="1 where every region is connected by neighbours: a border, or a road, bridge or "
    "ferry where no chain of borders joins its ends (an island); else 0",
    symbols="a rule, `units.contiguous`",
    measure=_in_one_piece,
    asked=False,
)
