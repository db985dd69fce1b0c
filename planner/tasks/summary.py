"""What a planner sees in the terminal when a run is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.outputs.text import NO_BREAK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from planner.outputs.proofs import Proofs
    from planner.plan import PeriodResult, Plan


AGAIN = "solved by an earlier run of the same (PLANNER_ANEW=1 solves it anew)"


def summarise(  # noqa: PLR0913 - what a run came to
    proofs: Proofs,
    out: Path,
    compared: Plan | str,
    verdict: str,
    *,
    apart: str = "",
    again: bool = False,
) -> str:
    """Return what a planner sees in the terminal when a run is done.

    `compared` is the plan to compare with, or the reason why there is none; `verdict` is that of
    the verification; `apart` says how much worse the compared plan is by the question's sum;
    `again` says that the plan was solved by an earlier run.
    """
    plan, criteria = proofs.plan, proofs.plan.criteria
    towns = ", ".join(office.town for office in plan.offices)
    lines = [f"{len(plan.offices)} offices: {towns}"]
    lines += [line.replace(NO_BREAK, " ") for line in proofs.short()]
    lines += [AGAIN] if again else []
    lines.append(_distance_line("mean distance", criteria))
    if not isinstance(compared, str):
        lines.append(_distance_line(f"{compared.scenario}: mean distance", compared.criteria))
        lines += [apart.replace(NO_BREAK, " ")] if apart else []
    elif compared:
        lines.append(compared)
    lines += [_period_line(plan, period) for period in plan.periods if period.advisors]
    if "waiting" in criteria:
        lines.append(
            f"no dialogue within the horizon: {criteria['unmet']:.0f} of those who would take part"
        )
    lines.append(f"verified apart from the model: {verdict}")
    lines += [f"map:    {out / 'map.html'}", f"report: {out / 'report.html'}"]
    return "\n".join(lines)


def _distance_line(name: str, criteria: Mapping[str, float]) -> str:
    far = f"95 % within {criteria['p95_km']:.0f} km, spread {criteria['spread']:.1f} km"
    return f"{name} {criteria['mean_km']:.1f} km, {far}"


def _period_line(plan: Plan, period: PeriodResult) -> str:
    opened = plan.opened(period.period)
    figures = f"{period.advisors} advisors, {period.dialogues} dialogues"
    cost = f"{period.cost_msek:.1f} MSEK"
    return f"{period.period}: opens {', '.join(opened) or 'none'}; {figures}, {cost}"
