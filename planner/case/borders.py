"""Which municipalities are neighbours: a border joins them, or a link where no borders do."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    Pair = tuple[str, str]


def neighbours(borders: Iterable[Pair], links: Iterable[Pair]) -> set[Pair]:
    """Return the pairs that count as neighbours when a region is to be in one piece.

    A road, bridge or ferry counts only where no chain of borders joins its ends: an island's
    bridge does, and the road past a neighbour to the one beyond it does not.

    Parameters
    ----------
    borders, links : iterable of tuple of str
        Pairs of municipality codes, in any order.

    Returns
    -------
    set of tuple of str
        The codes of a pair in order.
    """
    pairs = {(min(pair), max(pair)) for pair in borders}
    land = lands(pairs)
    over = {
        (min(pair), max(pair))
        for pair in links
        if land.get(pair[0], pair[0]) != land.get(pair[1], pair[1])
    }
    return pairs | over


def without_neighbours(
    codes: Iterable[str], borders: Iterable[Pair], links: Iterable[Pair]
) -> list[str]:
    """Return the municipalities that no border joins to another, nor a link that counts.

    Parameters
    ----------
    codes : iterable of str
        All municipalities.
    borders, links : iterable of tuple of str
        As in `neighbours`.

    Returns
    -------
    list of str
        Sorted.
    """
    beside = {code for a, b in neighbours(borders, links) if a != b for code in (a, b)}
    return sorted(set(codes) - beside)


def lands(borders: Iterable[Pair]) -> dict[str, str]:
    """Return for each municipality with a border the least code that a chain of them leads to."""
    beside = defaultdict(list)
    for a, b in borders:
        beside[a].append(b)
        beside[b].append(a)
    land: dict[str, str] = {}
    for start in sorted(beside):
        if start in land:
            continue
        land[start] = start
        reached = [start]
        for code in reached:  # grows as it is walked
            fresh = [other for other in dict.fromkeys(beside[code]) if other not in land]
            land.update(dict.fromkeys(fresh, start))
            reached.extend(fresh)
    return land
