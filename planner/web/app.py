"""The local web application: whom it answers, and what it says when something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from planner.errors import InputError, PlannerError
from planner.web import pages
from planner.web.routes import LISTED, ROWS, router, site_of
from planner.web.workspace import NotThere, Workspace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from planner.message import Language

YEAR = 31_536_000
"""Seconds for which a chosen language is remembered."""

STATUS = {
    400: ("web.problem_heading", "web.unreadable"),
    405: ("web.refused", "web.no_method"),
    408: ("web.problem_heading", "web.too_slow"),
    413: ("web.problem_heading", "web.too_large"),
    503: ("web.busy", "web.busy_lead"),
}
"""What is said of each status that is no more than a status."""


def make_app(
    workspace: Workspace, hosts: Sequence[str], language: Language | None = None
) -> FastAPI:
    """Return the application.

    Parameters
    ----------
    workspace : Workspace
    hosts : sequence of str
        The names under which it may be asked: a page of another site that has its name lead
        here is refused.
    language : {"sv", "en"}, optional
        Of the pages until the reader chooses another; by default the country's.

    Returns
    -------
    fastapi.FastAPI
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.workspace = workspace
    app.state.language = language or pages.language_of(workspace.country["language"]) or "sv"
    app.include_router(router)
    for what in (404, NotThere, RequestValidationError):
        app.add_exception_handler(what, _not_there)
    for status in STATUS:
        app.add_exception_handler(status, _not_so)
    app.add_exception_handler(PlannerError, _refused)
    app.add_exception_handler(Exception, _failed)
    app.middleware("http")(_guard)
    # Added last, it is asked first.
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)
    return app


async def _guard(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    """Refuse forms of other sites, and give every page the policies that seal it."""
    looks = request.method in ("GET", "HEAD")
    if _opened(request) if looks else _same_site(request):
        asked = request.method
        request.scope["method"] = "GET" if looks else asked
        response = await go_on(request)
        request.scope["method"] = asked  # the server leaves the body out of an answer to HEAD
    else:
        response = _page(request, 403, "web.refused", "web.refused_lead")
    for name, policy in (
        ("Content-Security-Policy", pages.policy()),
        ("Referrer-Policy", "same-origin"),
        ("Cache-Control", "no-cache"),
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ):
        response.headers.setdefault(name, policy)
    language = pages.language_of(request.query_params.get("lang"))
    if language:
        response.set_cookie("lang", language, max_age=YEAR, httponly=True, samesite="lax")
    return response


def _opened(request: Request) -> bool:
    """Say whether a page is opened by its reader, and not loaded by a page of another site.

    A link there may lead here, but not to what is printed anew each time.
    """
    said = {part: request.headers.get(f"sec-fetch-{part}") for part in ("site", "mode", "dest")}
    by_hand = said["mode"] == "navigate" and said["dest"] == "document"
    cheap = "/print/" not in request.url.path
    return (by_hand and cheap) or said["site"] in (None, "same-origin", "none")


def _same_site(request: Request) -> bool:
    """Say whether a form comes from a page of this very program, as every browser tells."""
    origin, site = (request.headers.get(name) for name in ("origin", "sec-fetch-site"))
    if origin is not None and origin != f"{request.url.scheme}://{request.headers.get('host')}":
        return False
    return site == "same-origin" if site is not None else origin is not None


def _page(
    request: Request,
    status: int,
    title: str,
    lead: str = "",
    lines: Sequence[str] = (),
    **words: int,
) -> Response:
    here = site_of(request)
    t = pages.texts(here.language)
    told = {"title": t(title), "lead": t(lead, **words) if lead else "", "lines": lines}
    return HTMLResponse(pages.render(here.workspace, here.language, "said", **told), status)


async def _not_there(request: Request, _error: Exception) -> Response:
    return _page(request, 404, "web.not_found", "web.gone")


async def _not_so(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it has a status
    answer = _page(request, error.status_code, *STATUS[error.status_code], rows=ROWS, listed=LISTED)
    answer.headers.update(error.headers or {})
    return answer


async def _refused(request: Request, error: Exception) -> Response:
    lines = error.problems if isinstance(error, InputError) else [error]
    return _page(request, 422, "web.problem_heading", lines=[str(line) for line in lines])


async def _failed(request: Request, _error: Exception) -> Response:
    return _page(request, 500, "web.failed", "web.failed_lead")
