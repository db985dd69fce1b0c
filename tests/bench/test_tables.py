"""Tables: columns told by their names, and what is refused because it could be something else."""

from __future__ import annotations

import numpy as np
import pytest

from planner.bench.instances import read_instance
from planner.errors import InputError


@pytest.fixture
def read(tmp_path):
    def reader(text, **options):
        path = tmp_path / "case.csv"
        path.write_text(text, encoding="utf-8")
        return read_instance(path, **options)

    return reader


@pytest.mark.parametrize(
    ("header", "weights"),
    [
        ("x,y,weight", True),
        ("X_COORD,Y_COORD,POP", True),
        ("Easting (m),Northing (m),Population", True),
        ("x,y,demand", True),
        ("x,y,capacity", False),
        ("xCoord,yCoord,id", False),
    ],
)
def test_columns_are_known_by_their_names(read, header, weights):
    instance = read(f"{header}\n0,0,2\n3,4,1\n")
    assert instance.cost.tolist() == [[0, 5], [5, 0]]
    assert (instance.weights is not None) == weights
    if weights:
        assert instance.weights.tolist() == instance.demands.tolist() == [2, 1]


def test_weight_and_demand_apart(read):
    """One of them stands for both; of two each is its own."""
    instance = read("id,x,y,population,demand,room\na,0,0,7,2,9\nb,3,4,8,1,9\n")
    assert instance.weights.tolist() == [7, 8]
    assert instance.demands.tolist() == [2, 1]
    assert instance.problem == "capacitated"


@pytest.mark.parametrize(
    "header", ["id,lat,lon", "id,Latitude,Longitude", "name,lat_deg,long_deg", "code,lat,lng"]
)
def test_degrees_become_km_over_a_sphere(read, header):
    """A degree of latitude is 111.195 km, and so is one of longitude on the equator."""
    instance = read(f"{header}\n1,0,0\n2,1,0\n3,0,1\n")
    assert instance.cost[0].tolist() == pytest.approx([0, 111.19508, 111.19508], abs=1e-5)
    assert instance.distance == "great-circle km, not rounded"


def test_semicolons_with_decimal_commas_and_tabs(read):
    assert read("id;x;y\na;0,5;0\nb;3,5;4\n").cost[0].tolist() == [0, 5]
    assert read("id\tx\ty\na\t0.5\t0\nb\t3.5\t4\n").cost[0].tolist() == [0, 5]


def test_a_mark_is_the_decimal_one_where_a_number_shows_it(read):
    """12.500 is 12.5 beside 0.5, in degrees, and where commas part the cells."""
    assert read("id;x;y\na;0.5;0\nb;12.500;9\n").cost[0].tolist() == [0, 15]
    assert read("id;x;y\na;0,5;0\nb;12,500;9\n").cost[0].tolist() == [0, 15]
    assert read("x\ty\n0,5\t0\n12,500\t9\n").cost[0].tolist() == [0, 15]
    assert read("x,y\n0,0\n1.000,0\n").cost[0].tolist() == [0, 1]
    degrees = read("id;lat;lon\n1.5;55,500;13,250\n2,5;55,500;13,250\n")
    assert degrees.cost.tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("id,weight,Store_1,Store_2\n1,5,10,20\n2,6,30,40\n3,7,50,60\n", 2),
        ("town,s1,s2,s3\na,1,2,3\nb,4,5,6\n", 3),
        (",A,B\nA,0,3\nB,3,0\n", 2),
        ("id,1,2,3\na,0,3,4\nb,3,0,5\n", 3),
        ("id,N,S,E,W\na,0,3,4,1\nb,3,0,5,1\n", 4),
        ("0,3,5\n3,0,6\n5,6,0\n", 3),
        ("9,2,3,4,5,6\n1,2,3,4,5,6\n", 6),
    ],
)
def test_a_matrix_and_its_ids(read, text, sites):
    """A column of ids is never a site, also where its ids are numbers."""
    instance = read(text)
    assert instance.cost.shape[1] == sites
    assert instance.format == "a matrix of costs"


