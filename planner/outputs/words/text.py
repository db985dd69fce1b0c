"""Every string and number format of what decision makers read, in each language."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from planner.message import WORDS, Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


NO_BREAK = "\u00a0"
UNIT = re.compile(r"(?<=\}) (?=%|(?:km|min|mnkr)\b)")
"""The space between a number and its unit, where no line may break."""

SHORT = re.compile(r" (?!\w{7})")
"""A space before anything but a long word, which a narrow column may put on a line of its own."""

MINUS = "\u2212"
MISSING = "\u2013"


@dataclass(frozen=True)
class Texts:
    """The strings of one language by dotted key; calling it fills in a string's placeholders."""

    language: Language
    strings: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """Return the string at a key with its named placeholders filled in.

        Raises
        ------
        KeyError
            If there is no such string, or a placeholder is not given.
        """
        return self.strings[key].format(**values)

    def has(self, key: str) -> bool:
        """Say whether there is a string at a key."""
        return key in self.strings

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number the way the language does."""
        return format_number(value, decimals, self.language)

    def count(self, noun: str, number: int) -> str:
        """Write a number of things, "1 kommun" or "12 kommuner"."""
        form = "one" if number == 1 else "other"
        return self(f"count.{noun}.{form}", n=self.number(number))

    def numeral(self, number: int) -> str:
        """Write a number as running text does: small ones in words."""
        return self(f"numeral.{number}") if self.has(f"numeral.{number}") else self.number(number)

    def period(self, name: str) -> str:
        """Write the name of a period: "2022H2" is a half-year, any other stands as it is."""
        half = re.fullmatch(r"(\d{4})H([12])", name)
        if half is None:
            return name
        return self("word.spring" if half[2] == "1" else "word.autumn", year=half[1])

    def span(self, periods: Sequence[str]) -> str:
        """Write the name of one period, or of several in a row by the first and the last."""
        return "\u2013".join(map(self.period, (periods[0], periods[-1])[: len(periods)]))

    def listing(self, items: Sequence[str], word: str = "and") -> str:
        """Join items as a sentence does, "a, b och c", or with another word."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self(f'word.{word}')} {items[-1]}"


@cache
def load_texts(language: Language, *also: str) -> Texts:
    """Read the strings of a language from the package.

    Parameters
    ----------
    *also : str
        Names of files of what only one kind of output says; their strings come in addition to
        those of common.toml.

    Returns
    -------
    Texts
    """
    strings: dict[str, str] = {}
    for name in ("common", *also):
        strings |= _flat("", read_words(language, name))
    return Texts(language, strings)


@cache
def read_words(language: Language, name: str) -> Mapping[str, Any]:
    """Return what a file of a language's folder holds, as it is written there."""
    source = WORDS / language / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _flat(at: str, table: Mapping[str, Any]) -> dict[str, str]:
    """Return strings by dotted key; one under "" is that of the whole section."""
    flat: dict[str, str] = {}
    for key, value in table.items():
        name = ".".join(filter(None, (at, key)))
        if isinstance(value, dict):
            flat |= _flat(name, value)
        else:
            flat[name] = UNIT.sub(NO_BREAK, value)
    return flat


def decimal_mark(language: Language) -> str:
    """Return the sign before the decimals of a number."""
    return str(read_words(language, "common")["number"]["decimal"])


def with_decimal(text: str, language: Language) -> str:
    """Return a number that is written with a point as a language writes it."""
    return text.replace(".", decimal_mark(language))


def together(text: str) -> str:
    """Keep a number and its unit on one line, a long word in the unit apart."""
    return SHORT.sub(NO_BREAK, text)


def format_number(value: float, decimals: int = 0, language: Language = "sv") -> str:
    """Write a number with the decimal sign, thousands and minus of a language.

    Parameters
    ----------
    value : float
        Not finite: written as a dash.

    Returns
    -------
    str
        "1 234,5" with no-break spaces in Swedish, "1,234.5" in English.
    """
    if not math.isfinite(value):
        return MISSING
    whole, point, rest = f"{abs(value):,.{decimals}f}".partition(".")
    signs = read_words(language, "common")["number"]
    text = whole.replace(",", signs["thousands"]) + (signs["decimal"] if point else "") + rest
    return MINUS + text if value < 0 and any(digit in "123456789" for digit in text) else text
