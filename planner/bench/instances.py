"""Files of public location instances, told by what is in them.

Layouts of numbers are told apart by a file's lines: a record always begins on a new one. Several
layouts hold exactly as many numbers for the same sizes, so their count tells nothing. What no
layout's records fit is refused, and so is what the records of two layouts fit.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.bench.layout_builders import Draft
from planner.bench.layouts import LAYOUTS, NAMES, Block, Layout, Unfit
from planner.bench.source import Instance, Rounding, Source, as_number, read_source
from planner.bench.tables import read_table
from planner.bench.tsplib import read_tsplib
from planner.errors import InputError, Problem
from planner.message import Message, join, say

if TYPE_CHECKING:
    from pathlib import Path

    from planner.location.kernels import Bools, Floats

KEY = re.compile(r"^\s*([A-Za-z]\w*)\s*=", re.MULTILINE)
ROW = re.compile(r"\{([^{}]*)\}")


def read_braces(source: Source, name: str) -> Instance:
    """Read a table of costs between n clients and m facilities, of which p open.

    Its lines are those of the clients, or of the facilities: the sizes tell which.

    Raises
    ------
    InputError
        If something is missing or wrong, or the table may be either.
    """
    parts: dict[str, str] = {}
    found = list(KEY.finditer(source.text))
    for k, one in enumerate(found):
        end = found[k + 1].start() if k + 1 < len(found) else len(source.text)
        key = one[1].lower()
        if key in parts:
            raise source.fail(None, key, "", say("no key twice"))
        parts[key] = source.text[one.end() : end].strip()
    unknown = sorted(
        set(parts) - {"type", "n", "m", "p", "sense", "clients", "facilities", "table"}
    )
    if unknown:
        raise source.fail(None, unknown[0], "", say("a known key"))
    if parts.get("type", "").lower() != "table":
        raise source.fail(None, "type", parts.get("type", ""), say("`table`: a matrix of costs"))
    if parts.get("sense", "min").lower() != "min":
        raise source.fail(None, "sense", parts["sense"], say("`min`"))
    sizes = []
    for key in ("n", "m", "p"):
        value = as_number(parts.get(key, ""))
        if not value >= 1 or value != int(value):
            expected = say("a whole number, {} or more", 1)
            raise source.fail(None, key, parts.get(key, ""), expected)
        sizes.append(int(value))
    n, m, p = sizes
    source.size(n, m)
    rows = [_row(source, line) for line in ROW.findall(parts.get("table", ""))]
    shape = (len(rows), len(rows[0]) if rows else 0)
    if any(len(row) != shape[1] for row in rows) or shape not in {(n, m), (m, n)}:
        expected = say("{} lines of {} costs, or the other way round", n, m)
        raise source.fail(None, "table", f"{shape[0]} x {shape[1]}", expected)
    table = np.array(rows)
    if n == m and (table != table.T).any():
        expected = say("a line a client or a line a facility: n = m leaves both open")
        raise source.fail(None, "table", f"{n} x {m}", expected)
    return Instance(name, "type=table", table if shape == (n, m) else table.T.copy(), p)


def _row(source: Source, line: str) -> Floats:
    cells = [cell.strip() for cell in line.split(",")]
    row = np.array([as_number(cell) for cell in cells])
    for k in np.flatnonzero(~(row >= 0))[:1]:
        raise source.fail(None, "table", cells[int(k)], say("a number, zero or more"))
    return row


KEYWORD = re.compile(r"^\s*DIMENSION\s*[:\s]", re.IGNORECASE | re.MULTILINE)
"""What a TSPLIB file has, and no other."""
BRACES = re.compile(r"^\s*type\s*=", re.IGNORECASE | re.MULTILINE)
CUT = 5
"""Numbers that a line has at least where a program cuts records into lines."""


def read_instance(
    path: Path,
    *,
    distance: Rounding | None = None,
    number: int | None = None,
    capacity: float | None = None,
    layout: str | None = None,
) -> Instance:
    """Read an instance; its layout is told from its lines.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    distance : {"floor", "round", "exact"}, optional
        How distances between coordinates become costs. By default `floor` for TSPLIB's Euclidean
        ones, pmedcap and pmp, as in the literature on p-medians, as TSPLIB says for its other
        ones, and `exact` for tables, SJC's and Coursera's files.
    number : int, optional
        Which problem of a file that holds several; the first if not given.
    capacity : float, optional
        The room of every site; of those that the file leaves open, if it does.
    layout : str, optional
        One of `layouts.NAMES`, for a file that fits several.

    Raises
    ------
    InputError
        If the file can't be read as exactly one of the formats, or an option can't be used.
    """
    source = read_source(path)
    if KEYWORD.search(source.text):
        instance, told = read_tsplib(source, path.stem, distance), "TSPLIB"
    elif BRACES.search(source.text):
        instance, told = read_braces(source, path.stem), "type=table"
    elif is_table(path, source):
        instance, told = read_table(source, path.stem, distance), "CSV"
    else:
        instance = _read_layout(
            source, path.stem, distance, 1 if number is None else number, layout
        )
        told = ""
    unused: list[tuple[str, object, Message]] = []
    if told and layout is not None:
        unused.append(("--layout", layout, say("no --layout: the file is {}", told)))
    if number is not None and instance.name == path.stem:
        unused.append(("--number", number, say("no --number: the file holds one problem")))
    if distance is not None and not instance.distance:
        unused.append(("--distance", distance, say("no --distance: the file has no coordinates")))
    if unused:
        raise InputError([Problem(source.name, None, key, str(v), e) for key, v, e in unused])
    if capacity is None:
        return instance
    known = instance.capacities
    if known is None or not np.isnan(known).any():
        known = np.full(instance.cost.shape[1], np.nan)
    return replace(instance, capacities=np.where(np.isnan(known), capacity, known))


def is_table(path: Path, source: Source) -> bool:
    """Return whether a file is a table: named so, or with a separator in its first line."""
    first = source.lines[0][1]
    words = any(not part.strip()[:1].isdigit() for part in first.split("\t"))
    named = path.suffix.lower() in {".csv", ".tsv"}
    return named or "," in first or ";" in first or ("\t" in first.strip() and words)


def _read_layout(
    source: Source, name: str, distance: Rounding | None, number: int, layout: str | None
) -> Instance:
    """Read an instance in the only layout that its lines fit.

    Parameters
    ----------
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
    if blocks[0].what == "count":
        blocks = _of_several(source, blocks, number)
        name = f"{name}-{number}"
    draft = Draft(name, one.name, source, distance)
    for block in blocks:
        if block.word:
            source.at += block.width
        else:
            draft.take(block.what, block.rows, block.width)
    return one.build(draft)


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


def _of_several(source: Source, blocks: list[Block], number: int) -> list[Block]:
    """Return the blocks of one of a file's problems, and go to where they begin."""
    count = (len(blocks) - 1) // 3
    if not 1 <= number <= count:
        raise source.fail(None, "--number", number, say("from 1 to {}", count))
    before = blocks[: 1 + 3 * (number - 1)]
    source.at = sum(block.rows * block.width for block in before)
    return blocks[len(before) :][:3]
