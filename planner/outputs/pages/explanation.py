"""Which rules clash and what would help, in words and for machines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.message import LANGUAGES, Language
from planner.model.solving.least_change import AS_SMALL
from planner.outputs.words.rules import change_sentence, fact_sentence, rule_sentence
from planner.outputs.words.text import Texts, format_number, load_texts
from planner.scenario.override import typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.model.constraints import Group
    from planner.model.settings import Change
    from planner.model.solving.explain import Explanation
    from planner.model.solving.remedies import Remedy


@dataclass(frozen=True)
class ExplanationPart:
    """A heading, a list under it, and sentences after that; each may be empty."""

    heading: str
    items: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


def explanation_text(explanation: Explanation, language: Language) -> str:
    """Return the answer to why a scenario has no plan, a line a rule and a change."""
    lines: list[str] = []
    for part in explanation_parts(explanation, language):
        lines += ["", part.heading] if part.heading else []
        lines += [f"  - {item}" for item in part.items]
        lines += part.lines
    return "\n".join(lines).strip()


def explanation_parts(explanation: Explanation, language: Language) -> list[ExplanationPart]:
    """Return the answer in parts: each clash, the least change, what each rule alone can do."""
    t = load_texts(language)
    if not explanation.clashes:
        return [ExplanationPart(t("explain.feasible"))]
    return [*_why(explanation, t), *_least(explanation, t), *_alone(explanation, t)]


def explanation_answer(explanation: Explanation) -> dict[str, Any]:
    """Return the same for machines, every sentence in both languages."""
    if not explanation.clashes:
        return {"feasible": True}
    first, *others = explanation.least or (None,)
    return {
        "feasible": False,
        "termination": {"reason": "infeasible"},
        "conflicts": {
            language: [
                rule_sentence(rule.rule, rule.words, language) for rule in explanation.clashes[0]
            ]
            for language in LANGUAGES
        },
        "clashes": [[_rule(rule) for rule in clash] for clash in explanation.clashes],
        "unsure": sorted(explanation.unsure),
        "complete": explanation.complete,
        "facts": [
            {
                "kind": fact.kind,
                "words": dict(fact.words),
                **{each: fact_sentence(fact.kind, fact.words, each) for each in LANGUAGES},
            }
            for fact in explanation.facts
        ],
        "together": {"found": False, "bound": explanation.bound}
        if first is None
        else {"found": True, **_remedy(first)},
        "equal": [_remedy(remedy) for remedy in others if remedy is not None],
        "alone": [
            {
                "rule": _rule(each.rule),
                "enough": each.enough,
                **({} if each.remedy is None else _remedy(each.remedy)),
            }
            for each in explanation.alone
        ],
        "stopped": explanation.stopped,
    }


def _rule(rule: Group) -> dict[str, Any]:
    said = {language: rule_sentence(rule.rule, rule.words, language) for language in LANGUAGES}
    return {"rule": rule.rule, "words": dict(rule.words), **said}


def _remedy(remedy: Remedy) -> dict[str, Any]:
    return {
        "changes": [
            {
                "rule": change.rule.rule,
                "words": dict(change.rule.words),
                "by": change.by,
                "given_up": change.to is None,
                **({} if change.to is None else {"to": change.to}),
                "share": change.share,
                **{each: _sentence(change, each) for each in LANGUAGES},
            }
            for change in remedy.changes
        ],
        "options": [typed(override) for override in remedy.overrides],
        "total": remedy.total,
        "bound": remedy.bound,
        "proved": remedy.proved,
    }


def _why(explanation: Explanation, t: Texts) -> Iterator[ExplanationPart]:
    """Yield the clashes, and what counting says of them."""
    for number, clash in enumerate(explanation.clashes):
        rules = tuple(rule_sentence(rule.rule, rule.words, t.language) for rule in clash)
        unsure = (t("explain.unsure"),) if number in explanation.unsure else ()
        yield ExplanationPart(clash_heading(len(clash), t, first=number == 0), rules, unsure)
    complete = "complete_one" if len(explanation.clashes) == 1 else "complete"
    others = t(f"explain.{complete if explanation.complete else 'incomplete'}")
    counted = (fact_sentence(fact.kind, fact.words, t.language) for fact in explanation.facts)
    yield ExplanationPart("", (), (others, *counted))


def clash_heading(rules: int, t: Texts, *, first: bool = True) -> str:
    """Say that as many rules clash; one by itself can't be kept."""
    key = "clash" if first else "another"
    return t(f"explain.{key}" if rules > 1 else f"explain.{key}_one")


