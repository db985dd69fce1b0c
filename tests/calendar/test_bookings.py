"""What a plan promises, as counts."""

from __future__ import annotations

import pytest

from planner.calendar.bookings import apportion


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
