"""Sweeps: what varies, one row a sample, nothing lost, the same table whoever did the work."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from country import make_country
from planner import stopping
from planner.analysis import sampling
from planner.analysis.sampling import Runner, columns
from planner.analysis.sweep import TABLE, Clock, Store, run_sweep
from planner.data import load
from planner.errors import InputError, PlannerError, SolverStopped
from planner.planning import solve
from planner.scenario.load import load_scenario
from planner.scenario.sweep import SweepSpec, load_sweep
from planner.workflows.sweep import duration, make_task, question, sweep
from waiting import HANGS, until

RUN = "from planner.cli.app import main; main()"

SCENARIO = """
name = "small"
title = { sv = "Litet", en = "Small" }
description = { sv = "Litet", en = "Small" }
[units]
level = "municipality"
[sites]
candidates = "seats"
[offices]
count = 2
[thresholds]
beyond_km = { value = 20, unit = "km", low = 10, high = 30 }
university_limit = { value = 45, unit = "min", low = 20, high = 90 }
[objective.rates]
mean_km = 1
spread = { value = 1, unit = "km per km", low = 0.5, high = 4 }
"""

SWEEP = """
base = "{base}"
samples = 3
seed = 4
[grid]
"offices.count" = {{ from = 1, to = 7 }}
[ranges]
"objective.rates.spread" = {{}}
"world.growth" = {{ low = 0, high = 1 }}
[plans]
announced = "announced"
"""


@pytest.fixture
def small(tmp_path):
    """A data folder and the file of a sweep on it."""
    data = make_country(tmp_path / "data")
    (tmp_path / "small.toml").write_text(SCENARIO)
    spec = tmp_path / "sweep.toml"
    spec.write_text(SWEEP.format(base=tmp_path / "small.toml"))
    return data, spec


def rows_of(out):
    return list(csv.DictReader((out / "samples.csv").read_text("utf-8").splitlines()))


def test_a_sweep_plans_every_sample_and_says_how_each_ended(small, tmp_path):
    data, spec = small
    swept = sweep(load_sweep(spec), data, tmp_path / "out", jobs=1)
    rows = rows_of(tmp_path / "out")
    assert [row["number"] for row in rows] == [str(n) for n in range(1, 22)]
    assert [row["offices.count"] for row in rows[::3]] == list("1234567")
    # There are six towns; seven offices are more than can be, and that is told, not dropped.
    assert swept.statuses == {"optimal": 18, "infeasible": 3}
    assert all("office_count" in row["clash"] for row in rows[18:])
    assert swept.complete
    assert "21 of 21 samples" in swept.text()
    assert "each proof holds among plans that keep the sample's rules" in swept.text()
    assert " 100 %" in swept.text("sv")  # as it is written in Swedish


def test_a_clash_that_was_not_found_in_time_costs_its_row_alone(small, tmp_path, monkeypatch):
    def stopped(_instance):
        raise SolverStopped("node_limit", "so many nodes are enough")

    monkeypatch.setattr(sampling, "clashing_rules", stopped)
    data, spec = small
    swept = sweep(load_sweep(spec), data, tmp_path / "out", jobs=1)
    assert swept.statuses == {"optimal": 18, "infeasible": 3}
    assert [row["clash"] for row in rows_of(tmp_path / "out")][18:] == ["", "", ""]


def test_a_row_is_what_solving_its_scenario_gives(small, tmp_path):
    data, spec = small
    swept = sweep(load_sweep(spec), data, tmp_path / "out", jobs=1)
    read = load(data)
    base = load_scenario(str(tmp_path / "small.toml"), data)
    for row in swept.rows[:15:4]:
        rate = {"objective.rates.spread": row["objective.rates.spread"]}
        scenario = base.replace(**rate, **{"offices.count": row["offices.count"]})
        point = {"world.growth": row["world.growth"]}
        world, _ = Runner(read, base).case(point)
        plan = solve(world, scenario)
        assert row["objective"] == pytest.approx(plan.termination.objective, abs=1e-6)
        assert row["offices"].split() == sorted(office.code for office in plan.offices)
        assert row["mean_km"] == pytest.approx(plan.criteria["mean_km"])


def test_objectives_of_rows_are_one_sum_and_may_be_compared(small, tmp_path):
    """Mean distance + the row's own rate x spread, whatever else the row forbids or requires."""
    data, _ = small
    spec = SweepSpec(
        name="sums",
        base=str(tmp_path / "small.toml"),
        grid={"sites.excluded": [[], ["0201"], ["0302"]], "objective.rates.spread": [0.5, 2]},
        plans={"mine": ("0101", "0301")},
    )
    rows = sweep(spec, data, tmp_path / "out", jobs=1).rows
    for row in rows:
        total = row["mean_km"] + row["objective.rates.spread"] * row["spread"]
        assert row["objective"] == pytest.approx(total)
        assert row["bound"] == pytest.approx(total)
        assert row["unit"] == "km"
    free, without, unused = ([row["objective"] for row in rows[k : k + 2]] for k in (0, 2, 4))
    assert "0201" in rows[0]["offices"]
    assert all(a < b for a, b in zip(free, without, strict=True))
    assert "0302" not in rows[0]["offices"]
    assert unused == free  # to forbid what is not used changes nothing
    # Norr and Ost: 2 x 5 + 6 x 10 + 3 x 15 + 30 = 145 km in 21, spread 60 / 6 = 10 km.
    assert free[0] + rows[0]["mine_short"] == pytest.approx(145 / 21 + 0.5 * 10)


