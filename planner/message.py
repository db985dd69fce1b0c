"""What the program says when something is wrong or done: English here, other languages by table.

A sentence is written once, in English, where it is said: ``say("at most {} rows", 9)``. Its
Swedish stands in ``planner/outputs/words/text/messages.toml``, under its English.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


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
        return Listing("", self, other)

    @staticmethod
    def _filled(template: str, values: tuple[object, ...]) -> str:
        return template.format(*values) if values else template

    def said(self, language: str) -> str:
        """Return the sentence in a language, "sv" or "en".

        One that has no words, "{}: {}", is the same in both; that all others are in the table is
        held by a test, for what went wrong must be told even so.
        """
        if language == "en":
            return str(self)
        values = tuple(tell(value, language) for value in self.values)
        return self._filled(swedish().get(self.template, self.template), values)


class Listing(Message):
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
    return Listing(between, *parts)


def tell[T](value: T, language: str) -> T | str:
    """Return a message in a language, and anything else as it is."""
    return value.said(language) if isinstance(value, Message) else value


def reason(error: Exception, most: int = 80) -> str:
    """Return what an error says: our own sentence, or the start of a library's."""
    said = error.args[0] if error.args else ""
    return said if isinstance(said, Message) else str(error)[:most]


@cache
def swedish() -> Mapping[str, str]:
    """Return every sentence that has words in Swedish, by its English."""
    source = files("planner.outputs.words").joinpath("text", "messages.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))
