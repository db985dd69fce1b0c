"""Rules between tables, on the smallest cases that tell them apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from planner.inputs.rules import unreachable

CODES = [f"{i:02}" for i in range(8)]
LINKS = st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)), max_size=12)


def test_outside_the_largest_part():
    assert unreachable("abcde", [("a", "b"), ("c", "d"), ("d", "e")]) == ["a", "b"]


def test_of_equal_parts_the_one_with_the_first_code_is_the_country():
    assert unreachable("abcd", [("c", "d"), ("b", "a")]) == ["c", "d"]


def test_nothing_is_unreachable_in_a_country_of_nothing():
    assert unreachable([], []) == []


@given(LINKS)
def test_unreachable_is_what_networkx_leaves_outside_the_largest_component(links):
    import networkx as nx  # noqa: PLC0415 - an independent answer

    graph = nx.Graph(links)
    graph.add_nodes_from(CODES)
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    assert unreachable(CODES, links) == sorted(set(CODES) - parts[0])


@given(LINKS)
def test_the_order_of_links_does_not_matter(links):
    turned = [(b, a) for a, b in reversed(links)]
    assert unreachable(CODES, links) == unreachable(reversed(CODES), turned)
