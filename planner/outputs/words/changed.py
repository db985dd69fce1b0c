"""What was changed of a scenario, in words: a line for headings, and every change in a table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.criteria import CRITERIA
from planner.outputs.pages.page import Article, Part, Table, lowered
from planner.outputs.words import facts
from planner.outputs.words.text import MISSING, Texts, load_texts, together

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.case.types import Inputs
    from planner.scenario.spec import Scenario

FEW = 4
"""So many changes stand in a heading; the others are counted."""

WORK = ("dialogues", "staffing", "money")
"""Sections that a scenario has together or not at all."""

ROWS = {"rollout.periods": "name", "dialogues.targets": "by"}
"""Lists of tables, and what names a row of each."""

ENDS = (".low", ".high")

NUMBERS = ("offices.count", "rollout.opens", "rollout.available_from", "rollout.periods")
"""Keys whose texts read as numbers do: so many, or a year."""


@dataclass(frozen=True)
class SettingChange:
    """One setting, what it was and what it is, ready to print; empty where there is none.

    `said` is the change as a sentence has it, where that is not made of the others; `words` tells
    whether the values are words rather than numbers.
    """

    name: str
    before: str
    now: str
    words: bool = False
    said: str = ""

    def sentence(self, t: Texts) -> str:
        """Say the change in the middle of a sentence."""
        if self.said:
            return self.said
        key = "instead_words" if self.words else "instead"
        key = key if self.before and self.now else "added" if self.now else "dropped"
        return t(f"changed.{key}", name=lowered(self.name), before=self.before, now=self.now)


@dataclass(frozen=True)
class Heading:
    """How a plan or an analysis is headed.

    Attributes
    ----------
    title, question : str
        Of the scenario; marked where they are those of the one that it was changed from.
    line : str
        What was changed, in a sentence; empty where nothing was.
    base : str
        Title of the scenario that it was changed from.
    changes : tuple of SettingChange
        All of them.
    """

    title: str
    question: str
    line: str = ""
    base: str = ""
    changes: tuple[SettingChange, ...] = field(default=())

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Every change as the row of a table: what it is called, then and now."""
        return [(c.name, c.before or MISSING, c.now or MISSING) for c in self.changes]


def heading_of(
    scenario: Scenario, inputs: Inputs, t: Texts, changed: Mapping[str, Any] | None = None
) -> Heading:
    """Return the heading of a scenario's plan or analysis.

    Parameters
    ----------
    t : Texts
        Of the language to speak.
    changed : mapping of str to pairs, optional
        As a plan has recorded it; by default what the scenario says itself.
    """
    told = load_texts(t.language, "fields", "changed")
    pairs = scenario.changed if changed is None else changed
    changes = tuple(_Words(scenario, inputs, told).all(pairs))
    title, question = title_of(scenario, t, pairs), getattr(scenario.description, t.language)
    if not changes:
        return Heading(title, question)
    base = scenario.base or scenario
    before = getattr(base.title, t.language)
    same = base.title == scenario.title
    said = "; ".join(_said(changes, told))
    line = told(f"changed.{'line' if same else 'line_against'}", title=before, changes=said)
    if base.description == scenario.description:
        question = told("changed.question", question=question)
    return Heading(title, question, line, before, changes)


def title_of(scenario: Scenario, t: Texts, changed: Mapping[str, Any] | None = None) -> str:
    """Return a scenario's title, marked where it is that of what the scenario was changed from.

    Parameters
    ----------
    scenario, t, changed
        As in `heading_of`.
    """
    title = str(getattr(scenario.title, t.language))
    pairs = scenario.changed if changed is None else changed
    own = scenario.base is not None and scenario.base.title != scenario.title
    if own or not pairs:
        return title
    return load_texts(t.language, "changed")("changed.title", title=title)


def with_changes(
    article: Article, scenarios: Mapping[str, Scenario], inputs: Inputs, t: Texts
) -> Article:
    """Return an article that says in its heading what its scenarios have changed.

    Parameters
    ----------
    scenarios : mapping of str to Scenario
        Label -> scenario; where there are several, a line begins with the label.
    """
    told, lines, tables = load_texts(t.language, "changed"), [], []
    for label, scenario in scenarios.items():
        heading = heading_of(scenario, inputs, t)
        if heading.line:
            one = len(scenarios) == 1
            lines.append(
                heading.line if one else told("changed.of_side", label=label, line=heading.line)
            )
            tables.append(change_table(heading, t))
    if not lines:
        return article
    part = Part(
        told("changed.heading"), tables=tuple(replace(each, folded=True) for each in tables)
    )
    return replace(article, changed=tuple(lines), parts=(*article.parts, part))


