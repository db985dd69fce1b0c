"""What tests share: the real data read once, and a cache of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from planner.inputs.read import default_data_folder, read_inputs
from planner.travel.matrix import Travel, travel_matrix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.inputs.types import Inputs

# The same cases every time, and no limit on their time: a busy machine is no error.
settings.register_profile("planner", derandomize=True, deadline=None)
settings.load_profile("planner")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let golden LPs be written anew, and tests of many runs run them all."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/*.lp anew")
    parser.addoption("--full", action="store_true", help="all the runs that docs/trust.md tells of")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether to write the golden files instead of only comparing."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's cache out of the tests, and the tests out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANNER_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_core() -> Iterator[None]:
    """Use one process, but where a test asks for more: the tests themselves take every core."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANNER_CORES", "1")
        yield


@pytest.fixture(scope="session")
def real_inputs() -> Inputs:
    """The tables that ship with the program."""
    return read_inputs(default_data_folder())


@pytest.fixture(scope="session")
def real_travel(real_inputs: Inputs) -> Travel:
    """Distances between the real seats."""
    return travel_matrix(real_inputs)
