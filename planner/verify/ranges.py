"""What plans as good are said to leave open, as far as this plan alone can contradict it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from planner.message import say
from planner.verify.checks import MILLIONTH, Check, check, differs, misses, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.message import Message
    from planner.verify.figures import Figures
    from planner.verify.rules import Rules
    from planner.verify.run_files import Plan, Ranges

FIGURES = ("mean_km", "share_beyond", "unmet", "cost_msek")


def check_ranges(rules: Rules, plan: Plan, figures: Figures) -> Check:
    """Check that the plan itself lies in every range, and that each office has its periods."""
    ranges = plan.ranges
    if ranges is None:
        return check(say("ranges"), [], say("none are told"), applies=False)
    wrong = [
        *misses(say("margin"), ranges.margin, rules.gap),
        *_figures(rules, ranges, figures),
        *_openings(rules, plan, ranges),
    ]
    told = say("{} figures, {} offices", len(ranges.figures), len(ranges.openings))
    claim = say("that no plan as good lies outside the ranges told of figures and opening periods")
    return check(say("ranges"), wrong, told, claim=claim)


def _figures(rules: Rules, ranges: Ranges, figures: Figures) -> Iterator[Message]:
    for told in ranges.figures:
        name, least, most = told.criterion, told.least, told.most
        given = name in rules.goals or name in rules.objective.names
        if name not in FIGURES or given or name not in figures:
            yield say("{}: no figure that is left open", name)
            continue
        value = figures[name]
        within = MILLIONTH * max(Fraction(1), abs(most))
        if value is None or not least - within <= value <= most + within:
            yield say("{}: {} is outside {} to {}", name, shown(value), shown(least), shown(most))


def _openings(rules: Rules, plan: Plan, ranges: Ranges) -> Iterator[Message]:
    new = {office.code: office.opens for office in plan.offices if office.role != "existing"}
    told = {each.code: each.periods for each in ranges.openings}
    yield from differs(say("offices that open"), tuple(sorted(told)), tuple(sorted(new)))
    known = [period.name for period in rules.periods]
    for code, periods in told.items():
        if list(periods) != [name for name in known if name in periods]:
            yield say("{}: expected periods in order, found {}", code, shown(periods))
        if code in new and new[code] not in periods:
            yield say("{}: opens in {}, which is not among {}", code, new[code], shown(periods))
