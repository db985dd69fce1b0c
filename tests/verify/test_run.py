"""Verification as a whole: real runs hold, files are told apart, bad folders get one answer."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from country import ROADS, country_tables, make_country
from planner.errors import InputError
from planner.verify import verify_run
from planner.version import __version__
from verify.small import BARE, ROLLOUT, STATIC

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from verify.small import Run, Solve

POOL = 'staffing.sister_pool={value=2.5,unit="fte",low=0,high=9}'
LENT = 'money.sister_advisor={value=0.5,unit="MSEK/year",low=0,high=9}'

KINDS: dict[str, tuple[str, list[str]]] = {
    "rollout": (ROLLOUT, []),
    "static": (STATIC, []),
    "municipalities": (ROLLOUT, ['units.level="municipality"']),
    "principals": (ROLLOUT, ['units.level="principal"']),
    "connected": (STATIC, ['units.level="municipality"', "units.contiguous=true"]),
    "closing": (
        ROLLOUT,
        ["rollout.may_close=true", "money.premises=4", 'sites.candidates="seats"'],
    ),
    "existing": (ROLLOUT, ['sites.existing=["0101"]', 'staffing.existing={"0101"=2}']),
    "own premises": (ROLLOUT, ['sites.own_premises=["0201"]', 'rollout.opens={"0201"="2022"}']),
    "lent staff": (ROLLOUT, [POOL, LENT]),
    "lent staff for nothing": (ROLLOUT, [POOL]),
    "lexicographic": (
        ROLLOUT,
        [
            'objective.method="lexicographic"',
            'objective.order=["mean_km","waiting"]',
            'objective.then=["max_km"]',
        ],
    ),
    "more is better": (
        STATIC,
        ["objective.rates={mean_km=1,min_separation_km=1,spsm_share=1}", "offices.count=[2,3]"],
    ),
    "a rate of nothing": (
        STATIC,
        ["objective.rates={mean_km=1,max_km=0,university_minutes=1}"],
    ),
    "a leading criterion without a rate": (
        STATIC,
        [
            'objective.leading="spread"',
            'objective.rates={mean_km={value=2,unit="km per km",low=1,high=4}}',
        ],
    ),
    "soft rules first": (
        ROLLOUT,
        [
            'objective.method="lexicographic"',
            'objective.order=["waiting","mean_km"]',
            "objective.then=[]",
            "objective.tolerance={waiting=9}",
        ],
    ),
    "many best ends": (
        ROLLOUT,
        ['objective.method="epsilon"', 'objective.optimise="spsm_share"', "limits={}"],
    ),
    "sites after the rollout": (ROLLOUT, ['objective.then=["waiting","max_km"]']),
    "a sum of sites and rollout": (ROLLOUT, ["objective.rates={mean_km=1,unmet=2}"]),
    "one office": (STATIC, ["offices.count=1", "limits={}"]),
    "a single criterion": (BARE, []),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_real_run_holds(kind: str, solve: Solve) -> None:
    """Whatever the model can be asked, what it answers is what is found again."""
    text, overrides = KINDS[kind]
    if kind == "existing":
        there = '{value=2,unit="advisors",low=0,high=9}'
        overrides = [overrides[0], f'staffing.existing={{"0101"={there}}}']
    run = solve(text, overrides)
    found = verify_run(run.folder, run.data)
    assert found.ok, found.text()


@pytest.mark.parametrize("kind", ["road", "ferry"])
def test_a_bridge_or_ferry_joins_a_region(solve: Solve, tmp_path: Path, kind: str) -> None:
    """An island that has no border belongs to the region that its link lands in."""
    tables = country_tables(roads=[(*road[:4], kind) for road in ROADS])
    tables["adjacency"] = [row for row in tables["adjacency"] if "0302" not in row.values()]
    folder = make_country(tmp_path / "data", tables)
    run = solve(BARE, ["units.contiguous=true", 'units.level="municipality"'], folder)
    found = {check.name: check for check in verify_run(run.folder, folder).checks}
    assert found["connected regions"].ok
    assert found["criteria.contiguous"].detail == "1"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["shortest-distance", "free-choice"])
def test_a_plan_of_the_real_data_holds(name: str, tmp_path: Path) -> None:
    """A shipped scenario on the shipped tables verifies, and our own bound nearly meets it."""
    from planner import planning  # noqa: PLC0415
    from planner.data import load  # noqa: PLC0415 - only here, so that other tests start at once
    from planner.runs import writing  # noqa: PLC0415

    data = load()
    scenario = data.scenario(name)
    files = {"scenario.toml": writing.scenario_toml(scenario)}
    plan = planning.solve(data, scenario)
    files |= {
        "plan.json": writing.plan_json(plan),
        "assignments.csv": writing.assignments_csv(plan),
    }
    writing.write_run(tmp_path / "run", files, writing.Provenance(data.inputs.files, 1.0))
    found = verify_run(tmp_path / "run")
    assert found.ok, found.text()
    assert {"independent bound on mean_km", "exchange of one office"} <= {
        check.name for check in found.checks
    }


def failing(run: Run) -> set[str]:
    """Return the names of the checks that fail."""
    return {check.name for check in verify_run(run.folder, run.data).failed}


@pytest.mark.parametrize(("version", "missing", "fails"), [
    ("0.1.0", "largest_region", set()),
    (__version__, "largest_region", {"criteria"}),
    ("a later one", "largest_region", {"criteria"}),
    ("0.1.0", "max_km", {"criteria"}),  # that version had it
])  # fmt: skip
def test_a_run_of_an_earlier_version_need_not_tell_what_came_later(
    version: str, missing: str, fails: set[str], static: Run
) -> None:
    """A criterion that there was not yet may be missing, no other; and the check says so."""
    _as_written_by(static, version, missing)
    found = verify_run(static.folder, static.data)
    assert {check.name for check in found.failed} == fails, found.text()
    told = {check.name: check.detail for check in found.checks}
    later = "13 criteria, all of them known; not told, made before it was a criterion: "
    assert (told["criteria"] == f"{later}largest_region") is (not fails)


@pytest.mark.parametrize("asked", [
    'limits={largest_region={most={value=99,unit="principals",low=0,high=99}}}',
    'objective.then=["largest_region"]',
    "objective.rates={mean_km=1,largest_region=0}",
])  # fmt: skip
def test_what_a_scenario_asks_for_is_told_by_every_version(asked: str, solve: Solve) -> None:
    run = solve(STATIC, [asked])
    assert failing(run) == set()
    _as_written_by(run, "0.1.0", "largest_region")
    assert failing(run) == {"criteria"}


def test_a_run_with_all_its_files_need_not_tell_it_either(exported: Run) -> None:
    """Nor do the layers of an earlier version have such a row."""
    with closing(sqlite3.connect(exported.folder / "plan.gpkg")) as layers, layers:
        layers.execute("DELETE FROM criteria WHERE criterion = 'largest_region'")
    _as_written_by(exported, "0.1.0", "largest_region")
    assert failing(exported) == set()


def _as_written_by(run: Run, version: str, missing: str) -> None:
    plan = run.plan()
    del plan["criteria"][missing]
    run.write(plan, run.scenario())
    path = run.folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"planner": version}), "utf-8")


def test_a_plan_that_an_exchange_beats_is_no_optimum(solve: Solve) -> None:
    """A sound plan that is called optimal and isn't: a single exchange gives the lie to it."""
    run = solve(BARE, ['sites.required=["0101"]'])
    plan, scenario = run.plan(), run.scenario()
    scenario["sites"]["required"] = []
    plan["changed"] = {}
    plan["offices"][0]["role"] = "candidate"
    run.write(plan, scenario)
    found = verify_run(run.folder, run.data)
    assert [check.name for check in found.failed] == ["exchange of one office"]
    assert found.failed[0].detail.startswith("0201 for 0101 gives 5.4761")


