"""Instances as CSV: places with coordinates, or a matrix of costs."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np

from planner.bench.instances import Instance, euclidean, rounded
from planner.message import say

if TYPE_CHECKING:
    from planner.bench.instances import Rounding, Source
    from planner.location.kernels import Floats

OPTIONAL = ("weight", "demand", "capacity")


def read_csv_instance(source: Source, name: str, rounding: Rounding) -> Instance:
    """Read a CSV instance.

    With a header that names `x` and `y`, each row is a place, a point and a site at once, with
    optional columns `weight`, `demand` and `capacity`. Any other table is a matrix: a row a point
    and a column a site; a header row and a first column of names are left out, and a column
    `weight` weighs the points.

    Raises
    ------
    InputError
        With the row and column of the first thing that is no number.
    """
    rows = [(k, r) for k, r in enumerate(csv.reader(source.text.splitlines()), 1) if any(r)]
    first = [cell.strip().lower() for cell in rows[0][1]]
    header = any(not _is_number(cell) for cell in first)
    body = rows[1:] if header else rows
    if not body:
        raise source.fail(None, "", "", say("at least one row of numbers"))
    for number, cells in body:
        if len(cells) != len(first):
            raise source.fail(number, "", len(cells), say("{} cells", len(first)))
    named = header and {"x", "y"} <= set(first)
    if named:
        columns = {key: first.index(key) for key in ("x", "y", *OPTIONAL) if key in first}
        values = {
            key: _column(source, body, k, key, least=None if key in "xy" else 0.0)
            for key, k in columns.items()
        }
        source.size(len(body), len(body))
        places = np.column_stack([values["x"], values["y"]])
        return Instance(
            name,
            "csv",
            rounded(euclidean(places), rounding),
            weights=values.get("weight"),
            demands=values.get("demand"),
            capacities=values.get("capacity"),
        )
    weight = first.index("weight") if header and "weight" in first else None
    labels = not _is_number(body[0][1][0])
    keep = [k for k in range(len(first)) if k != weight and not (labels and k == 0)]
    if not keep:
        raise source.fail(1, "", "", say("at least one column of costs"))
    source.size(len(body), len(keep))
    names = [first[k] if header else f"column {k + 1}" for k in keep]
    cost = np.column_stack(
        [_column(source, body, k, title, least=0.0) for k, title in zip(keep, names, strict=True)]
    )
    weights = None if weight is None else _column(source, body, weight, "weight", least=0.0)
    return Instance(name, "csv", rounded(cost, rounding), weights=weights)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _column(
    source: Source, body: list[tuple[int, list[str]]], k: int, title: str, least: float | None
) -> Floats:
    out = np.empty(len(body))
    for i, (number, cells) in enumerate(body):
        cell = cells[k].strip()
        value = float(cell) if _is_number(cell) else np.nan
        if not np.isfinite(value) or (least is not None and value < least):
            expected = say("a finite number") if least is None else say("a number, zero or more")
            raise source.fail(number, title, cell, expected)
        out[i] = value
    return out
