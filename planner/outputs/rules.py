"""Rules of the model as sentences."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

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
    return _sentences()[rule][language].format(**_shown(words, language))


def change_sentence(rule: str, words: Mapping[str, object], language: str) -> str:
    """Return how a rule gives way, for instance "allow 4 openings in 2022 instead of 3".

    Parameters
    ----------
    rule : str
    words : mapping of str to object
        What the sentence of the rule names, and `to`, the new number, or `by`, the change.
    language : str
        "sv" or "en".
    """
    key = "share_within" if words.get("criterion") == "p95_km" else rule
    return _sentences()[key][f"{language}_change"].format(**_shown(words, language))


def _shown(words: Mapping[str, object], language: str) -> dict[str, str]:
    names: Any = _sentences()["criterion"]
    return {
        key: names[value][language] if key == "criterion" else _number(value, language)
        for key, value in words.items()
    }


def _number(value: object, language: str) -> str:
    if isinstance(value, float):
        text = f"{value:g}"
        return text.replace(".", ",") if language == "sv" else text
    return str(value)
