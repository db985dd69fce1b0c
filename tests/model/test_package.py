"""What holds for every module of the model: frozen stages, and a quick start."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil

from planner import model
from planner.criteria import reads

MODULES = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(model.__path__, "planner.model.")
]


def test_what_passes_between_stages_is_frozen():
    found = {}
    for module in MODULES:
        found |= {
            kind.__name__: kind.__dataclass_params__.frozen
            for kind in vars(module).values()
            if inspect.isclass(kind)
            and dataclasses.is_dataclass(kind)
            and kind.__module__.startswith((model.__name__, reads.__name__))
        }
    assert [name for name, frozen in found.items() if not frozen] == []
    assert {"Instance", "Group", "Solution", "Stage", "SolvedInstance"} <= set(found)


def test_what_only_annotations_need_is_not_loaded():
    """It would make the program slower to start, and tie the stages in a circle."""
    checked = 0
    for module in MODULES:
        for node in ast.parse(inspect.getsource(module)).body:
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                imports = [
                    line for line in node.body if isinstance(line, ast.Import | ast.ImportFrom)
                ]
                names = {name.asname or name.name for line in imports for name in line.names}
                assert not names & set(vars(module)), module.__name__
                checked += 1
    assert checked > 10
