"""The answer in sentences: which offices, how far, what it costs, what it is set beside."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.outputs.pages.page import capital
from planner.outputs.words import facts, unverified, yardstick
from planner.outputs.words.others import Leeway
from planner.outputs.words.proofs import Proofs
from planner.scenario.objective import SOFT, WEIGHTED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.case.types import Inputs
    from planner.outputs.views import View
    from planner.outputs.words.text import Texts
    from planner.plan import Office, PeriodResult, Plan, Termination
    from planner.scenario.spec import Scenario

MUCH_FARTHER = 1.5
"""Before all offices are open, a longest distance at least so many times that of the end is told:
half as far again is another journey, a night away where there was none."""

MUCH_MORE = 0.05
"""So is a share of principals who have far that is larger by at least this."""

COMPARED = ("unmet", "waiting", "mean_km", "share_beyond", "max_km", "cost_msek")
"""What two plans differ in that an answer names: other criteria overlap with these."""


def counted(key: str, offices: Sequence[Office], towns: str, t: Texts) -> str:
    """Say how many offices there are and which, by the texts answer.KEY_one and _other."""
    form = "one" if len(offices) == 1 else "other"
    return capital(t(f"answer.{key}_{form}", n=t.numeral(len(offices)), towns=towns))


@dataclass(frozen=True)
class Answer:
    """Makes the sentences.

    Attributes
    ----------
    views : sequence of View
        Its periods.
    reference : Plan, optional
        What it is compared with.
    name : str
        What to call that in running text.
    """

    plan: Plan
    views: Sequence[View]
    scenario: Scenario
    inputs: Inputs
    t: Texts
    reference: Plan | None = None
    name: str = ""

    def told(self) -> list[str]:
        """Return the whole answer, a text each."""
        return [*self.short(), *self.rest()]

    def short(self) -> list[str]:
        """Return what was chosen and how far it is, a text each."""
        doubtful = unverified.said(
            unverified.last_open(self.plan), self.scenario, self.inputs, self.t
        )
        texts = (
            self.offices(),
            *doubtful,
            self.first_goal(),
            self.distances(),
            self.on_the_way(),
        )
        return [text for text in texts if text]

    def rest(self) -> list[str]:
        """Return what comes of it, what it is set beside, and what was proved or left open."""
        proved = " ".join(Proofs(self.plan, self.scenario, self.inputs, self.t).answer())
        open_still = " ".join(Leeway(self.plan, self.t).sentences())
        return [text for text in (self.work(), self.comparison(), proved, open_still) if text]

    def offices(self) -> str:
        """Name the offices: new ones first and apart from those that exist, with their dates."""
        t, last = self.t, self.views[-1]
        exist = [office for office in self.plan.offices if office.role == "existing"]
        if not exist:
            towns = t.listing([region.office.town for region in last.regions])
            number = t.count("offices", len(last.regions))
            return " ".join([t("answer.where", offices=number, towns=towns), *self._steps()])
        order = {
            region.office.code: region.number for view in self.views for region in view.regions
        }
        listed = sorted(self.plan.offices, key=lambda office: order[office.code])
        new = [office for office in listed if office.role != "existing"]
        kept = [office for office in listed if office.role == "existing" and not office.closes]
        said = [counted("new", new, self._opening(new), t) if new else t("answer.nothing_new")]
        if kept:
            said.append(counted("kept", kept, t.listing([o.town for o in kept]), t))
        return " ".join([*said, *self._closings(listed)])

    def _opening(self, offices: Sequence[Office]) -> str:
        """List offices, by when they open where there are several periods."""
        t = self.t
        if len(self.views) == 1:
            return t.listing([office.town for office in offices])
        steps = []
        for view in self.views:
            if towns := [office.town for office in offices if office.opens == view.period]:
                when = t.period(view.period)
                steps.append(t("answer.opening", towns=t.listing(towns), period=when))
        return "; ".join(steps)

    def _steps(self) -> list[str]:
        """Say in what order offices open."""
        t = self.t
        steps = [
            t("answer.step", period=t.period(view.period), towns=t.listing(opened))
            for view in self.views
            if (opened := self.plan.opened(view.period))
        ]
        if len(self.views) == 1 or not steps:
            return []
        return [t("answer.order", steps="; ".join(steps)), *self._closings(self.plan.offices)]

    def _closings(self, offices: Sequence[Office]) -> list[str]:
        t = self.t
        return [
            t("answer.closing", town=office.town, period=t.period(office.closes))
            for office in offices
            if office.closes
        ]

    def first_goal(self) -> str:
        """Tell the first of goals taken in order, and what later ones were let give up of it."""
        t, plan = self.t, self.plan
        stages = [stage for stage in plan.stages if stage.objective_name not in (SOFT, WEIGHTED)]
        if self.scenario.objective.summed or not stages:
            return ""
        first = stages[0]
        name = first.objective_name
        given = self.scenario.objective.tolerance.get(name, 0.0) if len(stages) > 1 else 0.0
        if (name in ("mean_km", "mean_minutes") and not given) or name not in plan.criteria:
            return ""
        said = [self._first_goal(first)]
        if given:
            said.append(
                t(
                    "answer.tolerance",
                    name=yardstick.criterion(name, self.inputs, t),
                    later=t.listing(
                        [
                            yardstick.criterion(stage.objective_name, self.inputs, t)
                            for stage in stages[1:]
                        ]
                    ),
                    given=facts.write_step(name, given, t),
                    found=facts.write_value(name, first.objective, t),
                )
            )
        return " ".join(said)

    def _first_goal(self, first: Termination) -> str:
        t, name = self.t, first.objective_name
        value = self.plan.criteria[name]
        words = {
            "name": yardstick.criterion(name, self.inputs, t),
            "value": facts.write_value(name, value, t),
        }
        wanting = _held(self.plan) + sum(self.plan.unmet.values())
        if name == "waiting" and wanting:
            words |= {"months": t.number(value / wanting, 1), "n": t.number(wanting)}
            return t("answer.first_waiting", **words)
        return t("answer.first", **words)

    def distances(self) -> str:
        """Say how far principals have to their office in the end."""
        t = self.t
        values = {n: facts.write_value(n, v, t) for n, v in self.plan.criteria.items()}
        far = [
            t(f"answer.{name}", **values)
            for name in ("mean_km", "p95_km", "max_km")
            if name in values and (name != "mean_km" or "mean_minutes" in values)
        ]
        return t("answer.far", distances=t.listing(far)) if far else ""

    def on_the_way(self) -> str:
        """Tell the longest distance before all offices are open, where it is much worse."""
        t, (*before, end) = self.t, self.plan.periods
        worst = max(before, key=lambda period: period.max_km, default=None)
        if worst is None or not _much_worse(worst, end):
            return ""
        view = next(view for view in self.views if view.period == worst.period)
        county, town = self._farthest(view)
        said = t(
            "answer.on_the_way",
            period=t.period(worst.period),
            county=county,
            town=town,
            limit=facts.trimmed(self.scenario.thresholds.beyond_km.value, t),
            **write_reach(worst, t),
        )
        if self.reference is None:
            return said
        other = next((p for p in self.reference.periods if p.period == worst.period), None)
        if other is None:
            return said
        reach = write_reach(other, t)
        return f"{said} {t('answer.on_the_way_reference', name=capital(self.name), **reach)}"

    def _farthest(self, view: View) -> tuple[str, str]:
        """Return the county of the principal farthest from an office, and that office's town."""
        code, home = max(
            ((code, home) for code, home in view.homes.items() if home.principals),
            key=lambda pair: pair[1].km,
        )
        towns = {region.office.code: region.office.town for region in view.regions}
        county = self.inputs.municipalities.at[code, "county_code"]
        return str(self.inputs.counties.at[county, "name"]), towns[home.office]

    def work(self) -> str:
        """Say what is done until the end, and what all of it costs."""
        held, t, plan = _held(self.plan), self.t, self.plan
        if not held:
            return ""
        last = plan.periods[-1]
        said = t(
            "answer.work",
            period=t.period(last.period),
            dialogues=t.count("dialogues", held),
            advisors=t.count("advisors", last.advisors),
            cost=t.number(sum(period.cost_msek for period in plan.periods), 1),
        )
        left = sum(plan.unmet.values())
        key = "report.unmet_some" if left else "report.unmet_none"
        return f"{said} {t(key, n=t.count('principals', left))}"

    def comparison(self) -> str:
        """Say what sets the plan apart from the one compared with: offices, then what is larger."""
        if self.reference is None:
            return ""
        t, reference = self.t, self.reference
        groups: dict[str, list[str]] = {"better": [], "worse": [], "alike": []}
        for name in self._by_size(self.plan.criteria, reference.criteria):
            ours, theirs = self.plan.criteria[name], reference.criteria[name]
            verdict = facts.verdict_of(name, ours, theirs)
            key = "alike" if verdict == "equal" else verdict
            groups[key].append(self._beside(name, ours, theirs))
        said = [self._towns(reference)]
        said += [t(f"answer.{key}", list="; ".join(each)) for key, each in groups.items() if each]
        if self._same_staff(reference):
            said.append(t("answer.same_staff"))
        return " ".join(said)

    def _towns(self, reference: Plan) -> str:
        """Say which towns only one of the plans has in the end."""
        t = self.t
        north = self.inputs.municipalities["lat"]
        ours, theirs = (
            {
                office.code: office.town
                for office in sorted(plan.offices, key=lambda o: (-north[o.code], o.code))
                if office.code in plan.periods[-1].open
            }
            for plan in (self.plan, reference)
        )
        new = [town for code, town in ours.items() if code not in theirs]
        gone = [town for code, town in theirs.items() if code not in ours]
        kind = "swapped" if new and gone else "more" if new else "fewer" if gone else "same"
        return t(f"answer.towns_{kind}", name=self.name, new=t.listing(new), gone=t.listing(gone))

    @staticmethod
    def _by_size(ours: Mapping[str, float], theirs: Mapping[str, float]) -> list[str]:
        """Order what both plans have of COMPARED by relative difference, the largest first."""
        both = [name for name in COMPARED if name in ours and name in theirs]

        def size(name: str) -> float:
            most = max(abs(ours[name]), abs(theirs[name]))
            return abs(ours[name] - theirs[name]) / most if most else 0.0

        return sorted(both, key=lambda name: -size(name))

    def _beside(self, name: str, ours: float, theirs: float) -> str:
        """Write a criterion of both plans, "mean distance 57.2 km against 58.1"."""
        t = self.t
        words = {
            "name": yardstick.criterion(name, self.inputs, t),
            "value": facts.write_value(name, ours, t),
        }
        if not facts.apart(name, ours, theirs):
            return t("answer.both", **words)
        measure = facts.MEASURES[name]
        other = t.number(theirs * measure.scale, measure.decimals)
        return t("answer.against", other=other, **words)

    def _same_staff(self, reference: Plan) -> bool:
        """Tell whether plans cost about the same since each period has as many advisors in both."""
        own, other = (plan.criteria.get("cost_msek", math.nan) for plan in (self.plan, reference))
        if facts.verdict_of("cost_msek", own, other) not in ("alike", "equal"):
            return False
        ours, theirs = (
            {period.period: period.advisors for period in plan.periods}
            for plan in (self.plan, reference)
        )
        return any(ours.values()) and ours == theirs


def write_reach(period: PeriodResult, t: Texts) -> dict[str, str]:
    """Write how far principals have in a period: the farthest, and the share who have far."""
    return {
        "farthest": facts.write_value("max_km", period.max_km, t),
        "share": facts.write_value("share_beyond", period.share_beyond, t),
    }


def _much_worse(period: PeriodResult, end: PeriodResult) -> bool:
    farther = period.max_km >= MUCH_FARTHER * end.max_km
    return farther or period.share_beyond >= end.share_beyond + MUCH_MORE


def _held(plan: Plan) -> int:
    return sum(period.dialogues for period in plan.periods)
