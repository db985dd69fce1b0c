"""One self-contained HTML page, sealed in by its policy; and an analysis written up as one."""

from __future__ import annotations

import base64
import functools
import hashlib
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING

from planner import cache
from planner.outputs.drawing.palette import region_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import BytecodeCache, Environment

    from planner.case.types import Inputs
    from planner.outputs.drawing.svgmap import Land, Picture
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


def render(template: str, t: Texts, **words: object) -> str:
    """Fill a template in."""
    return environment(t).get_template(template).render(**words)


def written_page(template: str, t: Texts, **words: object) -> str:
    """Fill in a page without scripts, made to be read and printed."""
    sheets = (asset("base.css"), asset("report.css"))
    return render(template, t, sheets=sheets, policy=content_policy(()), **words)


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


SENTENCE = 40
"""Letters of a text that is more than a name or two."""


@dataclass(frozen=True)
class Table:
    """A table of ready text; the first column heads the rows.

    Attributes
    ----------
    numeric : frozenset of int
        Columns that hold numbers, which line up to the right.
    folded : bool
        Whether the reader unfolds it: for long tables that few read.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    folded: bool = False

    @property
    def wide(self) -> frozenset[int]:
        """Columns with sentences, which a phone would else squeeze to a word a line."""
        text = set(range(len(self.head))) - self.numeric
        return frozenset(c for c in text if any(len(row[c]) > SENTENCE for row in self.rows))


@dataclass(frozen=True)
class Plot:
    """A plot as SVG, with what stands under it and what it shows in words."""

    svg: str
    caption: str
    description: str


@dataclass(frozen=True)
class Part:
    """A section: paragraphs, points, then plots, maps and the tables that say the same."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    plots: tuple[Plot, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Article:
    """A page: its title, the question, the answer in sentences, and the parts that bear it out.

    `changed` says what the question has otherwise than the one that it was made from.
    """

    title: str
    question: str
    answer: tuple[str, ...]
    parts: tuple[Part, ...]
    changed: tuple[str, ...] = ()


def render_article(
    article: Article,
    inputs: Inputs,
    t: Texts,
    *,
    land: Land | None = None,
    numbers: Sequence[int] = (),
) -> str:
    """Write an analysis as a page without scripts, made to be read and printed.

    Parameters
    ----------
    land : Land, optional
        What the maps of the parts are drawn on, where there are any.
    numbers : sequence of int
        The numbers of all regions that the maps show.

    Returns
    -------
    str
        A complete HTML page; the same for the same article, byte for byte.
    """
    return written_page(
        "article.html",
        t,
        country=inputs.country,
        sister=inputs.country.sister_agency,
        article=article,
        land=land,
        fills=[region_style(number) for number in numbers],
    )
