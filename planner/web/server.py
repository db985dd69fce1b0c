"""The server: an address of its own, the page in the browser, and Ctrl-C in good order."""

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

from planner import stopping
from planner.case.files import default_data_folder
from planner.errors import InputError, Problem
from planner.message import Language, say
from planner.outputs.words.text import load_texts
from planner.web.app import make_app
from planner.web.routes import warm
from planner.web.workspace import Workspace, check_runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
