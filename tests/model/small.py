"""The tables of a small country, cut down to a scenario, and what is wrong where they can't be."""

from __future__ import annotations

import pytest

from planner.case.travel import travel_matrix
from planner.errors import InputError
from planner.model.instance import make_instance
from tiny import tiny_scenario

CODES = ("0101", "0102", "0201", "0202", "0301", "0302")
"""The country of support/country.py: 0101 Norr 4, 0102 Söder 2, 0201 Mitt 6, 0202 Vik 3, 0301 Ost 5
and 0302 Ö 1 principals; the sister agency in 0101, 0201 and 0301, a campus in 0201."""


def made(inputs, changes=None):
    travel = travel_matrix(inputs, keep=False)
    return make_instance(
        inputs, travel, tiny_scenario({"units.level": "county", **(changes or {})})
    )


def problems(inputs, changes):
    with pytest.raises(InputError) as caught:
        made(inputs, changes)
    return [(problem.column, problem.value) for problem in caught.value.problems]