@pytest.mark.parametrize("rule", ['sites.required=["0101"]', 'rollout.opens={"0101"="2024"}'])
def test_an_office_that_must_be_there_is_not_exchanged(rule: str, solve: Solve) -> None:
    """The plan would be better without Norr, but a rule holds it there."""
    run = solve(BARE, [rule])
    assert run.plan()["offices"][0]["code"] == "0101"
    assert failing(run) == set()


def test_a_bound_on_what_should_be_large_lies_above(solve: Solve) -> None:
    """Of a criterion that is better the larger it is, the bound is no less than the value."""
    run = solve(BARE.replace("mean_km", "min_separation_km"))
    assert failing(run) == set()
    plan, scenario = run.plan(), run.scenario()
    value = plan["criteria"]["min_separation_km"]
    plan["stages"][0] |= {"bound": value + 0.0009, "gap": 0.0009 / value}
    plan["termination"] = plan["stages"][0]
    run.write(plan, scenario)
    assert failing(run) == set()
    plan["stages"][0]["bound"] = value - 0.0009
    run.write(plan, scenario)
    assert failing(run) == {"bounds and gaps"}


def test_our_own_bounds_say_what_there_is_to_gain(rollout: Run) -> None:
    """123 is the least that any plan can do."""
    found = {check.name: check for check in verify_run(rollout.folder, rollout.data).checks}
    assert found["independent bound on waiting"].detail == (
        "no plan below 123 (every advisor who can be hired): nothing to gain on 123"
    )