def test_a_share_alone_is_told_in_percentage_points(small, tmp_path):
    """One of 21 principals has more than 20 km to the best two offices."""
    data, _ = small
    spec = SweepSpec(
        name="far",
        base=str(tmp_path / "small.toml"),
        changes={"objective": {"method": "epsilon", "optimise": "share_beyond"}},
        grid={"offices.count": [1, 2]},
    )
    one, two = sweep(spec, data, tmp_path / "out", jobs=1).rows
    assert (one["objective"], one["bound"]) == pytest.approx((100 / 21, 100 / 21))
    assert one["unit"] == "percentage points"
    assert two["objective"] == 0


def test_rows_tell_how_many_other_sets_are_as_good(small, tmp_path):
    """Which offices leave nobody farther away than 20 km?

    Ö is 30 km from Ost and needs its own; Ost is 20 km from Mitt and farther from the others; the
    four in the west are at most 17 km apart. So of two offices Ö and Mitt is the only set; of three
    it may have any of four beside it, or Ö and Ost one of the three others: seven in all.
    """
    data, _ = small
    spec = SweepSpec(
        name="ties",
        base=str(tmp_path / "small.toml"),
        changes={"objective": {"method": "epsilon", "optimise": "share_beyond"}},
        grid={"offices.count": [2, 3, 6]},
    )
    swept = sweep(spec, data, tmp_path / "out", jobs=1)
    assert [row["ties"] for row in swept.rows] == [0, 6, 0]
    assert "other sets of offices are as good in 1 of them" in swept.text()


def test_a_world_that_cuts_a_town_off_is_a_row_that_says_so(small, tmp_path):
    data, _ = small
    spec = SweepSpec(
        name="cut",
        base=str(tmp_path / "small.toml"),
        grid={"world.lost_roads": [[], ["0301-0302"]]},
    )
    swept = sweep(spec, data, tmp_path / "out", jobs=1)
    assert [row["status"] for row in swept.rows] == ["optimal", "invalid"]
    assert "0302" in swept.rows[1]["clash"]


def test_a_plan_to_value_is_short_of_the_best_by_nothing_where_it_is_the_best(small, tmp_path):
    data, _ = small
    spec = SweepSpec(
        name="valued",
        base=str(tmp_path / "small.toml"),
        grid={"offices.count": [1, 2]},
        plans={"mine": ("0201",)},
    )
    one, two = sweep(spec, data, tmp_path / "out", jobs=1).rows
    # Mitt is nearest of all to principals; two offices it is not.
    assert one["offices"] == "0201"
    assert one["mine_short"] == 0
    assert two["mine_short"] is None


