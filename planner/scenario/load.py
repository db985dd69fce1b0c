"""Scenario files: found by name or path, merged with what they extend, overridden, validated."""

from __future__ import annotations

import difflib
import json
import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.case.cells import column_name
from planner.case.codes import told_apart
from planner.case.columns import short
from planner.case.files import DataFolder
from planner.case.schemas import TABLES
from planner.case.text import read_toml
from planner.errors import InputError, Problem
from planner.message import say
from planner.scenario.override import override
from planner.scenario.problems import Source, validated
from planner.scenario.spec import Scenario, complete
from planner.scenario.values import NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_EXTENDS = 10
Tree = dict[str, Any]


def scenario_names(folder: Path) -> list[str]:
    """Return the names of the scenarios that ship in a data folder, sorted.

    Parameters
    ----------
    folder : Path
        The data folder; scenarios are in its `scenarios/`.
    """
    return sorted(path.stem for path in (folder / "scenarios").glob("*.toml"))


def load_scenario(reference: str, folder: Path, overrides: Iterable[str] = ()) -> Scenario:
    """Read a scenario by name or path and validate it.

    A file may say ``extends = "other"``: sections are merged key by key, and a key that is given
    replaces the whole value it had; ``without = ["staffing"]`` leaves sections out.

    What was changed is told against the scenario of the data folder that was asked for or that
    the file extends, directly or not. A file that extends none is told against the one whose name
    it has, a run's `scenario.toml` against the one that its plan.json names, any other against
    itself.

    Parameters
    ----------
    reference : str
        A name in `folder`/scenarios, or the path of a TOML file.
    folder : Path
        The data folder.
    overrides : iterable of str
        ``key=value`` with a dotted key and a TOML value; ``key+=value`` adds to a list or a table
        and ``key-=value`` takes from it.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        With every problem found.
    """
    path = _find(reference, folder)
    tree, text, shipped = _read_merged(path, folder, depth=0)
    tree.setdefault("name", path.stem)
    base = shipped or _shipped(_recorded(path) or str(tree["name"]), folder) or path
    problems: list[Problem] = []
    for each in overrides:
        problem = override(tree, each, complete, lambda tree: with_codes(tree, folder))
        if problem:
            problems.append(problem)
    scenario = validated(Scenario, with_codes(tree, folder), Source(path.name, text), problems)
    if base == path and not overrides:
        return scenario
    return scenario.told_against(_plain(base, folder))


def _plain(path: Path, folder: Path) -> Scenario:
    """Read a scenario as its file has it."""
    tree, text, _ = _read_merged(path, folder, depth=0)
    tree.setdefault("name", path.stem)
    return validated(Scenario, with_codes(tree, folder), Source(path.name, text), [])


def _recorded(path: Path) -> str | None:
    """Return the name of the scenario that a run's was made from, as its plan.json has it."""
    try:
        return str(json.loads((path.parent / "plan.json").read_bytes())["base"])
    except (OSError, ValueError, TypeError, LookupError, RecursionError):  # no run, or an older one
        return None


def _shipped(name: str, folder: Path) -> Path | None:
    return folder / "scenarios" / f"{name}.toml" if name in scenario_names(folder) else None


def _find(reference: str, folder: Path) -> Path:
    names = scenario_names(folder)
    if reference in names:
        return folder / "scenarios" / f"{reference}.toml"
    path = Path(reference)
    if path.suffix == ".toml" and _is_file(path):
        return path
    close = difflib.get_close_matches(reference, names, n=1)
    expected = say("a name among {}, or the path of a .toml file", ", ".join(names))
    expected += say("; did you mean {!r}?", close[0]) if close else ""
    raise InputError([Problem("scenario", None, "", short(reference), expected)])


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long
        return False


