"""What every output of a plan is made from, each thing worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from planner.analysis.sums import Broken, sum_of
from planner.calendar.calendar import Calendar, make_calendar
from planner.model.instance import make_instance
from planner.outputs.drawing.svgmap import Land, make_land
from planner.outputs.rows import (
    CountyRow,
    OfficeRow,
    PeriodTables,
    county_rows,
    office_rows,
    period_tables,
)
from planner.outputs.views import View, make_views, number_offices
from planner.outputs.words import facts
from planner.outputs.words.answer import Answer
from planner.outputs.words.assurance import Assurance, make_assurance
from planner.outputs.words.changed import Heading, heading_of
from planner.outputs.words.others import Leeway
from planner.outputs.words.proofs import Proofs
from planner.outputs.words.text import Texts, load_texts
from planner.outputs.words.unverified import Doubt, doubts, marked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.data import Data
    from planner.message import Language
    from planner.outputs.findings import Finding
    from planner.plan import Line, Plan
    from planner.scenario.spec import Scenario
    from planner.verify import Verification


@dataclass(frozen=True, eq=False)
class Context:
    """A plan, its question and tables, what it is set beside, and the language to tell it in.

    What several outputs need of these is worked out when the first one asks.

    Attributes
    ----------
    scenario : Scenario
        The question.
    data : Data
        The tables that it was asked of.
    reference : Plan, optional
        Another plan to compare with, usually the announced one.
    reference_name : str
        What to call that: a name, or a key of the texts' section `reference`; by default after
        its scenario.
    language : {"sv", "en"}
    verification : Verification, optional
        What recomputing the plan found, for the assurance sheet.
    findings : sequence of Finding
        Other analyses of the same question; their pages lie beside the report.
    """

    plan: Plan
    scenario: Scenario
    data: Data
    reference: Plan | None = None
    reference_name: str = ""
    language: Language = "sv"
    verification: Verification | None = None
    findings: Sequence[Finding] = ()

    @property
    def inputs(self) -> Inputs:
        """The tables."""
        return self.data.inputs

    @property
    def travel(self) -> Travel:
        """Km and minutes between all seats."""
        return self.data.travel

    def texts(self, *also: str) -> Texts:
        """Return the language's strings, and those of some files that only one output needs."""
        return load_texts(self.language, *also)

    @property
    def t(self) -> Texts:
        """The language's strings."""
        return self.texts()

    @cached_property
    def other(self) -> Plan | None:
        """The plan that is compared with: the reference, unless it is this very plan."""
        return None if self.reference == self.plan else self.reference

    def called(self, t: Texts) -> str:
        """Return what the other plan is called in running text; "" where there is none."""
        return facts.reference_name(self.other, self.reference_name, t) if self.other else ""

    @cached_property
    def name(self) -> str:
        """What the other plan is called in running text."""
        return self.called(self.t)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Office code -> its number on maps and in tables, those of the other plan last."""
        return number_offices(self.inputs, self.plan, self.other)

    @cached_property
    def views(self) -> tuple[View, ...]:
        """The periods of the plan on the ground."""
        return make_views(self.plan, self.inputs, self.travel, self.numbers)

    @cached_property
    def other_views(self) -> tuple[View, ...]:
        """The periods of the other plan; none without one."""
        if self.other is None:
            return ()
        return make_views(self.other, self.inputs, self.travel, self.numbers)

    @property
    def last(self) -> View:
        """The last period of the plan."""
        return self.views[-1]

    @cached_property
    def doubts(self) -> Mapping[str, Doubt]:
        """What is not confirmed of the offices of both plans."""
        return doubts(self.numbers, self.scenario, self.inputs)

    @cached_property
    def marks(self) -> frozenset[str]:
        """Codes of the towns that are marked as not confirmed wherever they stand."""
        return marked(self.doubts)

    @cached_property
    def offices(self) -> tuple[OfficeRow, ...]:
        """Every office of the plan by number, as it is in the last period."""
        return office_rows(self.plan, self.last, self.numbers, self.inputs, self.doubts)

    @cached_property
    def tables(self) -> PeriodTables:
        """The tables of the last period."""
        return period_tables(self.offices, self.last, self.inputs, self.t)

    @cached_property
    def counties(self) -> list[CountyRow]:
        """Every county under the office that serves it in the last period."""
        return county_rows(self.plan, self.last, self.inputs)

    @cached_property
    def criteria(self) -> list[facts.CriterionRow]:
        """Every criterion, beside the other plan's."""
        return facts.criterion_rows(self.plan, self.other, self.scenario, self.inputs, self.t)

    @cached_property
    def other_sum(self) -> tuple[Line, ...] | Broken:
        """The other plan's weighted sum by this question; nothing where there is none."""
        if self.other is None or not self.plan.objective:
            return ()
        question = make_instance(self.inputs, self.travel, self.scenario)
        return sum_of(self.other, question, self.plan)

    @cached_property
    def calendar(self) -> Calendar | None:
        """The dialogue calendar; None where the scenario plans no dialogues."""
        if self.scenario.dialogues is None:
            return None
        return make_calendar(self.plan, self.inputs, self.scenario, self.travel)

    @cached_property
    def heading(self) -> Heading:
        """How the plan is headed: its title, its question, what was changed of it."""
        return heading_of(self.scenario, self.inputs, self.t, self.plan.changed)

    @cached_property
    def proofs(self) -> Proofs:
        """What was proved, in words."""
        return Proofs(self.plan, self.scenario, self.inputs, self.t)

    @cached_property
    def leeway(self) -> Leeway:
        """How far plans that are as good may differ, in words."""
        return Leeway(self.plan, self.t)

    def answer_in(self, t: Texts) -> Answer:
        """Return what makes the answer in a language."""
        name = self.called(t)
        return Answer(self.plan, self.views, self.scenario, self.inputs, t, self.other, name)

    @cached_property
    def answer(self) -> list[str]:
        """The answer in sentences."""
        return self.answer_in(self.t).told()

    @cached_property
    def assurance(self) -> Assurance:
        """The assurance sheet."""
        titles = [finding.told[self.language].title for finding in self.findings]
        return make_assurance(self.proofs, self.verification, titles)

    @cached_property
    def land(self) -> Land:
        """The land that static maps are drawn on."""
        return make_land(self.inputs)
