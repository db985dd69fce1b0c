"""Which random cases are tried: 60 and 24 in every run of the tests, 1,000 with ``--full``."""

from __future__ import annotations

FULL = 1000
ONCE_WRONG = (65, 75, 81, 82, 137, 162, 166, 205, 257, 418, 713, 766)
"""Cases that an earlier program got wrong: a date to open dropped, a tied end taken for all, a
broken team or a cap on staff that left no plan, units without principals far off, a tolerance lost.
"""
ONCE_CHANGED = (87, 224)
"""Cases in which a rule that changes nothing changed the plan."""


def pytest_generate_tests(metafunc):
    full = metafunc.config.getoption("--full")
    tried = {"seed": (*range(48), *ONCE_WRONG), "changed": (*range(22), *ONCE_CHANGED)}
    for name, cases in tried.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, range(FULL) if full else cases)
