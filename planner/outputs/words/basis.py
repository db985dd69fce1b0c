"""What a plan rests on, in words: its assumptions, and how good its tables are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.case.rules import CLOSED
from planner.case.schemas import COUNTRY, OUTLINES, TABLES
from planner.outputs.pages.page import Article, Part, Table
from planner.outputs.words import facts, yardstick
from planner.outputs.words.text import MISSING, Texts
from planner.plan import Assumption, assumptions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.case.types import Inputs
    from planner.scenario.spec import Scenario


RATES = "objective.rates."

COLUMNS = ("name", "value", "range", "source")


def assumption(given: Assumption, scenario: Scenario, inputs: Inputs, t: Texts) -> dict[str, str]:
    """Write one assumption in words, with value, range and source."""
    share = given.unit == "share"
    scale = 100.0 if share else 1.0
    unit = facts.write_unit(given.unit, t)
    source = given.source.removeprefix("assumption")
    if source != given.source:
        source = t("assumption.source") + source
    if given.key == f"{RATES}{scenario.objective.names[0]}":
        source = t("assumption.leading")
    low, value, high = (
        facts.trimmed(number * scale, t) for number in (given.low, given.value, given.high)
    )
    return {
        "name": assumption_name(given.key, scenario, inputs, t),
        "value": t("unit.percent", n=value) if share else f"{value} {unit}".rstrip(),
        "range": t("report.range", low=low, high=high) if given.low < given.high else MISSING,
        "source": source,
    }


def assumption_name(key: str, scenario: Scenario, inputs: Inputs, t: Texts) -> str:
    """Name a quantity of the scenario in words, or by its key when there are none."""
    sister = inputs.country.sister_agency
    parts = key.split(".")
    if key.startswith(RATES):
        return t("assumption.objective.rates", name=yardstick.criterion(parts[-1], inputs, t))
    if key.startswith("limits."):
        name = facts.criterion_name(parts[1], t, sister)
        return t(f"assumption.limits.{parts[-1]}", name=name)
    if key.startswith("staffing.existing."):
        town = str(inputs.municipalities.at[parts[-1], "seat"])
        return t("assumption.staffing.existing", town=town)
    period = ""
    if key.startswith("rollout.periods."):
        period = scenario.rollout.periods[int(parts[2])].name
    elif key.startswith("dialogues.targets.") and scenario.dialogues:
        period = scenario.dialogues.targets[int(parts[2])].by
    words = ".".join(["assumption", *(part for part in parts if not part.isdigit())])
    return t(words, period=t.period(period), sister=sister) if t.has(words) else key


def with_assumptions(
    article: Article, scenarios: Mapping[str, Scenario], inputs: Inputs, t: Texts
) -> Article:
    """Return an article with the assumptions of its scenarios in a table, folded, at its end.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        Label -> scenario. What they do not all assume alike has the label beside its name.
    """
    labels: dict[tuple[str, ...], list[str]] = {}
    for label, scenario in scenarios.items():
        for given in assumptions_of(scenario):
            words = assumption(given, scenario, inputs, t)
            row = (given.key, *(words[column] for column in COLUMNS))
            labels.setdefault(row, []).append(label)
    rows = []
    for (_, name, *rest), whose in sorted(labels.items(), key=lambda item: item[0][0]):
        told = name if len(whose) == len(scenarios) else f"{name} ({t.listing(whose)})"
        rows.append((told, *rest))
    if not rows:
        part = Part(t("assumptions.heading"), (t("assumptions.none"),))
        return replace(article, parts=(*article.parts, part))
    head = tuple(t(f"assumptions.{column}") for column in COLUMNS)
    table = Table(t("assumptions.caption"), head, tuple(rows), frozenset({1, 2}), folded=True)
    part = Part(t("assumptions.heading"), (t("assumptions.lead"),), tables=(table,))
    return replace(article, parts=(*article.parts, part))


def data_notes(inputs: Inputs, t: Texts) -> dict[str, tuple[str, str, str, int, str]]:
    """Describe every table that a plan was made from.

    Parameters
    ----------
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
