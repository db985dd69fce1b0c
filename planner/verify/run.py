"""`planner verify RUN`: everything of a finished plan computed again and compared."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from planner.errors import InputError, Problem
from planner.message import Message, say
from planner.verify import calendar_csv, plan_gpkg, plan_xlsx, table_rows
from planner.verify import tables as data_folder
from planner.verify.calendar_shares import check_shares
from planner.verify.checks import Check, Verification, agrees, check, differs, misses, shown
from planner.verify.content import ALWAYS, READ, check_files, check_inputs, other_tables
from planner.verify.exact_case import ExactCase
from planner.verify.expected_tables import CheckedPlan
from planner.verify.figures import Timeline, check_criteria, check_reach, site_figures, timeline
from planner.verify.goals import check_goals
from planner.verify.offices import check_offices
from planner.verify.own_bounds import check_bounds
from planner.verify.proof import check_proof, check_ranges
from planner.verify.regions import check_idle, check_regions
from planner.verify.rules import Rules, read_rules
from planner.verify.run_files import (
    Assignment,
    Manifest,
    Plan,
    read_assignments,
    read_manifest,
    read_plan,
)
from planner.verify.tables import DataTables, sha256
from planner.verify.work import check_work
from planner.verify.work_done import work_figures, work_of

OTHER_TABLES = say("anything of the plan: that takes the tables that the run was made from")
"""All that is said of a run beside which tables differ: every figure would."""

EXPORTS = (calendar_csv.FILE, plan_xlsx.FILE, plan_gpkg.FILE)
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
    checks = [*files, *_told(case.rules, plan), *_recomputed(case, plan, table, manifest.planner)]
    checks += _exports(run, manifest, case, plan)
    return Verification(str(run), tuple(checks), tuple(_not_proved(plan, manifest)))


def _folder(data: Path | None) -> Path:
    folder = data or data_folder.default_data_folder()
    if not folder.is_dir():
        raise InputError(
            [Problem(str(folder), None, "", "", say("a data folder; there is none here"))]
        )
    return folder


def _read(run: Path, data: Path | None) -> tuple[ExactCase, Plan, tuple[Assignment, ...]]:
    problems: list[Problem] = []
    rules = read_rules(run, problems)
    plan = read_plan(run, problems)
    table = read_assignments(run, problems)
    if not problems:
        problems += _unusable(rules)
    if problems:
        raise InputError(problems)
    folder = _folder(data)
    read = [folder / table_rows.there(folder, name) for name in READ]
    digests = tuple(sha256(file) for file in (*read, folder / "country.toml"))
    return ExactCase(rules, _tables(folder, digests)), plan, table


@lru_cache(maxsize=1)
def _tables(folder: Path, _digests: tuple[str | None, ...]) -> DataTables:
    """Read the tables once while they are the same: a run is checked before and after writing."""
    return data_folder.read_tables(folder)


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


def _exports(run: Path, manifest: Manifest, case: ExactCase, plan: Plan) -> Iterator[Check]:
    """Check calendar, workbook and layers, as far as the run has them."""
    when = timeline(case, plan)
    there = [name for name in EXPORTS if name in manifest.outputs]
    if not all(_whole(case, when)):
        yield from (check(name, [say("not compared: the plan has holes")], "") for name in there)
        return
    done, turns = work_of(case, plan, when), None
    if calendar_csv.FILE in there and done is None:
        yield check(calendar_csv.FILE, [say("a calendar, and the scenario plans no dialogues")], "")
    elif calendar_csv.FILE in there and done is not None:
        problems: list[Problem] = []
        entries = calendar_csv.read_calendar(run, problems)
        if problems:
            yield check(calendar_csv.FILE, [problem.message for problem in problems], "")
        else:
            checks, turns = calendar_csv.check_calendar(case, done, entries)
            yield from checks
        if turns is not None:
            yield from check_shares(case, done, turns)
    finished = CheckedPlan(case, plan, when, done, turns)
    if plan_gpkg.FILE in there:
        yield plan_gpkg.check_layers(run, finished)
    if plan_xlsx.FILE in there and calendar_csv.FILE in there and turns is None:
        yield check(plan_xlsx.FILE, [say("not compared: {} does not hold", calendar_csv.FILE)], "")
    elif plan_xlsx.FILE in there:
        yield plan_xlsx.check_workbook(run, finished, manifest.inputs)


def _recomputed(
    case: ExactCase, plan: Plan, table: tuple[Assignment, ...], version: str
) -> Iterator[Check]:
    when = timeline(case, plan)
    regions = list(check_regions(case, plan, when, table))
    yield from regions
    yield from check_offices(case, plan, when)
    if not all(_whole(case, when)) or any(not c.ok for c in regions if c.name == "periods"):
        found = [say("not computed: some period has no office, or some unit has none")]
        yield check(say("criteria"), found, "")
        return
    done = work_of(case, plan, when)
    figures = site_figures(case, when.open[-1], when.served[-1])
    if done is not None:
        figures |= work_figures(done)
    yield from check_criteria(case, plan, figures, version)
    yield check_reach(case, plan, when)
    yield check_idle(case, plan, when)
    yield from check_work(case, plan, when, done)
    yield from check_goals(case, plan, figures, done)
    yield from check_proof(case, plan)
    yield check_ranges(case.rules, plan, figures)
    yield from check_bounds(case, plan, when)


def _whole(case: ExactCase, when: Timeline) -> Iterator[bool]:
    for open_now, served in zip(when.open, when.served, strict=True):
        yield bool(open_now) and served.keys() == case.members.keys()


def _told(rules: Rules, plan: Plan) -> Iterator[Check]:
    """Check that the plan names its scenario, and lists every number with range and source."""
    wrong = differs("scenario", plan.scenario, rules.name)
    yield check(say("scenario"), wrong, rules.name)
    yield _changed(rules, plan)
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


def _not_proved(plan: Plan, manifest: Manifest) -> Iterator[str]:
    end = plan.termination
    bound = f"{end.name} {shown(end.bound)}"
    yield say("that no better plan exists, but for what our bounds say: the solver's are {}", bound)
    yield say("that the tables and the assumptions are true")
    pictures = sorted(manifest.outputs.keys() - {*EXPORTS, *ALWAYS})
    if pictures:
        yield say("what {} show: of these only the sha256 is checked", ", ".join(pictures))
    if plan_xlsx.FILE in manifest.outputs or plan_gpkg.FILE in manifest.outputs:
        yield say("the words, shapes and styles of workbook and layers")
    if calendar_csv.FILE in manifest.outputs:
        yield say("that the calendar's order is a good one: only who is met where and when")
    if plan.others:
        yield say("keys of plan.json that are not known here: {}", ", ".join(plan.others))


def _changed(rules: Rules, plan: Plan) -> Check:
    """Hold every value that a plan says was set against the scenario.

    What the value was before is the plan's word: a run does not hold the scenario that it was
    made from.
    """
    asked = dict(_settings(rules.tree, ""))
    found = list(_wrong(plan.changed, asked))
    many = say("{} values that {} has otherwise", len(plan.changed), plan.base or rules.name)
    return check(say("changed"), found, many, applies=bool(plan.changed))


def _wrong(changed: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[Message]:
    for key, pair in changed.items():
        if not isinstance(pair, list) or len(pair) != 2:
            yield say("{}: expected the value before and the value now", key)
        elif not _same(pair[1], asked.get(key)):
            yield say("{}: expected {}, found {}", key, shown(asked.get(key)), shown(pair[1]))
        elif _same(*pair):
            yield say("{}: {} before and now", key, shown(pair[0]))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if _number(one) and _number(other):
        return agrees(Fraction(one), Fraction(other))
    return type(one) is type(other) and bool(one == other)


def _number(value: Any) -> bool:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def _settings(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Yield the values of a scenario by dotted key; a number with a range has three."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = {str(place): item for place, item in enumerate(value)}
    if not isinstance(value, dict):
        yield key, value
        return
    if {"value", "low", "high"} <= set(value):
        yield key, value["value"]
    for name, inner in value.items():
        yield from _settings(inner, f"{key}.{name}" if key else name)
