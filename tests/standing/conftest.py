"""How many random cases are tried: 60 and 24 in every run of the tests, 1,000 with ``--full``."""

from __future__ import annotations

CASES, CASES_CHANGED, FULL = 60, 24, 1000


def pytest_generate_tests(metafunc):
    full = metafunc.config.getoption("--full")
    for name, count in (("seed", CASES), ("changed", CASES_CHANGED)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, range(FULL if full else count))