@pytest.mark.slow
@pytest.mark.parametrize(("objective", "bound", "holds"), [
    (5, 4, True),  # 5.476 is within half a km of 5
    (4.97, 4, False),
    (5.476190476, 5.476190476, True),
    (5.6, 5.5, False),  # the plan is better than its bound
])  # fmt: skip
def test_a_plan_gives_up_no_more_than_the_tolerance(
    objective: float, bound: float, *, holds: bool, solve: Solve
) -> None:
    """What later criteria may take from an earlier one is told in its own unit."""
    ways = ['objective.method="lexicographic"', "objective.tolerance={mean_km=0.5}"]
    run = solve(STATIC, [*ways, 'objective.order=["mean_km","university_minutes"]', "limits={}"])
    plan = run.plan()
    assert plan["criteria"]["mean_km"] == 5.47619048
    gap = (objective - bound) / objective
    stage = {"objective": objective, "bound": bound, "gap": gap, "reason": "gap_limit"}
    plan["stages"][0] |= stage
    plan["termination"] = plan["stages"][0]
    scenario = run.scenario()
    scenario["solver"]["gap"] = 0.5
    run.write(plan, scenario)
    assert ("objective" not in failing(run)) is holds


def test_one_more_hire_than_allowed_is_caught(rollout: Run) -> None:
    """Two advisors at a new office and one more at an old one are three hires."""
    plan, scenario = rollout.plan(), rollout.scenario()
    plan["offices"][1]["advisors"]["2023"] = 5
    rollout.write(plan, scenario)
    found = {check.name: check for check in verify_run(rollout.folder, rollout.data).checks}
    assert found["hires"].detail == "4, 3 hired"
    scenario["rollout"]["periods"][1]["hires_most"]["value"] = 2
    rollout.write(plan, scenario)
    found = {check.name: check for check in verify_run(rollout.folder, rollout.data).checks}
    assert found["hires"].detail == "2023: expected at most 2 hired, found 3"


@pytest.mark.slow
def test_a_unit_goes_to_its_own_office_once_that_is_open(solve: Solve) -> None:
    """In the first period county 03 may not be served from another office than its own."""
    run = solve(ROLLOUT, ["rollout.periods=" + _both_open_at_once()])
    assert failing(run) == set()
    plan = run.plan()
    row = next(r for r in plan["assignments"] if (r["id"], r["period"]) == ("03", "2022"))
    assert row["office"] == "0301"
    row |= {"office": "0201", "km": 25, "minutes": 26}
    plan["dialogues"] = [
        r | {"office": "0201"} if (r["id"], r["period"]) == ("03", "2022") else r
        for r in plan["dialogues"]
    ]
    run.write(plan, run.scenario())
    assert "own office" in failing(run)
    assert not failing(run) & {"travel", "dialogues", "one office each", "open offices"}


