"""Plans side by side: what each later one has that differs from the first."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from planner.analysis.comparison_sums import sums_data
from planner.criteria import CRITERIA
from planner.outputs.views import make_views
from planner.outputs.words import facts
from planner.outputs.words.changed import title_of
from planner.scenario import changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.analysis.comparison_sums import Sums
    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.outputs.views import View
    from planner.outputs.words.text import Texts
    from planner.plan import Plan
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
    scenario : Scenario
    plan : Plan
    views : tuple of View
        Numbered over all the sides, so that a town has one number everywhere.
    source : str
        Its scenario or its run folder, where the label is a title.
    """

    label: str
    scenario: Scenario
    plan: Plan
    views: tuple[View, ...]
    source: str = ""

    @property
    def towns(self) -> dict[str, str]:
        """Code -> town of the offices of the last period."""
        return {region.office.code: region.office.town for region in self.views[-1].regions}


@dataclass(frozen=True)
class Comparison:
    """Plans beside the first of them.

    Attributes
    ----------
    sides : tuple of Side
    numbers : mapping of str to int
        Code of every office of any side -> its number on every map, from north to south.
    since : mapping of str to mapping of str to str
        Label -> what has changed since the run was written: as `planner.runs.Run.since`.
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

    def titled(self, t: Texts) -> Comparison:
        """Return the comparison with plans called by the titles of their scenarios.

        Where two have the same title, what they were called stands beside it.
        """
        titles = [title_of(side.scenario, t, side.plan.changed) for side in self.sides]
        called = {
            side.label: title if titles.count(title) == 1 else f"{title} ({side.label})"
            for side, title in zip(self.sides, titles, strict=True)
        }
        return replace(
            self,
            sides=tuple(
                replace(side, label=called[side.label], source=side.label) for side in self.sides
            ),
            since={called[label]: what for label, what in self.since.items()},
            sums=self.sums and self.sums.called(called),
        )

    def moves(self, side: Side, inputs: Inputs) -> list[facts.Move]:
        """List who has another office in a side than in the first, county by county."""
        return facts.moves(side.views[-1], self.sides[0].views[-1], inputs)


def make_comparison(
    plans: Sequence[tuple[str, Scenario, Plan]],
    inputs: Inputs,
    travel: Travel,
    since: Mapping[str, Mapping[str, str]] | None = None,
) -> Comparison:
    """Give the offices of all plans one numbering and see each plan on the ground.

    Parameters
    ----------
    plans : sequence of (str, Scenario, Plan)
        Labels that differ; the first plan is what the others are compared with.
    inputs : Inputs
    travel : Travel
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
    sides = tuple(
        Side(label, scenario, plan, make_views(plan, inputs, travel, numbers))
        for label, scenario, plan in plans
    )
    return Comparison(sides, numbers, since or {})


def comparison_data(comparison: Comparison, inputs: Inputs) -> dict[str, Any]:
    """Return the comparison as plain lists and dicts; differences are a plan less the first."""
    first, *others = comparison.sides
    return {
        "plans": [
            {
                "label": side.label,
                "scenario": side.plan.scenario,
                "termination": asdict(side.plan.termination),
                "offices": sorted(side.towns),
                "criteria": dict(side.plan.criteria),
                "other_tables": side.label in comparison.strangers,
                "since": dict(comparison.since.get(side.label, {})),
            }
            for side in comparison.sides
        ],
        "sums": sums_data(comparison),
        "differences": [_difference(side, first, comparison, inputs) for side in others],
    }


def _difference(side: Side, first: Side, comparison: Comparison, inputs: Inputs) -> dict[str, Any]:
    ours, theirs = side.plan.criteria, first.plan.criteria
    return {
        "plan": side.label,
        "against": first.label,
        "offices_added": sorted(set(side.towns) - set(first.towns)),
        "offices_dropped": sorted(set(first.towns) - set(side.towns)),
        "criteria": {
            name: {
                "difference": ours[name] - theirs[name],
                "better": "less" if name in CRITERIA and CRITERIA[name].better == "min" else "more",
            }
            for name in facts.in_order(ours)
            if name in theirs
        },
        "sum": comparison.sums and comparison.sums.apart(side.label, first.label),
        "moves": [asdict(move) for move in comparison.moves(side, inputs)],
        "periods": {
            period: {
                name: ours[name] - theirs[name]
                for name in FIGURES
                if name in ours and name in theirs
            }
            for period, ours, theirs in paired_phases(side, first)
        },
        "advisors": {
            code: {p: n - b for p, (n, b) in row.items()}
            for code, row in _paired_staff(side, first).items()
        },
        "settings": {
            key: {"plan": own, "against": other}
            for key, (other, own) in settings((first, side)).items()
        },
    }


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


def _paired_staff(side: Side, first: Side) -> dict[str, dict[str, tuple[int, int]]]:
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
    tables = [changes.settings(side.scenario) for side in sides]
    keys = dict.fromkeys(key for table in tables for key in table)
    rows = {key: [table.get(key) for table in tables] for key in keys}
    return {key: row for key, row in rows.items() if any(value != row[0] for value in row)}
