"""Rules of the model as sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.outputs.words.text import format_number, load_texts, read_words, with_decimal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.message import Language


def rule_sentence(rule: str, words: Mapping[str, object], language: Language) -> str:
    """Return what a rule says, for instance "at most 3 offices open in 2022".

    Parameters
    ----------
    rule : str
        Key of the rule (planner.model.constraints.Group.rule).
    words : mapping of str to object
        What the sentence names.

    Raises
    ------
    KeyError
        If the rule has no sentence: a defect that a test guards against.
    """
    return _said(language, rule, "says", words)


def change_sentence(rule: str, words: Mapping[str, object], language: Language) -> str:
    """Return how a rule gives way, for instance "allow 4 openings in 2022 instead of 3".

    Parameters
    ----------
    words : mapping of str to object
        What the sentence of the rule names, and `to`, the new number.
    """
    return _said(language, rule, "change", words)


def fact_sentence(kind: str, words: Mapping[str, object], language: Language) -> str:
    """Return what counting shows, for instance how far a place is from the nearest town.

    Parameters
    ----------
    kind : str
        Key of the sentence (planner.model.solving.counting.CountedFact.kind).
    words : mapping of str to object
        What it names.
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
    return _said(language, "fact", kind, said)


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
        read_words(language, "rules")["part"][part].format(n=number)
        for part, number in numbers.items()
        if number
    ]
    return load_texts(language).listing(told)


def _said(language: Language, section: str, key: str, words: Mapping[str, object]) -> str:
    sentences = read_words(language, "rules")
    shown = {
        word: sentences["criterion"][value] if word == "criterion" else _number(value, language)
        for word, value in words.items()
    }
    return str(sentences[section][key]).format(**shown)


def _number(value: object, language: Language) -> str:
    return with_decimal(f"{value:g}", language) if isinstance(value, float) else str(value)
