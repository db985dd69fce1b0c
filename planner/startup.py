"""How a process of the program begins: standard output kept for its answer, cores counted."""

from __future__ import annotations

import os

from planner.errors import InputError, Problem
from planner.message import say


def own_output() -> int:
    """Return a descriptor of standard output that is this program's alone.

    What libraries print, those in C too, and processes that are begun from here is no answer:
    from now on it goes to standard error.
    """
    own = os.dup(1)
    os.dup2(2, 1)
    return own


def cores() -> int:
    """Return how many processes may work at once: one a core that this process may use.

    The environment's PLANNER_CORES says otherwise.

    Raises
    ------
    InputError
        If that is no whole number above 0.
    """
    asked = os.environ.get("PLANNER_CORES")
    if asked:
        if not asked.isdecimal() or int(asked) < 1:
            expected = say("a whole number above 0")
            raise InputError([Problem("PLANNER_CORES", None, "", asked, expected)])
        return int(asked)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
