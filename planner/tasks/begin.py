"""What commands that write a report begin and end with: the tables, the folder, its manifest."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from planner import api, runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.outputs.article import Article
    from planner.outputs.text import Language


@dataclass(frozen=True)
class Answer:
    """An analysis that is written.

    Attributes
    ----------
    name : str
        Of its files, without the ending.
    out : Path
        The folder.
    data : dict
        The answer for machines.
    article : Article
        The same for the terminal, in its language.
    complete : bool
        False where a limit or an interrupt cut it short.
    """

    name: str
    out: Path
    data: dict[str, Any]
    article: Article
    complete: bool


@dataclass(frozen=True)
class Begun:
    """A command that has read the tables.

    Attributes
    ----------
    data : api.Data
    language, spoken : {"sv", "en"}
        Of what it writes, and of the terminal.
    began : float
        On the clock of `time.monotonic`.
    """

    data: api.Data
    language: Language
    spoken: Language
    began: float

    def place(self, out: Path | None, name: str) -> Path:
        """Return the folder to write, by default ``runs/NAME``, if it may be written.

        Raises
        ------
        InputError
            If there is something else in its place.
        """
        place = out or Path("runs") / name
        runs.check_out(place)
        return place

    def write(self, out: Path, files: Mapping[str, str | bytes]) -> None:
        """Write the folder with its manifest, whole or not at all.

        Raises
        ------
        PlannerError
            If the disk does not take it.
        """
        seconds = time.monotonic() - self.began
        runs.write_run(out, files, runs.Provenance(self.data.inputs.files, seconds))


def begin(folder: Path | None, language: Language | None) -> Begun:
    """Read the tables.

    Where no language is asked for, files are in the data's own and the terminal in English.

    Raises
    ------
    InputError
        With every problem in every table.
    """
    began = time.monotonic()
    data = api.load(folder)
    own = cast("Language", data.inputs.country.language)
    return Begun(data, language or own, language or "en", began)
