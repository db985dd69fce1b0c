"""The sensitivity of a scenario as a page: firm, not firm, and what to find out next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.analysis.study import WORLD
from planner.analysis.variance import COST_YEAR
from planner.outputs.pages.page import Article, lowered
from planner.outputs.pages.sensitivity_draws import (
    changes_part,
    everything_part,
    regret_part,
    towns_part,
)
from planner.outputs.pages.sensitivity_rollouts import numbers_part, rollout_part
from planner.outputs.pages.sensitivity_words import SensitivityPage, at_least, resolved
from planner.outputs.words import facts
from planner.outputs.words.changed import title_of

if TYPE_CHECKING:
    from planner.analysis.sensitivity import Sensitivity
    from planner.case.types import Inputs
    from planner.outputs.words.text import Texts
    from planner.scenario.spec import Scenario

WORLD_KEYS = tuple(factor.key.removeprefix("world.") for factor in WORLD)

FIRM = 0.95
"""Share of all draws there could be from which a town is called firm."""

FEW = 0.25
"""Share of the draws below which the base case is told to be among the cheapest."""


def sensitivity_article(
    found: Sensitivity, scenario: Scenario, inputs: Inputs, t: Texts, *, sobol: int
) -> Article:
    """Write a sensitivity analysis up.

    Parameters
    ----------
    t : Texts
        With the words of text/sensitivity.toml.
    sobol : int
        Base samples of the Sobol indices.

    Returns
    -------
    Article
    """
    w = SensitivityPage(found, scenario, inputs, t)
    title = title_of(scenario, t)
    parts = [towns_part(w), changes_part(w), regret_part(w)]
    if found.numbers:
        parts.append(numbers_part(w))
    if found.plan is not None and found.plan.cost_msek is not None:
        parts.append(rollout_part(w, found.plan))
    if found.everything.factors:
        parts.append(everything_part(w, sobol))
    return Article(
        title=t("sensitivity.title", title=title),
        question=_question(w),
        answer=(_first(w), *_second(w)),
        parts=tuple(parts),
    )


def _question(w: SensitivityPage) -> str:
    kinds = {"rates": w.rates}
    kinds |= {key: any(f.key == f"world.{key}" for f in w.found.siting) for key in WORLD_KEYS}
    drawn = [w.say(f"drawn_{kind}") for kind, there in kinds.items() if there]
    if not drawn:
        return w.say("question_none")
    return w.say("question", n=w.t.number(len(w.found.samples)), drawn=w.t.listing(drawn))


def _first(w: SensitivityPage) -> str:
    """Tell what is firm, what is not, and what to find out next."""
    n = w.t.number(w.n)
    given = {*w.scenario.sites.required, *w.scenario.sites.existing, *w.scenario.rollout.opens}
    # That a town stays which has to be there says nothing of how firm the answer is.
    chosen = {code: share for code, share in w.found.chosen.items() if code not in given}
    firm = [code for code, share in chosen.items() if at_least(share, w.n) >= FIRM]
    unsure = [code for code, share in chosen.items() if code not in firm and share >= FIRM]
    loose = sorted(((share, code) for code, share in chosen.items() if share < FIRM), reverse=True)
    least = w.t.number(100 * FIRM)
    if not w.found.siting:
        sentences = [w.say("nothing_drawn")]
    elif firm:
        sentences = [w.say("firm", towns=w.listing(firm), least=least, n=n)]
    else:
        sentences = [w.say("firm_none", least=least, n=n)]
    if unsure and w.found.siting:
        sentences.append(w.say("unsure", towns=w.listing(unsure), n=n, least=least))
    if loose:
        shown = [
            w.say("share", town=w.town(code), share=w.whole_percent(share))
            for share, code in loose[:8]
        ]
        if len(loose) > 8:
            shown.append(w.say("and_more", n=w.t.number(len(loose) - 8)))
        sentences.append(w.say("loose", towns=w.t.listing(shown)))
    elif w.found.siting and w.found.sets == 1:
        sentences.append(w.say("loose_none", n=n))
    if given:
        sentences.append(w.say("given", towns=w.listing(sorted(given))))
    return " ".join([*sentences, *_next(w)])


def _next(w: SensitivityPage) -> list[str]:
    found, told = w.found, []
    if found.sourced and found.sourced.sites and found.sourced.sites != found.base.sites:
        gone = [code for code in found.base.sites if code not in found.sourced.sites]
        new = [code for code in found.sourced.sites if code not in found.base.sites]
        told.append(
            w.say(
                "next_sourced",
                sister=w.inputs.country.sister_agency,
                count=w.t.number(len(gone)),
                all=w.t.number(len(found.base.sites)),
                gone=w.listing(gone),
                new=w.listing(new),
                worse=w.amount(found.sourced.worse),
            )
        )
    if COST_YEAR in found.everything.outcomes and found.everything.indices:
        said = found.everything.indices[found.everything.outcomes.index(COST_YEAR)]
        if resolved(said):
            k = max(range(len(said.total)), key=lambda k: said.total[k])
            told.append(
                w.say(
                    "next_cost_mean",
                    factor=lowered(w.factor(found.everything.kept[k].key)),
                    share=w.t.number(100 * said.total[k]),
                    mean=w.t.number(said.mean),
                    deviation=w.t.number(said.deviation),
                )
            )
        if w.found.cost_year is not None and not FEW <= said.below <= 1 - FEW:
            key = "cost_low" if said.below < FEW else "cost_high"
            share, cost = w.whole_percent(said.below), w.t.number(w.found.cost_year)
            told.append(w.say(key, cost=cost, share=share))
    return told


def _second(w: SensitivityPage) -> list[str]:
    """Tell how the recommended and the announced plan stand."""
    plans = {plan.name: plan for plan in w.found.rated}
    n = w.t.number(w.n)
    own = plans["recommended"]
    told = []
    if w.found.siting and own.best == own.valued:
        told.append(w.say("best_always", n=n))
    elif w.found.siting:
        greatest = w.amount(own.greatest_loss)
        told.append(w.say("best_often", best=w.t.number(own.best), n=n, greatest=greatest))
    if w.found.ties:
        told.append(w.say("base_tied", n=w.t.number(w.found.ties)))
    other = plans.get("announced")
    if other is not None and not other.valued:
        told.append(w.say("announced_forbidden"))
    elif other is not None and w.found.announced_worse == 0:
        told.append(w.say("announced_as_good", best=w.t.number(other.best), n=n))
    elif other is not None and w.found.announced_criteria:
        parts = [_announced_part(w, name) for name in w.scenario.objective.names]
        told.append(
            w.say(
                "announced_often",
                best=w.t.number(other.best),
                n=n,
                worse=w.amount(w.found.announced_worse),
                parts=w.t.listing(parts),
            )
        )
    if w.scenario.objective.summed:
        told.append(w.say("worse_meaning", leading=w.outcome(w.yardstick.leading)))
    return [" ".join(told)]


def _announced_part(w: SensitivityPage, name: str) -> str:
    """Write a goal of the announced plan beside the best, and what that adds to the sum."""
    value, other = w.found.announced_criteria[name], w.found.base.criteria[name]
    theirs, ours = map(w.yardstick.parts, (w.found.announced_criteria, w.found.base.criteria))
    added = theirs.get(name, 0.0) - ours.get(name, 0.0)
    return w.say(
        "announced_part_weighed" if w.scenario.objective.summed else "announced_part",
        name=w.outcome(name),
        value=facts.write_value(name, value, w.t),
        other=facts.write_value(name, other, w.t),
        added=w.amount(added, signed=True),
    )
