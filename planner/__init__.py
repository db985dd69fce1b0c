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
    from planner.api import Result, solve
    from planner.data import Data, load
    from planner.errors import InfeasibleScenario, InputError, PlannerError, SolverStopped

__all__ = (
    "Data",
    "InfeasibleScenario",
    "InputError",
    "PlannerError",
    "Result",
    "SolverStopped",
    "__version__",
    "load",
    "solve",
)

_HOMES = {
    "Data": "planner.data",
    "load": "planner.data",
    "Result": "planner.api",
    "solve": "planner.api",
}


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: `import planner` itself is instant."""
    if name not in __all__:
        raise AttributeError(f"module 'planner' has no attribute {name!r}")
    return getattr(import_module(_HOMES.get(name, "planner.errors")), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
