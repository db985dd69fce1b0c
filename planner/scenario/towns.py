"""Towns that a scenario calls by name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from planner.case.cells import column_name
from planner.case.codes import told_apart
from planner.case.files import DataFolder
from planner.case.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

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
