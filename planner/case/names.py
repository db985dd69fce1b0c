"""Places of one name told apart: by their county, and by their code where that is not enough."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def told_apart(names: Sequence[str], groups: Sequence[str], codes: Sequence[str]) -> list[str]:
    """Return names no two of which are the same, to a reader who minds no capitals.

    Parameters
    ----------
    names : sequence of str
    groups : sequence of str
        What each belongs to, in words.
    codes : sequence of str
        No two the same.

    Returns
    -------
    list of str
        A name that is the only one as it is, another as "Nora (Örebro län)", and as
        "Nora (Örebro län, 1884)" where the group has several.
    """
    alike = Counter(name.casefold() for name in names)
    within = Counter((n.casefold(), group) for n, group in zip(names, groups, strict=True))
    apart = []
    for name, group, code in zip(names, groups, codes, strict=True):
        if alike[name.casefold()] == 1:
            apart.append(name)
        else:
            more = f", {code}" if within[name.casefold(), group] > 1 else ""
            apart.append(f"{name} ({group}{more})")
    return apart
