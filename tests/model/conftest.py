"""What the tests of the model share."""

from __future__ import annotations

import pytest

from country import make_country
from planner.case.read import read_inputs


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return read_inputs(make_country(tmp_path_factory.mktemp("country")))
