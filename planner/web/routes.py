"""The addresses of the local page, and what each answers."""

from __future__ import annotations

import asyncio
import contextlib
import re
import threading
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.requests import ClientDisconnect

from planner.errors import InputError, Problem
from planner.message import Language, say
from planner.scenario.load import load_scenario
from planner.web import pages
from planner.web.checking import judge
from planner.web.drafts import TAKEN, Draft, plain, read_text, save
from planner.web.posted import Raw, compact, fill, translated, with_work
from planner.web.reading import Wrong
from planner.web.workspace import NotThere, Workspace

if TYPE_CHECKING:
    from planner.scenario.spec import Scenario
    from planner.web.jobs import Job

MOST = 1_000_000
"""Bytes of a form; the largest that a page can send has some fifty thousand."""

WAIT = 60.0
"""Seconds that a form may take to arrive, from a browser on this machine."""

ROWS, LISTED = 100, 1000
"""Rows of one list in a form, and texts of one box, at most."""

UNCHANGED = say("a change; the scenario is the one that ships")
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".geojson": "application/geo+json",
    ".csv": "text/csv; charset=utf-8",
    ".toml": "application/toml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".gpkg": "application/geopackage+sqlite3",
    ".pdf": "application/pdf",
}
SHOWN = (".html", ".pdf")
"""Files that the browser shows; others it saves."""

SANDBOX = "sandbox allow-scripts allow-modals allow-popups allow-downloads"
"""Under this policy a page of a run can do nothing in the name of the program's own pages."""

PRINTER, SAVING = threading.Lock(), threading.Lock()

router = APIRouter(default_response_class=HTMLResponse)


@dataclass(frozen=True)
class Site:
    """What a request is about, and the language of the answer."""

    workspace: Workspace
    language: Language


def site_of(request: Request) -> Site:
    """Return the workspace, and the language that was asked for, now, before, or at the start."""
    state = request.app.state
    asked = pages.language_of(request.query_params.get("lang"))
    kept = pages.language_of(request.cookies.get("lang"))
    return Site(state.workspace, asked or kept or state.language)


async def _posted(request: Request) -> Raw:
    """Return the boxes of a form that was sent."""
    body = bytearray()
    try:
        async with asyncio.timeout(WAIT):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST:
                    raise HTTPException(413)
        raw = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=10_000)
    except TimeoutError as error:
        raise HTTPException(408) from error
    except (ValueError, ClientDisconnect) as error:
        raise HTTPException(400) from error
    rows = {at[: row.end()] for at in raw if (row := re.search(r"\.\d+(?=\.)", at))}
    lists = Counter(row.rpartition(".")[0] for row in rows)
    if any(n > ROWS for n in lists.values()) or any(len(texts) > LISTED for texts in raw.values()):
        raise HTTPException(413)
    return raw


def warm(workspace: Workspace) -> None:
    """Read the tables and the slow modules now, so that nobody waits for them later."""
    from planner.web import results  # noqa: F401, PLC0415 - that is what takes a while

    with contextlib.suppress(InputError):  # told by the page that needs them
        workspace.data()


Here = Annotated[Site, Depends(site_of)]
Posted = Annotated[Raw, Depends(_posted)]


@router.get("/")
def front(here: Here) -> str:
    """Show all scenarios and runs."""
    return pages.front(here.workspace, here.language)


@router.get("/scenarios/{name}")
def scenario(here: Here, name: str) -> str:
    """Show a scenario that ships."""
    base = here.workspace.base(name)
    return _form(here, base, base)


@router.get("/own/{name}")
def own(here: Here, name: str, saved: str = "") -> str:
    """Show a scenario of the user's own."""
    scenario, base = here.workspace.own_scenario(name)
    told = pages.texts(here.language)("form.saved", file=here.workspace.own / f"{name}.toml")
    opened = {"own": [name], "opened": [here.workspace.digest(name)]}
    return _form(here, scenario, base, opened, said=told if saved else "")


@router.get("/runs/{run}/change")
def change(here: Here, run: str) -> str:
    """Show the scenario of a finished run."""
    path = here.workspace.run(run) / "scenario.toml"
    return _again(here, load_scenario(str(path), here.workspace.folder))


@router.get("/jobs/{id_}/change")
def change_job(here: Here, id_: str) -> str:
    """Show the scenario of a run that was asked for."""
    return _again(here, read_text(_job(here, id_).text, here.workspace.folder))


def _again(here: Site, scenario: Scenario) -> str:
    return _form(here, scenario, here.workspace.start(scenario))


def _form(
    here: Site, scenario: Scenario, base: Scenario, beside: Raw | None = None, *, said: str = ""
) -> str:
    raw = fill(plain(scenario), here.workspace.towns(), here.language) | (beside or {})
    return pages.form(
        here.workspace, base, pages.filled(here.workspace, here.language, base, raw), said=said
    )


