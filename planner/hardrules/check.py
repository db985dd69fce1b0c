"""The hard rules of a scenario on a plan in memory: every one that is broken."""

from dataclasses import dataclass
from typing import Self

from planner.case.travel import Travel
from planner.case.types import Inputs
from planner.hardrules.arrays import Arrays, read_arrays
from planner.hardrules.decisions import read_decided
from planner.hardrules.findings import line, refuse
from planner.hardrules.offices import check_offices, check_regions
from planner.hardrules.siting import MEASURES, hard_limits, in_pieces, missed
from planner.hardrules.work import check_work, unasked_work, work_of
from planner.message import say
from planner.plan import Plan
from planner.scenario.spec import Scenario


@dataclass(frozen=True)
class HardRules:
    """The hard rules of a scenario on some tables, to be held against plans.

    Everything is computed anew from the tables and from what a plan decides: who is open, who
    serves whom, who is met, who works. Its criteria and distances are not read.
    """

    case: Arrays

    @classmethod
    def of(cls, inputs: Inputs, travel: Travel, scenario: Scenario) -> Self:
        """Read what the rules of a scenario need from the tables."""
        return cls(read_arrays(inputs, travel, scenario))

    def broken(self, plan: Plan) -> tuple[str, ...]:
        """Name every hard rule that a plan breaks, one line each; none where all hold."""
        case = self.case
        decided, strange = read_decided(case, plan)
        found = [*strange, *check_offices(case, plan, decided)]
        if strange:
            return tuple(found)
        found += check_regions(case, decided)
        work = work_of(case, plan, decided)
        found += unasked_work(plan) if work is None else check_work(work)
        opened, served_by = sorted(decided.opened[-1]), decided.served_by[-1]
        found += line("connected regions", in_pieces(case, served_by))

        def measured(name: str) -> float:
            if work is not None and name not in MEASURES:
                return work.criterion(name)
            return MEASURES[name](case, opened, served_by)

        if opened:
            found += line("hard limits", missed(hard_limits(case.scenario), measured))
        return tuple(found)


def refuse_broken(inputs: Inputs, travel: Travel, scenario: Scenario, plan: Plan) -> None:
    """Let a plan pass that keeps every hard rule of its scenario.

    Raises
    ------
    PlannerError
        Naming all that it breaks: a defect of the program, not of what the user gave.
    """
    refuse(say("the plan"), HardRules.of(inputs, travel, scenario).broken(plan))
