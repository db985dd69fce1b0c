"""Neighbours: borders, and links where no chain of borders joins their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.case.rules import neighbours, without_neighbours

if TYPE_CHECKING:
    from planner.case.types import Inputs

MAINLAND = [("a", "b"), ("c", "b")]
"""a - b - c, whichever way a row is written."""


def test_a_link_between_ends_that_borders_join_is_no_border() -> None:
    """Not past one neighbour, nor beside the border itself, nor a ferry along the coast."""
    assert neighbours(MAINLAND, [("a", "c"), ("b", "a")]) == {("a", "b"), ("b", "c")}


def test_a_bridge_to_an_island_is_one() -> None:
    """And so is a link between two islands; every link to an island counts, not just one."""
    over = [("i", "a"), ("c", "i"), ("i", "j"), ("a", "c")]
    found = neighbours(MAINLAND, over) - {("a", "b"), ("b", "c")}
    assert found == {("a", "i"), ("c", "i"), ("i", "j")}


def test_islands_of_several_municipalities_are_joined_as_wholes() -> None:
    """A bridge between two lands counts, whichever municipalities it begins and ends in."""
    two = [*MAINLAND, ("x", "y")]
    assert neighbours(two, [("c", "y"), ("x", "y")]) == {
        ("a", "b"),
        ("b", "c"),
        ("x", "y"),
        ("c", "y"),
    }


def test_without_neighbours_are_those_that_neither_joins() -> None:
    """Of a bridge to itself nobody is a neighbour."""
    codes = ["j", "i", "c", "b", "a"]
    assert without_neighbours(codes, MAINLAND, [("i", "i")]) == ["i", "j"]
    assert without_neighbours(codes, MAINLAND, [("a", "i"), ("a", "c")]) == ["j"]
    assert without_neighbours(codes, [], [("a", "b"), ("b", "c")]) == ["i", "j"]


def test_in_sweden_the_ferries_to_gotland_count_and_no_other_link(real_inputs: Inputs) -> None:
    """Of 3,177 links, 2,482 join municipalities that do not touch: none of them is a border."""
    borders, links = (
        {(str(a), str(b)) for a, b in table[["code_a", "code_b"]].itertuples(index=False)}
        for table in (real_inputs.adjacency, real_inputs.roads)
    )
    assert (len(links), len(links - borders)) == (3177, 2482)
    assert neighbours(borders, links) - borders == {("0192", "0980"), ("0882", "0980")}
