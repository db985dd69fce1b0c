"""Rules of the model as sentences."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def _sentences() -> dict[str, dict[str, str]]:
    source = files("planner.outputs") / "text" / "rules.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def rule_sentence(rule: str, words: Mapping[str, object], language: str) -> str:
    """Return what a rule says, for instance "at most 3 offices open in 2022".

    Parameters
    ----------
    rule : str
        Key of the rule (planner.model.constraints.Group.rule).
    words : mapping of str to object
        What the sentence names.
    language : str
        "sv" or "en".

    Raises
    ------
    KeyError
        If the rule has no sentence: a defect that a test guards against.
    """
    shown = {key: _number(value, language) for key, value in words.items()}
    return _sentences()[rule][language].format(**shown)


def _number(value: object, language: str) -> str:
    if isinstance(value, float):
        text = f"{value:g}"
        return text.replace(".", ",") if language == "sv" else text
    return str(value)
