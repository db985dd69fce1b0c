"""Which rules clash and what would help, in words and for machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.outputs.rules import change_sentence, rule_sentence
from planner.outputs.text import format_number, load_texts

if TYPE_CHECKING:
    from planner.model.constraints import Group
    from planner.model.relax import Change, Explanation, Remedy
    from planner.outputs.text import Language


def explanation_text(explanation: Explanation, language: Language) -> str:
    """Return the answer to why a scenario has no plan, a line a rule and a change."""
    t = load_texts(language)
    if not explanation.clashes:
        return t("explain.feasible")
    lines = []
    for number, clash in enumerate(explanation.clashes):
        lines.append(t("explain.clash" if number == 0 else "explain.another"))
        lines += [f"  - {rule_sentence(rule.rule, rule.words, language)}" for rule in clash]
    lines.append("")
    if explanation.together is None:
        lines.append(t("explain.not_found"))
    else:
        lines.append(t("explain.together"))
        lines += _changes(explanation.together, language)
        lines.append(t("explain.weighed"))
        lines.append(_proof(explanation.together, language))
    single = [remedy for remedy in explanation.alone if remedy is not None]
    if single:
        lines += ["", t("explain.alone")]
        lines += [line for remedy in single for line in _changes(remedy, language)]
        if not all(remedy.proved for remedy in single):
            lines.append(t("explain.alone_unproved"))
    return "\n".join(lines)


def explanation_answer(explanation: Explanation) -> dict[str, Any]:
    """Return the same for machines, every sentence in both languages."""
    if not explanation.clashes:
        return {"feasible": True}
    return {
        "feasible": False,
        "termination": {"reason": "infeasible"},
        "conflicts": {
            language: [
                rule_sentence(rule.rule, rule.words, language) for rule in explanation.clashes[0]
            ]
            for language in ("sv", "en")
        },
        "clashes": [[_rule(rule) for rule in clash] for clash in explanation.clashes],
        "together": _remedy(explanation.together),
        "alone": [_remedy(remedy) for remedy in explanation.alone],
    }


def _rule(rule: Group) -> dict[str, Any]:
    said = {language: rule_sentence(rule.rule, rule.words, language) for language in ("sv", "en")}
    return {"rule": rule.rule, "words": dict(rule.words), **said}


def _remedy(remedy: Remedy | None) -> dict[str, Any] | None:
    if remedy is None:
        return None
    return {
        "changes": [
            {
                "rule": change.rule.rule,
                "words": dict(change.rule.words),
                "by": change.by,
                "to": change.to,
                "share": change.share,
                "sv": _sentence(change, "sv"),
                "en": _sentence(change, "en"),
            }
            for change in remedy.changes
        ],
        "total": remedy.total,
        "bound": remedy.bound,
        "proved": remedy.proved,
    }


def _sentence(change: Change, language: Language) -> str:
    words = dict(change.rule.words) | {"by": change.by, "to": change.to}
    return change_sentence(change.rule.rule, words, language)


def _changes(remedy: Remedy, language: Language) -> list[str]:
    return [f"  - {_sentence(change, language)}" for change in remedy.changes]


def _proof(remedy: Remedy, language: Language) -> str:
    key = "explain.proved" if remedy.proved else "explain.unproved"
    bound = format_number(100 * remedy.bound, 1, language)
    total = format_number(100 * remedy.total, 1, language)
    return load_texts(language)(key, total=total, bound=bound)
