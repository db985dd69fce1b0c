"""The quarters that the periods of a rollout fall into."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.verify.rules import Rules, Span

MONTHS = 3


@dataclass(frozen=True)
class Quarter:
    """The part of a quarter that lies in one period.

    `elapsed` is the share of the period that is over when the quarter ends.
    """

    name: str
    months: Fraction
    elapsed: Fraction


def quarters(rules: Rules) -> tuple[tuple[Quarter, ...], ...]:
    """Cut each period into quarters, in order.

    With a date they are those of the calendar, "2022-Q3"; a period without one of its own follows
    the one before. Where no date was set they are counted from the start of each period.
    """
    return tuple(
        tuple(_cut(span, begins))
        for span, begins in zip(rules.periods, first_months(rules), strict=True)
    )


def first_months(rules: Rules) -> Iterator[Fraction | None]:
    """Yield when each period begins, in months from the year 0; None where no date says."""
    end: Fraction | None = None
    for span in rules.periods:
        begins = end if span.starts is None else Fraction(span.starts)
        yield begins
        end = None if begins is None else begins + span.months


def _cut(span: Span, begins: Fraction | None) -> Iterator[Quarter]:
    start = begins or Fraction(0)
    end = start + span.months
    first = math.floor(start / MONTHS)
    last = max(first + 1, math.ceil(end / MONTHS))
    for number in range(first, last):
        until = min(end, Fraction((number + 1) * MONTHS))
        name = f"{number // 4}-Q{number % 4 + 1}"
        if begins is None:
            name = f"{span.name} part {number + 1}"
        months = until - max(start, Fraction(number * MONTHS))
        yield Quarter(name, months, (until - start) / span.months)
