"""numpy and PuLP for the criteria, loaded by the first criterion that works something out.

A scenario names criteria and reads their units; it shall not wait for half a second of libraries
that only a model needs. So modules of this package import both from here, and nothing else does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ["np", "pulp"]


class _Late:
    """A module that is imported when something of it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(import_module(self._name), attribute)


if TYPE_CHECKING:
    import numpy as np
    import pulp
else:
    np, pulp = _Late("numpy"), _Late("pulp")
