"""What plans as good leave open, in words: rounded outwards, grouped, and silent where settled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.outputs.words.others import Leeway
from planner.outputs.words.text import load_texts
from planner.plan import DialogueBatch, Office, Opening, Plan, Range, Ranges, Termination


def office(code, town):
    return Office(code, town, "candidate", "2022H2", None, 1, (), {}, 0.0, spsm=True)


def plan(figures=(), openings=(), margin=0.005):
    return Plan(
        scenario="x",
        termination=Termination("optimal", 1.0, 1.0, 0.0, "waiting"),
        offices=(office("1", "Solna"), office("2", "Malmö"), office("3", "Umeå")),
        assignments=(),
        periods=(),
        criteria={},
        assumptions=(),
        dialogues=(DialogueBatch("county", "A", "2023", "1", 1),),
        ranges=Ranges(margin, tuple(figures), tuple(openings)),
    )


def told(a_plan, language="sv"):
    return [text.replace("\xa0", " ") for text in Leeway(a_plan, load_texts(language)).sentences()]


def test_figures_are_rounded_outwards():
    found = plan([Range("unmet", 333, 433), Range("cost_msek", 158.551, 165.549)])
    (said,) = told(found)
    assert said.startswith("Andra planer som är lika bra inom den marginal som begärts (0,5 %)")
    assert "men inga utanför dessa gränser: mellan 333 och 433 huvudmän utan dialog" in said
    assert said.endswith("en kostnad mellan 158,5 och 165,6 mnkr.")
    figure = Leeway(found, load_texts("en")).figure("unmet")
    assert figure.replace("\xa0", " ") == "between 333 and 433 principals"


def test_a_figure_that_no_plan_changes_is_not_told():
    found = plan([Range("unmet", 362, 362)])
    assert told(found) == []
    assert Leeway(found, load_texts("sv")).figure("unmet") == ""


def test_towns_that_may_open_alike_are_told_together():
    either, first = ("2022H2", "2023"), ("2022H2",)
    shut = [("1", first, False), ("2", either, False), ("3", either, True)]
    found = plan(openings=[Opening(*each) for each in shut])
    (said,) = told(found, "en")
    assert "Solna autumn 2022; Malmö autumn 2022 or 2023; " in said
    assert said.endswith("Umeå autumn 2022, 2023 or not at all.")
    words = Leeway(found, load_texts("sv"))
    assert [words.opening(code) for code in "12"] == ["", "hösten 2022 eller 2023"]


def test_years_that_are_settled_are_told_so():
    found = plan(openings=[Opening("1", ("2022H2",), False)], margin=0.0)
    assert told(found) == ["I planer som är lika bra öppnar kontoren samma år som här."]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_was_not_worked_out_is_told_of_a_rollout_alone(language):
    found = replace(plan(), ranges=None)
    assert len(told(found, language)) == 1
    assert told(replace(found, dialogues=()), language) == []
