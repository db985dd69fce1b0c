"""What the program says when something is wrong or done: English here, other languages by table.

A sentence is written once, in English, where it is said: ``say("at most {} rows", 9)``. What it
is in another language stands in that one's ``planner/outputs/words/*/messages.toml``, under its
English.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

WORDS = files("planner") / "outputs" / "words"
"""Where a folder a language holds all that is said in it."""

Language = str
"""The code of a language, which is the name of its folder."""

LANGUAGES: tuple[Language, ...] = tuple(
    sorted(
        (each.name for each in WORDS.iterdir() if each.joinpath("common.toml").is_file()),
        key=lambda name: (name == "en", name),
    )
)
"""Every language that has a folder; English, which the code has, comes last."""


class Message(str):
    """A sentence in English that knows how it was made, and so can be said in Swedish.

    Attributes
    ----------
    template : str
        With {} for each value, if there are values.
    values : tuple
        What is filled in; messages among them are said in the same language.
    """

    __slots__ = ("template", "values")
    template: str
    values: tuple[object, ...]

    def __new__(cls, template: str, *values: object) -> Self:
        """Fill in the values in English."""
        message = super().__new__(cls, cls._filled(template, values))
        message.template = template
        message.values = values
        return message

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Reach another process as it is: without this it would be made anew from its text."""
        return type(self), (self.template, *self.values)

    def __add__(self, other: str) -> Message:
        """Return the sentence with more after it."""
        return Joined("", self, other)

    @staticmethod
    def _filled(template: str, values: tuple[object, ...]) -> str:
        return template.format(*values) if values else template

    def said(self, language: Language, name: Callable[[object], object] | None = None) -> str:
        """Return the sentence in a language.

        One that has no words, "{}: {}", is the same in all; that all others are in the table is
        held by a test, for what went wrong must be told even so.

        Parameters
        ----------
        name : callable, optional
            What to call each value, for a reader who knows things by other names than the tables.
        """
        if language == "en" and name is None:
            return str(self)
        template = translations(language).get(self.template, self.template)
        return self._filled(template, tuple(_told(each, language, name) for each in self.values))


class Joined(Message):
    """Sentences with the same between each two of them."""

    __slots__ = ()

    @staticmethod
    def _filled(template: str, values: tuple[object, ...]) -> str:
        return template.join(map(str, values))


def say(template: str, /, *values: object) -> Message:
    """Return a sentence, with its values filled in."""
    return Message(template, *values)


def join(parts: Iterable[object], between: str = "; ") -> Message:
    """Return sentences as one; what stands between them is in the table as well."""
    return Joined(between, *parts)


def tell[T](value: T, language: Language) -> T | str:
    """Return a message in a language, and anything else as it is."""
    return value.said(language) if isinstance(value, Message) else value


def _told(value: object, language: Language, name: Callable[[object], object] | None) -> object:
    if isinstance(value, Message):
        return value.said(language, name)
    return value if name is None else name(value)


def reason(error: Exception, most: int = 80) -> str:
    """Return what an error says: our own sentence, or the start of a library's."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Message) else str(error)[:most]


@cache
def translations(language: Language) -> Mapping[str, str]:
    """Return every sentence that has words in a language, by its English; of English none."""
    source = WORDS / language / "messages.toml"
    return tomllib.loads(source.read_text(encoding="utf-8")) if source.is_file() else {}
