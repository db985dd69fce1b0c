"""Reading of public instance formats, and what is said of files that are none."""

from __future__ import annotations

import numpy as np
import pytest

from planner.bench.instances import read_instance
from planner.bench.solving import Question
from planner.bench.solving import solve_instance as solve_question
from planner.errors import InputError

PMED = "4 5 1\n1 2 9\n2 3 1\n3 4 1\n1 3 7\n2 1 2\n"
CAP = "2 2\n10 100\n10 50\n4\n1 8\n6\n9 2\n"
PMEDCAP = "2\n1 7\n2 1 9\n1 0 0 4\n2 3 4 5\n2 8\n3 1 9\n1 0 0 1\n2 1 1 1\n3 0 2 1\n"
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


def solve_instance(instance, problem=None, **options):
    return solve_question(instance, Question(problem, **options))


def test_pmed_takes_the_last_length_of_a_repeated_edge(file):
    """Edge 1-2 is 9 and then 2, either way round: so 1 to 4 is 2 + 1 + 1."""
    instance = read_instance(file(PMED))
    assert instance.p == 1
    assert instance.cost.tolist() == [[0, 2, 3, 4], [2, 0, 1, 2], [3, 1, 0, 1], [4, 2, 1, 0]]


def test_pmed_keeps_an_edge_of_no_length(file):
    """An edge of length zero joins its ends; without one they are apart."""
    cost = read_instance(file("3 1 1\n1 2 0\n")).cost
    assert cost[0, 1] == 0
    assert np.isinf(cost[0, 2])


def test_cap_has_rooms_opening_costs_and_demands(file):
    """Opening both costs 150 and serving 3; only the second costs 50 and 10: 60 is best."""
    instance = read_instance(file(CAP))
    assert instance.opening.tolist() == [100, 50]
    assert instance.demands.tolist() == [4, 6]
    assert instance.cost.tolist() == [[1, 8], [9, 2]]
    answer = solve_instance(instance)
    assert (answer.problem, answer.objective, answer.proven) == ("capacitated-split", 60.0, True)
    assert solve_instance(instance, "capacitated").objective == 60.0
    assert solve_instance(instance, "warehouse").objective == 60.0
    assert solve_instance(instance, "median").problem == "warehouse"
    assert solve_instance(instance, "median", p=2).objective == 3.0


def test_cap_that_leaves_the_room_open_wants_it_given(file):
    """The word `capacity` in place of a number needs the option, where rooms count."""
    path = file(CAP.replace("10 100", "capacity 100"))
    with pytest.raises(InputError, match="--capacity"):
        solve_instance(read_instance(path))
    assert solve_instance(read_instance(path), "median").objective == 60.0
    assert read_instance(path, capacity=12).capacities.tolist() == [12, 10]


def test_pmedcap_holds_several_problems(file):
    """Distances are rounded down: (0,0) to (3,4) is 5, (0,0) to (1,1) is 1."""
    first, second = read_instance(file(PMEDCAP)), read_instance(file(PMEDCAP), number=2)
    assert first.name == "case-1"
    assert first.cost.tolist() == [[0, 5], [5, 0]]
    assert first.capacities.tolist() == [9, 9]
    assert second.cost.tolist() == [[0, 1, 2], [1, 0, 1], [2, 1, 0]]
    assert solve_instance(first).objective == 5.0
    with pytest.raises(InputError, match="from 1 to 2"):
        read_instance(file(PMEDCAP), number=3)
    with pytest.raises(InputError, match="0"):
        read_instance(file(PMEDCAP), number=0)


def test_pmedcap_of_one_problem_alone(file):
    """The same without the count in front."""
    instance = read_instance(file("1 7\n2 1 9\n1 0 0 4\n2 3 4 5\n"))
    assert instance.name == "case"
    assert instance.cost.tolist() == [[0, 5], [5, 0]]


def test_a_name_in_an_old_file_need_not_be_utf8(tmp_path):
    path = tmp_path / "old.tsp"
    path.write_bytes(b"COMMENT: Gr\xf6tschel\n" + TSP.encode())
    assert read_instance(path).cost.shape == (4, 4)


def test_csv_of_places_and_of_costs(file):
    """Places by x and y; or a matrix, its names and weights aside."""
    places = read_instance(file("id,x,y,weight\na,0,0,2\nb,3,4,1\n", "p.csv"))
    assert places.cost.tolist() == [[0, 5], [5, 0]]
    assert places.weights.tolist() == [2, 1]
    matrix = read_instance(file("town,s1,s2,weight\na,1.5,2,3\nb,4,0,1\n", "m.csv"))
    assert matrix.cost.tolist() == [[1.5, 2], [4, 0]]
    assert matrix.weights.tolist() == [3, 1]


