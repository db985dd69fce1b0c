"""Towns that a scenario calls by name."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from planner.errors import InputError
from planner.inputs.schemas import TABLES
from planner.inputs.text import read_text

if TYPE_CHECKING:
    from pathlib import Path

LISTS = ("candidates", "required", "existing", "excluded", "own_premises")
"""The keys of `sites` that list towns."""


def with_codes(tree: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return a scenario with codes in place of names, where one municipality alone has a name.

    Towns are named in the lists of `sites` and in `rollout.opens`. What is neither a code nor such
    a name stays as it is, and is refused when the scenario meets the tables.

    Parameters
    ----------
    tree : dict
        The scenario as it was read.
    folder : Path
        The data folder.
    """
    sites, rollout = (_section(tree, key) for key in ("sites", "rollout"))
    lists = {key: sites[key] for key in LISTS if isinstance(sites.get(key), list)}
    dated = _section(rollout, "opens")
    said = [*dated, *(town for towns in lists.values() for town in towns)]
    if all(not isinstance(town, str) or town.isdigit() for town in said):
        return tree
    codes = _codes(folder)

    def code(town: Any) -> Any:
        return codes.get(town.casefold(), town) if isinstance(town, str) else town

    changed = dict(tree)
    if lists:
        changed["sites"] = sites | {key: [code(t) for t in towns] for key, towns in lists.items()}
    if dated:
        changed["rollout"] = rollout | {"opens": {code(t): when for t, when in dated.items()}}
    return changed


def _section(tree: dict[str, Any], key: str) -> dict[str, Any]:
    section = tree.get(key)
    return section if isinstance(section, dict) else {}


def _codes(folder: Path) -> dict[str, str]:
    """Return the code of each municipality by its own name and its seat's, but for shared ones."""
    file = TABLES["municipalities"].file
    try:
        text, _ = read_text(folder / file, file)
    except InputError:  # told when the tables are read
        return {}
    rows = [row for row in csv.DictReader(text.splitlines()) if row.get("code")]
    found = defaultdict[str, set[str]](set)
    for row in rows:
        for name in (row.get("name"), row.get("seat")):
            if name:
                found[name.casefold()].add(row["code"])
    return {name: min(codes) for name, codes in found.items() if len(codes) == 1} | {
        row["code"].casefold(): row["code"] for row in rows
    }
