"""Every file that is made of a plan: its name, when there is one, and what draws it."""

from __future__ import annotations

from dataclasses import dataclass
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from planner.outputs.context import Context


@dataclass(frozen=True)
class Asked:
    """What may be asked for beside the files of every run.

    Attributes
    ----------
    geojson : bool
        The layers of plan.gpkg as GeoJSON too.
    pdf : bool
        The report as report.pdf too.
    """

    geojson: bool = False
    pdf: bool = False


@dataclass(frozen=True)
class Export:
    """One file of a run.

    Attributes
    ----------
    file : str
        Its name in the run's folder.
    renderer : str
        The function that makes it of a `Context`, "module:name"; its module is loaded where the
        file is made, since the libraries that draw take long to load. It returns the file, or
        several by name.
    linked : bool
        Whether lists of runs lead to it.
    option : str
        The field of `Asked` that asks for it; "" where every run has it.
    applies : callable, optional
        Tells whether a plan has it; by default all have.
    source : str
        Another file that it is made of, in place of the context.
    needs : str
        Another file that it holds too: without that, or its source, it is not made either.
    options : callable, optional
        Returns what else the renderer takes, from what was asked for and the files made before.
    """

    file: str
    renderer: str
    linked: bool = True
    option: str = ""
    applies: Callable[[Context], bool] | None = None
    source: str = ""
    needs: str = ""
    options: Callable[[Asked, Collection[str]], dict[str, Any]] | None = None

    @property
    def title(self) -> str:
        """Key of what pages that lead to it call it."""
        return f"web.file.{self.file}"

    def wanted(self, context: Context, asked: Asked) -> bool:
        """Tell whether it is made of a plan."""
        if self.option and not getattr(asked, self.option):
            return False
        return self.applies is None or self.applies(context)

    def render(
        self, context: Context, asked: Asked, made: Mapping[str, str | bytes]
    ) -> dict[str, str | bytes]:
        """Make it, from a context and the files made before; return it and what comes with it."""
        given = made[self.source] if self.source else context
        more = self.options(asked, made) if self.options else {}
        found = resolve_name(self.renderer)(given, **more)
        return found if isinstance(found, dict) else {self.file: found}


EXPORTS = (
    Export("map.html", "planner.outputs.pages.map:render_map"),
    Export(
        "report.html",
        "planner.outputs.pages.report:render_report",
        # It leads to the map, if that could be made.
        options=lambda _, made: {"map_html": "map.html" if "map.html" in made else None},
    ),
    Export(
        "calendar.csv",
        "planner.outputs.files.spreadsheet:calendar_csv",
        linked=False,
        applies=lambda context: context.scenario.dialogues is not None,
    ),
    # It holds the calendar, and is verified with it.
    Export(
        "plan.xlsx", "planner.outputs.files.plan_workbook:render_workbook", needs="calendar.csv"
    ),
    Export(
        "plan.gpkg",
        "planner.outputs.files.geopackage:render_layers",
        options=lambda asked, _: {"geojson": asked.geojson},
    ),
    Export(
        "report.pdf", "planner.outputs.files.pdf:render_pdf", option="pdf", source="report.html"
    ),
)
"""In the order in which they are made, and in which pages list them."""
