"""Rules on criteria: which side of a number they must keep to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import Field, model_validator

from planner.criteria import CRITERIA, OPTIMISABLE
from planner.message import say
from planner.scenario.values import NonNegative, Quantity, Spec, YesNo, exactly

if TYPE_CHECKING:
    from collections.abc import Mapping


class Limit(Spec):
    """A rule on one criterion: hard, or soft with a penalty for each unit it is off."""

    most: Quantity | None = Field(
        default=None, description="Where less is better; a number alone has no range."
    )
    least: Quantity | None = Field(default=None, description="Where more is better; likewise.")
    hard: YesNo = Field(
        default=True, description="Always kept; if false, being off is weighed by the penalty."
    )
    penalty: NonNegative = Field(
        default=1.0,
        description="Soft limits only: what a unit off is worth in units of the leading criterion; "
        "without rates, of the first. On cost, waiting or unmet it counts among the soft rules.",
    )

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.most is None) == (self.least is None):
            raise ValueError(say("exactly one of `most` and `least`"))
        return self

    @property
    def value(self) -> float:
        """What the criterion must not pass, in its own unit."""
        return next(given.value for given in (self.most, self.least) if given is not None)


def _in_unit_of(name: str, limit: object) -> object:
    # A bare number is the question's own choice: in the criterion's unit, without a range.
    if not isinstance(limit, dict):
        return limit
    unit = CRITERIA[name].unit if name in CRITERIA else "1"
    sides = [side for side in ("most", "least") if side in limit]
    return limit | {side: exactly(limit[side], unit) for side in sides}


def in_units(limits: object) -> object:
    """Return limits with their bare numbers in the units of their criteria."""
    if not isinstance(limits, dict):
        return limits
    return {name: _in_unit_of(name, limit) for name, limit in limits.items()}


def check_limits(limits: Mapping[str, Limit]) -> None:
    """Hold limits against what their criteria are.

    Raises
    ------
    ValueError
        If one is no criterion, is bounded on the wrong side, or can't be soft.
    """
    unknown = sorted(set(limits) - set(CRITERIA))
    if unknown:
        raise ValueError(say("criteria among {}; got {}", ", ".join(CRITERIA), ", ".join(unknown)))
    for name, limit in limits.items():
        if name not in OPTIMISABLE and not limit.hard:
            raise ValueError(say("hard = true for {}: how far off it is can't be weighed", name))
        side = "most" if CRITERIA[name].better == "min" else "least"
        if getattr(limit, side) is None:
            raise ValueError(
                say("`{}` for {}: the other side would ask for a worse plan", side, name)
            )
