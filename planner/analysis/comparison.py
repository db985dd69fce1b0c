"""Plans side by side: what each later one has that differs from the first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from planner.analysis.sums import Broken, apart, sum_of
from planner.criteria import ROLLOUT_CRITERIA
from planner.model.instance import make_instance
from planner.model.solving.scores import Yardstick
from planner.scenario.override import settings as asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.case.types import Inputs
    from planner.data import Data
    from planner.plan import Line, Plan
    from planner.scenario.spec import Scenario

REACH = ("max_km", "share_beyond")
WORK = ("advisors", "dialogues", "unmet", "cost_msek")
FIGURES = ("open", *REACH, *WORK)
PHASES = ("opened", "closed", *FIGURES)
"""What is told of a period; the work only where a scenario plans it."""


@dataclass(frozen=True)
class Side:
    """One plan of a comparison.

    Attributes
    ----------
    label : str
        What to call it: its scenario or its run folder; on a page its title.
    source : str
        Its scenario or its run folder, where the label is a title.
    """

    label: str
    scenario: Scenario
    plan: Plan
    source: str = ""

    @property
    def last(self) -> frozenset[str]:
        """Codes of the offices of the last period."""
        return frozenset(self.plan.periods[-1].open)


@dataclass(frozen=True)
class Sums:
    """The sums of plans by the rates of one question.

    Attributes
    ----------
    yardstick : Yardstick
        Of the first plan's scenario that weighs several criteria.
    lines : mapping of str to tuple of Line
        Label of a plan that keeps the question's rules of sites and regions -> its sum.
    broken : mapping of str to Broken
        Label of any other plan -> the rule that it breaks, or why it can't be told.
    """

    yardstick: Yardstick
    lines: Mapping[str, tuple[Line, ...]]
    broken: Mapping[str, Broken]

    def called(self, names: Mapping[str, str]) -> Sums:
        """Return the sums of plans that are called something else; `names` says what, by label."""
        return Sums(
            self.yardstick,
            {names[label]: lines for label, lines in self.lines.items()},
            {names[label]: broken for label, broken in self.broken.items()},
        )

    def apart(self, label: str, other: str) -> dict[str, float] | None:
        """Return by how much each line of one plan is above another's; None without a sum."""
        if label not in self.lines or other not in self.lines:
            return None
        return apart(self.lines[label], self.lines[other])


@dataclass(frozen=True)
class Comparison:
    """Plans beside the first of them.

    Attributes
    ----------
    numbers : mapping of str to int
        Code of every office of any side -> its number on every map, from north to south.
    since : mapping of str to mapping of str to str
        Label -> what has changed since the run was written: as `planner.runs.reading.Run.since`.
    sums : Sums or None
        Of the plans by one question's rates, where there are such.
    """

    sides: tuple[Side, ...]
    numbers: Mapping[str, int]
    since: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sums: Sums | None = None

    @property
    def strangers(self) -> list[str]:
        """Labels of the runs that were made from other tables than the ones read now."""
        return [label for label, what in self.since.items() if "tables" in what]

    def towns(self, side: Side) -> dict[str, str]:
        """Code -> town of the offices of a plan's last period, from north to south."""
        towns = {office.code: office.town for office in side.plan.offices}
        return {code: towns[code] for code in self.numbers if code in side.last}

    def called(self, names: Mapping[str, str]) -> Comparison:
        """Return the comparison with plans called something else; `names` says what, by label."""
        return replace(
            self,
            sides=tuple(
                replace(side, label=names[side.label], source=side.label) for side in self.sides
            ),
            since={names[label]: what for label, what in self.since.items()},
            sums=self.sums and self.sums.called(names),
        )


def make_comparison(
    plans: Sequence[tuple[str, Scenario, Plan]],
    inputs: Inputs,
    since: Mapping[str, Mapping[str, str]] | None = None,
) -> Comparison:
    """Give the offices of all plans one numbering.

    Parameters
    ----------
    plans : sequence of (str, Scenario, Plan)
        Labels that differ; the first plan is what the others are compared with.
    since : mapping of str to mapping of str to str, optional
        Label -> what has changed since the run was written.

    Returns
    -------
    Comparison
    """
    latitude = inputs.municipalities["lat"]
    codes = {office.code for _, _, plan in plans for office in plan.offices}
    ordered = sorted(codes, key=lambda code: (-float(latitude[code]), code))
    numbers = {code: number for number, code in enumerate(ordered, start=1)}
    return Comparison(tuple(Side(*plan) for plan in plans), numbers, since or {})


def with_sums(comparison: Comparison, data: Data) -> Comparison:
    """Return a comparison with the sums of its plans, where there is one way to sum them.

    There is none where no scenario weighs criteria, or two do by different rates.
    """
    weighed = [side.scenario for side in comparison.sides if side.scenario.objective.summed]
    rates = [Yardstick(scenario).rates for scenario in weighed]
    if not weighed or any(each != rates[0] for each in rates):
        return comparison
    if any({*each.objective.names} & {*ROLLOUT_CRITERIA} for each in weighed):
        return comparison
    question, one = weighed[0], Yardstick(weighed[0])
    instance = make_instance(data.inputs, data.travel, question)
    of_tables = (side for side in comparison.sides if side.label not in comparison.strangers)
    best = next((side.plan for side in of_tables if side.scenario == question), None)
    found = {s.label: sum_of(s.plan, instance, best) for s in comparison.sides}
    found |= dict.fromkeys(comparison.strangers, Broken("tables"))
    lines = {label: each for label, each in found.items() if isinstance(each, tuple)}
    broken = {label: each for label, each in found.items() if isinstance(each, Broken)}
    return replace(comparison, sums=Sums(one, lines, broken))


def paired_phases(side: Side, first: Side) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Return every period with what happens in it in a plan and in the first one."""
    ours, theirs = _phases(side), _phases(first)
    return [(period, ours.get(period, {}), theirs.get(period, {})) for period in {**theirs, **ours}]


def _phases(side: Side) -> dict[str, dict[str, Any]]:
    """Return what happens in each period; of a plan of sites alone only what opens."""
    work = side.scenario.dialogues is not None
    found: dict[str, dict[str, Any]] = {}
    for result in side.plan.periods:
        found[result.period] = {
            "opened": side.plan.opened(result.period),
            "closed": side.plan.closed(result.period),
            "open": len(result.open),
        }
        told = (*REACH, *WORK) if work else REACH
        found[result.period] |= {name: getattr(result, name) for name in told}
    return found


def paired_staff(side: Side, first: Side) -> dict[str, dict[str, tuple[int, int]]]:
    """Office code -> period -> advisors here and in the first plan, where they differ."""
    ours = {o.code: o.advisors for o in side.plan.offices}
    theirs = {o.code: o.advisors for o in first.plan.offices}
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for code in sorted({*ours, *theirs}):
        mine, other = ours.get(code, {}), theirs.get(code, {})
        row = {p: (mine.get(p, 0), other.get(p, 0)) for p in {**other, **mine}}
        row = {p: pair for p, pair in row.items() if pair[0] != pair[1]}
        if row:
            found[code] = row
    return found


def settings(sides: Sequence[Side]) -> dict[str, list[object]]:
    """Return the keys of the scenarios whose values are not the same in all sides."""
    tables = [asked(side.scenario) for side in sides]
    keys = dict.fromkeys(key for table in tables for key in table)
    rows = {key: [table.get(key) for table in tables] for key in keys}
    return {key: row for key, row in rows.items() if any(value != row[0] for value in row)}
