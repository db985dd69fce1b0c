"""Sets of offices in words: which towns one has in place of which of another's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.outputs.words.text import NO_BREAK

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.outputs.words.text import Texts
    from planner.siting.problem import Siting
    from planner.siting.question import SitingResult


def town_names(siting: Siting) -> dict[str, str]:
    """Code -> name of every candidate town."""
    return dict(zip(siting.instance.sites, siting.instance.towns, strict=True))


def swap(
    one: Collection[str], best: Collection[str], siting: Siting, t: Texts, same: str = "the_best"
) -> str:
    """Say which towns a set has in place of which of another's.

    `same` is the key of what to say where they are the same towns.
    """
    names = town_names(siting)
    new = [names.get(code, code) for code in one if code not in best]
    gone = [names.get(code, code) for code in best if code not in one]
    if new and gone:
        return t("alternatives.swapped", new=t.listing(new), gone=t.listing(gone))
    if new or gone:
        key = "only_new" if new else "only_gone"
        return t(f"alternatives.{key}", towns=t.listing(new or gone))
    return t(f"alternatives.{same}", towns=t.listing([names[code] for code in best]))


def told(result: SitingResult) -> dict[str, Any]:
    """Return a set of offices and what it scores as plain lists and dicts."""
    return {"offices": list(result.sites), "criteria": dict(result.criteria)}


def percent(share: float, t: Texts, decimals: int = 2) -> str:
    """Write a share as per cent, without decimals where it is whole."""
    whole = abs(share * 100 - round(share * 100)) < 1e-9
    number = t.number(share * 100, 0 if whole else decimals)
    return t("unit.percent", n=number).replace(" ", NO_BREAK)
