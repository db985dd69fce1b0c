"""What is asked of an instance: the problem, what counts, and options that can't be used."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from planner.bench.instances import read_instance
from planner.bench.layouts import NAMES
from planner.bench.solving import Question, solve_instance
from planner.bench.tables import ROLES
from planner.cli.app import app
from planner.errors import InfeasibleScenario, InputError

DOCS = Path(__file__).parents[2] / "docs"

# Three near places and a far, heavy one. One site: among the three unweighted, 1 + 1 + 10;
# at the heavy one weighted, 10 + 11 + 9.
PLACES = "x,y,demand\n0,0,1\n-1,0,1\n1,0,1\n10,0,9\n"
# Sites with room for two points and for one: both open, 5 + 5, and serve for 1 each.
SSCFLP = "2 3\n4 2\n5 5\n2 2 2\n1 9\n1 9\n1 1\n"
VRP = """NAME : small
TYPE : CVRP
DIMENSION : 3
EDGE_WEIGHT_TYPE : EUC_2D
CAPACITY : 9
NODE_COORD_SECTION
1 0 0
2 3 4
3 30 40
DEMAND_SECTION
3 7
1 0
2 2
DEPOT_SECTION
1
-1
EOF
"""
THREE = """DIMENSION : 2
EDGE_WEIGHT_TYPE : EUC_3D
NODE_COORD_SECTION
1 0 0 0
2 2 3 6
EOF
"""


def ask(path, *options):
    done = CliRunner().invoke(
        app, ["bench", "solve", str(path), *options, "--json"], catch_exceptions=False
    )
    return json.loads(done.stdout)


def test_demands_weigh_and_center_does_not_unless_asked(file):
    path = file(PLACES)
    assert ask(path, "--p", "1")["objective"] == 30.0
    assert ask(path, "--p", "1", "--unweighted")["objective"] == 12.0
    assert ask(path, "--p", "1", "--problem", "center")["objective"] == 9.0
    weighted = ask(path, "--p", "1", "--problem", "center", "--weighted")
    assert weighted["objective"] == 11.0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "(median: weighted, Euclidean, not rounded, read as a table of places)"),
        (("--problem", "center"), "(center: unweighted, Euclidean"),
        (("--capacity", "12"), "(capacitated: weighted, each point whole from one site, Eucl"),
        (
            ("--capacity", "12", "--problem", "capacitated-split"),
            "(capacitated-split: weighted, points may be split between sites, Eucl",
        ),
        (("--distance", "round"), "Euclidean, rounded to the nearest"),
        (("--problem", "covering", "--radius", "1"), "(covering: weighted, reach 1, Eucl"),
    ],
)
def test_the_line_says_which_problem_it_is(file, options, words):
    done = CliRunner().invoke(app, ["bench", "solve", str(file(PLACES)), "--p", "1", *options])
    assert done.exit_code == 0
    assert words in done.stdout


def test_whole_and_split_and_without_room(file):
    """Room for 4 and 2: split or not both sites open; without room one is enough."""
    path = file(SSCFLP, "case.txt")
    assert ask(path) | {"seconds": 0, "peak_mb": 0} == {
        "instance": "case",
        "problem": "capacitated",
        "n": 3,
        "p": 2,
        "objective": 13.0,
        "bound": 13.0,
        "proven": True,
        "seconds": 0,
        "peak_mb": 0,
    }
    assert ask(path, "--problem", "capacitated-split")["objective"] == 13.0
    # Room for three halves each: whole, one point is left over; split, the second is shared.
    halves = file(SSCFLP.replace("4 2", "3 3"), "halves.txt")
    assert ask(halves, "--problem", "capacitated-split")["objective"] == 17.0
    with pytest.raises(InfeasibleScenario, match="no plan has room"):
        ask(halves)
    assert ask(path, "--problem", "median")["problem"] == "warehouse"
    assert ask(path, "--problem", "warehouse")["objective"] == 8.0
    assert ask(path, "--problem", "median", "--p", "2")["objective"] == 3.0


def test_demands_of_routes_weigh_and_vehicles_are_no_sites_room_unless_asked(file):
    """The far place weighs 7: one site there, 0 x 50 + 2 x 45; the depot weighs nothing."""
    path = file(VRP, "case.vrp")
    answer = ask(path, "--p", "1")
    assert (answer["problem"], answer["objective"]) == ("median", 90.0)
    assert ask(path, "--p", "1", "--problem", "capacitated")["objective"] == 90.0
    with pytest.raises(InputError, match="no section but"):
        ask(file(VRP.replace("DEPOT_SECTION", "TIME_WINDOW_SECTION"), "w.vrp"), "--p", "1")
    with pytest.raises(InputError, match="DEMAND_SECTION = '3': expected the number of a place"):
        ask(file(VRP.replace("3 7", "4 7"), "d.vrp"), "--p", "1")
    with pytest.raises(InputError, match="1 more numbers"):
        ask(file(VRP.replace("2 2\n", "2\n"), "s.vrp"), "--p", "1")


def test_three_dimensions(file):
    assert read_instance(file(THREE, "t.tsp")).cost.tolist() == [[0, 7], [7, 0]]


CAP = "2 2\n0 12\n0 7\n3\n1 9\n4\n9 1\n"


def test_rooms_of_zero_are_left_open(file):
    """They are told by --capacity or not at all; 10 holds both points, and 12 + 7 + 2 is dear."""
    path = file(CAP, "cap.txt")
    assert ask(path, "--capacity", "10")["objective"] == 17.0
    assert ask(path, "--capacity", "4")["objective"] == 21.0
    with pytest.raises(InputError, match="--capacity: expected the room of a site"):
        ask(path)
    assert np.isnan(read_instance(path).capacities).all()
    numbered = file(CAP.replace("0 12", "5 12"), "some.txt")
    assert read_instance(numbered, capacity=8.0).capacities.tolist() == [8, 8]


USELESS = [
    (PLACES, ("--p", "1", "--radius", "3"), "--radius"),
    (PLACES, ("--p", "1", "--number", "1"), "--number"),
    (PLACES, ("--p", "1", "--layout", "cap"), "--layout"),
    (PLACES, ("--p", "1", "--problem", "median", "--capacity", "9"), "--capacity"),
    (PLACES, ("--p", "1", "--problem", "warehouse"), "--problem"),
    ("x,y\n0,0\n1,1\n", ("--p", "1", "--weighted"), "--weighted"),
    ("x,y\n0,0\n1,1\n", ("--p", "1", "--capacity", "3"), "--problem"),
    (",A,B\nA,0,1\nB,1,0\n", ("--p", "1", "--distance", "floor"), "--distance"),
    (SSCFLP, ("--p", "1"), "--p"),
    (SSCFLP, ("--p", "1", "--problem", "warehouse"), "--p"),
    (SSCFLP, ("--weighted",), "--weighted"),
]


@pytest.mark.parametrize(("text", "options", "named"), USELESS)
def test_an_option_that_cannot_be_used_is_refused(file, text, options, named):
    path = file(text, "case.csv" if "," in text else "case.txt")
    with pytest.raises(InputError) as caught:
        ask(path, *options)
    assert named in [problem.column for problem in caught.value.problems]


def test_everything_in_vain_is_told_at_once(file):
    question = Question(radius=1.0, weighted=True)
    with pytest.raises(InputError) as caught:
        solve_instance(read_instance(file("x,y\n0,0\n1,1\n")), question)
    assert [p.column for p in caught.value.problems] == ["--radius", "--p", "--weighted"]


def test_the_page_on_instances_names_every_layout_and_column():
    text = (DOCS / "instances.md").read_text(encoding="utf-8")
    for word in (*NAMES, *(word for words in ROLES.values() for word in words.split())):
        assert f"`{word}`" in text, word
