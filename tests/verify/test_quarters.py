"""Periods cut into quarters, exactly, as the calendar cuts them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from planner.calendar.bookings import quarters as calendar_quarters
from planner.scenario.sections import Rollout
from planner.verify.exact_case import first_months, quarters
from planner.verify.rules import Span
from verify.small import case_of

if TYPE_CHECKING:
    from planner.verify.rules import Rules
    from verify.small import Run

SEPTEMBER = 12 * 2022 + 8


def span(name: str, months: str, starts: int | None = None) -> Span:
    """Return a period without bounds."""
    return Span(name, starts, Fraction(months), None, None, None)


@pytest.fixture(scope="module")
def rules(_static: Run) -> Rules:
    """Rules whose periods tests replace."""
    return case_of(_static).rules


def test_dated_periods_follow_the_calendar(rules: Rules) -> None:
    """September to December is one month of the third quarter and all of the fourth."""
    spans = (span("2022H2", "4", SEPTEMBER), span("b", "4.5"))
    first, second = quarters(replace(rules, periods=spans))
    assert [(q.name, q.months, q.elapsed) for q in first] == [
        ("2022-Q3", 1, Fraction(1, 4)), ("2022-Q4", 3, 1),
    ]  # fmt: skip
    assert [(q.name, q.months, q.elapsed) for q in second] == [
        ("2023-Q1", 3, Fraction(2, 3)), ("2023-Q2", Fraction(3, 2), 1),
    ]  # fmt: skip


def test_undated_periods_are_counted_from_their_own_start(rules: Rules) -> None:
    """Seven months are two quarters and a month; less than a quarter is one."""
    first, second = quarters(replace(rules, periods=(span("first", "7"), span("b", "0.5"))))
    assert [(q.name, q.months) for q in first] == [
        ("first part 1", 3), ("first part 2", 3), ("first part 3", 1),
    ]  # fmt: skip
    assert [(q.name, q.months, q.elapsed) for q in second] == [("b part 1", Fraction(1, 2), 1)]


def test_a_later_date_leaves_a_pause(rules: Rules) -> None:
    """A start of its own counts; without one a period follows the one before."""
    spans = (span("a", "1"), span("b", "2", SEPTEMBER), span("c", "1"))
    asked = replace(rules, periods=spans)
    assert list(first_months(asked)) == [None, SEPTEMBER, SEPTEMBER + 2]
    assert [part.name for each in quarters(asked) for part in each] == [
        "a part 1", "2022-Q3", "2022-Q4", "2022-Q4",
    ]  # fmt: skip


@pytest.mark.parametrize("months", ["0.1", "1", "2.5", "3", "7", "12", "13.75"])
@pytest.mark.parametrize("month", [None, 1, 2, 3, 9, 12])
def test_they_are_those_of_the_calendar(months: str, month: int | None, rules: Rules) -> None:
    """Two programs, the same names and lengths."""
    starts = None if month is None else 12 * 2022 + month - 1
    date = {} if month is None else {"starts": f"2022-{month:02}-01"}
    rollout = Rollout.model_validate({"periods": [{"name": "x", "months": float(months), **date}]})
    (ours,) = quarters(replace(rules, periods=(span("x", months, starts),)))
    theirs = calendar_quarters(rollout)
    assert [q.name for q in ours] == [q.name for q in theirs]
    assert [float(q.months) for q in ours] == pytest.approx([q.months for q in theirs])
    assert [float(q.elapsed) for q in ours] == pytest.approx([q.elapsed for q in theirs])
