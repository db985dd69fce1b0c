"""Layouts told apart by a file's lines: a record always begins on a new one.

Several layouts hold exactly as many numbers for the same sizes, so their count tells nothing.
What no layout's records fit is refused, and so is what the records of two layouts fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.bench.layout_builders import Draft
from planner.bench.layouts import LAYOUTS, NAMES, Block, Layout, Unfit
from planner.errors import InputError, Problem
from planner.message import Message, join, say

if TYPE_CHECKING:
    from planner.bench.distances import Rounding
    from planner.bench.instance import Instance
    from planner.bench.source import Source
    from planner.location.kernels import Bools


CUT = 5
"""Numbers that a line has at least where a program cuts records into lines."""


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
    fits: list[tuple[Layout, list[Block]]] = []
    reasons: list[tuple[Layout, Message]] = []
    for one in LAYOUTS:
        if layout in {None, one.name}:
            try:
                fits.append((one, _fit(one, source, begins)))
            except Unfit as unfit:
                reasons.append((one, unfit.reason))
    if not fits:
        first = len(source.lines[0][1].split())
        near = [(one, reason) for one, reason in reasons if one.head == first] or reasons
        told = [say("{} ({}): {}", one.name, one.lines, reason) for one, reason in near]
        expected = say("lines in one of these layouts: {}", join(told))
        raise source.fail(None, "", source.lines[0][1].strip()[:40], expected)
    alike = {one.name: one for one, _ in fits}
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
    one, blocks = fits[0]
    return one.build(_draft(source, name, one, blocks, distance, number))


def _fit(layout: Layout, source: Source, begins: Bools) -> list[Block]:
    """Return the blocks of a layout that a file fits, or raise Unfit.

    A record ends with a line. It may be cut into several if all but its last are as long as the
    longest of the file: so a program cuts them, and no slip of the hand.
    """
    blocks = layout.blocks(source)
    at = 0
    for block in blocks:
        found = " ".join(word for word, _ in source.words[at : at + block.width])
        if block.word and found.upper() != block.word.upper():
            raise Unfit(say("no line {}", block.word))
        at += block.rows * block.width
    left = len(source.words) - at
    if left < 0:
        raise Unfit(say("{} more numbers before the end", -left))
    if left > 0:
        raise Unfit(say("line {}: no more than {} numbers", source.words[at][1], at))
    widths = np.repeat([block.width for block in blocks], [block.rows for block in blocks])
    ends = np.cumsum(widths)
    record = np.zeros(len(begins), dtype=bool)
    record[ends] = True
    lines = np.flatnonzero(begins)
    length = np.diff(lines)
    broken = record & ~begins
    broken[lines[1:]] |= ~record[lines[1:]] & (length < max(CUT, length.max()))
    if broken.any():
        end = int(broken.argmax())
        width = int(widths[np.searchsorted(ends, end)])
        row = source.words[end - 1][1]
        raise Unfit(say("line {} does not end where a record of {} numbers does", row, width))
    return blocks


def _draft(  # noqa: PLR0913 - the file, and what was asked of it
    source: Source,
    name: str,
    layout: Layout,
    blocks: list[Block],
    distance: Rounding | None,
    number: int,
) -> Draft:
    """Read the numbers of the blocks; of a file of several problems, those of one."""
    several = blocks[0].what == "count"
    count = (len(blocks) - 1) // 3 if several else 1
    if several:
        if not 1 <= number <= count:
            raise source.fail(None, "--number", number, say("from 1 to {}", count))
        before = blocks[: 1 + 3 * (number - 1)]
        source.at = sum(block.rows * block.width for block in before)
        blocks = blocks[len(before) :][:3]
        name = f"{name}-{number}"
    draft = Draft(name, layout.name, source, distance)
    for block in blocks:
        if block.word:
            source.at += block.width
        else:
            draft.take(block.what, block.rows, block.width)
    return draft