@pytest.mark.slow
def test_a_unit_that_waits_for_its_own_office_goes_to_the_nearest(solve: Solve) -> None:
    """With two offices open and the third to come, its county may not go to the farther one."""
    run = solve(ROLLOUT, ["offices.count=3", "rollout.periods=" + _two_then_one()])
    assert failing(run) == set()
    plan = run.plan()
    own = {r["id"]: r["office"] for r in plan["assignments"] if r["period"] == "2023"}
    row = next(
        r for r in plan["assignments"] if r["period"] == "2022" and r["office"] != own[r["id"]]
    )
    farther = next(
        code for code in plan["periods"][0]["open"] if code not in (row["office"], own[row["id"]])
    )
    unit, row["office"] = row["id"], farther
    for batch in plan["dialogues"]:
        if (batch["id"], batch["period"]) == (unit, "2022"):
            batch["office"] = farther
    run.write(plan, run.scenario())
    found = {check.name: check for check in verify_run(run.folder, run.data).failed}
    assert found["nearest office"].detail.startswith(f"{unit} in 2022: waits for its own office")
    assert "own office" not in found


def _two_then_one() -> str:
    return '[{name="2022",months=6,openings_most=2},{name="2023",months=12,openings_most=1}]'


def _both_open_at_once() -> str:
    return '[{name="2022",months=6,openings_most=2},{name="2023",months=12,openings_most=0}]'


def test_a_region_in_parts_is_caught(solve: Solve) -> None:
    """Norr lies away from the rest of the region of Ost."""
    run = solve(BARE, ['units.level="municipality"', "units.contiguous=true"])
    plan = run.plan()
    row = next(r for r in plan["assignments"] if r["id"] == "0101")
    row |= {"office": "0301", "km": 30, "minutes": 24}
    run.write(plan, run.scenario())
    found = {check.name: check for check in verify_run(run.folder, run.data).failed}
    assert found["connected regions"].detail == ("0101 not joined to the rest of 0301's region")
    assert "criteria.contiguous" in found
    assert "travel" not in found


def test_an_office_that_closes_is_caught(rollout: Run) -> None:
    """An office stays open unless the scenario lets it close; closing costs."""
    plan, scenario = rollout.plan(), rollout.scenario()
    plan["periods"][0]["open"] = ["0101", "0301"]
    new = plan["offices"][0] | {
        "code": "0101", "town": "Norr", "opens": "2022", "closes": "2023", "principals": 0,
        "counties": [], "advisors": {"2022": 0}, "university_minutes": 8,
    }  # fmt: skip
    plan["offices"].insert(0, new)
    rollout.write(plan, scenario)
    assert failing(rollout) == {
        "offices stay", "openings per period", "minimum team", "costs", "criteria.cost_msek",
        "nearest office",
    }  # fmt: skip
    scenario["rollout"]["may_close"] = True
    rollout.write(plan, scenario)
    found = {check.name: check for check in verify_run(rollout.folder, rollout.data).checks}
    assert found["offices stay"].ok
    # Two openings at 1.5 and half a year of premises, then a closing at 1 MSEK.
    assert "2022 MSEK: expected 6.00129, found 4.00129" in found["costs"].detail
    assert "2023 MSEK: expected 8.50036, found 7.50036" in found["costs"].detail


@pytest.mark.slow
@pytest.mark.parametrize("by", [0.5, -0.5])
def test_lent_staff_is_held_against_the_pool(by: float, solve: Solve) -> None:
    """Costs beyond what the pool explains, or below what the hours ask for, are caught."""
    run = solve(ROLLOUT, [POOL, LENT])
    plan = run.plan()
    assert plan["periods"][0]["dialogues"] > 9  # more than four advisors hold
    plan["periods"][0]["cost_msek"] += by * 1.3
    plan["criteria"]["cost_msek"] += by * 1.3
    run.write(plan, run.scenario())
    assert failing(run) == {"costs"}


@pytest.mark.slow
def test_lent_staff_is_no_more_than_the_pool(solve: Solve) -> None:
    """Hours that ask for more than may be lent are caught."""
    run = solve(ROLLOUT, [POOL])
    scenario = run.scenario()
    scenario["staffing"]["sister_pool"]["value"] = 0.5
    run.write(run.plan(), scenario)
    assert {"hours", "assumptions"} <= failing(run)


@pytest.mark.slow
def test_staff_is_lent_only_in_the_sister_agency_s_towns(solve: Solve) -> None:
    """Without premises there, an office's dialogues must fit in its own advisors' time."""
    run = solve(ROLLOUT, [POOL])
    scenario = run.scenario()
    scenario["sites"] |= {"candidates": "seats", "kinds": ["head_office"]}
    run.write(run.plan(), scenario)
    assert {"hours", "office facts"} <= failing(run)


