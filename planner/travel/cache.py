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

Matrices = tuple["npt.NDArray[np.float64]", "npt.NDArray[np.float64]"]


def folder() -> Path:
    """Return where matrices are kept: the environment's PLANNER_CACHE, or the user's cache."""
    return Path(os.environ.get("PLANNER_CACHE") or user_cache_dir("planner", appauthor=False))


def load(key: str, size: int) -> Matrices | None:
    """Return the kilometres and minutes kept under a key; None if there are none to trust.

    Parameters
    ----------
    key : str
    size : int
        Number of rows and columns that both must have.
    """
    path = _path(key)
    try:
        with path.open("rb") as file, np.load(file) as kept:
            found = kept["km"], kept["minutes"]
    except FileNotFoundError:
        return None
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        _LOG.warning("%s can't be read and is made anew (%s)", path, error)
        return None
    for matrix in found:
        if matrix.shape != (size, size) or matrix.dtype != np.float64 or not (matrix >= 0).all():
            _LOG.warning("%s doesn't hold what it should and is made anew", path)
            return None
    return found


def store(key: str, km: npt.NDArray[np.float64], minutes: npt.NDArray[np.float64]) -> None:
    """Keep two matrices under a key; the file appears whole or not at all."""
    path = _path(key)
    part = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            part = Path(file.name)
            np.savez(file, km=km, minutes=minutes)
        part.replace(path)
    except OSError as error:
        _LOG.warning("distances are not kept for the next run (%s)", error)
        if part is not None:
            part.unlink(missing_ok=True)


def _path(key: str) -> Path:
    return folder() / f"travel-{key}.npz"
