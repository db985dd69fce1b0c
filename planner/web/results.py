"""The pages of finished runs: one in words, or what sets several apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.control import Control
from planner.errors import InputError
from planner.outputs.context import Context
from planner.outputs.drawing.palette import region_style
from planner.outputs.drawing.svgmap import make_land, make_picture
from planner.outputs.files.pdf import has_browser
from planner.outputs.pages import sections
from planner.outputs.pages.comparison_tables import SideBySide
from planner.outputs.pages.page import render_article
from planner.web.pages import FILES, render, texts, when
from planner.workflows.insight import compared_article
from planner.workflows.plans import compare_plans, find_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.message import Language
    from planner.web.workspace import Workspace


def plan(workspace: Workspace, language: Language, folder: Path) -> str:
    """Write the page of a finished run: the plan in words, its map, its offices and its files."""
    t, row, given = texts(language), workspace.row(folder), dict[str, Any]()
    try:
        data = workspace.data()
        named = find_plan(data, str(folder), Control())
        context = Context(named.plan, named.scenario, data, language=language)
        last = context.last
        caption = t("report.map_caption", period=t.period(last.period))
        given = {
            "answer": context.answer,
            "fills": [region_style(number) for number in context.numbers.values()],
            "land": context.land,
            "picture": make_picture(context.land, last, caption, t, context.marks),
            "view": context.tables,
            "period": t.period(last.period),
            "proof": sections.proof(context.proofs),
            "stranger": named.stranger,
            "heading": context.heading,
        }
    except InputError as error:
        given = {"problem": [str(problem) for problem in error.problems]}
    names = sorted(row.files, key=lambda name: (FILES.index(name) if name in FILES else 99, name))
    return render(
        workspace,
        language,
        "plan",
        run=folder.name,
        title=row.titles.get(language, folder.name),
        entry=row.entry,
        when=row.entry and when(row.entry.written),
        files=names,
        printable="report.html" in names and "report.pdf" not in names and has_browser(),
        **given,
    )


def compare(workspace: Workspace, language: Language, folders: Sequence[Path]) -> str:
    """Write what sets finished runs apart, as `planner compare` does.

    Raises
    ------
    InputError
        If a run can't be read, or is of another country.
    """
    data, t = workspace.data(), texts(language)
    named = [find_plan(data, str(folder), Control()) for folder in folders]
    sheet = make_land(data.inputs)
    article, numbers = compared_article(SideBySide(compare_plans(data, named), data), t, sheet)
    return render_article(article, data.inputs, t, land=sheet, numbers=numbers)
