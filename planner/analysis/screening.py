"""Which uncertain numbers matter: Morris screening, then Sobol indices, by SALib."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from planner.model.instance import Floats

    Evaluate = Callable[[Floats], Floats]

LEVELS = 4
"""Steps of the Morris grid, as the method's author used."""


@dataclass(frozen=True)
class Effects:
    """Morris's elementary effects, for the full range of each factor.

    Attributes
    ----------
    mean : tuple of float
        Mean of their sizes (mu*), in the outcome's unit.
    spread : tuple of float
        Their standard deviation (sigma): large where a factor acts unevenly or with others.
    """

    mean: tuple[float, ...]
    spread: tuple[float, ...]


@dataclass(frozen=True)
class Indices:
    """Sobol's indices: shares of the outcome's variance.

    Attributes
    ----------
    first : tuple of float
        What each factor explains by itself.
    total : tuple of float
        With all that it does together with others.
    error : tuple of float
        Half the width of a 95 % interval of `total`, from resampling.
    mean, deviation : float
        Of the outcome over all samples, in its unit.
    below : float
        Share of the samples in which the outcome is below what it is beside.
    samples : int
        Base samples.
    """

    first: tuple[float, ...]
    total: tuple[float, ...]
    error: tuple[float, ...]
    mean: float
    deviation: float
    below: float
    samples: int


def morris(number: int, evaluate: Evaluate, *, paths: int, seed: int) -> list[Effects]:
    """Screen factors with the method of Morris.

    Parameters
    ----------
    number : int
        Of factors, each on 0 to 1.
    evaluate : callable
        Takes points, shape (n, number), and returns outcomes, shape (n, outcomes).
    paths : int
        Trajectories; each costs number + 1 evaluations.
    seed : int

    Returns
    -------
    list of Effects
        One for each outcome.

    References
    ----------
    Morris, Technometrics 33 (1991); Campolongo, Cariboni and Saltelli, Environmental Modelling
    and Software 22 (2007), for mu*.
    """
    problem = _problem(number)
    points = _salib("sample.morris").sample(problem, paths, num_levels=LEVELS, seed=seed)
    outcomes = evaluate(points)
    found = []
    for column in outcomes.T:
        said = _salib("analyze.morris").analyze(
            problem, points, column, num_levels=LEVELS, seed=seed
        )
        found.append(Effects(_numbers(said["mu_star"]), _numbers(said["sigma"])))
    return found


def sobol(
    number: int, evaluate: Evaluate, beside: Sequence[float], *, samples: int, seed: int
) -> list[Indices]:
    """Share out the variance of outcomes among factors.

    Parameters
    ----------
    number : int
        Of factors, each uniform on 0 to 1 and independent.
    evaluate : callable
        As in `morris`.
    beside : sequence of float
        A value of each outcome to tell how many samples are below it: that of the base case.
    samples : int
        A power of two; each costs number + 2 evaluations.
    seed : int

    Returns
    -------
    list of Indices
        One for each outcome; all zero for one that never changes.

    References
    ----------
    Saltelli, Computer Physics Communications 145 (2002); Saltelli et al., the same 181 (2010).
    """
    problem = _problem(number)
    points = _salib("sample.sobol").sample(problem, samples, calc_second_order=False, seed=seed)
    outcomes = evaluate(points)
    return [
        _indices(problem, column, value, samples, seed)
        for column, value in zip(outcomes.T, beside, strict=True)
    ]


def _indices(
    problem: dict[str, Any], outcomes: Floats, beside: float, samples: int, seed: int
) -> Indices:
    number = int(problem["num_vars"])
    mean, deviation = float(outcomes.mean()), float(outcomes.std())
    below = float((outcomes < beside - 1e-9 * max(1.0, abs(beside))).mean())
    if deviation <= 1e-9 * max(1.0, abs(mean)):
        nil = (0.0,) * number
        return Indices(nil, nil, nil, mean, 0.0, below, samples)
    with warnings.catch_warnings():
        # Resamples in which nothing varies have no indices; they are left out of the interval.
        warnings.simplefilter("ignore", RuntimeWarning)
        said = _salib("analyze.sobol").analyze(
            problem, outcomes, calc_second_order=False, seed=seed
        )
    return Indices(
        _numbers(said["S1"]),
        _numbers(said["ST"]),
        _numbers(np.nan_to_num(said["ST_conf"])),
        mean,
        deviation,
        below,
        samples,
    )


def _salib(module: str) -> Any:
    """Return a module of SALib, which is slow to import."""
    return import_module(f"SALib.{module}")


def _problem(number: int) -> dict[str, Any]:
    return {
        "num_vars": number,
        "names": [f"x{k}" for k in range(number)],
        "bounds": [[0.0, 1.0]] * number,
    }


def _numbers(values: Sequence[float] | Floats) -> tuple[float, ...]:
    return tuple(float(f"{value:.9g}") for value in values)
