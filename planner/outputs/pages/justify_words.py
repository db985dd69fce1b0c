"""Rates of exchange that make a plan the best, in clauses and in cells."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING

from planner.model.solving.scores import sign
from planner.outputs.words import facts, yardstick

if TYPE_CHECKING:
    import numpy as np

    from planner.analysis.justify_verdict import Verdict
    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts

SAME = 1e-6
"""Relative difference below which a rate is as it was."""


def places(value: float) -> int:
    """Return the decimals that tell a rate with three figures, two at least for small ones."""
    if value <= 0:
        return 0
    return max(0, min(4, 2 - floor(log10(value))))


def about(value: float, t: Texts) -> str:
    """Write a rate to three figures."""
    return facts.trimmed(round(value, places(value)), t)


def at_least(value: float, t: Texts) -> str:
    """Write what a rate must reach, rounded up."""
    step = 10.0 ** -places(value)
    return facts.trimmed(ceil(value / step - 1e-6) * step, t)


def at_most(value: float, t: Texts) -> str:
    """Write what a rate may not pass, rounded down."""
    step = 10.0 ** -places(value)
    return facts.trimmed(floor(value / step + 1e-6) * step, t)


def rate_clauses(verdict: Verdict, rates: np.ndarray, inputs: Inputs, t: Texts) -> list[str]:
    """Say what each goal counts whose rate is another than in the question, a clause each."""
    said = []
    for name, rate, asked in zip(verdict.criteria, rates, verdict.room.asked, strict=True):
        if abs(rate - asked) > SAME * max(asked, rate):
            key = "justify.rate" if sign(name) > 0 else "justify.rate_more"
            words = _words(verdict, name, float(asked), inputs, t)
            number = yardstick.in_unit(verdict.criteria[0], about(float(rate), t), t)
            said.append(t(key, rate=number, **words))
    return said


def _words(verdict: Verdict, name: str, asked: float, inputs: Inputs, t: Texts) -> dict[str, str]:
    return {
        "one": yardstick.one(name, t),
        "name": yardstick.criterion(name, inputs, t),
        "leading": yardstick.criterion(verdict.criteria[0], inputs, t),
        "asked": facts.trimmed(asked, t) if asked else t("justify.nothing"),
    }


def alone_clauses(verdict: Verdict, inputs: Inputs, t: Texts) -> list[str]:
    """Say from where to where each rate, changed alone, makes the offices the best.

    Of a rate that may be any there is no clause.
    """
    said = []
    leading = verdict.criteria[0]
    for k, name in enumerate(verdict.criteria):
        ends = verdict.alone.get(name)
        if ends is None:
            continue
        key, low, high = _ends(verdict, k, ends, t)
        if key == "any":
            continue
        words = _words(verdict, name, float(verdict.room.asked[k]), inputs, t)
        said.append(
            t(
                f"justify.{key}",
                low=yardstick.in_unit(leading, low, t),
                high=yardstick.in_unit(leading, high, t),
                **words,
            )
        )
    return said


def alone_cell(verdict: Verdict, k: int, t: Texts) -> str:
    """Write the same of one rate in a cell of a table."""
    ends = verdict.alone.get(verdict.criteria[k])
    if ends is None:
        return t("word.none")
    key, low, high = _ends(verdict, k, ends, t)
    words = {"at_least": "from_low", "at_most": "to_high", "between": "from_to", "any": "whatever"}
    return t(f"justify.{words[key]}", low=low, high=high)


def _ends(verdict: Verdict, k: int, ends: tuple[float, float], t: Texts) -> tuple[str, str, str]:
    """Return which ends bind, and both in figures; those of what was looked at do not."""
    room = verdict.room
    binds = ends[0] > room.least[k] * (1 + 1e-3) + 1e-9, ends[1] < room.most[k] * (1 - 1e-3)
    keys = {
        (True, True): "between",
        (True, False): "at_least",
        (False, True): "at_most",
        (False, False): "any",
    }
    return keys[binds], at_least(ends[0], t), at_most(ends[1], t)
