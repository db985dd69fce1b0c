"""The quarters that the periods of a rollout fall into."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.scenario.rollout import Rollout

MONTHS = 3


@dataclass(frozen=True)
class Quarter:
    """The part of a quarter that lies in one period.

    Attributes
    ----------
    period : str
    name : str
        "2022-Q3" where the scenario says when the period starts, else "2022H2 part 1".
    months : float
        Length; the first and last quarter of a period may be cut short.
    elapsed : float
        Share of the period that is over when the quarter ends, above 0 to 1.
    """

    period: str
    name: str
    months: float
    elapsed: float


def quarters(rollout: Rollout) -> tuple[Quarter, ...]:
    """Cut the periods of a rollout into quarters, in order.

    With a start date they are the quarters of the calendar; without one they are counted from
    the start of each period.
    """
    found = []
    for period, start in zip(rollout.periods, rollout.first_months(), strict=True):
        begin = 0.0 if start is None else start
        end = begin + period.months
        first = math.floor(begin / MONTHS + 1e-9)
        last = max(first + 1, math.ceil(end / MONTHS - 1e-9))
        for number in range(first, last):
            stop = min(end, (number + 1) * MONTHS)
            months = stop - max(begin, number * MONTHS)
            name = (
                f"{period.name} part {number + 1}"
                if start is None
                else f"{number // 4}-Q{number % 4 + 1}"
            )
            elapsed = 1.0 if number == last - 1 else (stop - begin) / period.months
            found.append(Quarter(period.name, name, round(months, 6), elapsed))
    return tuple(found)
