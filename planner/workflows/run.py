"""What `planner run` does: read, solve, tell the answer, compare, write, tell where it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from planner import cache, stopping
from planner.calendar.order import check_need
from planner.errors import NotWritten
from planner.message import Message, join, say, tell
from planner.outputs.files.pdf import find_browser
from planner.outputs.findings import read_findings
from planner.outputs.pages.page import capital
from planner.outputs.words import facts
from planner.outputs.words.answer import counted
from planner.outputs.words.changed import heading_of
from planner.outputs.words.others import Leeway
from planner.outputs.words.proofs import Proofs
from planner.outputs.words.text import NO_BREAK, Texts, load_texts
from planner.outputs.words.unverified import last_open, said
from planner.outputs.words.weighing import said_apart
from planner.planning import control_of
from planner.workflows.place import Note, Place
from planner.workflows.plans import best_plan, reference_plan
from planner.workflows.session import Report, Request, Session, progress_told
from planner.workflows.totals import moved, moved_told, remember

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    from planner.data import Data
    from planner.plan import PeriodResult, Plan

KEPT = say("the plan itself is kept: the same command writes it without searching again")
NOT_KEPT = say("the plan is not kept")


@dataclass(frozen=True)
class RunRequest(Request):
    """What `planner run` is asked.

    Attributes
    ----------
    geojson, pdf : bool
        Whether to write these too.
    analyses : sequence of Path
        Of the same question, for the report.
    new : Path or None
        In place of `out`, a folder for a run that replaces nothing: if anything is there when the
        run is written, whenever it came, the run takes the same name with a number.
    """

    geojson: bool = False
    pdf: bool = False
    analyses: Sequence[Path] = ()
    new: Path | None = None

    def place(self, name: str) -> Place:
        """Return where the run goes, `name` being its own.

        Raises
        ------
        InputError
            If no run can be written there.
        """
        if self.new is None:
            return Place.of(self.out, name)
        place = Place(self.new, replaces=False)
        place.check()
        return place


@dataclass(frozen=True)
class Finished:
    """A run that is on disk.

    Attributes
    ----------
    summary : str
        What a planner sees in the terminal.
    failed : dict of str to str
        Name of each file that could not be made -> why.
    notes : list of Note
        What else there is to tell: what was dropped, and where the run went.
    warnings : list of Message
        What there is to tell of the tables: how many doubts, and what has moved.
    """

    out: Path
    plan: Plan
    plan_json: str
    summary: str
    failed: dict[str, str]
    notes: list[Note]
    warnings: list[Message]


@dataclass(frozen=True)
class Screen:
    """What the terminal shows of a run: each part is told as soon as it is known."""

    show: Callable[[str], None] | None
    shown: list[str] = field(default_factory=list)

    def __call__(self, lines: Sequence[str]) -> None:
        """Show lines, if there are any."""
        text = "\n".join(lines).replace(NO_BREAK, " ")
        if text:
            self.shown.append(text)
            if self.show is not None:
                self.show(text)


def run_scenario(
    request: RunRequest,
    *,
    report: Report | None = None,
    show: Callable[[str], None] | None = None,
) -> Finished:
    """Solve a scenario, write its run folder and verify what was written.

    Parameters
    ----------
    report : callable, optional
        Told the progress, which else goes to standard error.
    show : callable, optional
        Given the summary part by part: the answer as soon as it is proved, the plan that it is
        compared with, and at the end where the files are.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped
        As the steps do; nothing is written then.
    PlannerError
        If the disk does not take the run, or it does not verify. A plan that was proved is kept
        all the same, and the same command finds it there.
    """
    session = Session.read(request.folder, request.language)
    data = session.data
    question = session.ask("run", request.scenario, request.overrides)
    scenario = question.scenario
    place = request.place(question.name)
    check_need(data.inputs, scenario)
    findings = read_findings(request.analyses, scenario.name, data.inputs)
    if request.pdf:
        find_browser()
    control = control_of(scenario)
    if report is not None:
        report("solving", None, None)
    with stopping.in_good_order(control):  # until the writing begins, so that no plan is lost
        with progress_told(control, report, request.language):
            found = best_plan(data, scenario, control, ranges=True)
        plan, t, screen = found.plan, load_texts(session.spoken, "terminal"), Screen(show)
        screen(answer_lines(Proofs(plan, scenario, data.inputs, t), again=found.source == "kept"))
        with progress_told(control, report, request.language):
            compared, name, missing = reference_plan(data, scenario, control)
        if report is not None:
            report("writing", None, None)
        # What draws takes a while to load: the answer stands by then.
        from planner.outputs.context import Context  # noqa: PLC0415
        from planner.workflows.write import write_plan  # noqa: PLC0415

        context = Context(plan, scenario, data, compared, name, session.language, findings=findings)
        apart = said_apart(context, t)
        screen(comparison_lines(compared or str(tell(missing, t.language)), t, name, apart))
        screen(rollout_lines(plan, t))
    seconds = monotonic() - session.began
    try:
        written = write_plan(context, place, seconds, geojson=request.geojson, pdf=request.pdf)
    except NotWritten as error:
        kept = found.cached and not cache.anew()
        raise NotWritten(join([error.message, KEPT if kept else NOT_KEPT])) from error
    screen(closing_lines(written.folder, written.verification.verdict, t, written.failed))
    warnings = _warnings(data)
    remember(data.inputs, data.folder)
    return Finished(
        written.folder,
        plan,
        str(written.files["plan.json"]),
        "\n".join(screen.shown),
        written.failed,
        [*question.notes, *written.notes],
        warnings,
    )


def _warnings(data: Data) -> list[Message]:
    """Tell how many doubts there are about the tables, and what has moved since the last run."""
    count = len(data.inputs.doubts)
    warnings = []
    if count == 1:
        warnings.append(say("1 doubt about the tables: planner check tells it"))
    elif count:
        warnings.append(say("{} doubts about the tables: planner check tells them", count))
    changes = moved(data.inputs, data.folder)
    return warnings + ([moved_told(changes)] if changes else [])


def answer_lines(proofs: Proofs, *, again: bool = False) -> list[str]:
    """Return the answer: the offices, what is proved of them, what they rest on, the distances.

    `proofs` has the words of ``text/terminal.toml`` too; `again` says that the plan was solved by
    an earlier run.
    """
    plan, t = proofs.plan, proofs.t
    heading = heading_of(proofs.scenario, proofs.inputs, t, plan.changed)
    lines = [f"{heading.title}. {heading.line}"] if heading.line else []
    lines += [_offices(plan, t), *proofs.short()]
    lines += said(last_open(plan), proofs.scenario, proofs.inputs, t)
    lines += [t("summary.again")] if again else []
    return [*lines, t("summary.distance", **_distances(plan.criteria, t))]


def comparison_lines(
    compared: Plan | str, t: Texts, called: str = "", apart: str = ""
) -> list[str]:
    """Return what the plan is compared with, or the reason why there is nothing.

    `called` is the key of its name, see `facts.reference_name`; `apart` says how much worse the
    compared plan is by the scenario's sum.
    """
    if isinstance(compared, str):
        return [compared] if compared else []
    name = capital(facts.reference_name(compared, called, t))
    line = t("summary.compared", name=name, **_distances(compared.criteria, t))
    return [line, apart] if apart else [line]


def rollout_lines(plan: Plan, t: Texts) -> list[str]:
    """Return what happens period by period, and how long principals wait."""
    lines = [_period(plan, period, t) for period in plan.periods if period.advisors]
    if "waiting" in plan.criteria:
        lines += [*_waits(plan, t), *Leeway(plan, t).sentences()]
    return lines


def closing_lines(
    out: Path, verdict: Message, t: Texts, without: Collection[str] = ()
) -> list[str]:
    """Return the verdict of the verification, and where the pages are but those `without`."""
    pages = [what for what in ("map", "report") if f"{what}.html" not in without]
    return [
        t("summary.verified", verdict=verdict.said(t.language)),
        *(t(f"summary.{what}", path=out / f"{what}.html") for what in pages),
    ]


def _offices(plan: Plan, t: Texts) -> str:
    """Name the offices, and which of them are new where some exist."""
    towns = ", ".join(office.town for office in plan.offices)
    said = t("summary.offices", count=t.count("offices", len(plan.offices)), towns=towns)
    new = [office for office in plan.offices if office.role != "existing"]
    if len(new) == len(plan.offices):
        return said
    if not new:
        return f"{said}. {t('answer.nothing_new')}"
    return f"{said}. {counted('new', new, t.listing([office.town for office in new]), t)}"


def _distances(criteria: Mapping[str, float], t: Texts) -> dict[str, str]:
    return {
        "mean": facts.write_value("mean_km", criteria["mean_km"], t),
        "far": facts.write_value("p95_km", criteria["p95_km"], t),
        "spread": facts.write_value("spread", criteria["spread"], t),
    }


def _period(plan: Plan, period: PeriodResult, t: Texts) -> str:
    opened = plan.opened(period.period)
    key = "opens_none" if not opened else "opens_one" if len(opened) == 1 else "opens"
    return t(
        "summary.period",
        period=capital(t.period(period.period)),
        opens=t(f"summary.{key}", towns=", ".join(opened)),
        advisors=t.number(period.advisors),
        dialogues=t.number(period.dialogues),
        cost=facts.write_value("cost_msek", period.cost_msek, t),
    )


def _waits(plan: Plan, t: Texts) -> list[str]:
    """Say how long principals wait on average, and how many in vain."""
    unmet = plan.criteria["unmet"]
    total = unmet + sum(period.dialogues for period in plan.periods)
    if not total:
        return []
    return [
        t("summary.waiting", months=t.number(plan.criteria["waiting"] / total, 1)),
        t("summary.unmet", n=t.number(unmet), total=t.number(total)),
    ]