SPOILED: dict[str, tuple[Callable[[Run], object], str, str]] = {
    "an output changed": (
        lambda run: (run.folder / "assignments.csv").write_text(
            (run.folder / "assignments.csv").read_text().replace("0301", "0301 ", 1)
        ),
        "files",
        "assignments.csv: changed",
    ),
    "an output that nobody wrote": (
        lambda run: (run.folder / "note.txt").write_text("?"),
        "files",
        "note.txt: not in the manifest",
    ),
    "an output lost": (
        lambda run: _manifest(run, "outputs", "map.html", "0" * 64),
        "files",
        "map.html: missing",
    ),
    "a plan that the manifest leaves out": (
        lambda run: _manifest(run, "outputs", "plan.json", None),
        "files",
        "plan.json: not in the manifest",
    ),
    "a table lost": (
        lambda run: _manifest(run, "inputs", "more.csv", "0" * 64),
        "inputs",
        "more.csv (missing)",
    ),
    "a table that the manifest leaves out": (
        lambda run: _manifest(run, "inputs", "travel/roads.csv", None),
        "inputs",
        "travel/roads.csv: not in the manifest",
    ),
}


def _manifest(run: Run, part: str, name: str, digest: str | None) -> None:
    path = run.folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest[part][name] = digest
    if digest is None:
        del manifest[part][name]
    path.write_text(json.dumps(manifest))


@pytest.mark.parametrize("case", SPOILED)
def test_files_are_held_against_the_manifest(case: str, rollout: Run) -> None:
    """Each file is named with what is wrong with it."""
    spoil, name, detail = SPOILED[case]
    spoil(rollout)
    found = {check.name: check for check in verify_run(rollout.folder, rollout.data).failed}
    assert detail in found[name].detail


def test_assignments_csv_says_what_the_plan_does(rollout: Run) -> None:
    """Another office in the table than in plan.json, and a row too many, are caught."""
    path = rollout.folder / "assignments.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:-1], lines[-1].replace("0301", "0201"), lines[1]]) + "\n")
    rollout.seal()
    (found,) = verify_run(rollout.folder, rollout.data).failed
    assert found.name == "assignments.csv"
    assert found.detail == "line 7: 03 in 2023 differs from plan.json; expected 6 rows, found 7"


def test_a_run_of_other_tables_is_told_in_one_line(rollout: Run, tmp_path: Path) -> None:
    """A road made shorter, a table gone: both are named, and nothing else is said to fail."""
    data = tmp_path / "data"
    shutil.copytree(rollout.data, data)
    roads = data / "travel" / "roads.csv"
    roads.write_text(roads.read_text().replace("0101,0201,10,8", "0101,0201,9.9,8"))
    (data / "universities" / "universities.csv").unlink()
    found = verify_run(rollout.folder, data)
    (told,) = found.failed
    names = "travel/roads.csv, universities/universities.csv (missing)"
    where = f"those in {data} (--data names a folder)"
    assert told.detail == f"the run was made from other tables than {where}: {names}"
    text = found.text()
    assert text.count("FAIL") == 1
    assert "not proved: anything of the plan: that takes the tables" in text
    assert text.endswith(f"1 of 2 checks fail: {rollout.folder}")


