"""The assumptions that an analysis rests on, as the last part of its page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from planner.outputs.pages import sections
from planner.outputs.pages.article import Article, Part, Table
from planner.plan import assumptions_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts
    from planner.scenario.spec import Scenario

COLUMNS = ("name", "value", "range", "source")


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
            words = sections.assumption(given, scenario, inputs, t)
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
