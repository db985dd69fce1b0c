"""What fields, choices and problems are called in the language of the page."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self, override

from planner.criteria import CRITERIA, rate_unit
from planner.message import Language, Message, translations
from planner.outputs.words import facts
from planner.outputs.words.text import Texts, decimal_mark, with_decimal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from planner.web.fields import FormField


@dataclass(frozen=True)
class Towns:
    """The towns that a scenario may name.

    Attributes
    ----------
    seats, municipalities : mapping of str to str
        Code -> name.
    """

    seats: Mapping[str, str]
    municipalities: Mapping[str, str]

    def label(self, code: str) -> str:
        """Return the name of a town, as `code` takes it back; the code itself if it has none."""
        return self.seats.get(code, code)

    def code(self, text: str) -> str | None:
        """Return the code of a town that is given by its name, its municipality's or its code."""
        return text if text in self.seats else self._codes.get(_folded(text))

    def near(self, text: str) -> str:
        """Return the name that is most like a text, or nothing."""
        names = {_folded(name): name for name in self.seats.values()}
        close = difflib.get_close_matches(_folded(text), names, n=1)
        return names[close[0]] if close else ""

    @cached_property
    def _codes(self) -> dict[str, str]:
        tables = (self.municipalities, self.seats)  # a seat's name goes before a municipality's
        return {_folded(name): code for table in tables for code, name in table.items()}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


@dataclass(frozen=True)
class Labels:
    """Words for a form.

    Attributes
    ----------
    t : Texts
        With the words of fields.toml.
    sister : str
        Name of the sister agency.
    """

    t: Texts
    sister: str
    towns: Towns

    def label(self, node: FormField) -> str:
        """Return what a field is called."""
        keys = (f"field.{node.key}", f"assumption.{node.key}")
        return next((self.t(k, sister=self.sister) for k in keys if self.t.has(k)), node.key)

    def help(self, node: FormField) -> str:
        """Return what a field means."""
        key = f"help.{node.key}"
        if self.t.has(key):
            return self.t(key, sister=self.sister)
        if self.t.language == "en":
            return node.description
        said = translations(self.t.language).get(node.description, "")
        return said.format(sister=self.sister)

    def criterion(self, name: str) -> str:
        """Return the name of a criterion."""
        return facts.criterion_name(name, self.t, self.sister)

    def option(self, key: str, value: str) -> str:
        """Return what a choice is called."""
        words = f"option.{key}.{value}"
        return self.t(words, sister=self.sister) if self.t.has(words) else value

    def expected(self, expected: Message) -> str:
        """Return what a specification expects, with towns and criteria by their names."""
        return expected.said(self.t.language, self._shown)

    def _shown(self, value: object) -> object:
        """Return a value of a message as this reader knows it."""
        if isinstance(value, list | tuple):
            return type(value)(map(self._shown, value))
        if isinstance(value, float):
            return _Number(value, self.t.language)
        return _Text(value, self._name) if isinstance(value, str) else value

    def _name(self, code: str) -> str:
        return self.criterion(code) if code in CRITERIA else self.towns.label(code)


class _Text(str):
    """A text of a message; where the message sets it in quotation marks, its name without them."""

    __slots__ = ("_name",)
    _name: Callable[[str], str]

    def __new__(cls, text: str, name: Callable[[str], str]) -> Self:
        made = super().__new__(cls, text)
        made._name = name
        return made

    @override
    def __repr__(self) -> str:
        code = str(self)
        return repr(code) if " " in code else self._name(code)


class _Number(float):
    """A number of a message, with the decimal mark of a language."""

    _language: Language

    def __new__(cls, value: float, language: Language) -> Self:
        made = super().__new__(cls, value)
        made._language = language
        return made

    @override
    def __format__(self, spec: str) -> str:
        return with_decimal(format(float(self), spec or ".12g"), self._language)

    @override
    def __repr__(self) -> str:
        return format(self)


NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")

UNITS = {
    "large_from": "children and pupils",
    "balance": "share",
    "budget_msek": "MSEK",
    "existing": "advisors",
    "hires_most": "advisors",
    "least": "dialogues",
    "sister_advisor": "MSEK/year",
    "sister_pool": "advisors",
}
"""Units of the quantities that a scenario may lack, those of criteria apart."""

LEADING, RATES, TOLERANCE = "objective.leading", "objective.rates", "objective.tolerance"


def show(value: float, language: Language) -> str:
    """Write a number as it is typed: exactly, without a sign between thousands."""
    text = str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
    return with_decimal(text, language)


def number(text: str, language: Language) -> float | int | None:
    """Return the number that a text says, with the language's decimal mark or a point; or None."""
    plain = re.sub(r"\s", "", text).replace("\u2212", "-").replace(decimal_mark(language), ".")
    if not NUMBER.fullmatch(plain) or len(plain) > 30:
        return None
    value = int(plain) if re.fullmatch(r"[+-]?\d+", plain) else float(plain)
    return value if math.isfinite(value) else None


def unit_of(at: str, raw: Mapping[str, Sequence[str]]) -> str:
    """Return the unit of a number that stands in a box.

    Parameters
    ----------
    at : str
        The name of the box.
    raw : mapping of str to sequence of str
        What stands in the boxes.
    """
    table, _, name = at.rpartition(".")
    if table == RATES:
        return _unit_of_rate(raw, name)
    if table == TOLERANCE:
        return CRITERIA[name].unit
    if given := next(iter(raw.get(f"{at}.unit", ())), "").strip():
        return given
    if at.startswith("limits."):
        return CRITERIA[at.split(".")[1]].unit
    names = [part for part in at.split(".") if part != "value" and not part.isdigit()]
    return UNITS.get(names[-1], "1")


def _unit_of_rate(raw: Mapping[str, Sequence[str]], name: str) -> str:
    """Return the unit of a criterion's rate: it follows from what the sum is told in.

    That is the leading criterion, by default the first that has a rate.
    """
    rates = (key.removeprefix(f"{RATES}.") for key, texts in raw.items() if any(texts))
    chosen = next(iter(raw.get(LEADING, ())), "")
    leading = chosen or next((rate for rate in rates if rate in CRITERIA), name)
    return rate_unit(leading if leading in CRITERIA else name, name)
