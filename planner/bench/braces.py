"""Files of `key = value` and tables in braces: `type=table`, with a line of costs in each pair."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from planner.bench.instance import Instance
from planner.bench.source import as_number
from planner.message import say

if TYPE_CHECKING:
    from planner.bench.source import Source
    from planner.location.kernels import Floats

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
