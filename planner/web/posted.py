"""What stands in the boxes of a form about a scenario: texts by the names of the boxes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.criteria import ROLLOUT_CRITERIA
from planner.message import LANGUAGES, Language
from planner.outputs.words.text import read_words
from planner.web.fields import WORK, FormField, fields
from planner.web.labels import Towns, number, show, unit_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


Raw = dict[str, list[str]]
"""Name of a box -> what is in the boxes of that name."""

LIST = "list"
"""The choice of towns that is a list of one's own."""


def source_in(text: str, new: Language, *, old: Language = "en") -> str:
    """Say "assumption", with which a source may begin, in another language; files have English."""
    before, now = (read_words(each, "web")["form"]["assumption"] for each in (old, new))
    return now + text.removeprefix(before) if text.startswith(before) else text


def translated(raw: Raw, old: Language, new: Language) -> Raw:
    """Return what was typed on a page in one language as it is typed on one in the other."""

    def said(at: str, text: str) -> str:
        if at.endswith(".source"):
            return source_in(text, new, old=old)
        value = None if at.startswith(("title.", "description.")) else number(text, old)
        return show(value, new) if isinstance(value, float) else text

    if old == new:
        return raw
    return {at: [said(at, text) for text in texts] for at, texts in raw.items()}


def fill(tree: Mapping[str, Any], towns: Towns, language: Language) -> Raw:
    """Return what stands in the boxes of a form about a scenario, given as plain data."""
    raw: Raw = {}
    writer = _Writer(raw, towns, language)
    for node in fields():
        writer.write(node, tree.get(node.key), node.key)
    if any(section in tree for section in WORK):
        raw["work"] = ["1"]
    return raw


def new_row(node: FormField, at: str, language: Language) -> Raw:
    """Return what stands in the boxes of a row, or of a limit, in which nothing is filled in."""
    raw: Raw = {}
    for part in node.parts:
        _Writer(raw, Towns({}, {}), language).write(part, None, f"{at}.{part.name}")
    return raw


@dataclass(frozen=True)
class _Writer:
    raw: Raw
    towns: Towns
    language: Language

    def write(self, node: FormField, value: Any, at: str) -> None:  # noqa: C901, PLR0912 - a case a kind
        raw = self.raw
        match node.kind:
            case "named":
                given = value or {}
                for name in dict.fromkeys([*given, *node.choices]):
                    self._under(node, given.get(name), f"{at}.{name}")
            case _ if value is None:
                if node.kind == "quantity":
                    raw[f"{at}.unit"] = [unit_of(at, raw)]
                elif node.default is not None:
                    self.write(node, node.default, at)
            case "text" | "date" | "choice":
                raw[at] = [str(value)]
            case "words":
                raw |= {f"{at}.{each}": [value[each]] for each in LANGUAGES if each in value}
            case "number":
                raw[at] = [show(value, self.language)]
            case "range":
                ends = value if isinstance(value, list) else [value]
                raw[at] = [str(ends[0])]
                raw[f"{at}.most"] = [str(end) for end in ends[1:]]
            case "flag":
                raw[at] = ["1"] if value else []
            case "choices" | "list":
                raw[at] = [self._text(node, item) for item in value]
            case "choice_or_list":
                own = isinstance(value, list)
                raw[at] = [LIST if own else value]
                raw[f"{at}.list"] = [self._text(node, item) for item in value] if own else []
            case "quantity":
                raw[at] = [show(value["value"], self.language)]
                # Without a range the boxes are empty, and follow the value when it is changed.
                ranged = value["low"] < value["high"]
                for end in ("low", "high"):
                    raw[f"{at}.{end}"] = [show(value[end], self.language)] if ranged else []
                raw[f"{at}.unit"] = [value["unit"]]
                raw[f"{at}.source"] = [source_in(value["source"], self.language)]
            case "section":
                for part in node.parts:
                    self.write(part, value.get(part.name), f"{at}.{part.name}")
            case "rows":
                for row, item in enumerate(value):
                    self._under(node, item, f"{at}.{row}")
            case "towns":
                for row, (code, item) in enumerate(value.items()):
                    raw[f"{at}.{row}.town"] = [self.towns.label(code)]
                    self.write(node.parts[0], item, f"{at}.{row}.value")

    def _under(self, node: FormField, value: Any, at: str) -> None:
        if node.parts[0].key == node.key:
            self.write(node.parts[0], value, at)
            return
        for part in node.parts:
            self.write(part, (value or {}).get(part.name), f"{at}.{part.name}")

    def _text(self, node: FormField, item: str) -> str:
        return self.towns.label(item) if node.domain == "town" else item


