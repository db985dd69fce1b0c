"""From the solver's last stage to the frozen plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria import measure
from planner.errors import PlannerError
from planner.model.combine import scaled_distance
from planner.model.solve import HOLD, relative_gap
from planner.plan import (
    Assignment,
    Assumption,
    Office,
    PeriodResult,
    Plan,
    Slack,
    Termination,
)
from planner.scenario.spec import CRITERIA

if TYPE_CHECKING:
    from planner.model.combine import Combined
    from planner.model.instance import Instance
    from planner.model.solve import Stage


def make_plan(i: Instance, combined: Combined) -> Plan:
    """Measure a solution and lay it out as a plan.

    Raises
    ------
    PlannerError
        If what is measured disagrees with what the solver claims: a defect of the program.
    """
    stage = combined.stage
    criteria = measure(i, stage.offices[-1], stage.served_by[-1])
    slacks = _slacks(i, criteria)
    return Plan(
        scenario=i.scenario.name,
        termination=_termination(i, combined, criteria, slacks),
        offices=_offices(i, stage),
        assignments=_assignments(i, stage),
        periods=_periods(i, stage),
        criteria=criteria,
        assumptions=_assumptions(i),
        slacks=slacks,
        payoff=combined.payoff,
    )


def _termination(
    i: Instance, combined: Combined, criteria: dict[str, float], slacks: tuple[Slack, ...]
) -> Termination:
    stage, spec = combined.stage, i.scenario.objective
    penalty = sum(i.scenario.limits[s.criterion].penalty * s.slack for s in slacks)
    if combined.payoff is not None:
        value = scaled_distance(combined.payoff, criteria) + penalty
        bound = stage.bound
    else:
        sign = 1 if CRITERIA[spec.names[-1]] == "min" else -1
        alone = spec.method == "lexicographic"
        value = criteria[spec.names[-1]] + (0.0 if alone else sign * penalty)
        bound = sign * stage.bound
    if abs(value - stage.objective * (1 if combined.payoff else sign)) > 10 * HOLD * max(
        1.0, abs(value)
    ):
        raise PlannerError(
            f"the plan measures {value} on {stage.name}, the solver claims {stage.objective}"
        )
    return Termination(stage.reason, value, bound, relative_gap(value, bound), stage.name)


def _offices(i: Instance, stage: Stage) -> tuple[Office, ...]:
    order = sorted({j for offices in stage.offices for j in offices})
    found = []
    for j in order:
        open_in = [t for t, offices in enumerate(stage.offices) if j in offices]
        last = open_in[-1]
        served = [u for u, by in enumerate(stage.served_by[last]) if by == j]
        closes = None if last == len(i.periods) - 1 else i.periods[last + 1].name
        found.append(
            Office(
                code=i.sites[j],
                town=i.towns[j],
                role=i.roles[j],
                opens=i.periods[open_in[0]].name,
                closes=closes,
                principals=int(i.weight[served].sum()),
                counties=tuple(sorted({i.unit_county[u] for u in served})),
                advisors={},
                university_minutes=float(i.university_minutes[j]),
                spsm=bool(i.spsm[j]),
            )
        )
    return tuple(found)


def _assignments(i: Instance, stage: Stage) -> tuple[Assignment, ...]:
    return tuple(
        Assignment(
            unit=i.scenario.units.level,
            id=unit,
            period=period.name,
            office=i.sites[stage.served_by[t][u]],
            km=round(float(i.unit_km[u, stage.served_by[t][u]]) / max(int(i.weight[u]), 1), 6),
            minutes=round(
                float(i.unit_minutes[u, stage.served_by[t][u]]) / max(int(i.weight[u]), 1), 6
            ),
            principals=int(i.weight[u]),
        )
        for t, period in enumerate(i.periods)
        for u, unit in enumerate(i.units)
    )


def _periods(i: Instance, stage: Stage) -> tuple[PeriodResult, ...]:
    return tuple(
        PeriodResult(
            period=period.name,
            dialogues=0,
            unmet=0,
            cost_msek=0.0,
            advisors=0,
            open=tuple(i.sites[j] for j in stage.offices[t]),
        )
        for t, period in enumerate(i.periods)
    )


def _slacks(i: Instance, criteria: dict[str, float]) -> tuple[Slack, ...]:
    found = []
    for name, limit in sorted(i.scenario.limits.items()):
        if limit.hard:
            continue
        value = criteria[name]
        if limit.most is not None:
            found.append(Slack(name, "most", limit.most, value, max(0.0, value - limit.most)))
        elif limit.least is not None:
            found.append(Slack(name, "least", limit.least, value, max(0.0, limit.least - value)))
    return tuple(found)


def _assumptions(i: Instance) -> tuple[Assumption, ...]:
    quantities = i.scenario.quantities()
    return tuple(
        Assumption(key, q.value, q.unit, q.low, q.high, q.source)
        for key, q in sorted(quantities.items())
    )
