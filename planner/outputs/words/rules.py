"""Rules of the model as sentences."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from planner.outputs.words.text import format_number, load_texts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.outputs.words.text import Language


@cache
def _sentences() -> dict[str, dict[str, Any]]:
    source = files("planner.outputs.words") / "text" / "rules.toml"
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
    return str(_sentences()[rule][language]).format(**_shown(words, language))


def change_sentence(rule: str, words: Mapping[str, object], language: str) -> str:
    """Return how a rule gives way, for instance "allow 4 openings in 2022 instead of 3".

    Parameters
    ----------
    rule : str
    words : mapping of str to object
        What the sentence of the rule names, and `to`, the new number.
    language : str
        "sv" or "en".
    """
    return str(_sentences()[rule][f"{language}_change"]).format(**_shown(words, language))


def fact_sentence(kind: str, words: Mapping[str, object], language: Language) -> str:
    """Return what counting shows, for instance how far a place is from the nearest town.

    Parameters
    ----------
    kind : str
        Key of the sentence (planner.model.solving.counting.CountedFact.kind).
    words : mapping of str to object
        What it names.
    language : {"sv", "en"}
    """
    said: dict[str, object] = dict(words)
    if "km" in words:
        said["km"] = _beyond(words["km"], words["limit"], language)
    if "share" in words:
        said["share"] = format_number(100 * float(str(words["share"])), 1, language)
    if "value" in words:
        said["value"] = float(f"{float(str(words['value'])):.4g}")
    if "openings" in words:
        said["parts"] = _parts(words, language)
    return str(_sentences()["fact"][kind][language]).format(**_shown(said, language))


def _beyond(km: object, limit: object, language: Language) -> str:
    """Write kilometres with as many decimals as tell them from a limit that they pass."""
    value, most = float(str(km)), float(str(limit))
    digits = next((d for d in range(3) if round(value, d) > most), 3)
    return format_number(value, digits, language)


def _parts(words: Mapping[str, object], language: Language) -> str:
    """Write what a number of offices is made up of, "3 + 1 + 2 + 0 can open and 1 in ..."."""
    openings = words["openings"]
    assert isinstance(openings, tuple)  # noqa: S101 - what counting gives
    numbers = {
        "existing": str(words["existing"] or ""),
        "openings": " + ".join(map(str, openings)),
        "own": str(words["own"] or ""),
    }
    told = [
        _sentences()["part"][part][language].format(n=number)
        for part, number in numbers.items()
        if number
    ]
    return load_texts(language).listing(told)


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
