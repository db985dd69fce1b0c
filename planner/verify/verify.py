"""`planner verify RUN`: everything of a finished plan computed again and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import InputError, Problem
from planner.message import say
from planner.verify import calendar, layers, sheets
from planner.verify import tables as data_folder
from planner.verify.case import Case
from planner.verify.changed import check_changed
from planner.verify.expected import Finished
from planner.verify.figures import check_criteria, check_reach, site_figures
from planner.verify.files import ALWAYS, check_files, check_inputs, other_tables
from planner.verify.goals import check_goals
from planner.verify.idle import check_idle
from planner.verify.independent import check_bounds
from planner.verify.offices import check_offices
from planner.verify.proof import check_proof
from planner.verify.ranges import check_ranges
from planner.verify.regions import check_regions, timeline
from planner.verify.rules import read_rules
from planner.verify.run_files import read_assignments, read_manifest, read_plan
from planner.verify.shares import check_shares
from planner.verify.timeline import held, work_figures
from planner.verify.verification import Check, Verification, check, differs, misses, shown
from planner.verify.work import check_work

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from planner.verify.offices import Timeline
    from planner.verify.rules import Rules
    from planner.verify.run_files import Assignment, Manifest, Plan

OTHER_TABLES = say("anything of the plan: that takes the tables that the run was made from")
"""All that is said of a run beside which tables differ: every figure would."""

EXPORTS = (calendar.FILE, sheets.FILE, layers.FILE)
"""Files that say what the plan does in tables, and are held against it."""


def verify_run(run: Path, data: Path | None = None) -> Verification:
    """Check a finished plan against its scenario, its tables and its manifest.

    Parameters
    ----------
    run : pathlib.Path
        A run folder.
    data : pathlib.Path, optional
        The data folder that the run was made from, by default the one that ships.

    Returns
    -------
    Verification

    Raises
    ------
    InputError
        If the folder is no run that can be read, or the tables can't be.
    """
    manifest = read_manifest(run)
    folder = _folder(data)
    other = other_tables(folder, manifest)
    files = [*check_files(run, manifest), *check_inputs(folder, manifest, other)]
    if other:
        return Verification(str(run), tuple(files), (OTHER_TABLES,))
    case, plan, table = _read(run, data)
    checks = [*files, *_told(case.rules, plan), *_recomputed(case, plan, table)]
    checks += _exports(run, manifest, case, plan)
    return Verification(str(run), tuple(checks), _not_proved(plan, manifest))


def _folder(data: Path | None) -> Path:
    folder = data or data_folder.default_data_folder()
    if not folder.is_dir():
        raise InputError(
            [Problem(str(folder), None, "", "", say("a data folder; there is none here"))]
        )
    return folder


def _read(run: Path, data: Path | None) -> tuple[Case, Plan, tuple[Assignment, ...]]:
    problems: list[Problem] = []
    rules = read_rules(run, problems)
    plan = read_plan(run, problems)
    table = read_assignments(run, problems)
    if not problems:
        problems += _unusable(rules)
    if problems:
        raise InputError(problems)
    return Case(rules, data_folder.read_tables(_folder(data))), plan, table


def verify_files(run: Path, data: Path | None = None) -> Verification:
    """Check a run's files and tables by its manifest, and what was made of the plan in tables.

    That is what is left to check once a plan with these very bytes was verified.

    Parameters
    ----------
    run, data
        As in `verify_run`.

    Raises
    ------
    InputError
        As in `verify_run`.
    """
    manifest = read_manifest(run)
    case, plan, _ = _read(run, data)
    folder = _folder(data)
    inputs = check_inputs(folder, manifest, other_tables(folder, manifest))
    checks = [*check_files(run, manifest), *inputs]
    checks += _exports(run, manifest, case, plan)
    return Verification(str(run), tuple(checks), ())


def _exports(run: Path, manifest: Manifest, case: Case, plan: Plan) -> Iterator[Check]:
    """Check calendar, workbook and layers, as far as the run has them."""
    when = timeline(case, plan)
    there = [name for name in EXPORTS if name in manifest.outputs]
    if not all(_whole(case, when)):
        yield from (check(name, [say("not compared: the plan has holes")], "") for name in there)
        return
    done, turns = held(case, plan, when), None
    if calendar.FILE in there and done is None:
        yield check(calendar.FILE, [say("a calendar, and the scenario plans no dialogues")], "")
    elif calendar.FILE in there and done is not None:
        problems: list[Problem] = []
        entries = calendar.read_calendar(run, problems)
        if problems:
            yield check(calendar.FILE, [problem.message for problem in problems], "")
        else:
            checks, turns = calendar.check_calendar(case, done, entries)
            yield from checks
        if turns is not None:
            yield from check_shares(case, done, turns)
    finished = Finished(case, plan, when, done, turns)
    if layers.FILE in there:
        yield layers.check_layers(run, finished)
    if sheets.FILE in there and calendar.FILE in there and turns is None:
        yield check(sheets.FILE, [say("not compared: {} does not hold", calendar.FILE)], "")
    elif sheets.FILE in there:
        yield sheets.check_workbook(run, finished, manifest.inputs)


def _recomputed(case: Case, plan: Plan, table: tuple[Assignment, ...]) -> Iterator[Check]:
    when = timeline(case, plan)
    regions = list(check_regions(case, plan, when, table))
    yield from regions
    yield from check_offices(case, plan, when)
    if not all(_whole(case, when)) or any(not c.ok for c in regions if c.name == "periods"):
        found = [say("not computed: some period has no office, or some unit has none")]
        yield check(say("criteria"), found, "")
        return
    done = held(case, plan, when)
    figures = site_figures(case, when.open[-1], when.served[-1])
    if done is not None:
        figures |= work_figures(done)
    yield from check_criteria(case, plan, figures)
    yield check_reach(case, plan, when)
    yield check_idle(case, plan, when)
    yield from check_work(case, plan, when, done)
    yield from check_goals(case, plan, figures, done)
    yield from check_proof(case, plan)
    yield check_ranges(case.rules, plan, figures)
    yield from check_bounds(case, plan, when)


def _whole(case: Case, when: Timeline) -> Iterator[bool]:
    for open_now, served in zip(when.open, when.served, strict=True):
        yield bool(open_now) and served.keys() == case.members.keys()


def _told(rules: Rules, plan: Plan) -> Iterator[Check]:
    """Check that the plan names its scenario, and lists every number with range and source."""
    wrong = differs("scenario", plan.scenario, rules.name)
    yield check(say("scenario"), wrong, rules.name)
    yield check_changed(rules, plan)
    told = {q.key: q for q in plan.assumptions}
    wanted = {q.key: q for q in rules.quantities}
    found = list(differs("listed", set(told), set(wanted))) if told.keys() != wanted.keys() else []
    for key in sorted(told.keys() & wanted.keys()):
        for part in ("value", "low", "high"):
            found += misses(f"{key} {part}", getattr(told[key], part), getattr(wanted[key], part))
        for part in ("unit", "source"):
            found += differs(f"{key} {part}", getattr(told[key], part), getattr(wanted[key], part))
    yield check(say("assumptions"), found, say("all {} numbers of the scenario", len(wanted)))


def _unusable(rules: Rules) -> list[Problem]:
    """Find what would leave nothing to check a plan against."""
    file = "scenario.toml"
    problems = []
    if not rules.periods:
        problems.append(Problem(file, None, "rollout.periods", "", say("at least one period")))
    if rules.level not in ("county", "municipality", "principal"):
        expected = say("county, municipality or principal")
        problems.append(Problem(file, None, "units.level", rules.level, expected))
    return problems


def _not_proved(plan: Plan, manifest: Manifest) -> tuple[str, ...]:
    end = plan.termination
    bound = f"{end.name} {shown(end.bound)}"
    sentences = [
        say("that no better plan exists, but for what our bounds say: the solver's are {}", bound),
        say("that the tables and the assumptions are true"),
    ]
    pictures = sorted(manifest.outputs.keys() - {*EXPORTS, *ALWAYS})
    if pictures:
        sentences.append(
            say("what {} show: of these only the sha256 is checked", ", ".join(pictures))
        )
    if sheets.FILE in manifest.outputs or layers.FILE in manifest.outputs:
        sentences.append(say("the words, shapes and styles of workbook and layers"))
    if calendar.FILE in manifest.outputs:
        sentences.append(
            say("that the calendar's order is a good one: only who is met where and when")
        )
    if plan.others:
        sentences.append(
            say("keys of plan.json that are not known here: {}", ", ".join(plan.others))
        )
    return tuple(sentences)
