"""What is told beside an answer: what was dropped, where it went, which plan was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.scenario.changes import differences, settings
from planner.scenario.override import replaced_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts
    from planner.scenario.spec import Scenario
    from planner.workflows.place import Note

MOST = 8
"""Things that a sentence names; the others are counted."""


def dropped(
    plain: Scenario, scenario: Scenario, overrides: Sequence[str], inputs: Inputs
) -> list[Note]:
    """Tell what lists and tables given with ``--set`` leave out that was there before.

    Parameters
    ----------
    plain, scenario : Scenario
        Before and after.
    overrides : sequence of str
    inputs : Inputs
        Gives codes their names.
    """
    changed = differences(settings(plain), settings(scenario))
    seats = inputs.municipalities["seat"]
    found: list[Note] = []
    for key in replaced_keys(overrides):
        gone: list[str] = []
        for name, (before, now) in changed.items():
            if name == key and isinstance(before, list):
                gone += [str(item) for item in before if item not in (now or [])]
            elif name.startswith(f"{key}.") and now is None:
                gone.append(name)
        shown = [f"{item} {seats[item]}" if item in seats.index else item for item in gone]
        if gone:
            more = len(shown) - MOST
            items = ", ".join(shown[:MOST]) + (f" + {more}" if more > 0 else "")
            found.append(("dropped", {"field": key, "items": items}))
    return found


def sentences(notes: Iterable[Note], t: Texts) -> list[str]:
    """Say notes in a language.

    Parameters
    ----------
    notes : iterable of Note
    t : Texts
        With the words of text/notes.toml.
    """
    return [t(f"note.{key}", **words) for key, words in notes]
