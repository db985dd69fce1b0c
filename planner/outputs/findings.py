"""What other analyses of the same question found, for the report of a run: `planner run --with`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from planner.errors import InputError, Problem
from planner.message import LANGUAGES, Language, Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.case.types import Inputs
    from planner.outputs.pages.page import Article

TAKEN = ("map.html", "report.html", "replay.html")
"""Pages of a run itself, which no analysis may take the place of."""


class FindingWords(BaseModel):
    """An analysis in a few sentences of one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    answer: tuple[str, ...]


class _Said(BaseModel):
    """The part of an analysis's JSON that a report reads."""

    complete: bool = True
    scenario: str | None = None
    told: dict[str, FindingWords]


class _Manifest(BaseModel):
    inputs: dict[str, str]
    outputs: dict[str, str]


@dataclass(frozen=True)
class Finding:
    """One analysis.

    Attributes
    ----------
    told : mapping of str to FindingWords
        By language.
    complete : bool
        False where a limit cut it short.
    page : str
        Name of its page, which goes into the run's folder.
    files : mapping of str to bytes
        The page and the JSON.
    """

    told: Mapping[Language, FindingWords]
    complete: bool
    page: str
    files: Mapping[str, bytes]


def tell(articles: Mapping[Language, Article]) -> dict[str, Any]:
    """Return what the JSON of an analysis says for reports: title and answer by language."""
    return {
        language: {"title": article.title, "answer": list(article.answer)}
        for language, article in articles.items()
    }


def read_findings(folders: Sequence[Path], scenario: str, inputs: Inputs) -> tuple[Finding, ...]:
    """Read the analyses that a report is to tell of.

    Parameters
    ----------
    folders : sequence of pathlib.Path
        What `planner alternatives`, `pareto` and the like have written.
    scenario : str
        Name of the scenario that they must be of.
    inputs : Inputs
        The tables that they must have been made from.

    Returns
    -------
    tuple of Finding
        In the order given.

    Raises
    ------
    InputError
        With every folder that is no such analysis, is of other tables or of another scenario.
    """
    problems: list[Problem] = []
    found = []
    for folder in folders:
        try:
            found.append(_read(folder, scenario, inputs))
        except InputError as error:
            problems += error.problems
    pages = [finding.page for finding in found]
    problems += [
        Problem("--with", None, "", page, say("one analysis of each kind"))
        for page in sorted({page for page in pages if pages.count(page) > 1})
    ]
    if problems:
        raise InputError(problems)
    return tuple(found)


def _read(folder: Path, scenario: str, inputs: Inputs) -> Finding:
    def wrong(expected: Message, value: object = folder) -> InputError:
        return InputError([Problem("--with", None, "", str(value), expected)])

    no_analysis = say("a folder that planner alternatives, pareto or the like has written")
    try:
        manifest = _Manifest.model_validate_json((folder / "manifest.json").read_bytes())
        page = next(name for name in sorted(manifest.outputs) if name.endswith(".html"))
        names = (page, page.removesuffix(".html") + ".json")
        files = {name: (folder / name).read_bytes() for name in names}
        said = _Said.model_validate_json(files[names[1]])
    except (OSError, ValidationError, StopIteration) as error:
        raise wrong(no_analysis) from error
    if page in TAKEN or PurePath(page).name != page or set(said.told) != set(LANGUAGES):
        raise wrong(no_analysis)
    for name in _changed(files, manifest):
        raise wrong(say("a file as its manifest says"), folder / name)
    if manifest.inputs != dict(inputs.files):
        raise wrong(say("an analysis of the same tables"))
    if said.scenario not in (None, scenario):
        raise wrong(say("an analysis of {}, not of {}", scenario, said.scenario))
    return Finding(said.told, said.complete, page, files)


def _changed(files: Mapping[str, bytes], manifest: _Manifest) -> Iterator[str]:
    for name, data in files.items():
        if manifest.outputs.get(name) != hashlib.sha256(data).hexdigest():
            yield name