def said_in(raw: Raw, at: str) -> list[str]:
    """Return what stands in all boxes of a name, the empty ones apart."""
    return [text.strip() for text in raw.get(at, ()) if text.strip()]


def named(node: FormField, raw: Raw) -> list[str]:
    """Return the names of a table in the order in which they were given, the others after them.

    Of rates the first one leads where no other is said to.
    """
    place = {key: number for number, (key, texts) in enumerate(raw.items()) if any(texts)}
    return sorted(node.choices, key=lambda name: place.get(f"{node.key}.{name}", len(raw)))


def places(raw: Raw, at: str) -> list[int]:
    """Return the numbers of the rows that a list has."""
    row = re.compile(rf"{re.escape(at)}\.(\d{{1,3}})\.")
    return sorted({int(found[1]) for name in raw if (found := row.match(name))})


def compact(raw: Mapping[str, Sequence[str]]) -> Raw:
    """Leave out rows that are empty or to be removed, and number the others anew."""
    kept = {name: list(texts) for name, texts in raw.items()}
    for node in (each for field in fields() for each in field.walk()):
        if node.kind not in ("rows", "towns"):
            continue
        rows = []
        for row in places(kept, node.key):
            start = f"{node.key}.{row}."
            inside = {n.removeprefix(start): kept.pop(n) for n in [*kept] if n.startswith(start)}
            if "remove" not in inside and not _blank(node, inside):
                rows.append(inside)
        for row, inside in enumerate(rows):
            kept |= {f"{node.key}.{row}.{name}": texts for name, texts in inside.items()}
    return kept


def _blank(node: FormField, row: Raw) -> bool:
    """Say whether nothing has been filled in: every box is empty or as a new row has it."""
    usual = new_row(node, "", "en") if node.kind == "rows" else {}
    texts = {name: said_in(row, name) for name in row if not name.endswith("unit")}
    return all(said in ([], usual.get(f".{name}")) for name, said in texts.items())


PERIODS = "rollout.periods"
TARGETS = "dialogues.targets"
THEN = "objective.then"
GAP = "solver.gap"


def with_work(raw: Raw, donor: Raw) -> Raw:
    """Return the boxes of a form with the work of another scenario added.

    Parameters
    ----------
    raw : dict
        Of a scenario that chooses towns and regions alone.
    donor : dict
        Of one that plans the work too.

    Returns
    -------
    dict
        With the other's dialogues, staff, money and calendar, and with its periods where there was
        but one; targets for periods that there are not are left out. Something in the objective
        must ask for the work, so waiting decides last where nothing does; and where a proof
        without any gap was asked for, which may take hours now, the other's gap will do.
    """
    taken = [*WORK, "calendar"]
    if len(places(raw, PERIODS)) <= 1:
        raw = {name: texts for name, texts in raw.items() if not name.startswith(f"{PERIODS}.")}
        taken.append(PERIODS)
    added = {
        name: texts
        for name, texts in donor.items()
        if any(name.startswith(f"{section}.") for section in taken)
    }
    made = {**raw, **added, "work": ["1"]}
    rows = places(made, PERIODS)
    periods = {name for row in rows for name in made.get(f"{PERIODS}.{row}.name", ())}
    for row in places(made, TARGETS):
        if not periods & set(made.get(f"{TARGETS}.{row}.by", ())):
            start = f"{TARGETS}.{row}."
            made = {name: texts for name, texts in made.items() if not name.startswith(start)}
    if not any(_asked(made, name) for name in ROLLOUT_CRITERIA):
        made[THEN] = [*filter(None, made.get(THEN, [])), "waiting"]
    if made.get(GAP) == ["0"]:
        made[GAP] = donor[GAP]
    return made


def _asked(raw: Raw, criterion: str) -> bool:
    """Say whether the objective asks for a criterion."""
    if criterion in raw.get(THEN, []):
        return True
    method = "".join(raw.get("objective.method", ()))
    key = {"lexicographic": "order", "epsilon": "optimise"}.get(method)
    if key is None:
        return any(raw.get(f"objective.rates.{criterion}", []))
    return criterion in raw.get(f"objective.{key}", [])
