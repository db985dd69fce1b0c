"""Assumptions in words: each of them, and all that an analysis rests on as a part of its page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.outputs.pages.article import Article, Part, Table
from planner.outputs.words import facts, yardstick
from planner.outputs.words.text import MISSING
from planner.plan import assumptions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts
    from planner.plan import Assumption
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
    article : Article
    scenarios : mapping of str to Scenario
        Label -> scenario. What they do not all assume alike has the label beside its name.
    inputs : Inputs
    t : Texts
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
