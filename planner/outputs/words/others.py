"""Other plans in words: how far those that are as good may differ, which towns one has instead."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.outputs.words import facts
from planner.outputs.words.text import NO_BREAK, Texts

if TYPE_CHECKING:
    from collections.abc import Collection

    from planner.plan import Opening, Plan, Range
    from planner.siting.problem import Siting
    from planner.siting.question import SitingResult


NOISE = 1e-6
"""Of a rounded figure, that is no reason to round it further."""


@dataclass(frozen=True)
class Leeway:
    """Writes the ranges of a plan; nothing where there is no rollout."""

    plan: Plan
    t: Texts

    def figure(self, name: str) -> str:
        """Write between what a figure lies in plans as good, rounded outwards; "" if told whole."""
        for each in self.plan.ranges.figures if self.plan.ranges else ():
            if each.criterion == name:
                return self._between(each)
        return ""

    def opening(self, code: str) -> str:
        """Write in which periods an office may open in plans as good; "" where in its own alone."""
        for each in self.plan.ranges.openings if self.plan.ranges else ():
            if each.code == code and (len(each.periods) > 1 or each.may_stay_shut):
                return self._when(each)
        return ""

    def sentences(self) -> list[str]:
        """Say what is left open of the figures told first, and of when offices open."""
        plan, t = self.plan, self.t
        if plan.ranges is None:
            return [t("leeway.unknown")] if plan.dialogues else []
        margin = t("unit.percent", n=facts.trimmed(plan.ranges.margin * 100, t))
        good = t("leeway.good" if plan.ranges.margin else "leeway.tied", margin=margin)
        told = [
            t(f"leeway.of.{each.criterion}", between=between)
            for each in plan.ranges.figures
            if (between := self._between(each))
        ]
        said = [t("leeway.figures", good=good, figures=t.listing(told))] if told else []
        return [*said, *self._dates(t("leeway.such") if said else t("leeway.plans", good=good))]

    def _dates(self, plans: str) -> list[str]:
        openings = self.plan.ranges.openings if self.plan.ranges else ()
        towns = {office.code: office.town for office in self.plan.offices}
        groups: dict[str, list[str]] = {}
        for each in openings:
            groups.setdefault(self._when(each), []).append(towns[each.code])
        if not groups:
            return []
        if all(not self.opening(each.code) for each in openings):
            return [self.t("leeway.dates_settled", plans=plans)]
        listed = [
            self.t("leeway.date", towns=self.t.listing(names), when=when)
            for when, names in sorted(groups.items(), key=lambda pair: len(pair[1]))
        ]
        return [self.t("leeway.dates", plans=plans, dates="; ".join(listed))]

    def _between(self, each: Range) -> str:
        measure = facts.MEASURES[each.criterion]
        unit = measure.scale * 10**measure.decimals
        least = math.floor(each.least * unit + NOISE) / unit
        most = math.ceil(each.most * unit - NOISE) / unit
        if least == most:
            return ""
        number = self.t.number(least * measure.scale, measure.decimals)
        upper = facts.write_value(each.criterion, most, self.t)
        return self.t("leeway.between", least=number, most=upper)

    def _when(self, opening: Opening) -> str:
        periods = [self.t.period(name) for name in opening.periods]
        if opening.may_stay_shut:
            periods.append(self.t("leeway.never"))
        return self.t.listing(periods, "or")


def town_names(siting: Siting) -> dict[str, str]:
    """Code -> name of every candidate town."""
    return dict(zip(siting.instance.sites, siting.instance.towns, strict=True))


def swap(
    one: Collection[str], best: Collection[str], siting: Siting, t: Texts, same: str = "the_best"
) -> str:
    """Say which towns a set has in place of which of another's.

    `same` is the key of what to say where they are the same towns.
    """
    names = town_names(siting)
    new = [names.get(code, code) for code in one if code not in best]
    gone = [names.get(code, code) for code in best if code not in one]
    if new and gone:
        return t("alternatives.swapped", new=t.listing(new), gone=t.listing(gone))
    if new or gone:
        key = "only_new" if new else "only_gone"
        return t(f"alternatives.{key}", towns=t.listing(new or gone))
    return t(f"alternatives.{same}", towns=t.listing([names[code] for code in best]))


def told(result: SitingResult) -> dict[str, Any]:
    """Return a set of offices and what it scores as plain lists and dicts."""
    return {"offices": list(result.sites), "criteria": dict(result.criteria)}


def percent(share: float, t: Texts, decimals: int = 2) -> str:
    """Write a share as per cent, without decimals where it is whole."""
    whole = abs(share * 100 - round(share * 100)) < 1e-9
    number = t.number(share * 100, 0 if whole else decimals)
    return t("unit.percent", n=number).replace(" ", NO_BREAK)
