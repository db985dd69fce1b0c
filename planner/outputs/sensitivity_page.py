"""The sensitivity of a scenario as a page: firm, not firm, and what to find out next."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from planner.analysis.breakeven import STEPS
from planner.analysis.sensitivity import COST_YEAR
from planner.outputs import facts
from planner.outputs.article import Article, Part, Plot, Table
from planner.outputs.sections import assumption_name
from planner.outputs.sensitivity_plots import (
    numbers_plot,
    often_plot,
    shares_plot,
    tornado_plot,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.analysis.factors import Factor
    from planner.analysis.screening import Indices
    from planner.analysis.sensitivity import Rated, Sensitivity, Tried
    from planner.inputs.types import Inputs
    from planner.outputs.text import Texts
    from planner.scenario.spec import Scenario

FIRM = 0.95
"""Share of the re-solves from which a town is called firm."""

RESOLVED = 0.25
"""Half width of a Sobol interval up to which an index is worth telling."""

SHOWN = 0.01
"""Share of the variance below which a factor is left out of the plots."""


def sensitivity_article(
    found: Sensitivity, scenario: Scenario, inputs: Inputs, t: Texts, *, sobol: int
) -> Article:
    """Write a sensitivity analysis up.

    Parameters
    ----------
    found : Sensitivity
    scenario : Scenario
    inputs : Inputs
    t : Texts
        With the words of text/sensitivity.toml.
    sobol : int
        Base samples of the Sobol indices.

    Returns
    -------
    Article
    """
    page = _Page(found, scenario, inputs, t)
    title = scenario.title.sv if t.language == "sv" else scenario.title.en
    parts = [page.towns(), page.changes(), page.regret()]
    if found.numbers:
        parts.append(page.numbers())
    if found.plan is not None and found.plan.cost_msek is not None:
        parts.append(page.rollout(found.plan))
    parts.append(page.everything(sobol))
    return Article(
        title=t("sensitivity.title", title=title),
        question=t("sensitivity.question", n=t.number(len(found.samples))),
        answer=(page.first(), *page.second()),
        parts=tuple(parts),
    )


class _Page:
    """The parts of the page, which share names and numbers."""

    def __init__(self, found: Sensitivity, scenario: Scenario, inputs: Inputs, t: Texts) -> None:
        self.found, self.scenario, self.inputs, self.t = found, scenario, inputs, t
        self.n = sum(1 for row in found.samples if row.get("sites"))

    def say(self, key: str, **values: object) -> str:
        return self.t(f"sensitivity.{key}", **values)

    def town(self, code: str) -> str:
        return str(self.inputs.municipalities.at[code, "seat"])

    def listing(self, codes: Iterable[str]) -> str:
        names = [self.town(code) for code in codes]
        return self.t.listing(names) if names else self.say("nothing")

    def factor(self, key: str) -> str:
        if key.startswith("world."):
            return self.say(key.removeprefix("world."))
        return assumption_name(key, self.scenario, self.inputs, self.t)

    def outcome(self, name: str) -> str:
        if name == COST_YEAR:
            return self.say("cost_year")
        return facts.criterion_name(name, self.t, self.inputs.country.sister_agency)

    def level(self, factor: Factor, value: float) -> str:
        if factor.unit == "share":
            return self.t("unit.percent", n=facts.trimmed(100 * value, self.t))
        unit = f"assumption.unit.{factor.unit}"
        shown = facts.trimmed(value, self.t)
        return f"{shown} {self.t(unit)}".rstrip() if self.t.has(unit) else shown

    def percent(self, share: float) -> str:
        if math.isnan(share):
            return self.t("word.none")
        return self.say("steps", n=self.t.number(100 * share, 0 if share >= 0.1 else 1))

    def whole_percent(self, share: float) -> str:
        """Write a share in whole per cent, never rounded to all or nothing."""
        if 0 < share < 0.01:
            return "<" + self.t.number(1)
        return self.t.number(99 if 0.99 <= share < 1 else round(100 * share))

    def first(self) -> str:
        """Tell what is firm, what is not, and what to find out next."""
        chosen, n = self.found.chosen, self.t.number(self.n)
        firm = [code for code, share in chosen.items() if share >= FIRM]
        loose = sorted(
            ((share, code) for code, share in chosen.items() if share < FIRM), reverse=True
        )
        least = self.t.number(100 * FIRM)
        sentences = [
            self.say("firm", towns=self.listing(firm), least=least, n=n)
            if firm
            else self.say("firm_none", least=least, n=n)
        ]
        if loose:
            shown = [
                self.say("share", town=self.town(code), share=self.whole_percent(share))
                for share, code in loose[:8]
            ]
            if len(loose) > 8:
                shown.append(self.say("and_more", n=self.t.number(len(loose) - 8)))
            sentences.append(self.say("loose", towns=self.t.listing(shown)))
        else:
            sentences.append(self.say("loose_none", n=n))
        return " ".join([*sentences, *self._next()])

    def _next(self) -> list[str]:
        found, told = self.found, []
        if found.sourced is not None and found.sourced.sites != found.base.sites:
            gone = [code for code in found.base.sites if code not in found.sourced.sites]
            new = [code for code in found.sourced.sites if code not in found.base.sites]
            told.append(
                self.say(
                    "next_sourced",
                    sister=self.inputs.country.sister_agency,
                    count=self.t.number(len(gone)),
                    all=self.t.number(len(found.base.sites)),
                    gone=self.listing(gone),
                    new=self.listing(new),
                )
            )
        if COST_YEAR in found.everything.outcomes and found.everything.indices:
            said = found.everything.indices[found.everything.outcomes.index(COST_YEAR)]
            if _resolved(said):
                k = max(range(len(said.total)), key=lambda k: said.total[k])
                told.append(
                    self.say(
                        "next_cost_mean",
                        factor=_small(self.factor(found.everything.kept[k].key)),
                        share=self.t.number(100 * said.total[k]),
                        mean=self.t.number(said.mean),
                        deviation=self.t.number(said.deviation),
                    )
                )
        return told

    def second(self) -> list[str]:
        """Tell how the recommended and the announced plan stand."""
        plans = {plan.name: plan for plan in self.found.rated}
        n = self.t.number(self.n)
        own = plans["recommended"]
        told = [
            self.say("best_always", n=n)
            if own.best == own.valued
            else self.say(
                "best_often", best=self.t.number(own.best), n=n, worst=self.percent(own.worst)
            )
        ]
        other = plans.get("announced")
        if other is not None and other.valued and self.found.announced_criteria:
            names = self.scenario.objective.names
            parts = [
                self.say(
                    "announced_part",
                    name=self.outcome(name),
                    value=facts.write_value(name, self.found.announced_criteria[name], self.t),
                    other=facts.write_value(name, self.found.base.criteria[name], self.t),
                )
                for name in names
            ]
            told.append(
                self.say(
                    "announced_often",
                    best=self.t.number(other.best),
                    n=n,
                    parts=self.t.listing(parts),
                )
            )
        return [" ".join(told)]

    def towns(self) -> Part:
        found = self.found
        ordered = sorted(found.chosen.items(), key=lambda item: (-item[1], item[0]))
        shown = [code for code, _ in ordered]
        shown += [code for code in found.announced if code not in found.chosen]
        rows = [
            (self.town(c), found.chosen.get(c, 0.0), c in found.base.sites, c in found.announced)
            for c in shown
        ]
        yes = (self.t("word.no"), self.t("word.yes"))
        n = self.t.number(self.n)
        drawn = [
            self.say(
                "factor_range",
                name=_small(self.factor(f.key)),
                low=self.level(f, f.low),
                high=self.level(f, f.high),
            )
            for f in found.siting
        ]
        sets = self.say("sets_few", sets=self.t.number(found.sets))
        if found.all_sets:
            sets = self.say(
                "sets", sets=self.t.number(found.sets), all=self.t.number(found.all_sets)
            )
        head = ("town", "often", "in_base", "in_announced")
        table = Table(
            self.say("towns_caption"),
            tuple(self.say(key) for key in head),
            tuple(
                (town, self.say("steps", n=self.whole_percent(share)), yes[base], yes[theirs])
                for town, share, base, theirs in rows
            ),
            frozenset({1}),
        )
        caption = self.say("towns_plot", n=n)
        return Part(
            self.say("towns_heading"),
            (self.say("lead_factors", factors=self.t.listing(drawn)), sets),
            plots=(Plot(often_plot(rows, self.t), caption, caption),),
            tables=(table,),
        )

    def changes(self) -> Part:
        points = [line for factor in self.found.siting for line in self._changes_of(factor)]
        base = self.found.base.sites
        without = [*self.found.lost, *([self.found.sourced] if self.found.sourced else [])]
        names = self.scenario.objective.names
        rows = tuple(
            (
                self.say("unverified") if w.what == "unverified" else self.town(w.what),
                self.listing(code for code in w.sites if code not in base),
                self.listing(c for c in base if c not in w.sites and c != w.what),
                *(facts.write_value(name, w.criteria[name], self.t) for name in names),
            )
            for w in without
        )
        head = (self.say("lost_town"), self.say("lost_new"), self.say("lost_gone"))
        table = Table(
            self.say("lost_caption"),
            (*head, *(self.outcome(name) for name in names)),
            rows,
            frozenset(range(3, 3 + len(names))),
        )
        return Part(
            self.say("changes_heading"),
            (self.say("scales"),) if self.found.base.payoff is not None else (),
            points=tuple(points),
            tables=(table,) if rows else (),
        )

    def _changes_of(self, factor: Factor) -> list[str]:
        """Say each change that a factor brings, or that it brings none."""
        told = [
            self.say(
                "change",
                new=self.listing(c for c in change.above if c not in change.below),
                gone=self.listing(c for c in change.below if c not in change.above),
                factor=self.factor(factor.key),
                value=self.level(factor, float(f"{change.value:.3g}")),
                base=self.level(factor, factor.value),
            )
            for change in self.found.changes
            if change.key == factor.key
        ]
        kind = "weight" if factor.key.startswith("objective.") else "scan"
        none = self.say(
            f"no_change_{kind}",
            factor=self.factor(factor.key),
            low=self.level(factor, factor.low),
            high=self.level(factor, factor.high),
            steps=self.t.number(STEPS + 1),
        )
        return told or [none]

    def regret(self) -> Part:
        rated = self.found.rated
        told = [self.say("regret_lead")]
        robust = next((plan for plan in rated if plan.name == "robust"), None)
        if robust is not None:
            key = "robust_same" if robust.sites == self.found.base.sites else "robust_other"
            told.append(
                self.say(
                    key,
                    sets=self.t.number(self.found.all_sets),
                    worst=self.percent(robust.worst),
                    towns=self.listing(robust.sites),
                )
            )
        head = ("plan", "towns", "best_in", "mean_regret", "worst_regret")
        table = Table(
            self.say("regret_caption"),
            tuple(self.say(key) for key in head),
            tuple(self._rated(plan) for plan in rated),
            frozenset({2, 3, 4}),
        )
        return Part(self.say("regret_heading"), tuple(told), tables=(table,))

    def _rated(self, plan: Rated) -> tuple[str, ...]:
        return (
            self.say(plan.name).capitalize(),
            self.listing(plan.sites),
            self.t.number(plan.best),
            self.percent(plan.mean),
            self.percent(plan.worst),
        )

    def numbers(self) -> Part:
        rows = [row for row in self.found.numbers if row.sites]
        by = {row.offices: row for row in rows}
        t = self.t
        here = self.scenario.offices.most
        gaps = [row.gap for row in rows if row.gap is not None]
        told = [
            self.say("numbers_lead", gap=facts.write_gap(max(gaps), t))
            if gaps
            else self.say("numbers_lead_plain")
        ]
        before, now, after = by.get(here - 1), by.get(here), by.get(here + 1)
        if before and now and after:
            values = {
                "before": t.number(here - 1),
                "after": t.number(here),
                "next": t.number(here + 1),
                "km": t.number(before.mean_km - now.mean_km, 1),
                "next_km": t.number(now.mean_km - after.mean_km, 1),
            }
            costs = [row.cost_msek for row in (before, now, after)]
            if all(cost is not None for cost in costs):
                first, second, third = (float(cost or 0.0) for cost in costs)
                values |= {
                    "cost": t.number(second - first, 1),
                    "next_cost": t.number(third - second, 1),
                }
                told.append(self.say("numbers_gain", **values))
            else:
                told.append(self.say("numbers_gain_plain", **values))
        announced = None
        if self.found.announced_criteria:
            km = self.found.announced_criteria["mean_km"]
            announced = (len(self.found.announced), km)
            same = next((row.offices for row in rows if row.mean_km <= km + 1e-9), None)
            better = next((row.offices for row in rows if row.shortest_km <= km + 1e-9), None)
            if same and better:
                told.append(
                    self.say(
                        "numbers_announced",
                        count=t.number(announced[0]),
                        km=t.number(km, 1),
                        same=t.number(same),
                        better=t.number(better),
                    )
                )
        caption = self.say("numbers_plot")
        head = ["number", "mean_km", "shortest_km", "gain_km"]
        if gaps:
            head += ["cost", "gain_cost", "unmet"]
        table = Table(
            self.say("numbers_caption"),
            (*(self.say(key) for key in head), self.say("towns")),
            tuple(self._number_row(row.offices, costed=bool(gaps)) for row in rows),
            frozenset(range(len(head))),
        )
        return Part(
            self.say("numbers_heading"),
            tuple(told),
            plots=(Plot(numbers_plot(rows, announced, t), caption, caption),),
            tables=(table,),
        )

    def _number_row(self, offices: int, *, costed: bool) -> tuple[str, ...]:
        by, t = {row.offices: row for row in self.found.numbers if row.sites}, self.t
        row, fewer = by[offices], by.get(offices - 1)
        none = t("word.none")
        cells = [t.number(offices), t.number(row.mean_km, 1), t.number(row.shortest_km, 1)]
        cells.append(t.number(fewer.mean_km - row.mean_km, 1) if fewer else none)
        if costed:
            own = row.cost_msek
            other = fewer.cost_msek if fewer else None
            cells.append(self.say("no_rollout") if own is None else t.number(own, 1))
            cells.append(none if own is None or other is None else t.number(own - other, 1))
            cells.append(none if row.unmet is None else t.number(row.unmet))
        return (*cells, self.listing(row.sites))

    def rollout(self, plan: Tried) -> Part:
        t, tried = self.t, self.found.tried
        ends = {(row.key, row.value): row for row in tried}
        gaps = [row.gap for row in (plan, *tried) if row.gap is not None]
        middle = plan.cost_msek or 0.0
        rows = []
        for factor in self.found.rollout:
            low, high = ends.get((factor.key, factor.low)), ends.get((factor.key, factor.high))
            if low is not None and high is not None:
                rows.append((factor, low, high))
        width = {f.key: _width(low, high, middle) for f, low, high in rows}
        rows.sort(key=lambda row: -width[row[0].key])
        told = [
            self.say(
                "rollout_lead",
                gap=facts.write_gap(max(gaps), t),
                cost=t.number(middle, 1),
                unmet=t.count("principals", round(plan.unmet or 0.0)),
            )
        ]
        both = [row for row in rows if None not in (row[1].cost_msek, row[2].cost_msek)]
        if both:
            factor, low, high = both[0]
            costs = sorted((low.cost_msek or 0.0, high.cost_msek or 0.0))
            told.append(
                self.say(
                    "rollout_most",
                    factor=self.factor(factor.key),
                    low=t.number(costs[0], 1),
                    high=t.number(costs[1], 1),
                )
            )
        clashes = [
            self.say("rollout_clash", factor=self.factor(f.key), value=self.level(f, end.value))
            for f, low, high in rows
            for end in (low, high)
            if end.status == "infeasible"
        ]
        head = ("factor", "value", "cost_of", "waiting", "unmet", "proof")
        table = Table(
            self.say("rollout_caption"),
            tuple(self.say(key) for key in head),
            tuple(self._tried(f, end) for f, low, high in rows for end in (low, high)),
            frozenset({2, 3, 4, 5}),
            folded=True,
        )
        caption = self.say("rollout_plot")
        drawn = [(self.factor(f.key), low.cost_msek, high.cost_msek) for f, low, high in rows]
        return Part(
            self.say("rollout_heading"),
            tuple(told),
            points=tuple(clashes),
            plots=(Plot(tornado_plot(drawn, middle, t), caption, caption),),
            tables=(table,),
        )

    def _tried(self, factor: Factor, end: Tried) -> tuple[str, ...]:
        t, none = self.t, self.t("word.none")
        name, value = self.factor(factor.key), self.level(factor, end.value)
        if end.cost_msek is None:
            return (name, value, self.say("infeasible"), none, none, none)
        return (
            name,
            value,
            t.number(end.cost_msek, 1),
            t.number(end.waiting or 0.0),
            t.number(end.unmet or 0.0),
            facts.write_gap(end.gap or 0.0, t),
        )

    def everything(self, samples: int) -> Part:
        t, said = self.t, self.found.everything
        told = [self.say("global_lead", samples=t.number(samples))]
        if self.found.cost_year is not None:
            months = round(sum(period.months for period in self.scenario.rollout.periods))
            told.append(
                self.say(
                    "cost_year_meaning",
                    months=t.number(months),
                    cost=t.number(self.found.cost_year, 1),
                )
            )
        points = [self._most(k) for k in range(len(said.outcomes))] if said.indices else []
        plots = []
        for k, name in enumerate(said.outcomes):
            if said.indices and _resolved(said.indices[k]):
                rows = [
                    (self.factor(f.key), max(0.0, total), error)
                    for f, total, error in zip(
                        said.kept, said.indices[k].total, said.indices[k].error, strict=True
                    )
                    if total >= SHOWN
                ]
                rows.sort(key=lambda row: -row[1])
                caption = self.say("sobol_plot", outcome=self.outcome(name))
                plots.append(Plot(shares_plot(rows, f"shares-{k}", t), caption, caption))
        names = tuple(self.outcome(name) for name in said.outcomes)
        numeric = frozenset(range(1, len(names) + 1))
        morris = Table(
            self.say("morris_caption"),
            (self.say("factor"), *names),
            tuple(
                (
                    self.factor(f.key),
                    *(
                        self.say(
                            "effect", mean=t.number(e.mean[k], 2), spread=t.number(e.spread[k], 2)
                        )
                        for e in said.effects
                    ),
                )
                for k, f in enumerate(said.factors)
            ),
            numeric,
            folded=True,
        )
        sobol = Table(
            self.say("sobol_caption"),
            (self.say("factor"), *names),
            tuple(
                (self.factor(f.key), *(self._index(index, k) for index in said.indices))
                for k, f in enumerate(said.kept)
            ),
            numeric,
        )
        return Part(
            self.say("global_heading"),
            tuple(told),
            points=tuple(points),
            plots=tuple(plots),
            tables=(sobol, morris) if said.indices else (morris,),
        )

    def _effect(self, mean: float, spread: float) -> str:
        return self.say("effect", mean=self.t.number(mean, 2), spread=self.t.number(spread, 2))

    def _index(self, index: Indices, k: int) -> str:
        if not _resolved(index):
            return self.t("word.none")
        shown = self.t.number(100 * max(0.0, index.total[k]))
        return self.say("effect", mean=shown, spread=self.t.number(100 * index.error[k]))

    def _most(self, k: int) -> str:
        said = self.found.everything
        index, name = said.indices[k], self.outcome(said.outcomes[k])
        if index.deviation == 0:
            return self.say("global_never", outcome=name)
        if not _resolved(index):
            return self.say(
                "global_rare", outcome=name, deviation=self.t.number(index.deviation, 2)
            )
        order = sorted(range(len(index.total)), key=lambda j: -index.total[j])
        parts = [
            self.say(
                "global_part",
                factor=self.factor(said.kept[j].key),
                share=self.t.number(100 * index.total[j]),
            )
            for j in order[:3]
            if index.total[j] >= SHOWN
        ]
        return self.say("global_most", outcome=name, factors=self.t.listing(parts))


def _resolved(index: Indices) -> bool:
    """Tell whether there were draws enough to tell the shares."""
    return index.deviation > 0 and max(index.error) <= RESOLVED


def _width(low: Tried, high: Tried, middle: float) -> float:
    costs = [row.cost_msek for row in (low, high) if row.cost_msek is not None]
    return max((abs(cost - middle) for cost in costs), default=0.0)


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
