"""How good the tables are: rows, sources, dates, and what is counted to be uncertain or missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.case.rules import CLOSED
from planner.case.schemas import COUNTRY, OUTLINES, TABLES
from planner.outputs.words.text import MISSING

if TYPE_CHECKING:
    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts


def data_notes(inputs: Inputs, t: Texts) -> dict[str, tuple[str, str, str, int, str]]:
    """Describe every table that a plan was made from.

    Parameters
    ----------
    inputs : Inputs
    t : Texts
        With the words of assurance.toml.

    Returns
    -------
    dict of str to (str, str, str, int, str)
        File -> what it holds, its source, what date it is of, its rows, and known gaps: those
        that the data folder tells of, and those that are counted here. In order of file name.
    """
    noted = {_table(file): note for note in inputs.country.sources for file in note.files}
    counted = _counted(inputs, t)
    sizes = _sizes(inputs)
    notes = {}
    for file in inputs.files:
        if file == COUNTRY:
            continue
        table = _table(file)
        note = noted.get(table)
        told = note.gaps.get(t.language, "") if note else ""
        gaps = " ".join(filter(None, [told, *counted.get(table, ())]))
        notes[file] = (
            note.what[t.language] if note else file,
            note.source if note else t("data.no_source"),
            (note.as_of if note else "") or MISSING,
            sizes[table],
            gaps or t("data.no_gaps"),
        )
    return notes


def _table(file: str) -> str:
    """Return the file by which a table is known, where a workbook stands for it."""
    return next((table.file for table in TABLES.values() if file in table.files), file)


def _sizes(inputs: Inputs) -> dict[str, int]:
    frames = {name: getattr(inputs, name) for name in TABLES if hasattr(inputs, name)}
    frames["demand"] = inputs.municipalities
    sizes = {TABLES[name].file: len(frame) for name, frame in frames.items()}
    return sizes | {OUTLINES: len(inputs.outlines)}


def _counted(inputs: Inputs, t: Texts) -> dict[str, list[str]]:
    """Count what the tables themselves say is uncertain; nothing is said of what is zero."""
    places, listed, campuses = inputs.municipalities, inputs.principals, inputs.campuses
    indicators = [name for name in places.columns if name != "train"]
    unsure = [
        set(all_of.split(";")) - set(sourced.split(";"))
        for all_of, sourced in zip(campuses["degrees"], campuses["degrees_sourced"], strict=True)
    ]
    found = [
        ("municipalities", "missing", int(places[indicators].isna().sum().sum())),
        ("principals", "old", int((listed["status"] == "register_2020_only").sum())),
        ("principals", "closed", int((listed["status"] == CLOSED).sum())),
        ("principals", "unit_names", int((listed["name_basis"] == "preschool_unit_name").sum())),
        ("demand", "estimated", int(places["sole_traders"].sum())),
        ("sister_sites", "unverified", int((inputs.sister_sites["basis"] == "unverified").sum())),
        ("campuses", "degrees", sum(map(bool, unsure))),
    ]
    total = t.number(int(places["principals"].sum()))
    sentences: dict[str, list[str]] = {}
    for name, key, count in found:
        if count:
            words = t(f"data.{key}.{_form(count)}", n=t.number(count), total=total)
            sentences.setdefault(TABLES[name].file, []).append(words)
    return sentences


def _form(count: int) -> str:
    return "one" if count == 1 else "other"
