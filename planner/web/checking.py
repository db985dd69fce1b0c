"""What is wrong with a scenario that a form asks for: all of it, before anything is run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from planner.errors import InputError, Problem
from planner.web.drafts import Draft, make_draft, plain
from planner.web.fields import side_of
from planner.web.reading import Wrong, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.model.constraints import Group
    from planner.model.instance import Instance
    from planner.outputs.words.text import Texts
    from planner.scenario.spec import Scenario
    from planner.web.forms import Form
    from planner.web.workspace import Workspace

BASIS = {"", "offices", "sites", "rollout", "units", "thresholds"}
"""The sections that counting rests on; nothing is counted on values that stand in for others."""

APART = {"required", "excluded", "months", "starts", "hires_most", "budget_msek"}
"""Keys there that it does not rest on, or that would only add to the rules that clash."""

NAMED = 10
"""Boxes that the form does not have which are named at most."""


def judge(
    workspace: Workspace, base: Scenario, form: Form, *, count: bool
) -> tuple[Draft | None, Form]:
    """Write down what a form asks for, and find everything that is wrong with it.

    A value that the specification refuses hides what comes after it, so the rest is looked at
    with the value that the scenario had from the start in its place.

    Parameters
    ----------
    base : Scenario
        The shipped one that it is based on.
    form : Form
        As it was sent.
    count : bool
        Whether to tell the rules of which counting shows that no plan can keep them.

    Returns
    -------
    Draft or None
        None where something is refused that has no value to take its place.
    Form
        With what is wrong.
    """
    tree, wrong = read(form.raw, form.towns, form.t.language, form.base)
    if form.strangers:
        names = ", ".join(form.strangers[:NAMED]) + (" ..." if form.strangers[NAMED:] else "")
        wrong.append(Wrong(form.strangers[0], "unknown", {"names": names}))
    problems: list[Problem] = []
    start, draft = plain(base), None
    while draft is None:
        try:
            draft = make_draft(base, tree, workspace.folder, form.t.language)
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
            refused = {problem.column for problem in error.problems}
            if not all(_restore(tree, start, column) for column in sorted(refused)):
                return None, replace(form, wrong=wrong, problems=problems)
    try:
        instance = _fits(workspace, draft.scenario)
    except InputError as error:
        problems += error.problems
    else:
        amiss = {*(each.at for each in wrong), *(problem.column for problem in problems)}
        parts = [at.split(".") for at in amiss]
        if count and not any(at[0] in BASIS and not APART & {*at} for at in parts):
            wrong += [
                each for each in _impossible(workspace, instance, form.t) if each.at not in amiss
            ]
    return draft, replace(form, wrong=wrong, problems=problems)


def _restore(tree: Any, start: Any, column: str) -> bool:
    """Put the value from the start in the place of one that was refused; False if there is none."""
    *parents, last = column.split(".")
    for part in parents:
        tree, start = _inside(tree, part), _inside(start, part)
    now, then = _inside(tree, last), _inside(start, last)
    several = isinstance(now, list) or (isinstance(now, dict) and "value" not in now)
    if then is None or then == now or several:
        return False
    tree[int(last) if isinstance(tree, list) else last] = then
    return True


def _inside(of: Any, part: str) -> Any:
    if isinstance(of, list):
        return of[int(part)] if part.isdecimal() and int(part) < len(of) else None
    return of.get(part) if isinstance(of, dict) else None


def _fits(workspace: Workspace, scenario: Scenario) -> Instance:
    """Hold a scenario against the tables, as a run does before it searches."""
    from planner.calendar.order import check_need  # noqa: PLC0415 - these take a while
    from planner.model.instance import make_instance  # noqa: PLC0415
    from planner.model.solving.search import check_installed  # noqa: PLC0415

    data = workspace.data()
    check_need(data.inputs, scenario)
    check_installed(scenario.solver.name)
    return make_instance(data.inputs, data.travel, scenario)


def _impossible(workspace: Workspace, instance: Instance, t: Texts) -> Iterator[Wrong]:
    """Yield the rules of which counting shows that no plan can keep them."""
    from planner.model.constraints import Group  # noqa: PLC0415 - these take a while
    from planner.model.solving.diagnose import counted_clash  # noqa: PLC0415

    if clash := counted_clash(instance):
        yield _told(workspace, instance, _place(clash), clash, t)
    for name, limit in instance.scenario.limits.items():
        side = side_of(name)
        rule = Group(f"limit_{side}", (), {"criterion": name, "limit": limit.value})
        told = _told(workspace, instance, f"limits.{name}.{side}", [rule], t)
        if limit.hard and told.words["counted"]:
            yield told


def _told(
    workspace: Workspace, instance: Instance, at: str, clash: Sequence[Group], t: Texts
) -> Wrong:
    """Say which rules can't be kept, and what was counted."""
    from planner.model.solving.counting import facts  # noqa: PLC0415
    from planner.outputs.words.rules import fact_sentence, rule_sentence  # noqa: PLC0415
    from planner.planning import named_facts  # noqa: PLC0415 - these take a while

    rules = [rule_sentence(rule.rule, rule.words, t.language) for rule in clash]
    counted = named_facts(workspace.data(), facts(instance, [clash]))
    said = " ".join(fact_sentence(fact.kind, fact.words, t.language) for fact in counted)
    words = {"rules": "; ".join(rules), "counted": said}
    return Wrong(at, "clash" if len(rules) > 1 else "clash_one", words)


def _place(clash: Sequence[Group]) -> str:
    """Return the box at which a clash of offices, towns and dates is told."""
    from planner.model.settings import TOWNS  # noqa: PLC0415

    if any(rule.rule.startswith("office_") for rule in clash):
        return "offices.count"
    return TOWNS.get(clash[0].rule, "rollout.periods")