UNREADABLE: dict[str, tuple[str, str | None, str]] = {
    "no manifest": ("manifest.json", None, "manifest.json: expected a file that can be read"),
    "no plan": ("plan.json", None, "plan.json: expected a file that can be read"),
    "no scenario": ("scenario.toml", None, "scenario.toml: expected a file that can be read"),
    "no assignments": ("assignments.csv", None, "assignments.csv: expected a file that can be"),
    "manifest of another kind": ("manifest.json", '{"inputs": []}', "inputs = '[]'"),
    "not JSON": ("plan.json", "{", "plan.json: expected JSON"),
    "a list": ("plan.json", "[]", "expected a table of keys and values"),
    "not a number": ("plan.json", '{"criteria": {"mean_km": NaN}}', "not a finite number: NaN"),
    "a number too large": ("plan.json", '{"a": 1e99999999}', "not a finite decimal number"),
    "nested too deeply": ("plan.json", '{"a":' * 100_000, "plan.json: expected JSON"),
    "text for a number": (
        "plan.json",
        '{"criteria": {"mean_km": "1"}}',
        "criteria.mean_km = '1': expected a number",
    ),
    "not UTF-8": ("plan.json", "\udcff", "plan.json: expected text in UTF-8"),
    "not TOML": ("scenario.toml", "=", "scenario.toml: expected TOML"),
    "an endless number": ("scenario.toml", "a = inf", "not a finite decimal number: inf"),
    "no such level": ("scenario.toml", "level", "units.level = 'parish'"),
    "no periods": ("scenario.toml", "periods", "rollout.periods: expected at least one period"),
    "a table without columns": ("assignments.csv", "a,b\n1,2\n", "expected these columns"),
    "words for numbers": (
        "assignments.csv",
        "unit,id,period,office,km,minutes,principals\ncounty,01,2022,0301,far,9,1\n",
        "assignments.csv:2",
    ),
    "a row too short": (
        "assignments.csv",
        "unit,id,period,office,km,minutes,principals\ncounty,01\n",
        "as many cells as the header has",
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_folder_that_is_no_run_gets_one_answer(case: str, rollout: Run) -> None:
    """What can't be read is an InputError that says which file and why, never a traceback."""
    name, text, expected = UNREADABLE[case]
    path = rollout.folder / name
    if text is None:
        path.unlink()
    elif text in ("level", "periods"):
        whole: dict[str, Any] = rollout.scenario()
        whole["units"] = {"level": "parish" if text == "level" else "county", "contiguous": False}
        whole["rollout"]["periods"] = [] if text == "periods" else whole["rollout"]["periods"]
        rollout.write(rollout.plan(), whole)
    else:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError) as error:
        verify_run(rollout.folder, rollout.data)
    assert expected in str(error.value)


def test_every_problem_is_told_at_once(rollout: Run) -> None:
    """A broken scenario does not hide a broken plan."""
    (rollout.folder / "plan.json").write_text('{"offices": 3}')
    (rollout.folder / "scenario.toml").write_text('name = 7\n[units]\nlevel = ["county"]\n')
    with pytest.raises(InputError) as error:
        verify_run(rollout.folder, rollout.data)
    found = {(problem.file, problem.column) for problem in error.value.problems}
    assert {
        ("plan.json", "offices"),
        ("scenario.toml", "name"),
        ("scenario.toml", "units.level"),
    } <= found


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("travel/roads.csv", "code_a,code_b\n", "km, minutes, kind: expected these columns"),
        ("travel/roads.csv", "code_a,code_b,km,minutes,kind\n0101,0102,x,1,road\n", "'x'"),
        ("travel/roads.csv", "code_a,code_b,km,minutes,kind\n0101,0102,1,1,road\n", "leads here"),
        ("travel/roads.csv", "code_a,code_b,km,minutes,kind\n0101,9,1,1,road\n", "= '9'"),
    ],
)
def test_tables_that_cannot_be_used_are_told(
    file: str, text: str, expected: str, rollout: Run, tmp_path: Path
) -> None:
    """Without the tables nothing can be computed again: that is an InputError."""
    data = tmp_path / "data"
    shutil.copytree(rollout.data, data)
    (data / file).write_text(text)
    _manifest(rollout, "inputs", file, hashlib.sha256(text.encode()).hexdigest())
    with pytest.raises(InputError, match=expected):
        verify_run(rollout.folder, data)


def test_no_folder_at_all(tmp_path: Path, rollout: Run) -> None:
    """A run or a data folder that isn't there is named."""
    with pytest.raises(InputError, match="a run folder; there is none here"):
        verify_run(tmp_path / "nowhere")
    with pytest.raises(InputError, match="a data folder; there is none here"):
        verify_run(rollout.folder, tmp_path / "nowhere")