def change_table(heading: Heading, t: Texts) -> Table:
    """Return every change in a table of ready text."""
    told = load_texts(t.language, "changed")
    return Table(
        told("changed.caption", title=heading.base),
        tuple(told(f"changed.{column}") for column in ("what", "before", "now")),
        tuple(heading.rows),
    )


def _said(changes: tuple[SettingChange, ...], t: Texts) -> Iterator[str]:
    """Say the first few changes; one more rather than that there is one more."""
    few = FEW if len(changes) > FEW + 1 else len(changes)
    yield from (change.sentence(t) for change in changes[:few])
    if few < len(changes):
        yield t("changed.others", n=len(changes) - few)


@dataclass(frozen=True)
class _Words:
    """What keys and values of a scenario are called."""

    scenario: Scenario
    inputs: Inputs
    t: Texts

    def all(self, changed: Mapping[str, Any]) -> Iterator[SettingChange]:
        """Yield every change, those of ranges last; rows and sections come or go as a whole."""
        left = dict(changed)
        yield from self._work(left)
        for table in ROWS:
            yield from self._rows(table, left)
        kept = [key for key in left if not _follows(key, left)]
        for key in sorted(kept, key=lambda key: key.endswith(ENDS)):
            before, now = (self.value(key, value) for value in left[key])
            words = any(isinstance(value, str | list | tuple) for value in left[key])
            words = words and not key.startswith(NUMBERS)
            yield SettingChange(self.name(key), before, now, words)

    def _work(self, left: dict[str, Any]) -> Iterator[SettingChange]:
        """Take out the keys of work where it is planned, or no longer planned, as a whole."""
        keys = [key for key in left if key.partition(".")[0] in WORK]
        side = _gone(left, keys)
        if side is None or {key.partition(".")[0] for key in keys} != set(WORK):
            return
        for key in keys:
            del left[key]
        name = self.t.listing([self.t(f"changed.section.{section}") for section in WORK])
        word = ("word.no", "word.yes")
        before, now = (self.t(each) for each in (word if side == 0 else word[::-1]))
        said = self.t(f"changed.{'unplanned' if side else 'planned'}", name=name)
        yield SettingChange(self.t("changed.work", name=name), before, now, said=said)

    def _rows(self, table: str, left: dict[str, Any]) -> Iterator[SettingChange]:
        """Take out the rows that a list of tables has gained or lost."""
        names: dict[int, list[str]] = {0: [], 1: []}
        for row in dict.fromkeys(_row(key, table) for key in left if key.startswith(f"{table}.")):
            keys = [key for key in left if key.startswith(f"{row}.")]
            side, naming = _gone(left, keys), f"{row}.{ROWS[table]}"
            if side is not None and naming in keys:
                names[side].append(self.t.period(str(left[naming][1 - side])))
                for key in keys:
                    del left[key]
        new, lost = (self.t.listing(names[side]) for side in (0, 1))
        if new or lost:
            yield SettingChange(self.t(f"field.{table}"), lost, new, words=True)

    def name(self, key: str) -> str:
        """Return what a setting is called; by its key where there are no words."""
        if key.endswith(ENDS):
            whole, _, end = key.rpartition(".")
            return self.t(f"changed.{end}", name=self.name(whole))
        section, _, last = key.rpartition(".")
        if section in ("rollout.opens", "rollout.available_from"):
            return self.t(f"changed.{section.rpartition('.')[2]}", town=self._town(last))
        if section == "staffing.existing":
            return self.t(f"assumption.{section}", town=self._town(last))
        plain, of = key, ""
        if section in ("objective.rates", "objective.tolerance"):
            plain, of = section, self._criterion(last)
        elif section.startswith("limits."):
            plain, of = f"limits.{last}", self._criterion(section.removeprefix("limits."))
        for table in ROWS:
            if key.startswith(f"{table}."):
                plain, of = f"{table}.{last}", self._row_name(_row(key, table))
        return self._label(plain, of)

    def value(self, key: str, value: Any) -> str:
        """Write a value for a reader; nothing where there is none."""
        whole = key.rpartition(".")[0] if key.endswith(ENDS) else key
        if isinstance(value, bool):
            return self.t("word.yes" if value else "word.no")
        if whole == "offices.count" and isinstance(value, list | tuple):
            low, high = (self.t.number(each) for each in value)
            return self.t("changed.range", low=low, high=high)
        if isinstance(value, list | tuple):
            said = [self._word(whole, each) for each in value]
            return self.t.listing(said) or self.t("changed.nothing")
        if isinstance(value, str):
            return self._word(whole, value)
        return "" if value is None else self._number(whole, value)

    def _number(self, key: str, value: float) -> str:
        section, _, last = key.rpartition(".")
        if section == "objective.tolerance":
            return facts.write_step(last, value, self.t)
        if key == "solver.gap":
            return facts.write_gap(value, self.t)
        if key == "solver.time_limit":
            return self.t("changed.seconds", n=facts.trimmed(value, self.t))
        unit = self._units.get(key, "1")
        number = facts.trimmed(value * (100.0 if unit == "share" else 1.0), self.t)
        return number if unit == "1" else together(f"{number} {facts.write_unit(unit, self.t)}")

    @cached_property
    def _units(self) -> dict[str, str]:
        both = [each for each in (self.scenario.base, self.scenario) if each is not None]
        return {key: q.unit for each in both for key, q in each.quantities().items()}

    def _word(self, key: str, text: str) -> str:
        """Return what a text in a scenario stands for: a choice, a criterion, a period, a town."""
        option = f"option.{key}.{text}"
        if self.t.has(option):
            return lowered(self.t(option, sister=self.inputs.country.sister_agency))
        if key.startswith("objective.") and text in CRITERIA:
            return self._criterion(text)
        if key.startswith("sites."):
            return self._town(text)
        return self.t.period(text)

    def _town(self, code: str) -> str:
        towns = self.inputs.municipalities["seat"]
        return str(towns[code]) if code in towns.index else code

    def _criterion(self, name: str) -> str:
        return lowered(facts.criterion_name(name, self.t, self.inputs.country.sister_agency))

    def _label(self, key: str, of: str) -> str:
        """Name a field, and what it is of: a criterion or a period."""
        sister = self.inputs.country.sister_agency
        if of and self.t.has(f"assumption.{key}"):
            return self.t(f"assumption.{key}", name=of, period=of)
        words = [words for words in (f"field.{key}", f"assumption.{key}") if self.t.has(words)]
        name = self.t(words[0], sister=sister) if words else key
        return self.t("changed.of", name=name, of=of) if of else name

    def _row_name(self, row: str) -> str:
        """Return the name of a row of a list of tables, as it is now or else was."""
        table, _, place = row.rpartition(".")
        for each in filter(None, (self.scenario, self.scenario.base)):
            periods = [period.name for period in each.rollout.periods]
            if table == "dialogues.targets":
                periods = [target.by for target in each.dialogues.targets] if each.dialogues else []
            if int(place) < len(periods):
                return self.t.period(periods[int(place)])
        return MISSING


def _row(key: str, table: str) -> str:
    return f"{table}.{key.removeprefix(f'{table}.').partition('.')[0]}"


def _gone(changed: Mapping[str, Any], keys: list[str]) -> int | None:
    """Return the side on which none of some keys has a value: 0 before, 1 now; else None."""
    sides = [side for side in (0, 1) if all(changed[key][side] is None for key in keys)]
    return sides[0] if keys and sides else None


def _follows(key: str, changed: Mapping[str, Any]) -> bool:
    """Tell whether a change follows from another: of what is new or gone, its value says it all."""
    section, _, last = key.rpartition(".")
    if key.endswith(ENDS):
        return section in changed and _gone(changed, [section]) is not None
    if section.startswith("limits.") and last in ("hard", "penalty"):
        value = [
            f"{section}.{side}" for side in ("most", "least") if f"{section}.{side}" in changed
        ]
        return _gone(changed, value) is not None
    return False
