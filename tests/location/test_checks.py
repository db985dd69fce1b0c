"""What is wrong with the arguments of a location problem, and their canonical order."""

from __future__ import annotations

import numpy as np
import pytest

from planner.errors import InputError
from planner.location import solve_p_median
from planner.location.checks import check


def test_every_wrong_argument_is_listed_at_once():
    """One answer names the cost, the weights, the clash and p."""
    with pytest.raises(InputError) as caught:
        solve_p_median([[1.0, -2.0]], 3, weights=[np.nan], required=[0], excluded=[0, 7])
    columns = [problem.column for problem in caught.value.problems]
    assert columns == ["cost", "weights", "excluded", "excluded", "p"]


def test_keys_bring_points_and_sites_into_their_order():
    """Points b, a and sites y, x: rows and columns change places, and the answer's names back."""
    cost = [[1.0, 2.0], [3.0, 4.0]]
    table = check("p-median", cost, 1, required=[0], point_keys="ba", site_keys="yx")
    assert table.cost.tolist() == [[4.0, 3.0], [2.0, 1.0]]
    assert (table.fixed.tolist(), table.free.tolist()) == ([1], [0])
    assert table.named(np.array([1])) == (0,)
    assert table.places([0]).tolist() == [1]
    assignment, paid = table.assign(np.array([0, 1]))
    assert (assignment.tolist(), paid.tolist()) == ([0, 0], [3.0, 1.0])
    with pytest.raises(InputError, match="no two alike"):
        check("p-median", cost, 1, site_keys="xx")