def test_it_leans_on_nothing_that_made_the_plan(rollout: Run) -> None:
    """Verifying loads no solver, no model, no table library: the standard library and errors."""
    code = (
        "import sys; from pathlib import Path; from planner.verify import verify_run;"
        f"assert verify_run(Path({str(rollout.folder)!r}), Path({str(rollout.data)!r})).ok;"
        "print('\\n'.join(sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(out.stdout.split())
    ours = {name for name in loaded if name.split(".")[0] == "planner"}
    assert {name for name in ours if not name.startswith("planner.verify")} == {
        "planner",
        "planner.errors",
        "planner.message",
        "planner.version",
    }
    others = {"pulp", "highspy", "numpy", "pandas", "networkx", "scipy", "pydantic", "geopandas"}
    assert not others & loaded


def test_what_fails_comes_first(rollout: Run) -> None:
    """The text has one line a check, those that fail first, then what nothing here proves."""
    plan = rollout.plan()
    plan["criteria"]["spread"] = 11
    plan["extra"] = 1
    rollout.write(plan, rollout.scenario())
    found = verify_run(rollout.folder, rollout.data)
    lines = found.text().splitlines()
    assert lines[0] == "FAIL criteria.spread: spread: expected 10, found 11"
    assert lines[1].startswith("ok   files: ")
    assert len(lines) == len(found.checks) + len(found.claims) + len(found.not_proved) + 1
    assert lines[len(found.checks)] == (
        "claimed, not checked: weighted optimal 9.97619048 (own bound 9.47619047)"
    )
    assert lines[-2] == "not proved: keys of plan.json that are not known here: extra"
    assert lines[-1] == (
        f"1 of {len(found.checks)} checks fail; 1 claim not checked by verify's own bound: "
        f"{rollout.folder}"
    )


def test_the_answer_for_machines_is_the_same(rollout: Run) -> None:
    """The JSON holds every check with its name, its verdict and its detail."""
    found = verify_run(rollout.folder, rollout.data)
    answer = json.loads(json.dumps(found.to_dict()))
    assert answer["ok"] is True
    assert answer["run"] == str(rollout.folder)
    assert answer["checks"][0] == {
        "name": "files",
        "ok": True,
        "detail": "3 as the manifest says",
        "applies": True,
        "claim": "",
    }
    assert answer["claims"] == ["weighted optimal 9.97619048 (own bound 9.47619047)"]
    idle = {check["name"] for check in answer["checks"] if not check["applies"]}
    assert "connected regions" in idle
    assert not idle & {"one office each", "hours", "objective"}
    assert len(answer["checks"]) == len(found.checks)
    assert found.text().endswith(
        f"all {len(found.checks)} checks hold; 1 claim not checked by verify's own bound: "
        f"{rollout.folder}"
    )


def test_the_first_few_of_many_findings_are_told(static: Run) -> None:
    """A check with many findings tells four of them and counts the others."""
    plan = static.plan()
    for row in plan["assignments"]:
        row |= {"km": 0, "minutes": 0}
    static.write(plan, static.scenario())
    (found,) = verify_run(static.folder, static.data).failed
    assert found.name == "travel"
    assert found.detail.endswith("; and 2 more")
    assert found.detail.count("expected") == 4


def test_a_hidden_file_is_no_part_of_a_run(static: Run) -> None:
    """What an editor or a system leaves behind is not told of."""
    (static.folder / ".left").write_text("?")
    assert failing(static) == set()


def test_figures_are_not_computed_of_a_plan_with_holes(static: Run) -> None:
    """A unit that no office serves, an office list out of order: nothing is summed up then."""
    plan = static.plan()
    row = plan["assignments"].pop()
    static.write(plan, static.scenario())
    found = {check.name: check for check in verify_run(static.folder, static.data).failed}
    told = "not computed: some period has no office, or some unit has none"
    assert found["criteria"].detail == told
    assert "one office each" in found
    plan["assignments"].append(row)
    plan["periods"][0]["open"].reverse()
    static.write(plan, static.scenario())
    found = {check.name: check for check in verify_run(static.folder, static.data).failed}
    assert found.keys() == {"periods", "criteria"}
    assert found["criteria"].detail == told


def test_the_parts_that_are_checked_come_in_order(static: Run) -> None:
    """Files, then rules, then figures, then what was proved."""
    names = [check.name for check in verify_run(static.folder, static.data).checks]
    order = ["files", "inputs", "scenario", "periods", "office count", "criteria", "no rollout",
             "hard limits", "payoff table", "exchange of one office"]  # fmt: skip
    assert [name for name in names if name in order] == order
    assert len(names) == len(set(names))