def test_the_table_is_the_same_whatever_the_number_of_processes(small, tmp_path):
    data, spec = small
    for jobs in (1, 2):
        sweep(load_sweep(spec), data, tmp_path / f"out{jobs}", jobs=jobs)
    for name in ("samples.csv", "samples.xlsx"):
        one, two = ((tmp_path / f"out{jobs}" / name).read_bytes() for jobs in (1, 2))
        assert one == two, name


def test_finished_samples_are_not_planned_again(small, tmp_path):
    data, spec = small
    out = tmp_path / "out"
    sweep(load_sweep(spec), data, out, jobs=1)
    whole = (out / "samples.csv").read_bytes()
    with contextlib.closing(sqlite3.connect(out / TABLE)) as table:
        table.execute("DELETE FROM samples WHERE number % 3 = 0")
        table.execute("UPDATE samples SET way = 'kept' WHERE number = 1")
        table.commit()
    sweep(load_sweep(spec), data, out, jobs=1)
    assert rows_of(out)[0]["way"] == "kept"
    assert whole.replace(b"enumeration", b"kept", 1) == (out / "samples.csv").read_bytes()


def test_another_sweep_does_not_go_on_in_the_table(small, tmp_path):
    data, spec = small
    sweep(load_sweep(spec), data, tmp_path / "out", jobs=1)
    other = spec.read_text().replace("seed = 4", "seed = 5")
    spec.write_text(other)
    with pytest.raises(InputError, match="samples differ"):
        sweep(load_sweep(spec), data, tmp_path / "out", jobs=1)
    (tmp_path / "else").mkdir()
    (tmp_path / "else" / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="a new folder"):
        sweep(load_sweep(spec), data, tmp_path / "else", jobs=1)


