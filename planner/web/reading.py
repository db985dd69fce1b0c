"""The scenario that a form asks for, and the boxes of it that can't be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from planner.message import LANGUAGES, Language
from planner.web.fields import WORK, FormField, fields, side_of
from planner.web.labels import Towns, number, unit_of
from planner.web.posted import LIST, Raw, named, new_row, places, said_in, source_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


GUESSES = 20
"""Towns that there are not for which the one that was meant is looked for."""

MISSING = object()


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

    def read(self, node: FormField, at: str) -> Any:  # noqa: C901, PLR0911 - a case a kind
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
                return said_in(self.raw, at)
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

    def _chosen(self, at: str, node: FormField) -> Any:
        text = self._first(at)
        if not text and not node.optional:
            self.wrong.append(Wrong(at, "value", {}))
        return text or MISSING

    def _words(self, at: str) -> dict[str, str]:
        found = {language: self._first(f"{at}.{language}") for language in LANGUAGES}
        if at == "title":  # a description may be left out
            empty = [f"{at}.{language}" for language, text in found.items() if not text]
            self.wrong.extend(Wrong(name, "title", {}) for name in empty)
        return found

    def _first(self, at: str) -> str:
        return next(iter(self.raw.get(at, ())), "").strip()

    def _number(self, at: str, node: FormField) -> Any:
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
        now, then = (said_in(raw, at) for raw in (self.raw, self.base))
        return now not in (then, *usual)

    def _list(self, node: FormField, at: str) -> list[str]:
        texts = said_in(self.raw, at)
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

    def _quantity(self, at: str, node: FormField) -> Any:
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
            "source": source_in(self._first(f"{at}.source"), "en", old=self.language)
            or "assumption",
        }

    def _section(self, parts: Sequence[FormField], at: str) -> dict[str, Any]:
        found = {part.name: self.read(part, f"{at}.{part.name}") for part in parts}
        return {name: value for name, value in found.items() if value is not MISSING}

    def _under(self, node: FormField, at: str) -> Any:
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

    def _by_town(self, node: FormField, at: str) -> dict[str, Any]:
        found = {}
        for row in places(self.raw, at):
            code = self._town(self._first(f"{at}.{row}.town"), f"{at}.{row}.town")
            value = self.read(node.parts[0], f"{at}.{row}.value")
            if code is not None and value is not MISSING:
                found[code] = value
        return found
