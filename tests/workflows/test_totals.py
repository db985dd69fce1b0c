"""What has moved since the last run with a data folder, and since no other."""

from __future__ import annotations

import pytest

from country import country_tables, make_country
from planner.case.read import read_inputs
from planner.message import say
from planner.workflows.totals import Moved, moved, moved_told, remember, totals


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "cache"))


def test_totals_are_rows_and_sums(tmp_path):
    found = {str(name): total for name, total in totals(read_inputs(make_country(tmp_path)))}
    assert found["municipalities"] == 6
    assert found["principals in all"] == 21
    assert found["population_2021"] == 6000
    assert found["land_area_km2"] == 597
    assert (found["km"], found["minutes"]) == (82, 108)


def test_nothing_has_moved_where_no_run_is_remembered(tmp_path):
    inputs = read_inputs(make_country(tmp_path / "data"))
    assert moved(inputs, tmp_path / "data") == []


def test_what_has_moved_is_told_until_the_next_run(tmp_path):
    """500 principals more in one municipality are one total of the tables, and what it adds up."""
    folder = tmp_path / "data"
    remember(read_inputs(make_country(folder)), folder)
    assert moved(read_inputs(folder), folder) == []
    changed = read_inputs(make_country(folder, country_tables(demand={"0101": 504})))
    found = moved(changed, folder)
    assert [tuple(each) for each in found] == [
        ("principals counted, not listed", 15, 515),
        ("principals in all", 21, 521),
    ]
    assert moved(changed, tmp_path / "other") == []
    remember(changed, folder)
    assert moved(changed, folder) == []


def test_a_total_that_no_earlier_run_knew_has_not_moved(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    inputs = read_inputs(make_country(folder))
    known = totals(inputs)
    monkeypatch.setattr("planner.workflows.totals.totals", lambda _: known[1:])
    remember(inputs, folder)
    monkeypatch.setattr("planner.workflows.totals.totals", lambda _: known)
    assert moved(inputs, folder) == []


def test_a_folder_is_the_same_by_every_path(tmp_path):
    folder = tmp_path / "data"
    remember(read_inputs(make_country(folder)), folder)
    link = tmp_path / "link"
    link.symlink_to(folder)
    changed = read_inputs(make_country(folder, country_tables(demand={"0101": 504})))
    assert moved(changed, link) == moved(changed, folder) != []


def test_what_has_moved_is_one_line_in_the_language():
    line = moved_told([Moved(say("principals in all"), 2793, 3293), Moved(say("{}", "km"), 1.5, 2)])
    assert line == (
        "Since the last run with this data folder: principals in all: 2793 → 3293; km: 1.5 → 2"
    )
    assert line.said("sv") == (
        "Sedan den senaste körningen med den här datamappen: huvudmän sammanlagt: 2793 → 3293; "
        "km: 1.5 → 2"
    )
