"""Imports point one way: no circle of modules, none upwards; `verify` is a program of its own.

Every import counts, also one for types alone and one within a function.
"""

from __future__ import annotations

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PACKAGE = Path(__file__).resolve().parents[1] / "planner"

LAYERS = (
    ("version message errors filenames", "what everything may say, and the ways to go wrong"),
    ("folders cache startup", "the disk, and the start of a command"),
    ("location verify", "exact engine of pure location problems; the check of a finished plan"),
    ("case", "tables, their words and travel, read into one frozen case"),
    ("criteria", "what a plan is measured by: a module a kind"),
    ("scenario", "what a planner may ask for"),
    ("plan data control stopping", "a finished plan, the data folder, when a search ends"),
    ("hardrules", "contradictions that need no solver"),
    ("model", "the model in PuLP"),
    ("model.solving", "goals one after another, proofs, clashes"),
    ("siting", "every set of towns priced, without the model"),
    ("planning", "from data and a scenario to a plan"),
    ("calendar", "who is met when"),
    ("analysis", "questions about many plans"),
    ("runs", "run folders: written, read, listed"),
    ("outputs", "a plan told: one module an export or a page"),
    ("workflows", "what a command does, step by step"),
    ("bench", "public instances"),
    ("api web cli", "the doors"),
    ("__main__", "the program"),
)
"""From the lowest up: modules of a layer may import those of their own and of lower ones.

A module is in the layer that names most of its path. `planner/__init__.py` is the public face: it
fetches what is asked for from wherever it is, and nothing within asks it.
"""

VERIFY_MAY = {"planner.errors", "planner.message", "planner.version"}


def read(folder: Path = PACKAGE) -> dict[str, str]:
    """Return the source of every module of a package by its dotted name."""
    found = {}
    for file in folder.rglob("*.py"):
        parts = file.relative_to(folder.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file.read_text("utf-8")
    return found


def named(name: str, source: str) -> Iterator[tuple[str, int]]:
    """Yield every dotted name that a module imports, with what it takes from it, and the line."""
    for node in ast.walk(ast.parse(source, name)):
        if isinstance(node, ast.Import):
            yield from ((each.name, node.lineno) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name}: a relative import"
            yield from ((f"{node.module}.{each.name}", node.lineno) for each in node.names)


def imports(name: str, sources: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield the modules that a module imports; those of others than `sources` by their names."""
    for found, line in named(name, sources[name]):
        parts = found.split(".")
        tops = (".".join(parts[:n]) for n in range(len(parts), 0, -1))
        yield next((top for top in tops if top in sources), found), line


def layer(name: str) -> int | None:
    """Return the number of a module's layer."""
    parts = name.split(".")[1:]
    for count in range(len(parts), 0, -1):
        for number, (modules, _) in enumerate(LAYERS):
            if ".".join(parts[:count]) in modules.split():
                return number
    return None


def upward(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield imports of a layer above, of the public face, and modules that are in no layer."""
    for name in sorted(sources.keys() - {"planner"}):
        own = layer(name)
        if own is None:
            yield f"{name} is in no layer"
            continue
        for found, line in dict.fromkeys(imports(name, sources)):
            if found == "planner":
                yield f"{name}:{line} imports the public face"
            elif found in sources and (layer(found) or 0) > own:
                yield f"{name}:{line} imports {found}, which is above"


def circles(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield circles of imports until there are none left, each closed by its last module."""
    graph = {
        name: {found for found, _ in imports(name, sources) if found in sources and found != name}
        for name in sources.keys() - {"planner"}
    }
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = error.args[1]
            yield " <- ".join(circle)
            graph[circle[1]].discard(circle[0])
        else:
            return


def of_verify(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield what the second program takes from the first, or from a library."""
    for name in sorted(sources):
        if f"{name}.".startswith("planner.verify."):
            for found, line in imports(name, sources):
                ours = found in VERIFY_MAY or f"{found}.".startswith("planner.verify.")
                if not ours and found.split(".")[0] not in sys.stdlib_module_names:
                    yield f"{name}:{line} imports {found}"


def of_the_doors(sources: Mapping[str, str]) -> Iterator[str]:
    """Yield who imports the command line, beside itself and what starts the program."""
    for name in sorted(sources):
        if not f"{name}.".startswith(("planner.cli.", "planner.__main__.")):
            for found, line in imports(name, sources):
                if f"{found}.".startswith(("planner.cli.", "planner.__main__.")):
                    yield f"{name}:{line} imports {found}"


RULES = (upward, circles, of_verify, of_the_doors)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_imports_point_one_way(rule):
    assert list(rule(read())) == []


def test_every_layer_names_modules_that_there_are():
    listed = {f"planner.{name}" for names, _ in LAYERS for name in names.split()}
    assert listed - read().keys() == set()


PLANTED = {
    "planner": "from planner.api import solve",
    "planner.errors": "import json",
    "planner.case": "",
    "planner.case.read": "from planner.errors import InputError",
    "planner.case.travel": "from planner.case import read",
    "planner.verify": "",
    "planner.verify.tables": "import csv\nfrom planner.errors import Problem",
    "planner.workflows.run": "from planner.case.travel import road",
    "planner.api": "from planner.workflows import run",
    "planner.cli.app": "from planner.workflows.run import plan",
}


def broken(**changes: str) -> dict[str, str]:
    return PLANTED | {f"planner.{name.replace('__', '.')}": text for name, text in changes.items()}


def told(rules: Iterable, sources: Mapping[str, str]) -> list[str]:
    return [found for rule in rules for found in rule(sources)]


def test_a_package_that_points_one_way_breaks_no_rule():
    assert told(RULES, PLANTED) == []


LATE = "def late():\n    from planner.case.travel import road"
TYPES = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import planner.case.travel"


@pytest.mark.parametrize(
    "back", ["import planner.case.travel", "from planner.case import travel", LATE, TYPES]
)
def test_a_circle_is_found_wherever_the_import_stands(back):
    (circle,) = circles(broken(case__read=back))
    assert circle in {
        "planner.case.read <- planner.case.travel <- planner.case.read",
        "planner.case.travel <- planner.case.read <- planner.case.travel",
    }


def test_each_of_several_circles_is_found():
    both = broken(case__read=f"import planner.errors\n{LATE}", errors="import planner.case.read")
    assert len(list(circles(both))) == 2


@pytest.mark.parametrize(
    ("module", "text", "fault"),
    [
        ("case__read", "def f():\n    import planner.workflows.run", "case.read:2"),
        ("verify__tables", "from planner import workflows, case", "verify.tables:1"),
        ("workflows__run", "from planner import __version__", "workflows.run:1"),
        ("fancy", "", "fancy is in no layer"),
    ],
)
def test_an_import_upwards_is_found(module, text, fault):
    assert any(found.startswith(f"planner.{fault}") for found in upward(broken(**{module: text})))


@pytest.mark.parametrize(
    "text", ["import numpy", "from planner.case import read", "from planner.plan import Plan"]
)
def test_what_verify_takes_from_others_is_found(text):
    assert len(list(of_verify(broken(verify__tables=text)))) == 1


def test_an_import_of_the_command_line_is_found():
    faults = list(of_the_doors(broken(api="def f():\n    from planner.cli.app import main")))
    assert faults == ["planner.api:2 imports planner.cli.app"]
