"""Progress on standard error, and a search that Ctrl-C stops in good order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from rich.console import Console

from planner import stopping
from planner.outputs.words import facts
from planner.outputs.words.text import load_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.control import Control
    from planner.message import Language
    from planner.outputs.words.text import Texts

Report = Callable[[str, float | None, float | None], None]
"""Told the stage, and while it is searched the incumbent and the bound."""


@contextmanager
def watched(
    control: Control, report: Report | None = None, language: Language | None = None
) -> Iterator[None]:
    """Tell progress on standard error; let the first Ctrl-C stop the search in good order.

    What was found is then finished. A second Ctrl-C ends it all, and nothing is written. Where
    `report` is given, progress is told to it instead.
    """
    with stopping.in_good_order(control), told(control, report, language):
        yield


@contextmanager
def told(
    control: Control, report: Report | None = None, language: Language | None = None
) -> Iterator[None]:
    """Tell progress on standard error, or to `report`; Ctrl-C means what it meant before."""
    t = load_texts(language or "en", "terminal")
    with _searched(t) if report is None else nullcontext(report) as control.progress:
        yield


@contextmanager
def _searched(t: Texts) -> Iterator[Report]:
    with Console(stderr=True).status(t("progress.reading")) as status:

        def progress(stage: str, incumbent: float | None, bound: float | None) -> None:
            known = {"found": incumbent, "bound": bound}
            told = {key: f"{value:.6g}" for key, value in known.items() if value is not None}
            goal = _named(stage, t)
            key = "bound" if len(told) == 2 else "found" if "found" in told else "stage"
            status.update(t(f"progress.{key}", stage=goal, **told))

        yield progress


def _named(stage: str, t: Texts) -> str:
    """Name what is searched for: a goal, or a part of the work that has words."""
    if stage in facts.MEASURES or t.has(f"objective.{stage}"):
        return facts.objective_name(stage, t, t("runs.sister"))
    return t(f"progress.{stage}" if t.has(f"progress.{stage}") else "progress.searching")
