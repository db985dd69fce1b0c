"""A page as PDF, printed by the Chromium or Chrome that is installed, the same every time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from planner.errors import InputError, PlannerError, Problem
from planner.message import say

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
"""The usual names; all of them print alike."""

INSTALLED = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe")
"""Where Windows has them, which puts neither on the PATH: under the folders of `PROGRAMS`."""
PROGRAMS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
"""The variables of Windows that name where programs are."""

QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-pdf-header-footer",
)
SECONDS = 120
"""A page takes a few; a browser that hangs is given up."""

BESIDE = re.compile(r'<a href="(?!#)[^"]*"')
"""A link to a file beside the page: on paper it would name the folder where it was printed."""

STAMP = rb"\(D:[0-9]{14}[+-]\d\d'\d\d'\)"
FIXED = b"(D:20000101000000+00'00')"
"""As long as what it stands for, so that every address in the file stays right."""


def has_browser() -> bool:
    """Tell whether there is a browser that prints."""
    return _browser() is not None


def _browser() -> str | None:
    there = [os.environ[name] for name in PROGRAMS if os.environ.get(name)]
    places = (str(Path(folder, name)) for name in INSTALLED for folder in there)
    return next(filter(None, map(shutil.which, (*BROWSERS, *places))), None)


def find_browser() -> str:
    """Return the browser that prints.

    Returns
    -------
    str
        Its path.

    Raises
    ------
    InputError
        If none is on the PATH, nor where Windows has it.
    """
    found = _browser()
    if found:
        return found
    expected = say(
        "a browser that prints, on the PATH or where Windows has it: one of {}", ", ".join(BROWSERS)
    )
    raise InputError([Problem("PDF", None, "", "", expected)])


def render_pdf(html: str, browser: str | None = None) -> bytes:
    """Print a self-contained page on A4 as its own style sheet says.

    Parameters
    ----------
    browser : str, optional
        Path of Chromium or Chrome; by default the first that is found.

    Returns
    -------
    bytes
        The dates in it are fixed, so that the same page, browser and fonts give the same bytes.

    Raises
    ------
    InputError
        If no browser is found.
    PlannerError
        If it prints nothing.
    """
    browser = browser or find_browser()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page, out = Path(folder) / "page.html", Path(folder) / "page.pdf"
        try:
            page.write_text(BESIDE.sub("<a", html), encoding="utf-8", newline="")
        except OSError as error:
            raise PlannerError(
                say("no PDF could be made in {}: {}", folder, error.strerror)
            ) from error
        profile = Path(folder) / "profile"
        command = [browser, *QUIET, f"--user-data-dir={profile}", f"--print-to-pdf={out}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.append("--no-sandbox")  # it refuses to start for root otherwise
        try:
            done = subprocess.run(  # noqa: S603 - our own page, in a browser of the user's
                [*command, page.as_uri()], capture_output=True, check=False, timeout=SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PlannerError(say("{} printed no PDF: {}", browser, error)) from error
        data = out.read_bytes() if out.is_file() else b""
    if done.returncode or not data.startswith(b"%PDF-"):
        said = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise PlannerError(say("{} printed no PDF: {}", browser, " ".join(said) or done.returncode))
    return re.sub(rb"(/(?:CreationDate|ModDate) )" + STAMP, rb"\g<1>" + FIXED, data)
