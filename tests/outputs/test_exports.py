"""The table of exports: each has its renderer and its words, and stands after what it needs."""

from __future__ import annotations

from pkgutil import resolve_name

import pytest

from outputs.handmade import context_of, scenario
from planner.message import LANGUAGES
from planner.outputs.exports import EXPORTS, Asked, Export
from planner.outputs.words.text import load_texts

FILES = [export.file for export in EXPORTS]


def test_these_files_are_made_of_a_plan():
    """Spelled out, as users know them: one that is gone or renamed is theirs to be told of."""
    assert {export.file for export in EXPORTS} == {
        "map.html", "report.html", "report.pdf", "calendar.csv", "plan.xlsx", "plan.gpkg"
    }  # fmt: skip


@pytest.mark.parametrize("export", EXPORTS, ids=FILES)
def test_each_can_be_drawn_and_has_a_name_in_every_language(export):
    assert callable(resolve_name(export.renderer))
    assert all(load_texts(language, "web").has(export.title) for language in LANGUAGES)
    assert not export.option or export.option in Asked.__dataclass_fields__


def test_none_comes_before_what_it_is_made_of():
    assert len(set(FILES)) == len(FILES)
    for place, export in enumerate(EXPORTS):
        assert {export.source, export.needs} - {""} <= set(FILES[:place])


def test_what_is_not_asked_for_or_does_not_apply_is_not_made(small, small_plan):
    context = context_of(small_plan, small, scenario())
    made = [export.file for export in EXPORTS if export.wanted(context, Asked())]
    assert set(FILES) - set(made) == {"calendar.csv", "report.pdf"}
    asked = [export.file for export in EXPORTS if export.wanted(context, Asked(pdf=True))]
    assert set(asked) - set(made) == {"report.pdf"}


def test_a_renderer_may_make_several_files_and_take_one_for_its_source(small, small_plan):
    periods = [{"name": result.period} for result in small_plan.periods]
    context = context_of(small_plan, small, scenario(rollout={"periods": periods}))
    layers = next(export for export in EXPORTS if export.file == "plan.gpkg")
    files = layers.render(context, Asked(geojson=True), {})
    assert {"plan.gpkg", "offices.geojson"} < set(files)
    upper = Export("b.txt", "builtins:str.upper", source="a.txt")
    assert upper.render(context, Asked(), {"a.txt": "text"}) == {"b.txt": "TEXT"}
