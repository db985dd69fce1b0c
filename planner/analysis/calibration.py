"""How well the assumed work of a dialogue fits what is known of 2022 and 2023.

``python -m planner.analysis.calibration`` prints the table of docs/calibration.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.data import Data, load
from planner.model.instance import make_instance
from planner.planning import solve

if TYPE_CHECKING:
    from planner.plan import Plan
    from planner.scenario.spec import Scenario


@dataclass(frozen=True)
class KnownWork:
    """What a source says of a period: staff, dialogues, and whether it was done or planned."""

    period: str
    advisors: int
    dialogues: int
    said: str


FACTS = (
    KnownWork("2022H2", 21, 100, "held"),
    KnownWork("2023", 31, 500, "planned"),
)
"""skolledaren.se: four offices with 21 staff and 100 dialogues in autumn 2022; for 2023 ten more
staff and 500 dialogues."""


@dataclass(frozen=True)
class Fit:
    """A fact beside the model.

    Attributes
    ----------
    hours : float
        Mean hours of a dialogue in the plan, all taking part together.
    possible : float
        Dialogues that the known staff could hold in the period at those hours.
    preparation : float
        Hours of preparation, for each taking part, at which the known staff holds just the
        known dialogues.
    """

    fact: KnownWork
    hours: float
    possible: float
    preparation: float


def calibrate(data: Data, scenario: Scenario) -> tuple[Fit, ...]:
    """Compare the assumed work of a dialogue with the facts.

    Parameters
    ----------
    scenario : Scenario
        With staffing, and periods named as in `FACTS`; usually "announced".
    """
    plan = solve(data, scenario)
    return tuple(_fit(data, scenario, plan, fact) for fact in FACTS)


def _fit(data: Data, scenario: Scenario, plan: Plan, fact: KnownWork) -> Fit:
    staffing = scenario.staffing
    if staffing is None:
        raise ValueError("a scenario with staffing")
    instance = make_instance(data.inputs, data.travel, scenario)
    units = {unit: u for u, unit in enumerate(instance.units)}
    sites = {site: j for j, site in enumerate(instance.sites)}
    batches = [batch for batch in plan.dialogues if batch.period == fact.period]
    held = sum(batch.dialogues for batch in batches)
    hours = sum(b.dialogues * instance.hours[units[b.id], sites[b.office]] for b in batches) / held
    years = next(p.months for p in scenario.rollout.periods if p.name == fact.period) / 12
    capacity = fact.advisors * staffing.yearly_hours.value * years
    each = capacity / fact.dialogues / staffing.taking_part.value
    beside = hours / staffing.taking_part.value - staffing.preparation.value
    return Fit(fact, float(hours), capacity / float(hours), each - float(beside))


def table(fits: tuple[Fit, ...]) -> str:
    """Return the fits as a Markdown table."""
    lines = [
        (
            "| period | advisors (known) | dialogues (known) | hours of a dialogue (model) | "
            "dialogues that staff could hold (model) | preparation that would fit exactly |"
        ),
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {f.fact.period} | {f.fact.advisors} | {f.fact.dialogues} {f.fact.said} | "
        f"{f.hours:.1f} h | {f.possible:.0f} | {f.preparation:.1f} h |"
        for f in fits
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    loaded = load()
    print(table(calibrate(loaded, loaded.scenario("announced"))))  # noqa: T201 - its purpose
