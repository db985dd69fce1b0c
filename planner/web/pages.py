"""The pages in words: what each template is given."""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader

from planner.message import LANGUAGES, Language
from planner.outputs.exports import EXPORTS
from planner.outputs.pages.page import asset, environment
from planner.outputs.words import facts
from planner.outputs.words.proofs import among_in_short
from planner.outputs.words.text import Texts, load_texts
from planner.web.drafts import plain
from planner.web.forms import Form
from planner.web.posted import Raw, fill

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.runs.listing import Entry
    from planner.scenario.spec import Scenario
    from planner.web.jobs import Job
    from planner.web.workspace import Workspace

WORDS = ("report", "compare", "fields", "web")
FILES = tuple(export.file for export in EXPORTS if export.linked)
"""The files that a list of runs links to."""


@cache
def texts(language: Language) -> Texts:
    """Return the words of the pages."""
    return load_texts(language, *WORDS)


@cache
def templates(language: Language) -> Environment:
    """Return the templates of the pages, those of the reports among them."""
    made = environment(texts(language))
    made.loader = ChoiceLoader([PackageLoader("planner.web"), PackageLoader("planner.outputs")])
    others = {each: texts(each)("web.this_language") for each in LANGUAGES if each != language}
    made.globals |= {"style": style(), "script": script(), "languages": others}
    return made


@cache
def style() -> str:
    """Return the style sheet of the pages: the reports' own, and what only forms need."""
    own = files("planner.web").joinpath("templates", "web.css").read_text(encoding="utf-8")
    return asset("base.css") + asset("report.css") + own


@cache
def script() -> str:
    """Return the only script: it keeps what is told of a run up to date, and adds boxes."""
    return files("planner.web").joinpath("templates", "web.js").read_text(encoding="utf-8")


@cache
def policy() -> str:
    """Return the Content-Security-Policy of the pages: nothing but what they hold themselves."""

    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; script-src 'sha256-{digest(script())}'; "
        f"style-src 'sha256-{digest(style())}'; img-src data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def render(workspace: Workspace, language: Language, template: str, **given: Any) -> str:
    """Write a page.

    Parameters
    ----------
    template : str
        Its name without the ending.
    **given : object
        What the template shows.

    Returns
    -------
    str
    """
    words = {"agency": workspace.country["agency"], "sister": workspace.country["sister_agency"]}
    page = templates(language).get_template(f"{template}.html").render(**words, **given)
    return page.encode("utf-8", "replace").decode()  # a file may hold what no page can


def front(
    workspace: Workspace,
    language: Language,
    said: str = "",
    chosen: Sequence[str] = (),
    base: Sequence[str] = (),
) -> str:
    """Write the page of all scenarios and runs.

    `said` is what went wrong with those that were `chosen` to be compared with `base`.
    """
    t = texts(language)
    return render(
        workspace,
        language,
        "front",
        said=said,
        chosen=chosen,
        base=base,
        jobs=workspace.jobs.open(),
        shipped=workspace.shipped(),
        mine=workspace.mine(),
        rows=[
            {
                "run": row.run,
                "title": row.titles.get(language, row.run),
                "problem": row.problem,
                "entry": row.entry,
                "when": row.entry and when(row.entry.written),
                "proof": row.entry and proof(row.entry, t, workspace.country["sister_agency"]),
                "files": [name for name in FILES if name in row.files],
            }
            for row in workspace.rows()
        ],
    )


def when(written: str) -> str:
    """Write a moment of a manifest in the time of this machine."""
    try:
        return datetime.fromisoformat(written).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:  # a manifest that somebody has changed
        return written


def proof(entry: Entry, t: Texts, sister: str) -> str:
    """Say what was proved of a run in a line."""
    said = facts.objective_name(entry.objective_name, t, sister)
    if entry.objective is not None and entry.objective_name in facts.MEASURES:
        said += f" {facts.write_value(entry.objective_name, entry.objective, t)}"
    said += f", {among_in_short(entry.scope, t, sister)}"
    if t.has(f"reason.{entry.reason}"):
        said += f": {t(f'reason.{entry.reason}')}"
    if entry.gap and entry.reason != "optimal":
        said += f" ({t('proof.gap').lower()}: {facts.write_gap(entry.gap, t)})"
    return said


def filled(workspace: Workspace, language: Language, base: Scenario, raw: Raw) -> Form:
    """Return a form with what stands in its boxes, about a scenario based on one that ships."""
    towns = workspace.towns()
    return Form(
        raw=raw,
        base=fill(plain(base), towns, language),
        towns=towns,
        t=texts(language),
        sister=workspace.country["sister_agency"],
        kinds=workspace.kinds(),
    )


def form(
    workspace: Workspace, base: Scenario, shown: Form, *, said: str = "", unsaved: bool = False
) -> str:
    """Write the page of a scenario.

    Parameters
    ----------
    base : Scenario
        The shipped one that it is based on.
    said : str
        What has just been done.
    unsaved : bool
        Whether what stands in the boxes stands nowhere else: the page answers a form.
    """
    language = shown.t.language
    return render(
        workspace,
        language,
        "form",
        form=shown,
        base=base,
        said=said,
        unsaved=unsaved,
        donors=[] if shown.worked else workspace.donors(),
        doubts=[doubt.message.said(language) for doubt in workspace.data().inputs.doubts],
        title=shown.text(f"title.{language}") or getattr(base.title, language),
        description=shown.text(f"description.{language}"),
    )


def job(workspace: Workspace, language: Language, given: Job) -> str:
    """Write the page of a run that was asked for."""
    t = texts(language)
    stage = given.stage or "starting"
    measure = stage if stage in facts.MEASURES else ""
    if t.has(f"job.stage.{stage}"):
        goal = t(f"job.stage.{stage}")
    else:
        name = facts.objective_name(stage, t, workspace.country["sister_agency"])
        goal = t("job.stage.objective", name=name)
    known, found, bound = {}, given.incumbent, given.bound
    if not measure and not t.has(f"objective.{stage}"):
        found = bound = None  # of a step whose figures mean nothing to a reader
    if found is not None:
        known["found"] = _value(measure, found, t)
    if bound is not None:
        known["bound"] = _value(measure, bound, t)
    if found is not None and bound is not None:
        known["left"] = facts.write_gap(abs(found - bound) / max(abs(found), 1e-9), t)
    return render(
        workspace,
        language,
        "job",
        job=given,
        goal=goal,
        known=known,
        ahead=workspace.jobs.ahead(given),
        clock=_clock(given.seconds),
        live=given.state != "ended",
        conflicts=given.outcome.get("conflicts", {}).get(language, ()),
        facts=given.outcome.get("counted", {}).get(language, ()),
        told=given.outcome.get("told", {}).get(language, ()),
    )


def _value(measure: str, value: float, t: Texts) -> str:
    if measure and facts.MEASURES[measure].better == "max":
        value = -value  # the search minimises
    return facts.write_value(measure, value, t) if measure else facts.trimmed(value, t)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


def language_of(text: str | None) -> Language | None:
    """Return the language that a text names, if it does."""
    return text if text in LANGUAGES else None
