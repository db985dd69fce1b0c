"""Between a scenario and what stands in the boxes of a form: texts by the names of the boxes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from planner.web.fields import WORK, Node, fields, side_of
from planner.web.numbers import number, show
from planner.web.towns import Towns
from planner.web.units import unit_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.outputs.text import Language

Raw = dict[str, list[str]]
"""Name of a box -> what is in the boxes of that name."""

LIST = "list"
"""The choice of towns that is a list of one's own."""

GUESSES = 20
"""Towns that there are not for which the one that was meant is looked for."""

MISSING = object()


def _swapped(text: str, language: Language, *, back: bool = False) -> str:
    """Say "assumption", with which a source may begin, in Swedish where the page is."""
    old, new = ("antagande", "assumption") if back else ("assumption", "antagande")
    return new + text.removeprefix(old) if language == "sv" and text.startswith(old) else text


def translated(raw: Raw, old: Language, new: Language) -> Raw:
    """Return what was typed on a page in one language as it is typed on one in the other."""

    def said(at: str, text: str) -> str:
        if at.endswith(".source"):
            return _swapped(_swapped(text, old, back=True), new)
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


def new_row(node: Node, at: str, language: Language) -> Raw:
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

    def write(self, node: Node, value: Any, at: str) -> None:  # noqa: C901, PLR0912 - a case a kind
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
                raw[f"{at}.sv"], raw[f"{at}.en"] = [value["sv"]], [value["en"]]
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
                raw[f"{at}.source"] = [_swapped(value["source"], self.language)]
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

    def _under(self, node: Node, value: Any, at: str) -> None:
        if node.parts[0].key == node.key:
            self.write(node.parts[0], value, at)
            return
        for part in node.parts:
            self.write(part, (value or {}).get(part.name), f"{at}.{part.name}")

    def _text(self, node: Node, item: str) -> str:
        return self.towns.label(item) if node.domain == "town" else item


@dataclass(frozen=True)
class Wrong:
    """A box that can't be read: the key of what was expected, and the words that it names."""

    at: str
    key: str
    words: Mapping[str, str]


def read(
    raw: Raw, towns: Towns, language: Language, base: Raw | None = None
) -> tuple[dict[str, Any], list[Wrong]]:
    """Return the scenario that a form asks for as plain data, and the boxes that can't be read.

    A box is never read as if it were not there: one that is empty is none where the field may be
    left out, and a mistake elsewhere. So is a range, a source, a tick or a penalty without the
    number that it belongs to.

    Parameters
    ----------
    raw : dict
        Compact: see `compact`.
    towns : Towns
    language : {"sv", "en"}
        For the decimal sign.
    base : dict, optional
        What stood in the boxes from the start. It takes the place of a number that can't be read,
        so that the rest can be judged; and what is as it was there may stay beside a number that
        is emptied.
    """
    reader = _Reader(raw, towns, language, base or {}, [])
    tree = {}
    for node in fields():
        if node.key in WORK and not raw.get("work"):
            continue
        value = reader.read(node, node.key)
        if value is not MISSING:
            tree[node.key] = value
    return tree, reader.wrong