def started(small, out, *flags):
    """Start the command in a process of its own."""
    data, spec = small
    command = [sys.executable, "-c", RUN, "sweep", str(spec), "--data", str(data)]
    return subprocess.Popen(
        [*command, "--out", str(out), *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finished(out):
    """Return how many samples the table holds."""
    if not (out / TABLE).is_file():
        return 0
    with (
        contextlib.suppress(sqlite3.OperationalError),  # before the table is made
        contextlib.closing(sqlite3.connect(out / TABLE, timeout=10)) as table,
    ):
        return table.execute("SELECT count(*) FROM samples").fetchone()[0]
    return 0


def wait_for(out, number, process):
    def enough():
        assert process.poll() is None, process.communicate()
        return finished(out) >= number

    until(enough)


def many(small):
    """Make the sweep long enough to be cut short."""
    data, spec = small
    text = spec.read_text().replace("samples = 3", "samples = 50").replace("to = 7", "to = 3")
    spec.write_text(text.replace('"world.growth" = { low = 0, high = 1 }\n', ""))
    return data, spec


@pytest.mark.slow
def test_a_sweep_that_is_killed_loses_nothing_that_was_finished(small, tmp_path):
    data, spec = many(small)
    out = tmp_path / "out"
    process = started((data, spec), out, "--jobs", "1")
    wait_for(out, 20, process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    kept = finished(out)
    assert 20 <= kept < 150
    with contextlib.closing(sqlite3.connect(out / TABLE)) as table:
        before = table.execute("SELECT * FROM samples").fetchall()
    sweep(load_sweep(spec), data, out, jobs=1)
    sweep(load_sweep(spec), data, tmp_path / "whole", jobs=1)
    assert (out / "samples.csv").read_bytes() == (tmp_path / "whole/samples.csv").read_bytes()
    with contextlib.closing(sqlite3.connect(out / TABLE)) as table:
        assert set(before) <= set(table.execute("SELECT * FROM samples").fetchall())


@pytest.mark.slow
def test_ctrl_c_ends_a_sweep_in_good_order_and_it_goes_on_later(small, tmp_path):
    data, spec = many(small)
    out = tmp_path / "out"
    process = started((data, spec), out, "--jobs", "2")
    wait_for(out, 10, process)
    os.killpg(process.pid, signal.SIGINT)
    said, errors = process.communicate(timeout=HANGS)
    assert process.returncode == 4, errors
    assert b"goes on from here" in said
    assert b"Traceback" not in errors
    assert 10 <= len(rows_of(out)) < 150
    swept = sweep(load_sweep(spec), data, out, jobs=1)
    assert len(swept.rows) == 150


def test_after_ctrl_c_what_a_sweep_writes_can_be_given_up_too(small, press):
    data, spec = small
    task, points = question(load(data), load_sweep(spec))
    where = Path(":memory:")

    def progress(done, _number):
        if done:
            press()

    rows, whole = run_sweep(task, points, load_sweep(spec).keys, where, progress=progress)
    assert (bool(rows), whole) == (True, False)
    with pytest.raises(KeyboardInterrupt):  # in Python it stays Python's own
        press()
    stopping.by_cancelling()
    rows, whole = run_sweep(task, points, load_sweep(spec).keys, where, progress=progress)
    assert (bool(rows), whole) == (True, False)
    with pytest.raises(stopping.Cancelled):
        press()


@pytest.mark.slow
def test_two_dask_workers_one_of_them_killed_give_the_same_table(small, tmp_path):
    """A real scheduler and two workers, each a process; the sweep outlives one of them."""
    pytest.importorskip("distributed")
    data, spec = many(small)
    address_file = tmp_path / "scheduler.json"
    dask = [sys.executable, "-W", "ignore", "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    flags = ["--no-dashboard", "--host", "127.0.0.1"]
    processes = [
        subprocess.Popen(
            [*dask, "scheduler", "--scheduler-file", address_file, "--port", "0", *flags], **quiet
        )
    ]
    try:
        while not address_file.is_file() or not address_file.read_text().strip():
            assert processes[0].poll() is None
            time.sleep(0.05)
        at = ["--scheduler-file", address_file, "--no-nanny", "--nthreads", "1", *flags]
        processes += [subprocess.Popen([*dask, "worker", *at], **quiet) for _ in range(2)]
        address = json.loads(address_file.read_text())["address"]
        out = tmp_path / "out"
        command = (
            "import sys; from pathlib import Path; from planner.workflows.sweep import sweep; "
            "spec, data, out = map(Path, sys.argv[1:4]); "
            "print(len(sweep(spec, data, out, dask=sys.argv[4]).rows))"
        )
        asked = subprocess.Popen(
            [sys.executable, "-c", command, spec, data, out, address],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        wait_for(out, 40, asked)
        processes[1].kill()
        assert finished(out) < 150
        said, errors = asked.communicate(timeout=HANGS)
        assert said.strip() == b"150", errors
        assert processes[2].poll() is None
    finally:
        for process in processes:
            process.kill()
            process.wait()
    sweep(load_sweep(spec), data, tmp_path / "alone", jobs=1)
    assert (out / "samples.csv").read_bytes() == (tmp_path / "alone/samples.csv").read_bytes()


def test_a_scheduler_that_does_not_answer_is_a_problem_with_the_address(small, tmp_path):
    pytest.importorskip("distributed")
    data, spec = small
    with pytest.raises(InputError, match="--dask"):
        sweep(load_sweep(spec), data, tmp_path / "out", dask="nonsense://here")


def test_a_worker_with_other_tables_refuses(small, tmp_path):
    data, spec = small
    read = load(data)
    base = load_scenario(str(tmp_path / "small.toml"), data)
    task = make_task(read, base, load_sweep(spec))
    roads = data / "travel" / "roads.csv"
    roads.write_text(roads.read_text().replace(",10,8,", ",11,8,"))
    with pytest.raises(PlannerError, match="other tables"):
        run_sweep(task, [{}], (), tmp_path / TABLE)


@pytest.mark.slow
def test_a_whole_rollout_is_swept_with_its_cost():
    """Two budgets of decision-2022's last period: keys reach into lists, and the row has a cost."""
    data = load()
    base = data.scenario("announced", ["solver.gap=0.05"])
    spec = SweepSpec(
        name="money", base="announced", stages="all", grid={"money.premises": [0.5, 2.0]}
    )
    task = make_task(data, base, spec)
    rows, whole = run_sweep(task, spec.points(base), spec.keys, Path(":memory:"))
    assert whole
    assert [row["status"] for row in rows] == ["gap_limit"] * 2
    assert rows[0]["cost_msek"] < rows[1]["cost_msek"]
    assert rows[0]["opens"].startswith("0184:2022H2")
    assert set(rows[0]) == set(columns(task, spec.keys))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "something that varies"),
        ("[grid]\n'offices.count' = []", "at least one value"),
        ("[grid]\n'offices.count' = { from = 4, to = 2 }", "`from` at most `to`"),
        ("samples = 2\n[grid]\n'offices.count' = [2]", "`ranges`"),
        ("[ranges]\n'x' = { low = 1 }", "both `low` and `high`"),
        ("[grid]\na = [1]\n[ranges]\na = {}", "not both"),
        ("sample = 2", "sample = '2': expected a known key"),
        ("[grid\n", "valid TOML"),
    ],
)
def test_a_file_that_is_no_sweep_is_refused_with_what_is_wrong(tmp_path, text, said):
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(InputError, match=said):
        load_sweep(tmp_path / "bad.toml")


def test_every_wrong_value_is_told_before_anything_is_planned(small, tmp_path):
    data, _ = small
    spec = SweepSpec(
        name="wrong",
        base=str(tmp_path / "small.toml"),
        grid={"offices.count": [0, 2], "world.growth": [-2], "objective.rates.speed": [1]},
    )
    with pytest.raises(InputError) as caught:
        sweep(spec, data, tmp_path / "out", jobs=1)
    said = str(caught.value)
    assert "offices.count" in said
    assert "growth" in said
    assert "speed" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_siting_does_not_pretend_to_depend_on_wages(tmp_path):
    spec = SweepSpec(name="wages", grid={"money.advisor": [1.0, 1.1]})
    with pytest.raises(InputError, match='stages = "all"'):
        sweep(spec, None, tmp_path / "out", jobs=1)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["latin", "random", "sobol"])
def test_draws_are_within_their_ends_and_the_same_every_time(method, real_inputs):
    scenario = load().scenario("decision-2022")
    spec = SweepSpec(
        name="draws",
        samples=40,
        method=method,
        seed=3,
        ranges={
            "staffing.in_person": {},
            "staffing.taking_part": {"low": 1, "high": 3, "whole": True},
        },
    )
    points = spec.points(scenario)
    assert points == spec.points(scenario)
    shares = [point["staffing.in_person"] for point in points]
    assert 0.5 <= min(shares) < 0.6
    assert 0.9 < max(shares) <= 1.0
    assert {point["staffing.taking_part"] for point in points} == {1, 2, 3}


@pytest.mark.slow
def test_a_limit_is_drawn_within_its_range_and_set_to_any_number_without_one():
    spec = SweepSpec(name="limits", samples=8, ranges={"limits.max_km.most": {}})
    ranged = load().scenario("pause-2023")
    drawn = [point["limits.max_km.most"] for point in spec.points(ranged)]
    assert min(drawn) < 500 < max(drawn)
    assert all(450 <= km <= 700 for km in drawn)
    assert ranged.replace(**spec.points(ranged)[0]).limits["max_km"].value == drawn[0]
    bare = ranged.replace(limits={"max_km": {"most": 500}})
    assert {point["limits.max_km.most"] for point in spec.points(bare)} == {500}
    grid = SweepSpec(name="grid", grid={"limits.max_km.most": [300, 600]})
    assert [bare.replace(**p).limits["max_km"].value for p in grid.points(bare)] == [300, 600]


def test_a_table_that_is_none_is_refused(tmp_path):
    (tmp_path / TABLE).write_text("this is no table" * 100)
    with pytest.raises(InputError, match="the table of a sweep"):
        Store(tmp_path / TABLE, ["number", "a"], {})


def test_time_left_is_told_from_what_this_run_has_done():
    at = iter([0.0, 10.0])
    clock = Clock(lambda: next(at))
    assert clock.left(50, 100) is None  # fifty were done before
    assert clock.left(60, 100) == 40  # ten took ten seconds
    assert [duration(5), duration(750), duration(3723)] == ["0:05", "12:30", "1:02:03"]
