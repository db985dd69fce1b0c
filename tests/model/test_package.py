"""What passes between the stages of the model can't be changed on the way."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil

from planner import model

CHANGES = {"Control"}
"""Ctrl-C marks it while a search runs."""


def test_what_passes_between_stages_is_frozen():
    found = {}
    for module in pkgutil.iter_modules(model.__path__):
        names = vars(importlib.import_module(f"planner.model.{module.name}")).values()
        found |= {
            kind.__name__: kind.__dataclass_params__.frozen
            for kind in names
            if dataclasses.is_dataclass(kind) and kind.__module__.startswith(model.__name__)
        }
    assert {name for name, frozen in found.items() if not frozen} == CHANGES
    assert {"Instance", "Group", "Solution", "Stage", "Result"} <= set(found)
