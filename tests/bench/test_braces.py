"""Files of `key = value` with a table in braces."""

from __future__ import annotations

import pytest

from planner.bench.instances import read_instance
from planner.errors import InputError

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
