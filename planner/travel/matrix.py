"""Kilometres and minutes between every pair of municipal seats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class Travel:
    """One-way road travel between seats, ferries included.

    Attributes
    ----------
    codes : tuple of str
        Municipality codes, sorted: row and column order of both matrices.
    km, minutes : numpy.ndarray
        Shape (n, n). The shortest path by km and the fastest by minutes, each on its own;
        rounded to 1e-6 so that the order of summation never shows.
    """

    codes: tuple[str, ...]
    km: npt.NDArray[np.float64]
    minutes: npt.NDArray[np.float64]
