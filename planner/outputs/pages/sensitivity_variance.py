"""The last part of the sensitivity page: what the outcomes hang on, everything varied at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.outputs.pages.article import Part, Plot, Table
from planner.outputs.pages.sensitivity_plots import shares_plot
from planner.outputs.pages.sensitivity_words import resolved
from planner.outputs.words import facts

if TYPE_CHECKING:
    from planner.analysis.screening import Indices
    from planner.outputs.pages.sensitivity_words import Words

SHOWN = 0.01
"""Share of the variance below which a factor is left out of the plots."""


def everything_part(w: Words, samples: int) -> Part:
    """Tell which numbers each outcome hangs on."""
    t, said = w.t, w.found.everything
    told = [w.say("global_lead", samples=t.number(samples))]
    if w.found.cost_year is not None:
        months = round(sum(period.months for period in w.scenario.rollout.periods))
        told.append(
            w.say(
                "cost_year_meaning",
                months=t.number(months),
                cost=t.number(w.found.cost_year, 1),
            )
        )
    points = [_most(w, k, samples) for k in range(len(said.outcomes))] if said.indices else []
    plots = []
    for k, name in enumerate(said.outcomes):
        if said.indices and resolved(said.indices[k]):
            rows = [
                (w.factor(f.key), max(0.0, total), error)
                for f, total, error in zip(
                    said.kept, said.indices[k].total, said.indices[k].error, strict=True
                )
                if total >= SHOWN
            ]
            rows.sort(key=lambda row: -row[1])
            caption = w.say("sobol_plot", outcome=w.outcome(name))
            plots.append(Plot(shares_plot(rows, f"shares-{k}", t), caption, caption))
    names = tuple(w.outcome(name) for name in said.outcomes)
    numeric = frozenset(range(1, len(names) + 1))
    known = [k for k, index in enumerate(said.indices) if resolved(index)]
    morris = Table(
        w.say("morris_caption"),
        (w.say("factor"), *names),
        tuple(
            (
                w.factor(f.key),
                *(
                    w.say(
                        "uneven",
                        mean=t.number(e.mean[k] * _scale(name), 2),
                        spread=t.number(e.spread[k] * _scale(name), 2),
                    )
                    for name, e in zip(said.outcomes, said.effects, strict=True)
                ),
            )
            for k, f in enumerate(said.factors)
        ),
        numeric,
        folded=True,
    )
    sobol = Table(
        w.say("sobol_caption"),
        (w.say("factor"), *(names[k] for k in known)),
        tuple(
            (w.factor(f.key), *(_index(w, said.indices[k], j) for k in known))
            for j, f in enumerate(said.kept)
        ),
        frozenset(range(1, len(known) + 1)),
    )
    return Part(
        w.say("global_heading"),
        tuple(told),
        points=tuple(points),
        plots=tuple(plots),
        tables=(sobol, morris) if known else (morris,),
    )


def _scale(outcome: str) -> float:
    """Return what an outcome is shown times: shares are shown in per cent."""
    return facts.MEASURES[outcome].scale if outcome in facts.MEASURES else 1.0


def _index(w: Words, index: Indices, k: int) -> str:
    shown = w.t.number(100 * max(0.0, index.total[k]))
    return w.say("effect", mean=shown, spread=w.t.number(100 * index.error[k]))


def _most(w: Words, k: int, samples: int) -> str:
    said = w.found.everything
    index, name = said.indices[k], w.outcome(said.outcomes[k])
    if index.deviation == 0:
        return w.say("global_never", outcome=name)
    if not resolved(index):
        deviation = index.deviation * _scale(said.outcomes[k])
        return w.say(
            "global_rare",
            outcome=name,
            deviation=w.t.number(deviation, 2),
            samples=w.t.number(samples),
        )
    order = sorted(range(len(index.total)), key=lambda j: -index.total[j])
    parts = [
        w.say(
            "global_part",
            factor=w.factor(said.kept[j].key),
            share=w.t.number(100 * index.total[j]),
        )
        for j in order[:3]
        if index.total[j] >= SHOWN
    ]
    return w.say("global_most", outcome=name, factors=w.t.listing(parts))