def _least(explanation: Explanation, t: Texts) -> Iterator[ExplanationPart]:
    """Yield the least change, what is as small, and what was proved."""
    first = next(iter(explanation.least), None)
    for number, remedy in enumerate(explanation.least):
        key = "equal" if number else "least" if remedy.proved else "enough"
        changes = tuple(_sentence(change, t.language) for change in remedy.changes)
        yield ExplanationPart(
            t(f"explain.{key}"), changes, (t("explain.typed", options=_options(remedy)),)
        )
    lines = []
    if first is None:
        lines.append(_bounded("explain.not_found", explanation.bound, t))
    else:
        lines.append(proof_sentence(first.total, first.bound, t, proved=first.proved))
        lines.append(t("explain.weighed"))
    if any(each.rule.rule == "hours" for each in explanation.alone):
        lines.append(t("explain.hours"))
    if explanation.stopped is not None:
        lines.append(t(f"explain.ended_{explanation.stopped}"))
    elif first is None or not first.proved:
        lines.append(t("explain.ended_node_limit"))
    yield ExplanationPart("", (), tuple(lines))


def proof_sentence(total: float, bound: float, t: Texts, *, proved: bool) -> str:
    """Say what a least change counts, and what was proved of it."""
    if not proved:
        return _bounded("explain.unproved", bound, t, total)
    near = bound < total * (1 - AS_SMALL)
    return t("explain.proved_near" if near else "explain.proved", total=_percent(total, t))


def _bounded(key: str, bound: float, t: Texts, total: float | None = None) -> str:
    """Say what is not enough, if anything is known; so that it differs from what is."""
    digits = 1
    while (
        total is not None
        and digits < 6
        and _percent(bound, t, digits) == _percent(total, t, digits)
    ):
        digits += 1
    known = {"total": _percent(total, t, digits)} if total is not None else {}
    if bound * 100 < 10.0**-digits:
        return t(f"{key}_nothing", **known)
    return t(key, bound=_percent(bound, t, digits), **known)


def _alone(explanation: Explanation, t: Texts) -> Iterator[ExplanationPart]:
    """Yield what each rule alone would have to give, where that is enough and was not told."""
    told = [remedy.overrides for remedy in explanation.least]
    enough = tuple(
        _single(each.remedy, t)
        for each in explanation.alone
        if each.remedy is not None and each.remedy.overrides not in told
    )
    if enough:
        yield ExplanationPart(t("explain.alone"), enough)
    unknown = tuple(
        rule_sentence(each.rule.rule, each.rule.words, t.language)
        for each in explanation.alone
        if each.enough == "unknown"
    )
    if unknown:
        yield ExplanationPart(t("explain.alone_unknown"), unknown)


def _single(remedy: Remedy, t: Texts) -> str:
    """Say one change, what it counts, and how it is typed."""
    return t(
        "explain.counts" if remedy.proved else "explain.counts_most",
        change=_sentence(remedy.changes[0], t.language),
        total=_percent(remedy.total, t),
        options=_options(remedy),
    )


def _options(remedy: Remedy) -> str:
    return " ".join(map(typed, remedy.overrides))


def _sentence(change: Change, language: str) -> str:
    words = dict(change.rule.words) | {"by": change.by, "to": change.to}
    return change_sentence(change.rule.rule, words, language)


def _percent(share: float, t: Texts, digits: int = 1) -> str:
    return format_number(100 * share, digits, t.language)
