"""The towns that a form may name, by what people call them."""

from __future__ import annotations

import difflib
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


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
