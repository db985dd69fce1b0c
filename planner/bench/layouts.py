"""Every layout of numbers in lines that is read: how long its records are, and what they become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.bench import layout_builders as build
from planner.bench.source import Instance, Source, as_number
from planner.message import Message, say

if TYPE_CHECKING:
    from collections.abc import Callable


class Block(NamedTuple):
    """Records of one kind: what they are, how many, how many words each, and a word they must be.

    Only blocks without such a word hold numbers.
    """

    what: str
    rows: int
    width: int
    word: str = ""


class Unfit(Exception):  # noqa: N818 - no error, an answer
    """Why a file isn't in a layout."""

    def __init__(self, reason: Message) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Layout:
    """One layout.

    Attributes
    ----------
    name : str
        For `--layout`.
    head : int
        Words in its first line.
    lines : str
        Its records in a few words, for who has to choose.
    blocks : callable
        From the file the blocks that it should consist of; raises Unfit if its head says
        otherwise.
    build : callable
        From the blocks' numbers the instance.
    """

    name: str
    head: int
    lines: Message
    blocks: Callable[[Source], list[Block]]
    build: Callable[[build.Draft], Instance]


def size(source: Source, at: int, least: int = 1) -> int:
    """Return a word of the head as a whole number, or raise Unfit."""
    word = source.words[at][0] if at < len(source.words) else ""
    value = as_number(word)
    if np.isnan(value) or value != int(value) or value < least:
        raise Unfit(say("word {} is {!r}, not a whole number, {} or more", at + 1, word, least))
    return int(value)


def _pmed(source: Source) -> list[Block]:
    n = size(source, 0)
    size(source, 2)
    m = size(source, 1, 0)
    for k in range(3, min(3 + 3 * m, len(source.words) - 1), 3):
        for word, row in source.words[k : k + 2]:
            value = as_number(word)
            if not np.isnan(value) and not (value % 1 == 0 and 1 <= value <= n):
                raise Unfit(say("line {}: vertices from 1 to {}", row, n))
    return [Block("sizes", 1, 3), Block("edges", m, 3)]


def _pmp(source: Source) -> list[Block]:
    n, m = size(source, 0), size(source, 1)
    size(source, 2)
    if n != m:
        raise Unfit(say("{} points and {} sites, not the same", n, m))
    if not _counted(source, 3, 3, n):
        raise Unfit(say("places numbered in order"))
    return [Block("sizes", 1, 3), Block("places", n, 3)]


def _pmp_matrix(source: Source) -> list[Block]:
    n, m = size(source, 0), size(source, 1)
    size(source, 2)
    return [Block("sizes", 1, 3), Block("", 1, 1, "MATRIX"), Block("costs", n, m)]


def _pmedcap(source: Source) -> list[Block]:
    n = size(source, 2)
    size(source, 3)
    return [Block("number, best known", 1, 2), Block("sizes", 1, 3), Block("customers", n, 4)]


def _pmedcaps(source: Source) -> list[Block]:
    blocks, at = [Block("count", 1, 1)], 1
    for _ in range(size(source, 0)):
        n = size(source, at + 2)
        blocks += [Block("number, best known", 1, 2), Block("sizes", 1, 3)]
        blocks.append(Block("customers", n, 4))
        at += 5 + 4 * n
    return blocks


def _cap(source: Source) -> list[Block]:
    m, n = size(source, 0), size(source, 1)
    return [Block("sizes", 1, 2), Block("warehouses", m, 2), Block("customers", n, m + 1)]


def _cap_apart(source: Source) -> list[Block]:
    m, n = size(source, 0), size(source, 1)
    if n > len(source.words):
        raise Unfit(say("{} more numbers before the end", n * (m + 1) - len(source.words)))
    customer = [Block("customers", 1, 1), Block("customers", 1, m)]
    return [Block("sizes", 1, 2), Block("warehouses", m, 2), *customer * n]


def _sscflp(source: Source) -> list[Block]:
    m, n = size(source, 0), size(source, 1)
    rows = [Block("capacities", 1, m), Block("opening costs", 1, m), Block("demands", 1, n)]
    return [Block("sizes", 1, 2), *rows, Block("costs", n, m)]


