"""Travel matrices kept between runs: a cache that is broken or absent only costs time."""

from __future__ import annotations

import logging
import os
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from platformdirs import user_cache_dir

if TYPE_CHECKING:
    import numpy.typing as npt

_LOG = logging.getLogger(__name__)

Found = tuple["npt.NDArray[np.float64]", "npt.NDArray[np.float64]", "npt.NDArray[np.int64]"]
"""Kilometres, minutes, and the row of near ones."""


def folder() -> Path:
    """Return where matrices are kept: the environment's PLANNER_CACHE, or the user's cache."""
    return Path(os.environ.get("PLANNER_CACHE") or user_cache_dir("planner", appauthor=False))


def load(key: str, size: int) -> Found | None:
    """Return what is kept under a key; None if there is nothing to trust.

    Parameters
    ----------
    key : str
    size : int
        Number of municipalities.
    """
    path = _path(key)
    try:
        with path.open("rb") as file, np.load(file) as kept:
            km, minutes, row = kept["km"], kept["minutes"], kept["row"]
    except FileNotFoundError:
        return None
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        _LOG.warning("%s can't be read and is made anew (%s)", path, error)
        return None
    sound = np.array_equal(np.sort(row), np.arange(size)) and row.dtype == np.int64
    for matrix in (km, minutes):
        sound &= matrix.shape == (size, size) and matrix.dtype == np.float64
        sound = sound and bool((matrix >= 0).all())
    if not sound:
        _LOG.warning("%s doesn't hold what it should and is made anew", path)
        return None
    return km, minutes, row


def store(key: str, found: Found) -> None:
    """Keep what was found under a key; the file appears whole or not at all."""
    path = _path(key)
    km, minutes, row = found
    part = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            part = Path(file.name)
            np.savez(file, km=km, minutes=minutes, row=row)
        part.replace(path)
    except OSError as error:
        _LOG.warning("distances are not kept for the next run (%s)", error)
        if part is not None:
            part.unlink(missing_ok=True)


def _path(key: str) -> Path:
    return folder() / f"travel-{key}.npz"
