"""The assurance sheet: what may be asked of an analysis before anyone decides by it.

The parts follow the AQuA Book. All of it is printed from the run: the scenario, the tables, the
plan and the verification; only names, dates and signatures are left for people to fill in.

References
----------
HM Treasury and Government Analysis Function, The AQuA Book: guidance on producing quality
analysis (2015, revised 2025).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from planner.outputs.pages.page import Part, Table, capital
from planner.outputs.words import facts
from planner.outputs.words.basis import data_notes
from planner.outputs.words.changed import change_table, heading_of
from planner.outputs.words.text import Texts, load_texts
from planner.outputs.words.unverified import doubts, last_open
from planner.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.case.types import Inputs
    from planner.outputs.words.proofs import Proofs
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.verify import Check, Verification

SOLVERS = {"highs": ("HiGHS", "highspy"), "scip": ("SCIP", "pyscipopt")}
ROLES = ("commissioner", "analyst", "assurer", "approver")
BLANKS = ("name", "date", "signature")

CRITERION = "criteria."
BOUND = "independent bound on "
RANGES = "ranges"
UNSAID = ("files",)
"""Checks of the folder itself, which is complete only when this sheet is in it."""


@dataclass(frozen=True)
class Assurance:
    """The sheet in words.

    Attributes
    ----------
    parts : tuple of planner.outputs.pages.page.Part
        Purpose, data, assumptions, checks, known limits.
    roles : planner.outputs.pages.page.Table
        Who answers for what; the cells of the last three columns are blank.
    """

    title: str
    lead: str
    parts: tuple[Part, ...]
    roles: Table


def make_assurance(
    proofs: Proofs, verification: Verification | None, analyses: Sequence[str] = ()
) -> Assurance:
    """Put the assurance sheet of a plan into words.

    Parameters
    ----------
    proofs : Proofs
        Of the plan, its scenario and tables, in the language to speak.
    verification : Verification or None
        None where the plan was not verified: the sheet then says so.
    analyses : sequence of str
        Titles of analyses that tried other plans or other assumptions.

    Returns
    -------
    Assurance
        The same for the same run, word for word.
    """
    t = load_texts(proofs.t.language, "assurance")
    proofs = replace(proofs, t=t)
    plan, scenario, inputs = proofs.plan, proofs.scenario, proofs.inputs
    parts = (
        _purpose(plan, scenario, inputs, t),
        _data(inputs, t),
        _assumptions(plan, analyses, t),
        _checks(proofs, verification),
        Part(t("limits.heading"), points=tuple(_limits(proofs, verification))),
    )
    blank = ("",) * len(BLANKS)
    roles = Table(
        caption=t("roles.caption"),
        head=tuple(t(f"roles.{column}") for column in ("role", "duty", *BLANKS)),
        rows=tuple((t(f"roles.{role}"), t(f"roles.{role}_duty"), *blank) for role in ROLES),
    )
    return Assurance(t("assurance.title"), t("assurance.lead"), parts, roles)


def assurance_rows(sheet: Assurance) -> list[tuple[str, str, str]]:
    """Return the sheet as rows of a table: the part, what the row is about, what it says.

    Cells of a table row after the first are joined, each with its header where there are several.
    """
    rows = []
    for part in sheet.parts:
        rows += [(part.heading, "", text) for text in (*part.paragraphs, *part.points)]
        for table in part.tables:
            for first, *rest in table.rows:
                named = zip(table.head[1:], rest, strict=True)
                many = len(rest) > 1
                text = "; ".join(f"{head}: {cell}" if many else cell for head, cell in named)
                rows.append((part.heading, first, text))
    for role, duty, *_ in sheet.roles.rows:
        blanks = "; ".join(f"{head}:" for head in sheet.roles.head[2:])
        rows.append((sheet.roles.caption, role, f"{duty} {blanks}"))
    return rows


def _purpose(plan: Plan, scenario: Scenario, inputs: Inputs, t: Texts) -> Part:
    kind = "rollout" if scenario.dialogues else "sites"
    heading = heading_of(scenario, inputs, t, plan.changed)
    rows = (
        (t("purpose.question"), heading.title),
        (t("purpose.scenario"), heading.question),
        (t("purpose.decision"), t(f"purpose.{kind}", agency=inputs.country.agency)),
        (t("purpose.use"), t("purpose.use_text")),
        (
            t("purpose.made_with"),
            t("purpose.program", planner=__version__, solver=_solver(scenario)),
        ),
    )
    head = (t("purpose.what"), t("purpose.text"))
    tables = [Table(t("purpose.caption"), head, rows)]
    tables += [change_table(heading, t)] if heading.changes else []
    return Part(t("purpose.heading"), tables=tuple(tables))


def _solver(scenario: Scenario) -> str:
    """Name the solver, with its version where it is installed."""
    name, package = SOLVERS[scenario.solver.name]
    try:
        return f"{name} {version(package)}"
    except PackageNotFoundError:
        return name


def _data(inputs: Inputs, t: Texts) -> Part:
    head = tuple(t(f"data.{column}") for column in ("what", "source", "as_of", "rows", "gaps"))
    rows = tuple(
        (what, source, as_of, t.number(count), gaps)
        for what, source, as_of, count, gaps in data_notes(inputs, t).values()
    )
    table = Table(t("data.caption"), head, rows, numeric=frozenset({3}))
    return Part(
        t("data.heading"),
        paragraphs=(t("data.lead", n=t.number(len(inputs.files))),),
        tables=(table,),
    )


def _assumptions(plan: Plan, analyses: Sequence[str], t: Texts) -> Part:
    total = len(plan.assumptions)
    guessed = sum(given.source.startswith("assumption") for given in plan.assumptions)
    if not total:
        return Part(t("assumed.heading"), paragraphs=(t("assumptions.none"),))
    said = t("assumed.lead", n=t.number(total), guessed=t.number(guessed))
    tried = t("assumed.tried", titles="; ".join(analyses)) if analyses else t("assumed.untried")
    return Part(t("assumed.heading"), paragraphs=(said, tried))


def _checks(proofs: Proofs, verification: Verification | None) -> Part:
    plan, scenario, inputs, t = proofs.plan, proofs.scenario, proofs.inputs, proofs.t
    columns = ("stage", "scope", "value", "bound", "gap", "reason")
    head = tuple(t(f"proof.{column}") for column in columns)
    proved = Table(
        t("checks.proved"),
        head,
        tuple(
            (capital(s["objective"]), capital(s["scope"]), *(s[c] for c in columns[2:]))
            for s in (proofs.rows() if plan.stages else ())
        ),
        numeric=frozenset({2, 3, 4}),
    )
    paragraphs = [t("checks.solver")]
    if scenario.dialogues:
        paragraphs.append(t("checks.solver_rollout", gap=facts.write_gap(scenario.solver.gap, t)))
    tables = [proved] if proved.rows else []
    if verification is None:
        return Part(
            t("checks.heading"), (*paragraphs, t("checks.unverified")), tables=tuple(tables)
        )
    checks = [check for check in verification.checks if check.name not in UNSAID]
    failed = [check for check in checks if not check.ok]
    idle = sum(check.ok and not check.applies and not check.claim for check in checks)
    counts = {
        "n": t.number(len(checks)),
        "ok": t.number(len(checks) - len(failed) - idle),
        "idle": t.number(idle),
        "failed": t.number(len(failed)),
    }
    paragraphs.append(t("checks.failed" if failed else "checks.verified", **counts))
    sister = inputs.country.sister_agency
    claims = [check.name for check in checks if check.claim]
    bounds = [name.removeprefix(BOUND) for name in claims if name.startswith(BOUND)]
    if claimed := [facts.objective_name(name, t, sister) for name in bounds]:
        paragraphs.append(t("checks.claims", objectives=t.listing(claimed)))
    paragraphs += [t("checks.ranges")] if RANGES in claims else []
    paragraphs.append(t("checks.files"))
    ordered = sorted(checks, key=lambda check: check.ok)
    rows = tuple((_check(c.name, plan, inputs, t), _result(c, t)) for c in ordered)
    head = (t("checks.check"), t("checks.result"))
    tables.append(Table(t("checks.caption"), head, rows, folded=True))
    return Part(t("checks.heading"), tuple(paragraphs), tables=tuple(tables))


def _check(name: str, plan: Plan, inputs: Inputs, t: Texts) -> str:
    """Say what a check looks at, or give its own name where there are no words."""
    sister = inputs.country.sister_agency
    criterion = name.removeprefix(CRITERION)
    if criterion != name and criterion in plan.criteria:
        words = facts.criterion_name(criterion, t, sister)
        value = facts.write_value(criterion, plan.criteria[criterion], t)
        return t("check.criterion", name=words, value=value)
    if name.startswith(BOUND):
        goal = facts.objective_name(name.removeprefix(BOUND), t, sister)
        return t("check.bound", objective=goal)
    return t(f"check.{name}", sister=sister) if t.has(f"check.{name}") else name


def _result(check: Check, t: Texts) -> str:
    if not check.ok:
        return t("checks.fails", detail=check.detail)
    if check.claim:
        return t("checks.claimed")
    return t("checks.holds" if check.applies else "checks.idle")


def _limits(proofs: Proofs, verification: Verification | None) -> Iterator[str]:
    """Say what the plan leaves open: what holds of every plan, and what holds of this one."""
    plan, scenario, inputs, t = proofs.plan, proofs.scenario, proofs.inputs, proofs.t
    sister = inputs.country.sister_agency
    for end in proofs.ends:
        if end.reason != "optimal":
            words = {"objective": proofs.name(end), "among": proofs.among(end)}
            words |= {"value": proofs.value(end), "gap": facts.write_gap(end.gap, t)}
            yield t("limits.gap", **words, apart=proofs.apart(end))
    broken = sum(slack.slack > 0 for slack in plan.slacks)
    if broken:
        yield t("limits.broken.one" if broken == 1 else "limits.broken.other", n=t.number(broken))
    unsure = doubts(last_open(plan), scenario, inputs)
    shaky = {code for code, each in unsure.items() if each.rests and each.sister == "unverified"}
    towns = [office.town for office in plan.offices if office.code in shaky]
    if towns:
        yield t("limits.unsourced", towns=t.listing(towns), sister=sister)
    yield t("limits.distance")
    if scenario.dialogues is not None:
        yield t("limits.uptake")
        yield t("limits.same_cost")
    yield t("limits.people")
    yield t("limits.model")
    if verification is not None:
        yield t("limits.tables")
