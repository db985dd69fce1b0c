"""What a plan promises, as counts."""

from __future__ import annotations

import pytest

from planner.calendar.bookings import apportion, quarters
from planner.scenario.sections import Rollout


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (4, [1, 1, 2], [1, 1, 2]),
        (1, [3, 1], [1, 0]),
        (2, [1, 1, 1], [1, 1, 0]),
        (0, [1, 2], [0, 0]),
        (3, [0, 0], [0, 3]),
    ],
)
def test_shares_of_a_whole_number(total, weights, shares):
    """Largest remainders first, earlier ones where they tie; the last takes it without weights."""
    assert apportion(total, weights) == shares


def cut(*periods):
    rollout = Rollout.model_validate({"periods": periods})
    return [(q.period, q.name, q.months, round(q.elapsed, 4)) for q in quarters(rollout)]


def test_dated_periods_follow_the_calendar():
    """September to December is one month of the third quarter and all of the fourth."""
    found = cut({"name": "2022H2", "starts": "2022-09-01", "months": 4}, {"name": "b", "months": 3})
    assert found == [
        ("2022H2", "2022-Q3", 1, 0.25),
        ("2022H2", "2022-Q4", 3, 1.0),
        ("b", "2023-Q1", 3, 1.0),
    ]


def test_undated_periods_are_counted_from_their_own_start():
    """Without a date the names say only which part of the period it is."""
    assert cut({"name": "first", "months": 7}) == [
        ("first", "first part 1", 3, 0.4286),
        ("first", "first part 2", 3, 0.8571),
        ("first", "first part 3", 1, 1.0),
    ]


def test_a_later_date_leaves_a_pause():
    """A start of its own counts, though the period before has long ended."""
    found = cut({"name": "a", "starts": "2023-01-01", "months": 3}, {"name": "b", "months": 3})
    later = cut(
        {"name": "a", "starts": "2023-01-01", "months": 3},
        {"name": "b", "starts": "2024-01-01", "months": 3},
    )
    assert [name for _, name, _, _ in found] == ["2023-Q1", "2023-Q2"]
    assert [name for _, name, _, _ in later] == ["2023-Q1", "2024-Q1"]


@pytest.mark.parametrize(
    ("periods", "told"),
    [
        ([{"name": "a", "starts": "2023-01-02"}], "the first of a month"),
        (
            [{"name": "a", "starts": "2023-01-01"}, {"name": "b", "starts": "2023-12-01"}],
            "a start of 'b' after the end of 'a'",
        ),
    ],
)
def test_dates_that_cannot_be(periods, told):
    """A start within a month, or before the period before has ended, is refused."""
    with pytest.raises(ValueError, match=told):
        cut(*periods)
