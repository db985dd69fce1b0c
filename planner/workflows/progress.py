"""Progress on standard error, and a search that Ctrl-C stops in good order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from rich.console import Console

from planner.errors import Cancelled
from planner.outputs.words import facts
from planner.outputs.words.text import load_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.control import Control
    from planner.outputs.words.text import Language, Texts


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
    with (
        _shown(load_texts(language or "en", "terminal"))
        if report is None
        else nullcontext(report) as progress
    ):

        def stop(_signal: int, _frame: object) -> None:
            if control.interrupted:
                raise Cancelled("interrupted a second time")
            control.interrupted = True

        control.progress = progress
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


@contextmanager
def _shown(t: Texts) -> Iterator[Report]:
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
