"""The values of a scenario's fields: codes, names, text, and numbers with unit and range."""

from __future__ import annotations

import math
import unicodedata
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    model_validator,
)

from planner.filenames import on_every_system
from planner.message import say

NAME = r"[a-z0-9][a-z0-9-]{0,59}"


def _not_reserved(name: str) -> str:
    if not on_every_system(name):
        raise ValueError(say("a name that Windows does not keep for itself, got {}", name))
    return name


def _visible(text: str) -> str:
    """Refuse what can't be seen but changes what is (control characters, text that turns)."""
    for letter in text:
        unseen = unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        if unseen and letter not in "\n\r\t\u200c\u200d":
            raise ValueError(say("text without control characters, got U+{:04X}", ord(letter)))
    return text


Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$", max_length=40)]
Name = Annotated[str, Field(pattern=f"^{NAME}$"), AfterValidator(_not_reserved)]
Words = Annotated[str, Field(max_length=500), AfterValidator(_visible)]
"""A unit, a source, a date: short and on one page of a document."""
Prose = Annotated[str, Field(max_length=5000), AfterValidator(_visible)]
# Strict: "200", "yes" and true are no numbers, 1 is no yes.
Finite = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True)]
YesNo = Annotated[bool, Field(strict=True)]


class Spec(BaseModel):
    """Base of every section: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Quantity(Spec):
    """A number with its unit, the range it may lie in, and where it comes from."""

    value: Annotated[Finite, Field(ge=-(10**9), le=10**9)] = Field(description="What is used.")
    unit: Words = Field(description="For readers; nothing is converted.")
    low: Finite = Field(description="The least it may be; sensitivity is studied down to here.")
    high: Finite = Field(description="The most it may be.")
    source: Words = Field(
        default="assumption", description="Where it comes from, or that it is an assumption."
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(
                say("low <= value <= high, got {} <= {} <= {}", self.low, self.value, self.high)
            )
        return self


def _positive(given: Quantity) -> Quantity:
    if given.value <= 0:
        raise ValueError(say("a value above 0, got {:g}", given.value))
    return given


def _not_negative(given: Quantity) -> Quantity:
    if given.value < 0:
        raise ValueError(say("a value of at least 0, got {:g}", given.value))
    return given


def _share(given: Quantity) -> Quantity:
    if not 0 <= given.value <= 1:
        raise ValueError(say("a value from 0 to 1, got {:g}", given.value))
    return given


Amount = Annotated[Quantity, AfterValidator(_not_negative), Field(json_schema_extra={"minimum": 0})]
PositiveAmount = Annotated[
    Quantity, AfterValidator(_positive), Field(json_schema_extra={"exclusiveMinimum": 0})
]
Share = Annotated[
    Quantity, AfterValidator(_share), Field(json_schema_extra={"minimum": 0, "maximum": 1})
]


def exactly(value: object, unit: str) -> object:
    """Return a bare number as a quantity without a range, and anything else as it is."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return value
    finite = -math.inf < value < math.inf  # math.isfinite knows no number of 400 digits
    return {"value": value, "unit": unit, "low": value, "high": value} if finite else value


class Text(Spec):
    """A text for decision makers in both languages."""

    sv: Prose
    en: Prose
