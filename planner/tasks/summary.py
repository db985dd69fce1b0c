"""What a planner sees in the terminal when a run is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.model.scores import Yardstick
from planner.outputs import yardstick
from planner.outputs.changed import heading_of
from planner.outputs.sums import parts_of, total_of
from planner.outputs.text import NO_BREAK
from planner.outputs.unverified import last_open, said
from planner.scenario.criteria import SOFT, WEIGHTED

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from planner.outputs.proofs import Proofs
    from planner.plan import PeriodResult, Plan, Termination


AGAIN = "solved by an earlier run of the same (PLANNER_ANEW=1 solves it anew)"


def summarise(  # noqa: PLR0913 - what a run came to
    proofs: Proofs,
    out: Path,
    compared: Plan | str,
    verdict: str,
    *,
    apart: str = "",
    again: bool = False,
    without: Collection[str] = (),
) -> str:
    """Return what a planner sees in the terminal when a run is done.

    `compared` is the plan to compare with, or the reason why there is none; `verdict` is that of
    the verification; `apart` says how much worse the compared plan is by the question's sum;
    `again` says that the plan was solved by an earlier run; `without` names the files that could
    not be made.
    """
    plan, criteria = proofs.plan, proofs.plan.criteria
    towns = ", ".join(office.town for office in plan.offices)
    heading = heading_of(proofs.scenario, proofs.inputs, proofs.t, plan.changed)
    lines = [f"{heading.title}. {heading.line}".replace(NO_BREAK, " ")] if heading.line else []
    lines.append(f"{len(plan.offices)} offices: {towns}")
    lines += [_proof_line(proofs, stage) for stage in plan.stages]
    lines += said(last_open(plan), proofs.scenario, proofs.inputs, proofs.t)
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
    pages = {"map.html": "map:   ", "report.html": "report:"}
    lines += [f"{name} {out / file}" for file, name in pages.items() if file not in without]
    return "\n".join(lines)


def _proof_line(proofs: Proofs, stage: Termination) -> str:
    """Say in a line what a goal reached, what was proved of it, and among which plans."""
    proof = {
        "optimal": "proven optimal",
        "gap_limit": "proven within the scenario's gap",
        "time_limit": "NOT proven: the time limit was hit",
        "node_limit": "NOT proven: the limit of nodes was hit",
        "memory_limit": "NOT proven: the memory ran out",
        "interrupted": "NOT proven: interrupted",
        "stalled": "NOT proven: the solver stopped short of a proof",
    }[stage.reason]
    if stage.reason != "optimal":
        proof += f" (bound {proofs.value(stage, stage.bound)}, gap {stage.gap:.2%})"
    said = f"{stage.objective_name}: {_reached(proofs, stage)}, {proof}"
    if stage.scope.kept or stage.scope.ends is not None:
        said += f", {proofs.among(stage)}"
    return said.replace(NO_BREAK, " ")


def _reached(proofs: Proofs, stage: Termination) -> str:
    if stage.objective_name == WEIGHTED and proofs.plan.objective:
        yard, t = Yardstick(proofs.scenario), proofs.t
        amount = yardstick.amount(yard, total_of(proofs.plan.objective), proofs.inputs, t)
        parts = parts_of(proofs.plan.objective)
        return f"{amount} ({yardstick.sum_of(yard, parts, proofs.inputs, t)})"
    if stage.objective_name == SOFT and not stage.objective:
        return "every one kept"
    return proofs.value(stage, stage.objective)


def _distance_line(name: str, criteria: Mapping[str, float]) -> str:
    far = f"95 % within {criteria['p95_km']:.0f} km, spread {criteria['spread']:.1f} km"
    return f"{name} {criteria['mean_km']:.1f} km, {far}"


def _period_line(plan: Plan, period: PeriodResult) -> str:
    opened = plan.opened(period.period)
    figures = f"{period.advisors} advisors, {period.dialogues} dialogues"
    cost = f"{period.cost_msek:.1f} MSEK"
    return f"{period.period}: opens {', '.join(opened) or 'none'}; {figures}, {cost}"