def _read_merged(path: Path, folder: Path, depth: int) -> tuple[Tree, str, Path | None]:
    """Return a scenario's tree, the file's text, and the file of the data folder in its line."""
    tree, text = read_toml(path, path.name)
    shipped = path if path.resolve().parent == (folder / "scenarios").resolve() else None
    parent = tree.pop("extends", None)
    if parent is None:
        return tree, text, shipped
    if not isinstance(parent, str) or not re.fullmatch(NAME, parent) or depth >= MAX_EXTENDS:
        expected = say(
            "the name of another scenario, at most {} deep and not in a circle", MAX_EXTENDS
        )
        raise InputError([Problem(path.name, None, "extends", str(parent)[:80], expected)])
    beside = path.parent / f"{parent}.toml"
    above = beside if beside.is_file() else _find(parent, folder)
    base, _, first = _read_merged(above, folder, depth + 1)
    left_out = tree.pop("without", [])
    if not isinstance(left_out, list) or not all(key in [*base] for key in left_out):
        expected = say("a list of sections of {!r}", parent)
        raise InputError([Problem(path.name, None, "without", str(left_out)[:80], expected)])
    for key in left_out:
        del base[key]
    for key, value in tree.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            base[key] = base[key] | value
        else:
            base[key] = value
    return base, text, shipped or first


LISTS = ("candidates", "required", "existing", "excluded", "own_premises")
"""The keys of `sites` that list towns."""

DATED = (("rollout", "opens"), ("rollout", "available_from"), ("staffing", "existing"))
"""Tables that say something of each of several towns."""


def with_codes(tree: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a scenario with codes in place of names, where one municipality alone has a name.

    So it has where the county stands behind it, as in what the program says: "Nora (Örebro län)".
    Towns are named in the lists of `sites` and in the tables `DATED`; of two names for one town
    the later counts. What is neither a code nor such a name stays as it is, and is refused later.

    Parameters
    ----------
    tree : dict
        The scenario as it was read.
    folder : Path
        The data folder.
    """
    sites = _section(tree, "sites")
    lists = {key: sites[key] for key in LISTS if isinstance(sites.get(key), list)}
    tables = {(part, key): _section(_section(tree, part), key) for part, key in DATED}
    said = [town for towns in (*lists.values(), *tables.values()) for town in towns]
    if all(not isinstance(town, str) or town.isdigit() for town in said):
        return tree
    codes = _codes(folder)

    def code(town: Any) -> Any:
        return codes.get(town.casefold(), town) if isinstance(town, str) else town

    changed = dict(tree)
    if lists:
        changed["sites"] = sites | {key: _once(map(code, towns)) for key, towns in lists.items()}
    for (part, key), table in tables.items():
        if table:
            coded_table = {code(town): what for town, what in table.items()}
            changed[part] = changed[part] | {key: coded_table}
    return changed


def _once(items: Iterable[Any]) -> list[Any]:
    kept: list[Any] = []
    for item in items:
        if item not in kept:
            kept.append(item)
    return kept


def _section(tree: dict[str, Any], key: str) -> dict[str, Any]:
    section = tree.get(key)
    return section if isinstance(section, dict) else {}


def _codes(folder: Path) -> dict[str, str]:
    """Return the code of each municipality by its own name and its seat's, but for shared ones."""
    rows = _rows(folder, "municipalities")
    counties = {row["code"]: row.get("name", "") for row in _rows(folder, "counties")}
    codes = [row["code"] for row in rows]
    groups = [counties.get(row.get("county_code", ""), "") for row in rows]
    found = defaultdict[str, set[str]](set)
    for column in ("name", "seat"):
        names = [row.get(column, "") for row in rows]
        for code, *called in zip(codes, names, told_apart(names, groups, codes), strict=True):
            for name in called:
                found[name.casefold()].add(code)
    found.pop("", None)
    return {name: min(codes) for name, codes in found.items() if len(codes) == 1} | {
        code.casefold(): code for code in codes
    }


def _rows(folder: Path, table: str) -> list[dict[str, str]]:
    """Return the rows of a table that have a code; what is wrong is told when tables are read."""
    read = DataFolder(folder).table(TABLES[table])
    if read is None or not read[1].rows:
        return []
    (_, header), *below = read[1].rows
    columns = [column_name(cell) for cell in header]
    named = [dict(zip(columns, cells, strict=False)) for _, cells in below]
    return [row for row in named if row.get("code")]