REFUSED = {
    "places or costs": ("0,0\n1,0\n0,1\n", "places or costs?"),
    "id, x, y": ("1,0,0\n2,1,0\n3,0,1\n", "places or costs?"),
    "named rows": ("Lund,55.7,13.2\nUmeå,63.8,20.3\n", "= '55.7, 13.2': expected names first"),
    "a numbering first": ("1,2,3,4,5,6\n2,2,3,4,5,6\n3,1,1,1,1,1\n", "an id or a site"),
    "tract": ("tract,s1\n101,5\n102,6\n109,7\n", "tract: expected a name that tells"),
    "unknown": ("x,y,elevation\n0,0,1\n", "elevation: expected coordinates, id"),
    "typo": ("x,y,wieght\n0,0,1\n", "did you mean 'weight'?"),
    "typo in a matrix": ("id,s1,wieght\na,0,1\n", "did you mean 'weight'?"),
    "half": ("x,weight\n0,1\n", "x and y, or lon and lat"),
    "both": ("x,y,lat,lon\n0,0,1,1\n", "x and y, or lon and lat"),
    "mixed": ("lat,y\n0,0\n", "x and y, or lon and lat"),
    "twice": ("x,y,pop,weight\n0,0,1,1\n", "one column of weight"),
    "same name": ("id,s1,s1\na,0,1\n", "no two columns of the same name"),
    "no degrees": ("lat,lon\n95,0\n1,1\n", ":2, lat = '95.0': expected degrees"),
    "no name": ("x,y,\n0,0,1\n", "coordinates, id, weight"),
    "a capacity a point": ("id,s1,capacity\na,0,1\n", "a site, or an id first"),
    "empty cell": ("x,y,weight\n0,0,\n", ":2, weight: expected a number"),
    "below zero": ("x,y,weight\n0,0,-1\n", ":2, weight = '-1': expected a number"),
    "underscore": ("x,y\n1_0,0\n", "x = '1_0'"),
    "thousands": ("x;y;weight\n0;1;4.000\n1;2;2.500\n", ":2, weight = '4.000': expected one dec"),
    "thousands by commas": ("x\ty\n0\t1\n4,000\t1\n", ":3, x = '4,000': expected one decimal"),
    "two marks": ("x;y\n0,5;1\n0.5;2\n", ":3, x = '0.5': expected one decimal mark"),
    "two marks in two columns": ("x;y\n0.5;1,5\n0;2\n", "expected one decimal mark"),
    "two marks without names": ("0;1.5\n1,5;0\n", ":2, column 1 = '1,5': expected one decimal"),
    "two marks in a number": ("x;y\n1.234,5;1\n0,5;2\n", ":2, x = '1.234,5': expected a finite"),
    "a comma among commas": ('x,y\n"1,5",0\n', ":2, x = '1,5': expected a finite number"),
    "ragged": ("x,y\n0,0\n1\n", "expected 2 cells"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_certain_is_refused(read, case):
    text, expected = REFUSED[case]
    with pytest.raises(InputError) as caught:
        read(text)
    assert expected in str(caught.value)


def test_every_unknown_column_is_told_at_once(read):
    with pytest.raises(InputError) as caught:
        read("x,y,colour,shape\n0,0,1,1\n")
    assert [problem.column for problem in caught.value.problems] == ["colour", "shape"]


def test_great_circles_are_those_of_the_sphere():
    """Against the angle between the unit vectors, on 40 places."""
    from planner.bench.source import great_circle  # noqa: PLC0415

    rng = np.random.default_rng(0)
    north, east = rng.uniform(-90, 90, 40), rng.uniform(-180, 180, 40)
    a, b = np.radians(north), np.radians(east)
    at = np.column_stack([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)])
    angle = np.arccos(np.clip(at @ at.T, -1, 1))
    np.fill_diagonal(angle, 0.0)
    assert great_circle(north, east) == pytest.approx(6371.0088 * angle, abs=1e-3)