def _holmberg(source: Source) -> list[Block]:
    m, n = size(source, 0), size(source, 1)
    sites = Block("sites", m, 2)
    return [Block("sizes", 1, 2), sites, Block("demands", 1, n), Block("costs", m, n)]


def _delmaire(source: Source) -> list[Block]:
    n, m = size(source, 0), size(source, 1)
    rows = [Block("demands", 1, n), Block("opening costs", 1, m), Block("capacities", 1, m)]
    return [Block("sizes", 1, 2), Block("costs", n, m), *rows]


def _sjc(source: Source) -> list[Block]:
    n = size(source, 0)
    if size(source, 1) > n:
        raise Unfit(say("{} of {} places to open", source.words[1][0], n))
    if n > 2 and _counted(source, 2, 4, n):
        raise Unfit(say("numbers of places where x should be"))
    return [Block("sizes", 1, 2), Block("places", n, 4)]


def _counted(source: Source, at: int, width: int, rows: int) -> bool:
    """Return whether records begin with 0, 1, 2... or 1, 2, 3..."""
    first = [as_number(word) for word, _ in source.words[at : at + width * rows : width]]
    return bool(first) and first[0] in {0.0, 1.0} and (np.diff(first) == 1).all()


def _cpmp(source: Source) -> list[Block]:
    n = size(source, 0)
    if size(source, 1) > n:
        raise Unfit(say("{} of {} places to open", source.words[1][0], n))
    rows = [Block("demands", 1, n), Block("capacities", 1, n)]
    return [Block("sizes", 1, 2), Block("costs", n, n), *rows]


def _coursera(source: Source) -> list[Block]:
    m, n = size(source, 0), size(source, 1)
    return [Block("sizes", 1, 2), Block("sites", m, 4), Block("points", n, 3)]


def _ufllib(source: Source) -> list[Block]:
    if source.words[0][0].upper() != "FILE:":
        raise Unfit(say("no line `FILE: name` first"))
    m, n = size(source, 2), size(source, 3)
    name = source.words[1][0] if len(source.words) > 1 else ""
    head = [Block("", 1, 2, f"{source.words[0][0]} {name}"), Block("sizes", 1, 3)]
    return [*head, Block("sites", m, n + 2)]


LAYOUTS = (
    Layout("pmed", 3, say("vertices, edges, p; then an edge a line"), _pmed, build.pmed),
    Layout("pmp", 3, say("points, sites, p; then number, x, y"), _pmp, build.pmp),
    Layout(
        "pmp", 3, say("points, sites, p; MATRIX; a line of costs a point"), _pmp_matrix, build.costs
    ),
    Layout(
        "pmedcap",
        2,
        say("number, best known; customers, p, capacity; then number, x, y, demand"),
        _pmedcap,
        build.pmedcap,
    ),
    Layout("pmedcap", 1, say("how many; then each as pmedcap"), _pmedcaps, build.pmedcap),
    Layout(
        "cap",
        2,
        say("warehouses, customers; room and opening cost a line; demand and costs a customer"),
        _cap,
        build.cap,
    ),
    Layout("cap", 2, say("the same, each demand in a line of its own"), _cap_apart, build.cap),
    Layout(
        "sscflp",
        2,
        say("sites, points; a line of capacities; of opening costs; of demands; of costs a point"),
        _sscflp,
        build.sscflp,
    ),
    Layout(
        "holmberg",
        2,
        say("sites, points; capacity and opening cost a line; a line of demands; of costs a site"),
        _holmberg,
        build.holmberg,
    ),
    Layout(
        "delmaire",
        2,
        say("points, sites; a line of costs a point; of demands; of opening costs; of capacities"),
        _delmaire,
        build.sscflp,
    ),
    Layout("sjc", 2, say("places, p; then x, y, capacity, demand"), _sjc, build.sjc),
    Layout(
        "cpmp",
        2,
        say("places, p; a line of costs a place; then of demands; of capacities"),
        _cpmp,
        build.costs,
    ),
    Layout(
        "coursera",
        2,
        say("sites, points; opening cost, capacity, x, y a site; then demand, x, y a point"),
        _coursera,
        build.coursera,
    ),
    Layout(
        "ufllib",
        2,
        say("FILE: name; sites, points, 0; then number, opening cost and costs a site"),
        _ufllib,
        build.ufllib,
    ),
)
NAMES = tuple(dict.fromkeys(layout.name for layout in LAYOUTS))
