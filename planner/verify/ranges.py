"""What plans as good are said to leave open, as far as this plan alone can contradict it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from planner.verify.verification import MILLIONTH, Check, check, differs, misses, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.verify.claims import Plan, Ranges
    from planner.verify.figures import Figures
    from planner.verify.rules import Rules

FIGURES = ("mean_km", "share_beyond", "unmet", "cost_msek")


def check_ranges(rules: Rules, plan: Plan, figures: Figures) -> Check:
    """Check that the plan itself lies in every range, and that each office has its periods."""
    ranges = plan.ranges
    if ranges is None:
        return check("ranges", [], "none are told", applies=False)
    wrong = [
        *misses("margin", ranges.margin, rules.gap),
        *_figures(rules, ranges, figures),
        *_openings(rules, plan, ranges),
    ]
    told = f"{len(ranges.figures)} figures, {len(ranges.openings)} offices"
    claim = "that no plan as good lies outside the ranges told of figures and opening periods"
    return check("ranges", wrong, told, claim=claim)


def _figures(rules: Rules, ranges: Ranges, figures: Figures) -> Iterator[str]:
    for name, least, most in ranges.figures:
        if name not in FIGURES or name in rules.goals or name in rules.objective.names:
            yield f"{name}: no figure that is left open"
            continue
        value = figures[name]
        within = MILLIONTH * max(Fraction(1), abs(most))
        if value is None or not least - within <= value <= most + within:
            yield f"{name}: {shown(value)} is outside {shown(least)} to {shown(most)}"


def _openings(rules: Rules, plan: Plan, ranges: Ranges) -> Iterator[str]:
    new = {office.code: office.opens for office in plan.offices if office.role != "existing"}
    yield from differs("offices that open", tuple(sorted(ranges.openings)), tuple(sorted(new)))
    known = [period.name for period in rules.periods]
    for code, periods in ranges.openings.items():
        if list(periods) != [name for name in known if name in periods]:
            yield f"{code}: expected periods in order, found {shown(periods)}"
        if code in new and new[code] not in periods:
            yield f"{code}: opens in {new[code]}, which is not among {shown(periods)}"
