"""Files of public location instances, told by what is in them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from planner.bench.source import Source, read_source
from planner.errors import InputError, Problem
from planner.message import Message, say

if TYPE_CHECKING:
    from pathlib import Path

    from planner.bench.distances import Rounding
    from planner.bench.instance import Instance

KEYWORD = re.compile(r"^\s*DIMENSION\s*[:\s]", re.IGNORECASE | re.MULTILINE)
"""What a TSPLIB file has, and no other."""
BRACES = re.compile(r"^\s*type\s*=", re.IGNORECASE | re.MULTILINE)


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
        from planner.bench.tsplib import read_tsplib  # noqa: PLC0415 - only what the file needs

        instance, told = read_tsplib(source, path.stem, distance), "TSPLIB"
    elif BRACES.search(source.text):
        from planner.bench.braces import read_braces  # noqa: PLC0415

        instance, told = read_braces(source, path.stem), "type=table"
    elif is_table(path, source):
        from planner.bench.tables import read_table  # noqa: PLC0415

        instance, told = read_table(source, path.stem, distance), "CSV"
    else:
        from planner.bench.fitting import read_layout  # noqa: PLC0415

        instance = read_layout(source, path.stem, distance, 1 if number is None else number, layout)
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
