"""Layouts of numbers in lines, told apart by the lines: a record always begins on a new one.

Several layouts hold exactly as many numbers for the same sizes, so their count tells nothing.
What no layout's records fit is refused, and so is what the records of two layouts fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.bench import layout_builders as build
from planner.bench.source import as_number
from planner.errors import InputError, Problem
from planner.message import Message, join, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.bench.distances import Rounding
    from planner.bench.instances import Instance
    from planner.bench.source import Source
    from planner.location.kernels import Bools


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
    lines: str
    blocks: Callable[[Source], list[Block]]
    build: Callable[[build.Draft], Instance]


def size(source: Source, at: int, what: str, least: int = 1) -> int:
    """Return a word of the head as a whole number, or raise Unfit."""
    word = source.words[at][0] if at < len(source.words) else ""
    value = as_number(word)
    if np.isnan(value) or value != int(value) or value < least:
        raise Unfit(say("{} = {!r}, not a whole number from {}", what, word, least))
    return int(value)


def _pmed(source: Source) -> list[Block]:
    n = size(source, 0, "vertices")
    size(source, 2, "p")
    m = size(source, 1, "edges", 0)
    for k in range(3, min(3 + 3 * m, len(source.words) - 1), 3):
        for word, row in source.words[k : k + 2]:
            value = as_number(word)
            if not np.isnan(value) and not (value % 1 == 0 and 1 <= value <= n):
                raise Unfit(say("line {}: vertices from 1 to {}", row, n))
    return [Block("sizes", 1, 3), Block("edges", m, 3)]


def _pmp(source: Source) -> list[Block]:
    n, m = size(source, 0, "points"), size(source, 1, "sites")
    size(source, 2, "p")
    if n != m:
        raise Unfit(say("{} points and {} sites, not the same", n, m))
    if not _counted(source, 3, 3, n):
        raise Unfit(say("places numbered in order"))
    return [Block("sizes", 1, 3), Block("places", n, 3)]


def _pmp_matrix(source: Source) -> list[Block]:
    n, m = size(source, 0, "points"), size(source, 1, "sites")
    size(source, 2, "p")
    return [Block("sizes", 1, 3), Block("", 1, 1, "MATRIX"), Block("costs", n, m)]


def _pmedcap(source: Source) -> list[Block]:
    n = size(source, 2, "customers")
    size(source, 3, "p")
    return [Block("number, best known", 1, 2), Block("sizes", 1, 3), Block("customers", n, 4)]


def _pmedcaps(source: Source) -> list[Block]:
    blocks, at = [Block("count", 1, 1)], 1
    for _ in range(size(source, 0, "problems")):
        n = size(source, at + 2, "customers")
        blocks += [Block("number, best known", 1, 2), Block("sizes", 1, 3)]
        blocks.append(Block("customers", n, 4))
        at += 5 + 4 * n
    return blocks


def _cap(source: Source) -> list[Block]:
    m, n = size(source, 0, "warehouses"), size(source, 1, "customers")
    return [Block("sizes", 1, 2), Block("warehouses", m, 2), Block("customers", n, m + 1)]


def _cap_apart(source: Source) -> list[Block]:
    m, n = size(source, 0, "warehouses"), size(source, 1, "customers")
    customer = [Block("customers", 1, 1), Block("customers", 1, m)]
    return [Block("sizes", 1, 2), Block("warehouses", m, 2), *customer * n]


def _sscflp(source: Source) -> list[Block]:
    m, n = size(source, 0, "sites"), size(source, 1, "points")
    rows = [Block("capacities", 1, m), Block("opening costs", 1, m), Block("demands", 1, n)]
    return [Block("sizes", 1, 2), *rows, Block("costs", n, m)]


def _holmberg(source: Source) -> list[Block]:
    m, n = size(source, 0, "sites"), size(source, 1, "points")
    sites = Block("sites", m, 2)
    return [Block("sizes", 1, 2), sites, Block("demands", 1, n), Block("costs", m, n)]


def _delmaire(source: Source) -> list[Block]:
    n, m = size(source, 0, "points"), size(source, 1, "sites")
    if n <= m:  # a square file would be sscflp's to the last line
        raise Unfit(say("{} points, not more than {} sites", n, m))
    rows = [Block("demands", 1, n), Block("opening costs", 1, m), Block("capacities", 1, m)]
    return [Block("sizes", 1, 2), Block("costs", n, m), *rows]


def _sjc(source: Source) -> list[Block]:
    n = size(source, 0, "points")
    if size(source, 1, "p") > n:
        raise Unfit(say("{} of {} places to open", source.words[1][0], n))
    if n > 2 and _counted(source, 2, 4, n):
        raise Unfit(say("numbers of places where x should be"))
    return [Block("sizes", 1, 2), Block("places", n, 4)]


def _counted(source: Source, at: int, width: int, rows: int) -> bool:
    """Return whether records begin with 0, 1, 2... or 1, 2, 3..."""
    first = [as_number(word) for word, _ in source.words[at : at + width * rows : width]]
    return bool(first) and first[0] in {0.0, 1.0} and (np.diff(first) == 1).all()


def _cpmp(source: Source) -> list[Block]:
    n = size(source, 0, "points")
    if size(source, 1, "p") > n:
        raise Unfit(say("{} of {} places to open", source.words[1][0], n))
    rows = [Block("demands", 1, n), Block("capacities", 1, n)]
    return [Block("sizes", 1, 2), Block("costs", n, n), *rows]


def _coursera(source: Source) -> list[Block]:
    m, n = size(source, 0, "sites"), size(source, 1, "points")
    return [Block("sizes", 1, 2), Block("sites", m, 4), Block("points", n, 3)]


def _ufllib(source: Source) -> list[Block]:
    if source.words[0][0].upper() != "FILE:":
        raise Unfit(say("no line `FILE: name` first"))
    m, n = size(source, 2, "sites"), size(source, 3, "points")
    name = source.words[1][0] if len(source.words) > 1 else ""
    head = [Block("", 1, 2, f"{source.words[0][0]} {name}"), Block("sizes", 1, 3)]
    return [*head, Block("sites", m, n + 2)]


LAYOUTS = (
    Layout("pmed", 3, "vertices, edges, p; then an edge a line", _pmed, build.pmed),
    Layout("pmp", 3, "points, sites, p; then number, x, y", _pmp, build.pmp),
    Layout("pmp", 3, "points, sites, p; MATRIX; a line of costs a point", _pmp_matrix, build.costs),
    Layout(
        "pmedcap",
        2,
        "number, best known; customers, p, capacity; then number, x, y, demand",
        _pmedcap,
        build.pmedcap,
    ),
    Layout("pmedcap", 1, "how many; then each as pmedcap", _pmedcaps, build.pmedcap),
    Layout(
        "cap",
        2,
        "warehouses, customers; room and opening cost a line; then demand and costs a customer",
        _cap,
        build.cap,
    ),
    Layout("cap", 2, "the same, each demand in a line of its own", _cap_apart, build.cap),
    Layout(
        "sscflp",
        2,
        "sites, points; a line of capacities; of opening costs; of demands; then of costs a point",
        _sscflp,
        build.sscflp,
    ),
    Layout(
        "holmberg",
        2,
        "sites, points; capacity and opening cost a line; a line of demands; then of costs a site",
        _holmberg,
        build.holmberg,
    ),
    Layout(
        "delmaire",
        2,
        "points, sites; a line of costs a point; then of demands; of opening costs; of capacities",
        _delmaire,
        build.sscflp,
    ),
    Layout("sjc", 2, "places, p; then x, y, capacity, demand", _sjc, build.sjc),
    Layout(
        "cpmp",
        2,
        "places, p; a line of costs a place; then of demands; of capacities",
        _cpmp,
        build.costs,
    ),
    Layout(
        "coursera",
        2,
        "sites, points; opening cost, capacity, x, y a site; then demand, x, y a point",
        _coursera,
        build.coursera,
    ),
    Layout(
        "ufllib",
        2,
        "FILE: name; sites, points, 0; then number, opening cost and costs a site",
        _ufllib,
        build.ufllib,
    ),
)
NAMES = tuple(dict.fromkeys(layout.name for layout in LAYOUTS))


@dataclass(frozen=True)
class Fit:
    """A layout whose records begin where the file's lines do.

    Attributes
    ----------
    surely : int
        2 where every record is a line; 1 where records are cut into lines that are all as long as
        the file's longest, but for a record's last; 0 where they are cut anyhow.
    """

    layout: Layout
    blocks: list[Block]
    surely: int


def read_layout(
    source: Source, name: str, distance: Rounding | None, number: int, layout: str | None
) -> Instance:
    """Read an instance in the only layout that its lines fit.

    Parameters
    ----------
    source : Source
    name : str
    distance : {"floor", "round", "exact"} or None
    number : int
        Which problem of a file that holds several.
    layout : str or None
        The only one to try.

    Raises
    ------
    InputError
        If no layout fits, or more than one, with what each wants; or with what is wrong inside.
    """
    if layout is not None and layout not in NAMES:
        raise source.fail(None, "--layout", layout, say("one of {}", ", ".join(NAMES)))
    rows = np.array([row for _, row in source.words])
    begins = np.append(np.diff(rows, prepend=0) > 0, [True])
    fits: list[Fit] = []
    reasons: list[tuple[Layout, Message]] = []
    for one in LAYOUTS:
        if layout in {None, one.name}:
            try:
                fits.append(_fit(one, source, begins))
            except Unfit as unfit:
                reasons.append((one, unfit.reason))
    if not fits:
        first = len(source.lines[0][1].split())
        near = [(one, reason) for one, reason in reasons if one.head == first] or reasons
        told = [say("{} ({}): {}", one.name, one.lines, reason) for one, reason in near]
        expected = say("lines in one of these layouts: {}", join(told))
        raise source.fail(None, "", source.lines[0][1].strip()[:40], expected)
    best = max(fits, key=lambda fit: fit.surely)
    alike = {fit.layout.name: fit.layout for fit in fits if fit.surely == best.surely}
    if len(alike) > 1:
        chosen = join([say("--layout {} ({})", one.name, one.lines) for one in alike.values()])
        problem = Problem(
            source.name,
            None,
            "",
            " ".join(alike),
            say("lines that fit one layout; choose with {}", chosen),
        )
        raise InputError([problem])
    return best.layout.build(_draft(source, name, best, distance, number))


def _fit(layout: Layout, source: Source, begins: Bools) -> Fit:
    """Return how a file fits a layout, or raise Unfit."""
    blocks = layout.blocks(source)
    at, wrong = 0, None
    starts = np.zeros(len(begins), dtype=bool)
    for block in blocks:
        ends = at + block.width * np.arange(1, block.rows + 1)
        if block.word:
            found = " ".join(word for word, _ in source.words[at : at + block.width])
            if found.upper() != block.word.upper():
                raise Unfit(say("no line {}", block.word))
        inside = ends[ends < len(begins)]
        broken = inside[~begins[inside]]
        if len(broken) and wrong is None:
            wrong = source.words[int(broken[0])][1], block
        starts[inside] = True
        at += block.rows * block.width
    left = len(source.words) - at
    if left < 0:
        raise Unfit(say("{} more numbers before the end", -left))
    if left > 0:
        raise Unfit(say("line {}: no more than {} numbers", source.words[at][1], at))
    if wrong is not None:
        row, block = wrong
        raise Unfit(say("line {}: {} in lines of {}", row, block.what, block.width))
    lines = np.flatnonzero(begins)
    length = np.diff(lines)
    last = starts[lines[1:]]
    full = bool((last | (length == length.max())).all())
    return Fit(layout, blocks, full + bool(last.all()))


def _draft(
    source: Source, name: str, fit: Fit, distance: Rounding | None, number: int
) -> build.Draft:
    """Read the numbers of the blocks; of a file of several problems, those of one."""
    blocks = fit.blocks
    several = blocks[0].what == "count"
    count = (len(blocks) - 1) // 3 if several else 1
    if several:
        if not 1 <= number <= count:
            raise source.fail(None, "--number", number, say("from 1 to {}", count))
        before = blocks[: 1 + 3 * (number - 1)]
        source.at = sum(block.rows * block.width for block in before)
        blocks = blocks[len(before) :][:3]
        name = f"{name}-{number}"
    draft = build.Draft(name, fit.layout.name, source, distance)
    for block in blocks:
        if block.word:
            source.at += block.width
        else:
            draft.take(block.what, block.rows, block.width)
    return draft
