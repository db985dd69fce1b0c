"""What a sweep varies: grids and samples over the keys of a scenario, and over the world."""

from __future__ import annotations

import itertools
import math
from pathlib import Path  # noqa: TC003 - pydantic reads it at run time
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator
from scipy.stats import qmc

from planner.case.text import model_problems, read_toml
from planner.errors import InputError, Problem
from planner.message import say
from planner.scenario.values import Code, Finite, Name, Spec

if TYPE_CHECKING:
    from planner.scenario.spec import Scenario

MOST_SAMPLES = 1_000_000


class Steps(Spec):
    """Numbers from one to another, both included."""

    first: Finite = Field(alias="from")
    last: Finite = Field(alias="to")
    step: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1

    @model_validator(mode="after")
    def _few(self) -> Self:
        if not 0 <= (self.last - self.first) / self.step < 10_000:
            raise ValueError(say("`from` at most `to`, and at most 10,000 steps"))
        return self

    def values(self) -> tuple[float | int, ...]:
        """Return the numbers, whole ones as such."""
        count = math.floor((self.last - self.first) / self.step + 1e-9) + 1
        return tuple(_plain(round(self.first + k * self.step, 12)) for k in range(count))


class Range(Spec):
    """Numbers drawn between two ends; without them, between low and high of the scenario."""

    low: Finite | None = None
    high: Finite | None = None
    whole: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise ValueError(say("both `low` and `high`, or neither"))
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(say("`low` at most `high`"))
        return self


class SweepSpec(Spec):
    """One sweep: a base scenario, what varies, and how far each sample is planned."""

    name: Name
    base: str = Field(default="decision-2022", description="A scenario's name or a TOML file.")
    changes: dict[str, Any] = Field(
        default_factory=dict, description="Keys changed once, for all samples."
    )
    stages: Literal["siting", "all"] = Field(
        default="siting",
        description="siting: sites and regions when the rollout is complete, proved optimal; all: "
        "the whole rollout, within the scenario's gap.",
    )
    grid: dict[str, Steps | list[Any]] = Field(
        default_factory=dict, description="Key -> values; every combination is a point."
    )
    ranges: dict[str, Range] = Field(
        default_factory=dict, description="Key -> range; every point of the grid gets all draws."
    )
    samples: Annotated[int, Field(ge=1, le=MOST_SAMPLES)] = Field(
        default=1, description="Draws from the ranges."
    )
    method: Literal["latin", "random", "sobol"] = Field(
        default="latin", description="Latin hypercube, independent draws, or Sobol's sequence."
    )
    seed: Annotated[int, Field(ge=0)] = 0
    plans: dict[Name, Literal["announced"] | tuple[Code, ...]] = Field(
        default_factory=dict,
        description="Offices whose value is told beside the best of every sample: what they are "
        "short of it.",
    )

    @model_validator(mode="after")
    def _something_varies(self) -> Self:
        if not self.grid and not self.ranges:
            raise ValueError(say("`grid` or `ranges`, or both: something that varies"))
        both = sorted(set(self.grid) & set(self.ranges))
        if both:
            raise ValueError(say("each key in `grid` or in `ranges`, not both: {}", both))
        if any(not values for values in self.grid.values() if isinstance(values, list)):
            raise ValueError(say("at least one value for each key of `grid`"))
        if self.number > MOST_SAMPLES:
            raise ValueError(say("at most {} samples in all, got {}", MOST_SAMPLES, self.number))
        if self.samples > 1 and not self.ranges:
            raise ValueError(say("`ranges`, since there are samples to draw"))
        return self

    @property
    def number(self) -> int:
        """How many samples there are in all."""
        return self.samples * math.prod(len(_values(given)) for given in self.grid.values())

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that vary, in order."""
        return (*self.grid, *self.ranges)

    def points(self, scenario: Scenario) -> list[dict[str, Any]]:
        """Return what each sample sets: the grid's points, each with all draws of the ranges.

        Raises
        ------
        InputError
            If a range has no ends and the scenario has none either.
        """
        draws = self._draws(scenario)
        grid = itertools.product(*(_values(given) for given in self.grid.values()))
        return [
            dict(zip(self.grid, point, strict=True)) | draw
            for point, draw in itertools.product(list(grid), draws)
        ]

    def _draws(self, scenario: Scenario) -> list[dict[str, Any]]:
        if not self.ranges:
            return [{}]
        known, problems, ends = scenario.quantities(), list[Problem](), []
        for key, given in self.ranges.items():
            quantity = known.get(key)
            if given.low is not None and given.high is not None:
                ends.append((given.low, given.high))
            elif quantity is not None:
                ends.append((quantity.low, quantity.high))
            else:
                expected = say("low and high: {} has no range for it", scenario.name)
                problems.append(Problem("sweep", None, f"ranges.{key}", "", expected))
        if problems:
            raise InputError(problems)
        dimensions = len(self.ranges)
        if self.method == "random":
            import numpy as np  # noqa: PLC0415

            unit = np.random.default_rng(self.seed).random((self.samples, dimensions))
        else:
            kind = qmc.LatinHypercube if self.method == "latin" else qmc.Sobol
            sampler = kind(dimensions, rng=self.seed)
            unit = (
                sampler.random_base2((self.samples - 1).bit_length())[: self.samples]
                if self.method == "sobol"
                else sampler.random(self.samples)
            )
        return [
            {
                key: _drawn(share, low, high, whole=given.whole)
                for (key, given), (low, high), share in zip(
                    self.ranges.items(), ends, row, strict=True
                )
            }
            for row in unit
        ]


def load_sweep(path: Path) -> SweepSpec:
    """Read a sweep's file.

    Raises
    ------
    InputError
        With every problem.
    """
    tree, _ = read_toml(path, path.name)
    tree.setdefault("name", path.stem)
    try:
        return SweepSpec.model_validate(tree)
    except ValidationError as error:
        raise InputError(model_problems(path.name, error)) from error


def _values(given: Steps | list[Any]) -> tuple[Any, ...]:
    return given.values() if isinstance(given, Steps) else tuple(given)


def _drawn(share: float, low: float, high: float, *, whole: bool) -> float | int:
    if whole:
        return int(min(math.floor(low + share * (high - low + 1)), high))
    return _plain(float(f"{low + share * (high - low):.9g}"))


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value
