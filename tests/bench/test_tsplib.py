"""TSPLIB: its distances, matrices and sections."""

from __future__ import annotations

import pytest

from planner.bench.instances import read_instance

TSP = """NAME : four
TYPE : TSP
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 1 1
3 1e0 2
4 0 2.6
EOF
"""


@pytest.mark.parametrize(
    ("distance", "row"),
    [("floor", [0, 1, 2, 2]), ("round", [0, 1, 2, 3]), ("exact", [0, 2**0.5, 5**0.5, 2.6])],
)
def test_tsplib_distances(file, distance, row):
    """1.41, 2.24 and 2.6 down, to the nearest, and as they are."""
    assert read_instance(file(TSP), distance=distance).cost[0].tolist() == pytest.approx(row)


def test_tsplib_matrices(file):
    """A triangle without its diagonal, row by row."""
    text = (
        "DIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\nEDGE_WEIGHT_FORMAT: UPPER_ROW\n"
        "EDGE_WEIGHT_SECTION\n1 2\n3\nEOF\n"
    )
    assert read_instance(file(text)).cost.tolist() == [[0, 1, 2], [1, 0, 3], [2, 3, 0]]


@pytest.mark.parametrize(
    ("layout", "numbers"),
    [
        ("LOWER_DIAG_ROW", "9999 1 9999 2\n3 9999"),
        ("UPPER_DIAG_COL", "7 1 7 2 3 -1"),
        ("FULL_MATRIX", "9999 1 2 1 9999 3 2 3 9999"),
        ("LOWER_ROW", "1 2 3"),
        ("LOWER_DIAG_ROW", "0 1 0 2\n3 0"),
        ("UPPER_DIAG_ROW", "0 1 2 0 3 0"),
        ("UPPER_COL", "1 2 3"),
        ("LOWER_COL", "1 2 3"),
        ("UPPER_DIAG_COL", "0 1 0 2 3 0"),
        ("LOWER_DIAG_COL", "0 1 2 0 3 0"),
        ("FULL_MATRIX", "0 1 2 1 0 3 2 3 0"),
    ],
)
def test_tsplib_layouts(file, layout, numbers):
    """The same three distances, triangle by triangle; what follows them is for drawing.

    A diagonal is no distance, whatever it says.
    """
    text = (
        f"DIMENSION 3\r\nEDGE_WEIGHT_TYPE:EXPLICIT\r\nEDGE_WEIGHT_FORMAT : {layout}\r\n"
        f"EDGE_WEIGHT_SECTION :\r\n{numbers}\r\nDISPLAY_DATA_SECTION\r\n1 5 5\r\nEOF\r\n"
    )
    assert read_instance(file(text)).cost.tolist() == [[0, 1, 2], [1, 0, 3], [2, 3, 0]]


@pytest.mark.parametrize(
    ("kind", "distance", "row"),
    [
        # sqrt(10) and sqrt(40), over sqrt(10), and 9.5 whole ones rounded up.
        ("ATT", None, [0, 1, 2, 10]),
        ("ATT", "floor", [0, 1, 2, 9]),
        ("CEIL_2D", None, [0, 4, 7, 31]),
        ("CEIL_2D", "exact", [0, 4, 7, 31]),
        ("MAN_2D", None, [0, 4, 8, 30]),
        ("MAX_2D", None, [0, 3, 6, 30]),
        ("EUC_2D", None, [0, 3, 6, 30]),
    ],
)
def test_tsplib_metrics(file, kind, distance, row):
    """Sections that a p-median has no use for are passed over, before and after."""
    text = (
        f"NAME: t\nCOMMENT: in a NODE_COORD_SECTION\nDIMENSION: 4\nEDGE_WEIGHT_TYPE: {kind}\n"
        "FIXED_EDGES_SECTION\n1 2\n-1\n\nNODE_COORD_SECTION\n1 0 0\n2 1e0 3.0E+00\n\n3 2 6\n"
        "4 30.04 0\nDEMAND_SECTION\n1 5\n3 0\n2 1\n4 0\nEOF\nand more\n"
    )
    cost = read_instance(file(text), distance=distance).cost
    assert cost[0].tolist() == pytest.approx([*row[:3], row[3] + 0.04 * (kind == "MAN_2D")], abs=1)
    assert cost[0][:3].tolist() == row[:3]


@pytest.mark.parametrize(("kind", "away"), [("MAN_2D", 5.0), ("MAX_2D", 4.0)])
def test_tsplib_rounds_sums_and_greatest_to_the_nearest(file, kind, away):
    """3.6 and 1.2 apart: 4.8 and 3.6, as TSPLIB has them."""
    text = f"DIMENSION: 2\nEDGE_WEIGHT_TYPE: {kind}\nNODE_COORD_SECTION\n1 0 0\n2 3.6 1.2\n"
    assert read_instance(file(text)).cost[0].tolist() == [0.0, away]
    assert read_instance(file(text), distance="floor").cost[0].tolist() == [0.0, away - 1]


def test_tsplib_places_on_the_globe(file):
    """Degrees and minutes: a degree along the meridian is 111.3 km, half of it 55.7."""
    text = (
        "DIMENSION: 3\nEDGE_WEIGHT_TYPE: GEO\nNODE_COORD_SECTION\n"
        "1 10.00 -20.0\n2 11.00 -20.0\n3 9.30 -20.0\n"
    )
    assert read_instance(file(text)).cost.tolist() == [[0, 112, 56], [112, 0, 167], [56, 167, 0]]
    exact = read_instance(file(text), distance="exact").cost[0]
    assert exact.tolist() == pytest.approx([0, 111.3237, 55.6619], abs=1e-3)
