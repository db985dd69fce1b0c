"""Where a public agency's regional offices go, in what order, and with how many people.

>>> import planner
>>> data = planner.load()
>>> result = planner.solve(data, data.scenario("shortest-distance").replace(offices__count=8))
>>> result.offices[["town", "principals"]]

In a notebook a result shows itself as a map; `docs/python.md` tells the rest.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from planner.version import __version__

if TYPE_CHECKING:
    from planner.analysis.study import Size
    from planner.api.analyses import (
        Analysis,
        alternatives,
        calibration,
        compare,
        justify,
        pareto,
        replay,
        sensitivity,
        sweep,
    )
    from planner.api.result import Result, solve
    from planner.data import Data, load
    from planner.errors import InfeasibleScenario, InputError, PlannerError, SolverStopped
    from planner.scenario.sweep import Range, SweepSpec

__all__ = (
    "Analysis",
    "Data",
    "InfeasibleScenario",
    "InputError",
    "PlannerError",
    "Range",
    "Result",
    "Size",
    "SolverStopped",
    "SweepSpec",
    "__version__",
    "alternatives",
    "calibration",
    "compare",
    "justify",
    "load",
    "pareto",
    "replay",
    "sensitivity",
    "solve",
    "sweep",
)

_HOMES = {
    "planner.analysis.study": ("Size",),
    "planner.api.result": ("Result", "solve"),
    "planner.data": ("Data", "load"),
    "planner.errors": ("InfeasibleScenario", "InputError", "PlannerError", "SolverStopped"),
    "planner.scenario.sweep": ("Range", "SweepSpec"),
}
"""Module -> what is asked of it; the analyses are in `planner.api.analyses`."""


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: `import planner` itself is instant."""
    if name not in __all__:
        raise AttributeError(f"module 'planner' has no attribute {name!r}")
    home = next((home for home, names in _HOMES.items() if name in names), "planner.api.analyses")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
