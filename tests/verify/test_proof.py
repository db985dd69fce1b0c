"""How far a value is from a limit, on either side of it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from planner.verify.proof import _off
from planner.verify.rules import Limit


@pytest.mark.parametrize(
    ("sense", "value", "off"),
    [("least", 4, 6), ("least", 10, 0), ("least", 11, 0), ("most", 14, 4), ("most", 9, 0)],
)
def test_a_value_is_off_by_what_it_lacks_or_has_too_much(sense, value, off):
    limit = Limit("spsm_share", sense, Fraction(10), hard=False, penalty=Fraction(1))
    assert _off(limit, Fraction(value)) == off
    assert _off(limit, None) is None
