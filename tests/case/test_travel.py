"""Travel: shortest and fastest ways with one possible answer, and a cache that can't mislead."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from country import ROADS, country_tables, make_country
from planner.case.network import road_graph
from planner.case.read import read_inputs
from planner.case.travel import content_key, travel_matrix
from planner.errors import InputError

PLAIN = """
import sys
from pathlib import Path
from planner.case.read import read_inputs
from planner.case.travel import travel_matrix
travel_matrix(read_inputs(Path(sys.argv[1])))
print([name for name in ("networkx", "scipy") if name in sys.modules])
"""


@pytest.fixture
def inputs(tmp_path):
    return read_inputs(make_country(tmp_path / "country"))


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A cache folder of this test alone."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("PLANNER_CACHE", str(folder))
    return folder


def at(travel, a, b):
    i, j = travel.codes.index(a), travel.codes.index(b)
    return travel.km[i, j], travel.minutes[i, j]


def test_ways_of_one_possible_answer(inputs):
    travel = travel_matrix(inputs, keep=False)
    assert travel.codes == ("0101", "0102", "0201", "0202", "0301", "0302")
    assert at(travel, "0101", "0101") == (0, 0)
    assert at(travel, "0101", "0201") == (10, 8)
    # By 0101 and 0201 it is 5 + 10 + 20 km, by 0202 12 + 5 + 20.
    assert at(travel, "0102", "0301") == (35, 6 + 8 + 16)
    # The ferry is the only way.
    assert at(travel, "0201", "0302") == (20 + 30, 16 + 60)
    assert np.array_equal(travel.km, travel.km.T)
    assert np.array_equal(travel.minutes, travel.minutes.T)


def test_the_shortest_way_need_not_be_the_fastest(tmp_path):
    """A slow short cut changes kilometres alone."""
    roads = (*ROADS, ("0101", "0301", 25, 100, "road"))
    inputs = read_inputs(make_country(tmp_path, country_tables(roads=roads)))
    assert at(travel_matrix(inputs, keep=False), "0101", "0301") == (25, 8 + 16)


def test_sums_are_rounded_to_a_millionth(tmp_path):
    """0.1 + 0.2 is 0.3, whichever end the sum begins at."""
    roads = [(a, b, km / 10, minutes / 10, kind) for a, b, km, minutes, kind in ROADS]
    tables = country_tables(roads=roads)
    for row in tables["municipalities"]:  # nearer, as the roads are shorter
        row["lat"] = 55.71 + (row["lat"] - 55.71) / 10
        row["lon"] = 13.62 + (row["lon"] - 13.62) / 10
    inputs = read_inputs(make_country(tmp_path, tables))
    assert at(travel_matrix(inputs, keep=False), "0102", "0302")[0] == 0.5 + 1 + 2 + 3


def test_the_order_of_roads_does_not_matter(inputs):
    turned = replace(
        inputs,
        roads=inputs.roads.iloc[::-1],
        municipalities=inputs.municipalities.iloc[::-1],
    )
    assert content_key(turned) == content_key(inputs)
    one, other = travel_matrix(inputs, keep=False), travel_matrix(turned, keep=False)
    assert one.codes == other.codes
    assert one.km.tobytes() == other.km.tobytes()
    assert one.minutes.tobytes() == other.minutes.tobytes()


def test_every_unreachable_seat_is_named(inputs):
    cut = replace(inputs, roads=inputs.roads.query("code_b != '0301'"))
    with pytest.raises(InputError) as caught:
        travel_matrix(cut, keep=False)
    assert [p.value for p in caught.value.problems] == ["0301 Ost", "0302 Ö"]


def test_the_graph_names_its_towns_and_knows_its_ferries(inputs):
    graph = road_graph(inputs)
    assert graph.nodes["0302"]["name"] == "Ö"
    assert graph.edges["0302", "0301"] == {"km": 30, "minutes": 60, "kind": "ferry"}
    assert graph.number_of_edges() == len(ROADS)


def test_what_is_kept_is_what_was_computed(inputs, kept, monkeypatch):
    first = travel_matrix(inputs)
    assert [path.name for path in kept.iterdir()] == [f"travel-{content_key(inputs)}"]

    def never(*_):
        raise AssertionError("computed although it was kept")

    monkeypatch.setattr("planner.case.travel._compute", never)
    again = travel_matrix(inputs)
    assert again.codes == first.codes
    assert np.array_equal(again.km, first.km)
    assert np.array_equal(again.minutes, first.minutes)


def test_nothing_is_kept_unless_asked(inputs, kept):
    travel_matrix(inputs, keep=False)
    assert not kept.exists()


@pytest.mark.parametrize(("column", "row"), [("km", 0), ("minutes", 3)])
def test_another_length_is_another_result(inputs, kept, column, row):
    before = travel_matrix(inputs)
    roads = inputs.roads.copy()
    roads.loc[row, column] += 0.5
    after = travel_matrix(replace(inputs, roads=roads))
    assert not np.array_equal(getattr(before, column), getattr(after, column))
    assert len(list(kept.iterdir())) == 2


def test_names_and_people_do_not_change_what_is_kept(inputs):
    people = inputs.municipalities.assign(name="X", principals=1)
    assert content_key(replace(inputs, municipalities=people)) == content_key(inputs)


def test_a_spoilt_file_is_made_anew(inputs, kept, caplog):
    right = travel_matrix(inputs)
    (path,) = kept.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    again = travel_matrix(inputs)
    assert np.array_equal(again.km, right.km)
    assert np.array_equal(again.minutes, right.minutes)
    assert np.array_equal(again.row, right.row)
    assert "made anew" in caplog.text
    assert path.read_bytes() == whole


def test_a_cache_that_cannot_be_written_does_not_stop_a_run(inputs, kept, caplog):
    kept.write_text("a file where the folder should be")
    assert at(travel_matrix(inputs), "0101", "0201") == (10, 8)
    assert "nothing is kept" in caplog.text


@pytest.mark.slow
def test_kept_distances_need_neither_networkx_nor_scipy(inputs, kept, tmp_path):
    """Their imports would take longer than everything else at start-up."""
    command = [sys.executable, "-c", PLAIN, str(tmp_path / "country")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    seen = [
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    ]
    assert seen == ["['networkx', 'scipy']\n", "[]\n"]


def test_matrices_cannot_be_written_to(inputs):
    with pytest.raises(ValueError, match="read-only"):
        travel_matrix(inputs, keep=False).km[0, 1] = 0


def test_real_distances(real_inputs, real_travel):
    """Solna-Malmö and the ferry to Visby, against road signs and timetables."""
    name = {town: code for code, town in real_inputs.municipalities["name"].items()}
    km, minutes = at(real_travel, name["Solna"], name["Malmö"])
    assert km == pytest.approx(615, rel=0.03)
    assert minutes == pytest.approx(6.5 * 60, rel=0.1)
    km, minutes = at(real_travel, name["Gotland"], name["Oskarshamn"])
    assert (km, minutes) == (122.6, 209)
    assert np.isfinite(real_travel.km).all()
    assert real_travel.km.shape == (290, 290)
