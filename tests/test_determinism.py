"""Same inputs, same plan, byte for byte: whatever the order of rows and the number of threads."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time

import pytest

from country import country_tables, make_country
from planner.case.read import default_data_folder
from planner.control import Control
from planner.data import load
from planner.model.solving import stages
from planner.model.solving.settle import break_ties, key
from planner.planning import solve
from planner.runs import writing
from tiny import quantity, tiny_scenario, work_sections
from verify.small import ROLLOUT

pytestmark = pytest.mark.slow

# Six towns on a ring, every road alike and everybody with as many principals: whatever a plan
# scores, its mirror images score too.
RING = [
    ("0101", "0102", 10, 10, "road"),
    ("0102", "0202", 10, 10, "road"),
    ("0202", "0302", 10, 10, "road"),
    ("0301", "0302", 10, 10, "road"),
    ("0201", "0301", 10, 10, "road"),
    ("0101", "0201", 10, 10, "road"),
]
CODES = ("0101", "0102", "0201", "0202", "0301", "0302")
TIED = {
    "p-median": {},
    "counties": {"units.level": "county"},
    "weighted": {
        "objective": {
            "method": "weighted",
            "rates": {"mean_km": 1, "spread": 1, "balance": 1},
        }
    },
    "lexicographic": {"objective": {"method": "lexicographic", "order": ["spread", "max_km"]}},
    "principals": {"units.level": "principal", "objective.then": ["spread"]},
    "rollout": {
        **work_sections(),
        "objective.then": ["waiting"],
        "rollout.periods": [
            {"name": "P1", "openings_most": 1, "hires_most": quantity(1)},
            {"name": "P2", "openings_most": 1, "hires_most": quantity(1)},
        ],
    },
}


def shuffled(rows, seed):
    rows = list(rows)
    random.Random(seed).shuffle(rows)  # noqa: S311
    return rows


def ring_tables():
    return country_tables(
        demand=dict.fromkeys(CODES, 3), roads=RING, sister_sites=CODES, announced=CODES[:1]
    )


@pytest.fixture(scope="module")
def rings(tmp_path_factory):
    """The same country twice, with rows in different orders."""
    tables = ring_tables()
    first = make_country(tmp_path_factory.mktemp("ring"), tables)
    again = make_country(
        tmp_path_factory.mktemp("shuffled"),
        {name: shuffled(rows, name) for name, rows in tables.items()},
    )
    return load(first), load(again)


@pytest.mark.parametrize("case", TIED)
def test_ties_are_broken_the_same_way(rings, case):
    changes = {"sites.candidates": "seats", "offices.count": 2, **TIED[case]}
    scenario = tiny_scenario(changes)
    ring, again = rings
    expected = writing.plan_json(solve(ring, scenario))
    assert writing.plan_json(solve(again, scenario)) == expected
    assert writing.plan_json(solve(again, scenario, Control(threads=2))) == expected


def test_many_shuffles_give_one_plan(rings, tmp_path, request):
    """Every tied case, its rows in many orders, on one thread and two: one plan each.

    With ``--full``: 50 orders; ``-rP`` prints how many runs there were and what the stage that
    breaks ties took of their time.
    """
    orders = 50 if request.config.getoption("--full") else 2
    tables = ring_tables()
    spent, whole, runs_made = 0.0, 0.0, 0

    def timed(*args):
        nonlocal spent
        began = time.perf_counter()
        try:
            return break_ties(*args)
        finally:
            spent += time.perf_counter() - began

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stages, "break_ties", timed)
        for seed in range(orders):
            rows = {name: shuffled(table, f"{name} {seed}") for name, table in tables.items()}
            again = load(make_country(tmp_path / str(seed), rows))
            for case, changes in TIED.items():
                scenario = tiny_scenario(
                    {"sites.candidates": "seats", "offices.count": 2, **changes}
                )
                expected = plan_of_ring(rings[0], case)
                for threads in (1, 2):
                    began = time.perf_counter()
                    plan = solve(again, scenario, Control(threads=threads))
                    whole += time.perf_counter() - began
                    runs_made += 1
                    assert writing.plan_json(plan) == expected, (case, seed, threads)
    share = f"{spent / whole:.0%} of the time to break ties"
    print(f"{orders} orders, {len(TIED)} tied cases, {runs_made} runs, {share}")  # noqa: T201


PLANS = {}


def plan_of_ring(ring, case):
    """Return the plan of a tied case in the order first given, worked out once."""
    if case not in PLANS:
        changes = {"sites.candidates": "seats", "offices.count": 2, **TIED[case]}
        PLANS[case] = writing.plan_json(solve(ring, tiny_scenario(changes)))
    return PLANS[case]


def test_the_key_of_a_tie_is_fixed_for_ever():
    # A plan that was published must come out again.
    assert key("2024", "0184") == 12578
    assert key("2024", "01", "0184") == 4728
    assert key("2024", "0184", "advisors") == 63766


@pytest.fixture(scope="module")
def shuffled_data(tmp_path_factory):
    """The real tables with the rows of every one in another order."""
    folder = tmp_path_factory.mktemp("real") / "data"
    shutil.copytree(default_data_folder(), folder)
    for path in sorted(folder.rglob("*.csv")):
        header, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text(header + "".join(shuffled(rows, path.name)), encoding="utf-8")
    outlines = folder / "municipalities" / "boundaries.geojson"
    document = json.loads(outlines.read_text(encoding="utf-8"))
    document["features"] = shuffled(document["features"], 1)
    outlines.write_text(json.dumps(document), encoding="utf-8")
    return load(folder)


@pytest.fixture(scope="module")
def real_data():
    return load()


@pytest.mark.parametrize("name", ["decision-2022", "shortest-distance", "next-offices"])
def test_the_real_plan_does_not_depend_on_rows_or_threads(real_data, shuffled_data, name):
    scenario = real_data.scenario(name)
    expected = writing.plan_json(solve(real_data, scenario))
    threads = Control(gap=scenario.solver.gap, threads=2)
    assert writing.plan_json(solve(shuffled_data, scenario, threads)) == expected


def test_a_run_is_the_same_from_two_processes(tmp_path):
    """Whatever the order of sets: every file byte for byte, but for the times of the manifest."""
    data = make_country(tmp_path / "data")
    (data / "scenarios").mkdir()
    for name in ("small", "announced"):
        text = ROLLOUT.replace('name = "small"', f'name = "{name}"')
        (data / "scenarios" / f"{name}.toml").write_text(text, "utf-8")
    found = []
    for seed in ("1", "2"):
        out = tmp_path / f"run{seed}"
        command = [sys.executable, "-m", "planner", "run", "small", "--data", data, "--out", out]
        env = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        files = {path.name: path.read_bytes() for path in out.iterdir()}
        manifest = json.loads(files.pop("manifest.json"))
        del manifest["written"], manifest["seconds"]
        told = done.stdout.replace(str(out), "RUN")
        found.append({"said": told, "manifest.json": manifest, **files})
    assert found[0].keys() == found[1].keys() >= {"map.html", "report.html", "plan.xlsx"}
    assert [name for name in found[0] if found[0][name] != found[1][name]] == []
