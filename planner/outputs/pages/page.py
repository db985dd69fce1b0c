"""One self-contained HTML page: templates, inlined scripts and the policy that seals them in."""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import re
from contextlib import suppress
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

from planner import cache

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import BytecodeCache, Environment

    from planner.outputs.words.text import Texts


def environment(t: Texts) -> Environment:
    """Return the templates with every value escaped and every name required.

    Parameters
    ----------
    t : Texts
        Strings and number formats of the page's language.

    Returns
    -------
    jinja2.Environment
    """
    # Slow to import, and most who ask here draw no page.
    import jinja2  # noqa: PLC0415

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("planner.outputs"),
        bytecode_cache=_compiled(),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["t"] = t
    made.filters["n"] = t.number
    made.filters["capital"] = capital
    return made


def _compiled() -> BytecodeCache | None:
    """Return where compiled templates are kept between runs, for this version of Jinja.

    Compiling takes longer than filling them in. Where nothing can be kept they are compiled anew.
    """
    import jinja2  # noqa: PLC0415 - as above

    folder = cache.folder()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    if not os.access(folder, os.W_OK):
        return None
    return jinja2.FileSystemBytecodeCache(str(folder), f"template-{version('jinja2')}-%s")


def capital(text: str) -> str:
    """Begin a text with a capital letter and leave the rest as it is."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """Begin a text with a small letter and leave the rest, which may name an agency."""
    return text[:1].lower() + text[1:]


def asset(name: str) -> str:
    """Return the text of one of the package's own scripts or style sheets."""
    return files("planner.outputs").joinpath("templates", name).read_text(encoding="utf-8")


@functools.cache
def leaflet() -> tuple[str, str]:
    """Return Leaflet's script and style sheet from the installed package.

    Images that the style sheet names become data addresses and the link to the source map
    goes, so that the page asks for nothing.

    Returns
    -------
    tuple of (str, str)
    """
    folder = files("xstatic.pkg.leaflet").joinpath("data")
    script = folder.joinpath("leaflet.js").read_text(encoding="utf-8")
    script = re.sub(r"\n//# sourceMappingURL=\S*\s*$", "\n", script)

    def embedded(match: re.Match[str]) -> str:
        image = base64.b64encode(folder.joinpath("images", match[1]).read_bytes())
        return f"url(data:image/png;base64,{image.decode()})"

    style = folder.joinpath("leaflet.css").read_text(encoding="utf-8")
    return script, re.sub(r"url\(images/([\w.-]+\.png)\)", embedded, style)


def content_policy(scripts: Sequence[str], images: str = "") -> str:
    """Return a Content-Security-Policy under which only the given scripts run.

    The browser then refuses any request and any other script, whatever the page contains.

    Parameters
    ----------
    scripts : sequence of str
        The exact text between the script tags.
    images : str
        The one host that pictures may be asked for; by default none.

    Returns
    -------
    str
    """
    digests = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    shown = f"data: {images}".strip()
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src {shown}; "
        "base-uri 'none'; form-action 'none'"
    )
