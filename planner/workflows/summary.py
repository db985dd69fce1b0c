"""What a planner sees in the terminal when a run is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.outputs.pages.page import capital
from planner.outputs.words import facts
from planner.outputs.words.answer import counted
from planner.outputs.words.changed import heading_of
from planner.outputs.words.leeway import Leeway
from planner.outputs.words.text import NO_BREAK
from planner.outputs.words.unverified import last_open, said

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from planner.message import Message
    from planner.outputs.words.proofs import Proofs
    from planner.outputs.words.text import Texts
    from planner.plan import PeriodResult, Plan


def summarise(  # noqa: PLR0913 - what a run came to
    proofs: Proofs,
    out: Path,
    compared: Plan | str,
    verdict: Message,
    *,
    called: str = "",
    apart: str = "",
    again: bool = False,
    without: Collection[str] = (),
) -> str:
    """Return what a planner sees in the terminal when a run is done.

    `proofs` has the words of ``text/terminal.toml`` too. `compared` is the plan to compare with, or
    the reason why there is none; `called` is the key of its name, see `facts.reference_name`;
    `verdict` is that of the verification; `apart` says how much worse the compared plan is by the
    scenario's sum; `again` says that the plan was solved by an earlier run; `without` names the
    files that could not be made.
    """
    plan, t = proofs.plan, proofs.t
    heading = heading_of(proofs.scenario, proofs.inputs, t, plan.changed)
    lines = [f"{heading.title}. {heading.line}"] if heading.line else []
    lines += [_offices(plan, t), *proofs.short()]
    lines += said(last_open(plan), proofs.scenario, proofs.inputs, t)
    lines += [t("summary.again")] if again else []
    lines.append(t("summary.distance", **_distances(plan.criteria, t)))
    if not isinstance(compared, str):
        name = capital(facts.reference_name(compared, called, t))
        lines.append(t("summary.compared", name=name, **_distances(compared.criteria, t)))
        lines += [apart] if apart else []
    elif compared:
        lines.append(compared)
    lines += [_period(plan, period, t) for period in plan.periods if period.advisors]
    if "waiting" in plan.criteria:
        lines += [*_waits(plan, t), *Leeway(plan, t).sentences()]
    lines.append(t("summary.verified", verdict=verdict.said(t.language)))
    pages = [what for what in ("map", "report") if f"{what}.html" not in without]
    lines += [t(f"summary.{what}", path=out / f"{what}.html") for what in pages]
    return "\n".join(lines).replace(NO_BREAK, " ")


def _offices(plan: Plan, t: Texts) -> str:
    """Name the offices, and which of them are new where some exist."""
    towns = ", ".join(office.town for office in plan.offices)
    said = t("summary.offices", count=t.count("offices", len(plan.offices)), towns=towns)
    new = [office for office in plan.offices if office.role != "existing"]
    if len(new) == len(plan.offices):
        return said
    if not new:
        return f"{said}. {t('answer.nothing_new')}"
    return f"{said}. {counted('new', new, t.listing([office.town for office in new]), t)}"


def _distances(criteria: Mapping[str, float], t: Texts) -> dict[str, str]:
    return {
        "mean": facts.write_value("mean_km", criteria["mean_km"], t),
        "far": facts.write_value("p95_km", criteria["p95_km"], t),
        "spread": facts.write_value("spread", criteria["spread"], t),
    }


def _period(plan: Plan, period: PeriodResult, t: Texts) -> str:
    opened = plan.opened(period.period)
    key = "opens_none" if not opened else "opens_one" if len(opened) == 1 else "opens"
    return t(
        "summary.period",
        period=capital(t.period(period.period)),
        opens=t(f"summary.{key}", towns=", ".join(opened)),
        advisors=t.number(period.advisors),
        dialogues=t.number(period.dialogues),
        cost=facts.write_value("cost_msek", period.cost_msek, t),
    )


def _waits(plan: Plan, t: Texts) -> list[str]:
    """Say how long principals wait on average, and how many in vain."""
    unmet = plan.criteria["unmet"]
    total = unmet + sum(period.dialogues for period in plan.periods)
    if not total:
        return []
    return [
        t("summary.waiting", months=t.number(plan.criteria["waiting"] / total, 1)),
        t("summary.unmet", n=t.number(unmet), total=t.number(total)),
    ]
