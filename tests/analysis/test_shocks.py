"""The tables of a changed world."""

from __future__ import annotations

import pytest

from country import country_tables, make_country
from planner.analysis.shocks import World, in_world
from planner.data import load
from planner.errors import InputError


def test_growth_leaves_the_public_principals_as_they_are(tmp_path):
    """0101 has one municipality and three others, 0102 one and one, and so on: 15 others of 21."""
    read = load(make_country(tmp_path))
    world = in_world(read, World(growth=1.0))
    grown = world.inputs.municipalities["principals"].to_dict()
    assert grown == {"0101": 7, "0102": 3, "0201": 11, "0202": 5, "0301": 9, "0302": 1}


def test_a_world_without_principals_is_refused(tmp_path):
    tables = country_tables()
    for row in tables["principals"]:
        row["type"] = "independent"
    data = make_country(tmp_path, tables)
    with pytest.raises(InputError, match="leaves a principal"):
        in_world(load(data), World(growth=-1.0))


def test_speeds_and_lost_roads_change_the_travel(tmp_path):
    read = load(make_country(tmp_path))
    slow = in_world(read, World(road_speed=0.5))
    at = slow.travel.codes.index
    assert slow.travel.minutes[at("0101"), at("0102")] == 12
    assert slow.travel.minutes[at("0301"), at("0302")] == 60  # a ferry
    lost = in_world(read, World(lost_roads=("0101-0201",)))
    # Round by Söder and Vik: 5 + 12 + 5 km instead of 10.
    assert lost.travel.km[at("0101"), at("0201")] == 22
    with pytest.raises(InputError, match="lost_roads"):
        in_world(read, World(lost_roads=("0101-0301",)))