BROKEN = {
    "empty": ("", "not an empty file"),
    "prose": ("Dear reader,\nthis is no instance.\n", "expected"),
    "short": ("4 5 1\n1 2 9\n", "12 more numbers"),
    "long": (PMED + "1 4 1\n", "line 7: no more than 18 numbers"),
    "vertex": (PMED.replace("3 4 1", "3 7 1"), "vertices from 1 to 4"),
    "word": (PMED.replace("3 4 1", "3 4 x"), ":4, edges = 'x'"),
    "negative": (PMED.replace("3 4 1", "3 4 -1"), "zero or more"),
    "nan": (PMED.replace("3 4 1", "3 4 nan"), "a finite number"),
    "underscore": (PMED.replace("3 4 1", "3 4 1_0"), "a finite number"),
    "huge": ("900000000 0 1\n", "at most"),
    "many": ("900000000 900000000\n1 2\n", "more numbers before the end"),
    "four": ("1 2 3 4\n", "lines in one of these layouts: pmed (vertices, edges, p"),
    "cap": (CAP.replace("9 2", "9 -2"), "zero or more"),
    "tsp size": (TSP.replace("DIMENSION : 4", "DIMENSION : 5"), "3 more numbers"),
    "tsp twice": (TSP.replace("2 1 1", "1 1 1"), "no place twice"),
    "tsp kind": (TSP.replace("EUC_2D", "GEOM"), "EUC_2D, EUC_3D"),
    "tsp bare": ("DIMENSION : 4\n", "NODE_COORD_SECTION"),
    "csv word": ("x,y\n1,2\n3,z\n", ":3, y = 'z'"),
    "csv ragged": ("1,2\n3\n", "expected 2 cells"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_files_are_answered_in_words(file, case):
    """Each names the file and what was expected; none ends in another error."""
    text, expected = BROKEN[case]
    with pytest.raises(InputError) as caught:
        read_instance(file(text))
    assert "case.txt" in str(caught.value)
    assert expected in str(caught.value)


def test_a_file_that_is_missing_or_binary(tmp_path):
    """No such file, a folder, and bytes that are no text."""
    (tmp_path / "b.bin").write_bytes(b"\xff\xfe\x00\x81")
    for path in (tmp_path / "none.txt", tmp_path, tmp_path / "b.bin"):
        with pytest.raises(InputError, match="a readable instance file"):
            read_instance(path)


def test_what_a_problem_lacks_is_said(file):
    """No p, no radius, no capacities, or a p where costs decide."""
    places = read_instance(file("x,y\n0,0\n3,4\n", "p.csv"))
    for problem, options, expected in (
        ("median", {}, "--p"),
        ("covering", {"p": 1}, "--radius"),
        ("capacitated", {"p": 1}, "a file with demands and capacities"),
    ):
        with pytest.raises(InputError, match=expected):
            solve_instance(places, problem, **options)
    with pytest.raises(InputError, match="opening costs decide"):
        solve_instance(read_instance(file(CAP)), p=1)
    assert solve_instance(places, "covering", p=1, radius=5.0).objective == 2.0
    assert solve_instance(places, "center", p=1).objective == 5.0


TABLE = "type=table\nn=2\nm=3\np=1\ntable={{1,2,3},{4,5,6}}\n"


def test_lines_are_clients_or_facilities_as_the_sizes_tell(file):
    """Two clients and three facilities, written either way."""
    instance = read_instance(file(TABLE))
    assert (instance.cost.tolist(), instance.p) == ([[1, 2, 3], [4, 5, 6]], 1)
    turned = TABLE.replace("{{1,2,3},{4,5,6}}", "{{1,4},{2,5},{3,6}}")
    assert read_instance(file(turned)).cost.tolist() == instance.cost.tolist()


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("p=1", "p=0", "p"),
        ("p=1", "p=1\np=2", "p"),
        ("type=table", "type=graph", "type"),
        ("p=1", "p=1\nsense=max", "sense"),
        ("p=1", "p=1\nq=1", "q"),
        ("{4,5,6}", "{4,5,x}", "table"),
        ("{4,5,6}", "{4,5}", "table"),
        ("n=2\nm=3\np=1\ntable={{1,2,3},{4,5,6}}", "n=2\nm=2\np=1\ntable={{1,2},{3,4}}", "table"),
    ],
)
def test_what_is_wrong_is_named(file, old, new, key):
    with pytest.raises(InputError) as caught:
        read_instance(file(TABLE.replace(old, new)))
    assert caught.value.problems[0].column == key