@router.post("/scenarios/{name}")
def sent(here: Here, name: str, form: Posted) -> Response:
    """Do what a form asks: check, run, save or download; or tell everything that is wrong."""
    workspace, words = here.workspace, here.language
    typed = pages.language_of("".join(form.get("language", ()))) or words
    base, raw = workspace.base(name), translated(compact(form), typed, words)
    donor = "".join(raw.pop("work_from", ()))
    if donor:
        raw = with_work(raw, fill(plain(workspace.base(donor)), workspace.towns(), words))
    action = "".join(raw.get("action", ()))
    shown = pages.filled(workspace, words, base, raw)
    if action == "show":  # in another language
        return HTMLResponse(pages.form(workspace, base, shown, unsaved=True))
    draft, shown = judge(workspace, base, shown, count=action not in ("run", "save", "toml"))
    if draft is not None and action == "save" and not shown.errors:
        try:
            return _kept(workspace, draft, raw)
        except InputError as error:
            shown = replace(shown, problems=error.problems)
        except SavedMeanwhile:
            raw = raw | {"opened": [workspace.digest(draft.scenario.name)]}
            shown = replace(shown, raw=raw, wrong=[Wrong("replace", "saved_meanwhile", {})])
    if draft is None or shown.errors:
        return HTMLResponse(pages.form(workspace, base, shown, unsaved=True), 422)
    if action == "run":
        title = getattr(draft.scenario.title, words)
        job = workspace.jobs.submit(draft.text, draft.scenario.name, title, words)
        return RedirectResponse(f"/jobs/{job.id}", 303)
    if action == "toml":
        return _file(draft.text.encode(), f"{draft.scenario.name}.toml", ".toml")
    beside = {name: raw[name] for name in ("own", "opened") if name in raw}
    shown = replace(shown, raw=fill(plain(draft.scenario), workspace.towns(), words) | beside)
    said = pages.texts(words)("form.fine")
    return HTMLResponse(pages.form(workspace, base, shown, said=said, unsaved=True))


class SavedMeanwhile(Exception):  # noqa: N818 - no defect: two pages of one scenario
    """The scenario that is to be replaced is not the one that was opened."""


def _kept(workspace: Workspace, draft: Draft, raw: Raw) -> Response:
    """Save a draft as a scenario of the user's own, over the one that was opened if asked to."""
    name = draft.scenario.name
    if not draft.changed:
        raise InputError([Problem(name, None, "title", "", UNCHANGED)])
    if name in {each.name for each in workspace.shipped()}:
        raise InputError([Problem(name, None, "title", "", TAKEN)])
    replaces = raw.get("own") == [name] and "replace" in raw
    with SAVING:
        if replaces and raw.get("opened") != [workspace.digest(name)]:
            raise SavedMeanwhile
        save(draft.text, workspace.own / f"{name}.toml", replace=replaces)
    return RedirectResponse(f"/own/{name}?saved=1", 303)


@router.get("/jobs/{id_}")
def job(here: Here, id_: str) -> Response:
    """Show how far a run has come, what became of it, or the plan that it found."""
    found = _job(here, id_)
    if found.outcome.get("kind") == "done" and found.out and found.out.is_dir():
        return RedirectResponse(f"/runs/{found.out.name}", 303)
    return HTMLResponse(pages.job(here.workspace, here.language, found))


@router.post("/jobs/{id_}/stop")
def stop(here: Here, id_: str) -> Response:
    """Stop a run in good order, or abandon one that is stopping."""
    here.workspace.jobs.stop(_job(here, id_))
    return RedirectResponse(f"/jobs/{id_}", 303)


def _job(here: Site, id_: str) -> Job:
    found = here.workspace.jobs.get(id_)
    if found is None:
        raise NotThere(say("{}", id_))
    return found


@router.get("/runs/{run}")
def plan(here: Here, run: str) -> str:
    """Show a finished run."""
    from planner.web import results  # noqa: PLC0415 - it takes a while

    return results.plan(here.workspace, here.language, here.workspace.run(run))


@router.get("/runs/{run}/print/report.pdf")
def printed(here: Here, run: str) -> Response:
    """Print the report of a finished run, one at a time: a browser takes some memory."""
    from planner.outputs.files.pdf import render_pdf  # noqa: PLC0415 - few ask for it

    report = here.workspace.file(run, "report.html").decode("utf-8", "replace")
    if not PRINTER.acquire(blocking=False):
        raise HTTPException(503, headers={"Retry-After": "5"})
    try:
        return _file(render_pdf(report), "report.pdf", ".pdf")
    finally:
        PRINTER.release()


@router.get("/runs/{run}/{name}")
def file(here: Here, run: str, name: str) -> Response:
    """Give a file of a finished run."""
    data, ending = here.workspace.file(run, name), name[name.rfind(".") :]
    return _file(data, name if ending in SHOWN else f"{run}-{name}", ending)


@router.get("/compare")
def compare(here: Here, request: Request) -> Response:
    """Tell what sets finished runs apart."""
    from planner.web import results  # noqa: PLC0415 - it takes a while

    base, asked = (request.query_params.getlist(key) for key in ("base", "run"))
    chosen = dict.fromkeys([*base, *asked])
    if len(chosen) < 2:
        said = pages.texts(here.language)("web.compare_few")
        return HTMLResponse(pages.front(here.workspace, here.language, said, asked, base), 422)
    folders = {name: here.workspace.run(name) for name in chosen}
    # By itself the oldest plan is what the others are compared with.
    order = [row.run for row in reversed(here.workspace.rows()) if row.run in folders]
    order.sort(key=lambda run: run not in base)
    told = results.compare(here.workspace, here.language, [folders[run] for run in order])
    return _file(told.encode(), "", ".html")


def _file(data: bytes, name: str, ending: str) -> Response:
    """Return a file for the browser to show or to save, kept apart from the program's own pages."""
    headers = {"Referrer-Policy": "strict-origin-when-cross-origin"}
    # A browser's own viewer of PDF does not work in a sandbox.
    headers["Content-Security-Policy"] = SANDBOX if ending != ".pdf" else "default-src 'none'"
    if ending not in SHOWN:
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    kind = KINDS.get(ending, "application/octet-stream")
    return Response(data, media_type=kind, headers=headers)
