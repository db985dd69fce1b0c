"""The parts of the report whose figures must be put together first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.outputs.views import View, country_total, runs
from planner.outputs.words import facts, yardstick
from planner.scenario.objective import SOFT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.case.types import Inputs
    from planner.outputs.words.proofs import Proofs
    from planner.outputs.words.text import Texts
    from planner.plan import Plan
    from planner.scenario.spec import Scenario


def changes(views: Sequence[View], t: Texts) -> list[tuple[str, View]]:
    """Keep one view for each run of periods in which everyone keeps their office.

    Returns
    -------
    list of (str, View)
        "2024" or "2024\u20132025" in words, and the first view of the run.
    """
    alike = runs([_offices_of(view) for view in views])
    return [(t.span([views[n].period for n in run]), views[run[0]]) for run in alike]


def _offices_of(view: View) -> tuple[set[str], dict[str, str]]:
    open_now = {region.office.code for region in view.regions}
    return open_now, {code: home.office for code, home in view.homes.items()}


def differences(views: Sequence[View], other: Sequence[View], inputs: Inputs) -> dict[str, Any]:
    """Say which towns only one plan has, and who changes office."""
    ours = {region.office.code: region.office.town for region in views[-1].regions}
    theirs = {region.office.code: region.office.town for region in other[-1].regions}
    moves = facts.moves(views[-1], other[-1], inputs)
    return {
        "only_plan": [town for code, town in ours.items() if code not in theirs],
        "only_reference": [town for code, town in theirs.items() if code not in ours],
        "moves": moves,
        "towns": theirs | ours,
        "principals": sum(move.principals for move in moves),
        "municipalities": sum(move.municipalities for move in moves),
    }


def payoff(plan: Plan, inputs: Inputs, t: Texts) -> dict[str, Any] | None:
    """Write what each weighed criterion gives when it decides alone, and the plan below."""
    table = plan.payoff
    if table is None:
        return None
    sister = inputs.country.sister_agency

    def row(values: Sequence[float]) -> list[str]:
        return [facts.write_value(n, v, t) for n, v in zip(table.criteria, values, strict=True)]

    return {
        "names": [facts.criterion_name(criterion, t, sister) for criterion in table.criteria],
        "alone": [row(values) for values in table.values],
        "plan": row([plan.criteria[criterion] for criterion in table.criteria]),
    }


def method(plan: Plan, scenario: Scenario, inputs: Inputs, t: Texts) -> str:
    """Say how criteria combine when they are not weighed against each other."""
    objective = scenario.objective
    first, *rest = (yardstick.criterion(key, inputs, t) for key in objective.names)
    said = []
    if objective.method == "lexicographic" and rest:
        said.append(t("report.method_lexicographic", first=first, rest=t.listing(rest)))
        given_up = [
            t(
                "report.method_tolerance",
                name=yardstick.criterion(key, inputs, t),
                given=facts.write_step(key, given, t),
            )
            for key, given in objective.tolerance.items()
            if given and key != objective.names[-1]
        ]
        said += given_up or [t("report.method_as_good")]
    elif not objective.summed:
        given = "towns" in plan.termination.scope.given
        said.append(t(f"report.method_{'given' if given else 'single'}", first=first))
    last = [yardstick.criterion(key, inputs, t) for key in objective.then]
    if SOFT in scenario.goals[len(scenario.goals) - len(last) - 1 :]:  # not before a main goal
        last.insert(0, facts.objective_name(SOFT, t, inputs.country.sister_agency))
    if last:
        said.append(t("report.method_then", rest=t.listing(last)))
    return " ".join(said)


def rollout(plan: Plan, views: Sequence[View], t: Texts) -> dict[str, Any]:
    """Gather what happens period by period, and each office's staff, as tables."""
    rows: list[dict[str, Any]] = [
        {
            "period": t.period(result.period),
            "opened": plan.opened(result.period),
            "closed": plan.closed(result.period),
            "open": len(result.open),
            "advisors": result.advisors,
            "dialogues": result.dialogues,
            "waiting": result.unmet,
            "cost": result.cost_msek,
        }
        for result in plan.periods
    ]
    numbers = {r.office.code: r.number for view in views for r in view.regions}
    staffed = sorted(
        (office for office in plan.offices if office.advisors and office.code in numbers),
        key=lambda office: numbers[office.code],
    )
    staff = [
        (office.town, [office.advisors.get(r.period, 0) for r in plan.periods])
        for office in staffed
    ]
    return {
        "rows": rows,
        "dialogues": sum(row["dialogues"] for row in rows),
        "cost": sum(row["cost"] for row in rows),
        "rounded": not adds_up([row["cost"] for row in rows], 1),
        "staff": staff,
    }


def reach(
    plan: Plan, views: Sequence[View], reference: Plan | None, other: Sequence[View], t: Texts
) -> dict[str, Any]:
    """Write how far principals have period by period, beside the plan compared with.

    That one is left out where it has none of the periods.
    """
    ours, theirs = _reach(plan, views, t), {}
    if reference is not None:
        theirs = _reach(reference, other, t)
    rows = [
        {"period": t.period(period), "plan": cells, "other": theirs.get(period)}
        for period, cells in ours.items()
    ]
    return {"rows": rows, "compared": any(row["other"] for row in rows)}


def _reach(plan: Plan, views: Sequence[View], t: Texts) -> dict[str, list[str]]:
    """Return mean and longest km, and the share who have far, by period."""
    return {
        result.period: [
            t.number(country_total(view).km, 1),
            t.number(result.max_km, 1),
            facts.write_value("share_beyond", result.share_beyond, t),
        ]
        for result, view in zip(plan.periods, views, strict=True)
    }


def adds_up(parts: Sequence[float], places: int) -> bool:
    """Tell whether numbers add up as they are written."""
    written = sum(round(part, places) for part in parts)
    return abs(written - round(sum(parts), places)) < 10.0**-places / 2


def unmet(plan: Plan) -> dict[str, Any]:
    """Say how many get no dialogue, or that dialogues were not counted."""
    counted = bool(plan.dialogues) or any(result.dialogues for result in plan.periods)
    return {
        "counted": counted or any(plan.unmet.values()),
        "total": sum(plan.unmet.values()),
    }


def slacks(plan: Plan, inputs: Inputs, t: Texts) -> list[dict[str, str]]:
    """Write the soft rules with their limits and by how much each is off."""
    rows = []
    for slack in plan.slacks:
        rule, _, period = slack.criterion.partition(" ")
        if t.has(f"rule.{rule}"):
            name = t(f"rule.{rule}", period=t.period(period))
        else:
            name = facts.criterion_name(slack.criterion, t, inputs.country.sister_agency)
        limit = facts.write_value(slack.criterion, slack.limit, t)
        off = facts.write_value(slack.criterion, slack.slack, t)
        rows.append(
            {
                "rule": t(f"report.rule_{slack.sense}", name=name, limit=limit),
                "value": facts.write_value(slack.criterion, slack.value, t),
                "slack": off if slack.slack > 0 else t("report.rule_kept"),
            }
        )
    return rows


def proof(proofs: Proofs) -> dict[str, Any]:
    """Say what was proved, with objective, bound and gap; of each goal where there are several."""
    return {"summary": proofs.summary(), "stages": proofs.rows() if proofs.plan.stages else []}
