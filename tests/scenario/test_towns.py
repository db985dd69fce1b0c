"""Towns that a scenario calls by name."""

from __future__ import annotations

import pytest

from country import make_country
from planner.case.read import read_inputs
from planner.scenario.load import with_codes


@pytest.fixture
def folder(tmp_path):
    """Two municipalities and seats of one name in two counties."""
    made = make_country(tmp_path)
    for table in made.glob("*/*.csv"):
        table.write_text(table.read_text("utf-8").replace("Mitt", "Norr"), "utf-8")
    return made


def required(folder, *towns):
    return with_codes({"sites": {"required": list(towns)}}, folder)["sites"]["required"]


def test_every_name_that_is_said_can_be_typed(folder):
    seats = read_inputs(folder).municipalities["seat"]
    assert required(folder, *seats) == list(seats.index)
    assert len(set(seats)) == len(seats)


def test_a_name_that_two_have_stays_and_is_refused_later(folder):
    assert required(folder, "Norr", "0101") == ["Norr", "0101"]
