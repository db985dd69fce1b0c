"""How criteria combine: rates, an order with tolerances, or one alone; and their limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from planner.criteria import CRITERIA, OPTIMISABLE, rate_unit
from planner.criteria.units import UNITS
from planner.message import say
from planner.scenario.values import Amount, NonNegative, Quantity, Spec, YesNo, exactly

if TYPE_CHECKING:
    from collections.abc import Mapping


WEIGHTED, SOFT = "weighted", "soft rules"
"""Goals that are no single criterion: the weighted sum; what soft rules of the rollout are off."""


class Objective(Spec):
    """How the criteria combine."""

    method: Literal["weighted", "lexicographic", "epsilon"] = Field(
        default="weighted",
        description="A weighted sum, one criterion after another, or one alone under limits.",
    )
    leading: str | None = Field(
        default=None,
        description="weighted: the criterion whose unit the sum is told in; without it, the first "
        "of rates.",
    )
    rates: dict[str, Amount] = Field(
        default_factory=dict,
        description="weighted: what one unit of each criterion is worth in units of the leading "
        "one, shares in percentage points. The leading one's own is 1. The sum is over criteria "
        "of rate x value, minus where more is better.",
    )
    order: tuple[str, ...] = Field(
        default=(), description="lexicographic: the criteria, most important first."
    )
    tolerance: dict[str, NonNegative] = Field(
        default_factory=dict,
        description="lexicographic: criterion -> by how much later ones may worsen it, in its own "
        "unit.",
    )
    optimise: str | None = Field(
        default=None, description="epsilon: the one criterion optimised; [limits] bound the others."
    )
    then: tuple[str, ...] = Field(
        default=(),
        description="Criteria optimised afterwards, in order, among the plans that are as good. "
        "What none names is left open: with waiting alone, two plans that wait as little may "
        "differ in cost.",
    )

    @model_validator(mode="before")
    @classmethod
    def _replaced(cls, given: object) -> object:
        """Refuse what rates and tolerances took the place of, with the line to write."""
        if not isinstance(given, dict):
            return given
        weights = given.get("weights")
        if weights is not None:
            names = [name for name in weights if name in OPTIMISABLE] if weights else []
            lines = "; ".join(
                f'rates.{name} = {{ value = 1, unit = "{rate_unit(names[0], name)}", '
                f"{'low = 1, high = 1' if name == names[0] else 'low = 0.5, high = 2'}, "
                f'source = "assumption" }}'
                for name in names
            )
            raise ValueError(
                say(
                    "`rates` in place of `weights`: what one unit of each criterion is worth in"
                    " units of the first, {}",
                    lines,
                )
                if lines
                else say("no `weights`: what criteria are worth stands in `rates`")
            )
        if isinstance(given.get("tolerance"), int | float):
            name = next(iter(given.get("order") or ()), "waiting")
            raise ValueError(  # noqa: TRY004 - pydantic gathers these alone
                say(
                    "a tolerance for each criterion in its own unit, `tolerance.{} = 500`, not one "
                    "share for all",
                    name,
                )
            )
        return given

    @field_validator("rates", mode="before")
    @classmethod
    def _bare_rates(cls, value: object, info: ValidationInfo) -> object:
        # A bare number is in the unit that its criterion and the leading one have.
        if not isinstance(value, dict) or not value:
            return value
        leading = info.data.get("leading") or next(iter(value))
        known = {name for name in value if {name, leading} <= set(CRITERIA)}  # others: see _named
        return {
            name: exactly(rate, rate_unit(leading, name) if name in known else "")
            for name, rate in value.items()
        }

    @model_validator(mode="after")
    def _named(self) -> Self:
        key = {"weighted": "rates", "lexicographic": "order", "epsilon": "optimise"}[self.method]
        if not self.names:
            raise ValueError(
                say("method {!r} needs at least one criterion in `{}`", self.method, key)
            )
        led = [self.leading] if self.leading is not None else []
        named = {*led, *self.rates, *self.order, *self.tolerance, *self.names, *self.then}
        unknown = sorted(named - set(OPTIMISABLE))
        if unknown:
            raise ValueError(
                say("criteria among {}; got {}", ", ".join(OPTIMISABLE), ", ".join(unknown))
            )
        if len({*self.order}) < len(self.order) or len({*self.names, *self.then}) < len(
            [*self.names, *self.then]
        ):
            raise ValueError(say("each criterion once in the objective"))
        if self.method == "weighted":
            self._check_rates()
        if self.method == "lexicographic":
            beside = sorted(set(self.tolerance) - set(self.order))
            if beside:
                raise ValueError(
                    say("a tolerance for criteria of `order`; got {}", ", ".join(beside))
                )
        return self

    def _check_rates(self) -> None:
        leading = self.names[0]
        own = self.rates.get(leading)
        if own is not None and not own.low == own.value == own.high == 1:
            raise ValueError(
                say("a rate of 1 without a range for {}: the sum is told in its unit", leading)
            )
        for name, rate in self.rates.items():
            unit = rate_unit(leading, name)
            if rate.unit != unit:
                raise ValueError(say("a rate in {} for {}; got {}", unit, name, rate.unit))

    @property
    def names(self) -> tuple[str, ...]:
        """The criteria that take part, in order; of a weighted sum the leading one is first."""
        if self.method == "weighted":
            leading = self.leading or next(iter(self.rates), None)
            others = (name for name, rate in self.rates.items() if rate.value > 0)
            return () if leading is None else tuple(dict.fromkeys([leading, *others]))
        if self.method == "lexicographic":
            return self.order
        return (self.optimise,) if self.optimise else ()

    @property
    def given(self) -> dict[str, float]:
        """What later goals may take of each criterion that is taken in order."""
        if self.method != "lexicographic":
            return {}
        return {name: given for name, given in self.tolerance.items() if given}

    @property
    def summed(self) -> bool:
        """Whether several criteria are weighed in one sum."""
        return self.method == "weighted" and len(self.names) > 1

    @property
    def coefficients(self) -> dict[str, float]:
        """What one unit of each criterion of a sum is worth, in the sum's unit.

        Above 0, whether less or more is better. One of a share is the whole of it: a hundred
        percentage points.
        """
        return {
            name: (self.rates[name].value if name in self.rates else 1.0)
            * UNITS[CRITERIA[name].unit].scale
            for name in self.names
        }


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
