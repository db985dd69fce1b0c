"""The local web application: whom it answers, what it says when something is wrong, its server."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import sys
import threading
import webbrowser
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.trustedhost import TrustedHostMiddleware
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from planner import stopping
from planner.case.files import default_data_folder
from planner.errors import InputError, PlannerError, Problem
from planner.message import Language, say
from planner.outputs.words.text import load_texts
from planner.web import pages
from planner.web.routes import LISTED, ROWS, router, site_of, warm
from planner.web.workspace import NotThere, Workspace, check_runs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence
    from pathlib import Path

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


LOCAL = ("127.0.0.1", "localhost", "[::1]")


class _Server(uvicorn.Server):
    """A server that leaves Ctrl-C to this program."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals."""
        yield


def serve(  # noqa: PLR0913 - one argument an option
    data: Path | None,
    runs: Path | None,
    host: str,
    port: int,
    language: Language | None,
    *,
    show: bool,
) -> None:
    """Serve until Ctrl-C, then let the run that is under way finish with what it has found.

    Raises
    ------
    InputError
        If a folder or the address can't be used.
    """
    t = load_texts(language or "en", "terminal")
    workspace = Workspace(data or default_data_folder(), check_runs(runs))
    listening = _listen(host, port)
    port = listening.getsockname()[1]
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    config = uvicorn.Config(
        make_app(workspace, _hosts(host), language),
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)

    def close() -> None:
        again = server.should_exit
        server.should_exit = True
        threading.Thread(
            target=workspace.jobs.close, kwargs={"abandon": again}, daemon=True
        ).start()

    stopping.by_calling(close)
    if not _is_local(host):
        typer.echo(t("serve.open", host=host), err=True)
    typer.echo(t("serve.closes", address=address))
    threading.Thread(target=warm, args=(workspace,), daemon=True).start()
    if show and _has_screen():
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    asyncio.run(server.serve(sockets=[listening]))
    if workspace.jobs.open():
        typer.echo(t("serve.finishing"), err=True)
    while not workspace.jobs.join(0.2):
        continue
    typer.echo(t("serve.closed"), err=True)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except (OSError, UnicodeError) as error:
        # The one for a name that leads nowhere comes wrapped in another.
        if isinstance(error, UnicodeError) or isinstance(error.__context__, socket.gaierror):
            why: str = say("no such address")
        else:  # without the address, which is told with it
            why = str(error.strerror).partition(" (while")[0]
        expected = say("an address and a port that are free ({}); --port 0 takes a free one", why)
        raise InputError([Problem("--port", None, "", f"{host}:{port}", expected)]) from error


def _hosts(host: str) -> list[str]:
    """Return the names by which a browser may ask for the pages."""
    names = {*LOCAL, f"[{host}]" if ":" in host else host}
    if not _is_local(host):
        own = socket.gethostname()
        names |= {own, socket.getfqdn()}
        for *_, found in socket.getaddrinfo(own, None):
            names.add(f"[{found[0]}]" if ":" in str(found[0]) else str(found[0]))
    return sorted(names)


def _is_local(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _has_screen() -> bool:
    """Say whether there is a screen to open a browser on: a browser of text would take over."""
    return sys.platform in ("win32", "darwin") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
