"""The LP of one rule as a file that a person can review, compared whatever the order."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pulp import LpAffineExpression

FOLDER = Path(__file__).parents[1] / "golden"
SENSES = {-1: "<=", 0: "=", 1: ">="}

Row = tuple[frozenset[tuple[str, float]], str, float]


def lp_text(
    words: str, rows: Mapping[str, LpAffineExpression], objective: LpAffineExpression | None = None
) -> str:
    """Return an LP file with a comment, rows by name, and the bounds of the variables in them."""
    goal = _terms(objective) if objective is not None else ""
    found = {x.name: x for row in [*rows.values(), *([objective] if goal else [])] for x in row}
    lines = [*(f"\\ {line}" for line in words.splitlines()), "Minimize", f" goal: {goal or 0}"]
    if objective is not None and objective.constant:
        lines[-1] += f" + {_number(objective.constant)} constant"
    lines.append("Subject To")
    lines += [f" {name}: {_terms(r)} {SENSES[r.sense]} {_rhs(r)}" for name, r in rows.items()]
    lines.append("Bounds")
    whole = [name for name in sorted(found) if found[name].cat == "Integer"]
    binary = [name for name in whole if (found[name].lowBound, found[name].upBound) == (0, 1)]
    lines += [f" {_bounds(found[name])}" for name in sorted(found) if name not in binary]
    if objective is not None and objective.constant:
        lines.append(" constant = 1")
    lines += ["Generals", *(f" {name}" for name in whole if name not in binary)]
    lines += ["Binaries", *(f" {name}" for name in binary), "End"]
    return "\n".join(lines) + "\n"


def parsed(text: str) -> dict[str, set[object]]:
    """Return what an LP file says, by section, without names of rows and order."""
    found: dict[str, set[object]] = {}
    rows: list[Row] = []
    section = ""
    for line in text.splitlines():
        if line.startswith("\\"):
            continue
        if not line.startswith(" "):
            section = line
            found[section] = set()
        elif section in ("Minimize", "Subject To"):
            rows.append(_row(line.partition(":")[2]))
            found[section].add((rows.count(rows[-1]), rows[-1]))
        else:
            found[section].add(tuple(line.split()))
    return found


def _row(line: str) -> Row:
    split = re.fullmatch(r"(.*?)(?: (<=|=|>=) (\S+))?", line.strip())
    assert split, line
    left, sense, right = split.groups()
    terms = re.findall(r"([+-]) (\S+) ([A-Za-z_]\w*)", f"+ {left}" if left[0] != "-" else left)
    coefficients = frozenset((x, float(sign + number)) for sign, number, x in terms)
    return coefficients, sense or "", float(right or 0)


def _terms(row: LpAffineExpression) -> str:
    parts = [
        f"{'-' if value < 0 else '+'} {_number(abs(value))} {x.name}" for x, value in row.items()
    ]
    return " ".join(parts).removeprefix("+ ")


def _rhs(row: LpAffineExpression) -> str:
    return _number(0.0 - row.constant)


def _bounds(x: object) -> str:
    low, high = x.lowBound, x.upBound
    if low is not None and low == high:
        return f"{x.name} = {_number(low)}"
    if high in (None, math.inf):
        return f"{x.name} >= {_number(low)}"
    return f"{_number(low)} <= {x.name} <= {_number(high)}"


def _number(value: float) -> str:
    return f"{value:.10g}"


def check_golden(name: str, text: str, *, update: bool) -> None:
    """Compare with the file in golden/, or write it."""
    path = FOLDER / f"{name}.lp"
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"no {path.name}: run pytest --update-golden and review what it writes"
    assert parsed(text) == parsed(path.read_text(encoding="utf-8"))


def numbered(constraints: Iterable[LpAffineExpression]) -> dict[str, LpAffineExpression]:
    """Name rows by their number."""
    return {f"row_{number}": row for number, row in enumerate(constraints)}
