"""What fields, choices and problems are called in the language of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.message import swedish, tell
from planner.outputs.words import facts
from planner.scenario.criteria import CRITERIA

if TYPE_CHECKING:
    from planner.outputs.words.text import Texts
    from planner.web.fields import Node
    from planner.web.towns import Towns


NUMBER = re.compile(r"\b\d+\.\d+\b")


@dataclass(frozen=True)
class Labels:
    """Words for a form.

    Attributes
    ----------
    t : Texts
        With the words of text/fields.toml.
    sister : str
        Name of the sister agency.
    towns : Towns
    """

    t: Texts
    sister: str
    towns: Towns

    def label(self, node: Node) -> str:
        """Return what a field is called."""
        keys = (f"field.{node.key}", f"assumption.{node.key}")
        return next((self.t(k, sister=self.sister) for k in keys if self.t.has(k)), node.key)

    def help(self, node: Node) -> str:
        """Return what a field means."""
        key = f"help.{node.key}"
        if self.t.has(key):
            return self.t(key, sister=self.sister)
        if self.t.language == "en":
            return node.description
        return swedish().get(node.description, "").format(sister=self.sister)

    def criterion(self, name: str) -> str:
        """Return the name of a criterion."""
        return facts.criterion_name(name, self.t, self.sister)

    def option(self, key: str, value: str) -> str:
        """Return what a choice is called."""
        words = f"option.{key}.{value}"
        return self.t(words, sister=self.sister) if self.t.has(words) else value

    def expected(self, expected: str) -> str:
        """Return what a specification expects, with towns and criteria by their names."""
        said = str(tell(expected, self.t.language))
        if self.t.language == "sv":
            said = NUMBER.sub(_comma, said)
        return re.sub(r"'([\w.-]+)'", lambda match: self._name(match[1]), said)

    def _name(self, code: str) -> str:
        return self.criterion(code) if code in CRITERIA else self.towns.label(code)


def _comma(found: re.Match[str]) -> str:
    return f"{float(found[0]):.12g}".replace(".", ",")