@dataclass(frozen=True)
class _Reader:
    raw: Raw
    towns: Towns
    language: Language
    base: Raw
    wrong: list[Wrong]

    def read(self, node: Node, at: str) -> Any:  # noqa: C901, PLR0911 - a case a kind
        match node.kind:
            case "number":
                return self._number(at, node)
            case "range":
                fewest = self._number(at, node)
                most = self._number(f"{at}.most", replace(node, optional=True))
                return fewest if most in (MISSING, fewest) else [fewest, most]
            case "flag":
                return bool(self._first(at))
            case "choices":
                return _texts(self.raw, at)
            case "list":
                return self._list(node, at)
            case "choice_or_list":
                chosen = self._chosen(at, node)
                return self._list(node, f"{at}.list") if chosen == LIST else chosen
            case "words":
                return self._words(at)
            case "quantity":
                return self._quantity(at, node)
            case "section":
                return self._section(node.parts, at)
            case "rows":
                return [self._under(node, f"{at}.{row}") for row in places(self.raw, at)]
            case "named":
                found = {name: self._under(node, f"{at}.{name}") for name in named(node, self.raw)}
                return {name: v for name, v in found.items() if v is not MISSING}
            case "towns":
                return self._by_town(node, at)
        return self._chosen(at, node)

    def _chosen(self, at: str, node: Node) -> Any:
        text = self._first(at)
        if not text and not node.optional:
            self.wrong.append(Wrong(at, "value", {}))
        return text or MISSING

    def _words(self, at: str) -> dict[str, str]:
        found = {language: self._first(f"{at}.{language}") for language in ("sv", "en")}
        if at == "title":  # a description may be left out
            empty = [f"{at}.{language}" for language, text in found.items() if not text]
            self.wrong.extend(Wrong(name, "title", {}) for name in empty)
        return found

    def _first(self, at: str) -> str:
        return next(iter(self.raw.get(at, ())), "").strip()

    def _number(self, at: str, node: Node) -> Any:
        text = self._first(at)
        if not text and node.optional:
            return MISSING
        value = number(text, self.language)
        if value is None or (node.whole and value != int(value)):
            self.wrong.append(Wrong(at, "whole" if node.whole else "number", {}))
            value = number("".join(self.base.get(at, ())), self.language)
        if value is None:
            return MISSING
        return int(value) if node.whole else value

    def _other(self, at: str, *usual: list[str]) -> bool:
        """Say whether a box holds something else than from the start and than is usual."""
        now, then = (_texts(raw, at) for raw in (self.raw, self.base))
        return now not in (then, *usual)

    def _list(self, node: Node, at: str) -> list[str]:
        texts = _texts(self.raw, at)
        if node.domain != "town":
            return texts
        return [code for text in texts if (code := self._town(text, at)) is not None]

    def _town(self, text: str, at: str) -> str | None:
        code = self.towns.code(text)
        if not text:
            self.wrong.append(Wrong(at, "value", {}))
        elif code is None:
            some = sum("t" in wrong.words for wrong in self.wrong) < GUESSES
            near = self.towns.near(text) if some else ""
            self.wrong.append(Wrong(at, "town_near" if near else "town", {"t": text, "near": near}))
        return code

    def _quantity(self, at: str, node: Node) -> Any:
        value = self._number(at, node)
        if value is MISSING:
            parts = (f"{at}.{part}" for part in ("low", "high", "source"))
            if node.optional and any(self._other(part, []) for part in parts):
                self.wrong.append(Wrong(at, "beside", {}))
            return MISSING
        limit = replace(node, optional=True)
        ends = [self._number(f"{at}.{end}", limit) for end in ("low", "high")]
        if ends.count(MISSING) == 1:
            self.wrong.append(Wrong(f"{at}.{('low', 'high')[ends.index(MISSING)]}", "number", {}))
        low, high = (value if end is MISSING else end for end in ends)
        return {
            "value": value,
            "unit": unit_of(at, self.raw),
            "low": low,
            "high": high,
            "source": _swapped(self._first(f"{at}.source"), self.language, back=True)
            or "assumption",
        }

    def _section(self, parts: Sequence[Node], at: str) -> dict[str, Any]:
        found = {part.name: self.read(part, f"{at}.{part.name}") for part in parts}
        return {name: value for name, value in found.items() if value is not MISSING}

    def _under(self, node: Node, at: str) -> Any:
        if node.parts[0].key == node.key:
            return self.read(node.parts[0], at)
        found = self._section(node.parts, at)
        if node.key == "limits" and not {"most", "least"} & set(found):
            side, usual = f"{at}.{side_of(at.rpartition('.')[2])}", new_row(node, at, self.language)
            ticked, penalty = f"{at}.hard", f"{at}.penalty"
            told = any(wrong.at == side for wrong in self.wrong)
            other = self._other(ticked, usual[ticked]) or self._other(penalty, usual[penalty], [])
            if other and not told:
                self.wrong.append(Wrong(side, "beside", {}))
            return MISSING
        return found

    def _by_town(self, node: Node, at: str) -> dict[str, Any]:
        found = {}
        for row in places(self.raw, at):
            code = self._town(self._first(f"{at}.{row}.town"), f"{at}.{row}.town")
            value = self.read(node.parts[0], f"{at}.{row}.value")
            if code is not None and value is not MISSING:
                found[code] = value
        return found


def _texts(raw: Raw, at: str) -> list[str]:
    return [text.strip() for text in raw.get(at, ()) if text.strip()]


def named(node: Node, raw: Raw) -> list[str]:
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


def _blank(node: Node, row: Raw) -> bool:
    """Say whether nothing has been filled in: every box is empty or as a new row has it."""
    usual = new_row(node, "", "sv") if node.kind == "rows" else {}
    texts = {name: _texts(row, name) for name in row if not name.endswith("unit")}
    return all(said in ([], usual.get(f".{name}")) for name, said in texts.items())
