"""The commands as a user meets them: answers, exit codes, and what is left on disk."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from country import ROADS, country_tables, make_country
from planner.case.read import default_data_folder
from planner.version import __version__
from waiting import HANGS

SCENARIO = """
name = "small"
[title]
sv = "Liten"
en = "Small"
[description]
sv = "Ett litet land"
en = "A small country"
[offices]
count = 2
[thresholds]
beyond_km = { value = 200, unit = "km", low = 100, high = 300 }
university_limit = { value = 45, unit = "min", low = 20, high = 90 }
[objective]
method = "epsilon"
optimise = "mean_km"
"""
ROLLOUT = """
extends = "small"
name = "rollout"
[objective]
then = ["waiting"]
[rollout]
periods = [
  { name = "2022", hires_most = { value = 2, unit = "advisors", low = 0, high = 9 } },
  { name = "2023" },
]
[dialogues]
uptake = { value = 1.0, unit = "share", low = 0, high = 1 }
[staffing]
preparation = { value = 100, unit = "h", low = 0, high = 100 }
meeting = { value = 4, unit = "h", low = 0, high = 100 }
in_person = { value = 1, unit = "share", low = 0, high = 1 }
taking_part = { value = 1, unit = "advisors", low = 1, high = 3 }
yearly_hours = { value = 500, unit = "h/year", low = 0, high = 2000 }
minimum_team = { value = 1, unit = "advisors", low = 1, high = 5 }
[money]
advisor = { value = 1, unit = "MSEK/year", low = 0, high = 2 }
premises = { value = 1, unit = "MSEK/year", low = 0, high = 2 }
opening = { value = 1, unit = "MSEK", low = 0, high = 2 }
closing = { value = 1, unit = "MSEK", low = 0, high = 2 }
per_km = { value = 3, unit = "SEK/km", low = 0, high = 5 }
"""


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    folder = make_country(tmp_path_factory.mktemp("country"))
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "scenarios" / "rollout.toml").write_text(ROLLOUT, encoding="utf-8")
    return folder


def only_json(text):
    """Parse a machine's answer, of which there is one line and nothing else."""
    (line,) = text.splitlines()
    return json.loads(line)


def test_a_run_says_where_it_is_and_what_was_proved(planner, tmp_path):
    code, out, _ = planner("run", "small")
    assert code == 0
    assert "2 offices: Mitt, Ost" in out
    among = "among plans that keep the rules and choose among 3 possible towns"
    proved = rf"^The measure “Mean distance”: [\d.]+ km. Proved: {among}, none is better.$"
    assert re.search(proved, out, re.MULTILINE)
    assert str(tmp_path / "runs" / "small" / "map.html").endswith(
        out.split("map:")[1].split()[0].removeprefix(str(tmp_path))
    )
    files = {path.name for path in (tmp_path / "runs" / "small").iterdir()}
    assert files >= {
        "plan.json",
        "assignments.csv",
        "map.html",
        "report.html",
        "plan.gpkg",
        "scenario.toml",
        "manifest.json",
    }


def test_the_layers_come_as_geojson_if_asked_for(planner, tmp_path):
    assert planner("run", "small", "--geojson")[0] == 0
    names = {path.name for path in (tmp_path / "runs" / "small").glob("*.geojson")}
    layers = ("offices", "regions", "municipalities", "allocation")
    assert names == {f"{layer}.geojson" for layer in layers}


def test_json_prints_the_plan_and_nothing_else(planner, tmp_path):
    code, out, _ = planner("run", "small", "--json", "--out", "here")
    answer = only_json(out)
    assert code == 0
    assert answer["run"] == "here"
    plan = json.loads((tmp_path / "here" / "plan.json").read_text(encoding="utf-8"))
    assert {key: answer[key] for key in plan} == plan
    assert plan["termination"]["reason"] == "optimal"


def test_a_run_can_be_run_again_from_its_own_scenario(planner, tmp_path):
    planner("run", "rollout", "--out", "one", "--set", "offices.count=1")
    code, _, _ = planner("run", str(tmp_path / "one" / "scenario.toml"), "--out", "two")
    assert code == 0
    plans = [(tmp_path / run / "plan.json").read_bytes() for run in ("one", "two")]
    assert plans[0] == plans[1]


def test_a_rollout_may_be_run_and_is_verified(planner):
    code, out, _ = planner("run", "rollout")
    assert code == 0
    assert re.search(r"^2022: .* opens?; ", out, re.MULTILINE)
    assert "checks hold" in out


def test_bad_input_exits_2_with_every_problem(planner, tmp_path):
    code, out, err = planner("run", "small", "--set", "offices.count=0", "--set", "units.level=x")
    assert (code, out) == (2, "")
    assert "2 problems" in err
    assert "offices.count" in err
    assert "units.level" in err
    assert list(tmp_path.iterdir()) == []
    code, out, _ = planner("run", "small", "--json", "--set", "offices.count=0")
    assert code == 2
    assert [problem["column"] for problem in only_json(out)["problems"]] == ["offices.count"]


def test_codes_that_the_tables_do_not_have_exit_2(planner):
    code, _, err = planner("run", "small", "--set", 'sites.required=["9999", "8888"]')
    assert code == 2
    assert "2 problems" in err
    code, _, err = planner("run", "small", "--set", 'rollout.opens={"0102" = "2024"}')
    assert code == 2
    assert "a candidate town of the scenario" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "nowhere"),
        ("run", "small", "--lang", "de"),
        ("run", "small", "--colour", "red"),
        ("run", "small", "more"),
        ("walk",),
        ("scenarios", "nowhere"),
    ],
)
def test_wrong_use_exits_2_and_writes_nothing(planner, tmp_path, arguments):
    code, out, err = planner(*arguments)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_ones_own_is_never_replaced(planner, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x", encoding="utf-8")
    code, _, err = planner("run", "small", "--out", "mine")
    assert code == 2
    assert "an earlier run to replace" in err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_an_infeasible_scenario_exits_3_and_names_the_clash(planner, tmp_path):
    # From Ost, the only town within 30 km of Ö, it is 35 km to Söder.
    arguments = ("run", "small", "--set", "offices.count=1", "--set", "limits.max_km.most=30")
    code, out, err = planner(*arguments)
    assert (code, out) == (3, "")
    assert "- 1 offices are open when the rollout is complete" in err
    assert "without any one of them the other rules in this list could hold together" in err
    assert list(tmp_path.iterdir()) == []
    code, out, _ = planner(*arguments, "--json")
    answer = only_json(out)
    assert code == 3
    assert answer["termination"] == {"reason": "infeasible"}
    assert {len(answer["conflicts"][language]) for language in ("sv", "en")} == {2}


def test_a_rule_that_no_plan_keeps_is_explained_in_either_language(planner):
    """Vik is 5 km from Mitt ... whatever the limit, the place and the nearest town are named."""
    arguments = ("run", "small", "--set", "limits.max_km.most=1")
    code, _, err = planner(*arguments)
    assert code == 3
    assert "No plan keeps this rule, whatever becomes of the others:" in err
    assert "is 5 km from the nearest town that may have an office" in err
    code, _, err = planner(*arguments, "--lang", "sv")
    assert code == 3
    assert "ingen plan uppfyller alla krav." in err
    assert "ligger 5 km från den närmaste ort som kan få kontor" in err
    _, out, _ = planner(*arguments, "--json")
    answer = only_json(out)
    assert "5 km" in answer["facts"]["sv"][-1]
    assert "5 km" in answer["facts"]["en"][-1]


def test_what_explain_tells_to_type_gives_a_plan(planner):
    arguments = ("small", "--set", "limits.max_km.most=1")
    code, out, _ = planner("explain", *arguments)
    assert code == 3
    (typed,) = {line for line in out.splitlines() if line.startswith("Type: ")}
    code, out, _ = planner("explain", *arguments, *shlex.split(typed.removeprefix("Type: ")))
    assert (code, out) == (0, "Some plan keeps every hard rule.\n")
    code, out, _ = planner("explain", *arguments, "--json")
    answer = only_json(out)
    assert code == 3
    assert answer["together"]["found"]
    assert answer["complete"]
    assert answer["stopped"] is None


def test_a_deadline_out_of_reach_exits_3_and_names_the_clash(planner):
    target = '[{ by = "2022", least = { value = 21, unit = "", low = 0, high = 99 }, hard = true }]'
    code, _, err = planner("run", "rollout", "--set", f"dialogues.targets={target}")
    assert code == 3
    assert "at least 21 dialogues have been held by the end of 2022" in err
    assert "at most 2 advisors are hired in 2022" in err
    assert "500 hours a year" in err
    assert len([line for line in err.splitlines() if line.startswith("  - ")]) == 3


def test_no_time_at_all_exits_5_and_writes_nothing(planner, tmp_path):
    code, out, _ = planner("run", "rollout", "--json", "--set", "solver.time_limit=1e-9")
    assert code == 5
    assert only_json(out)["termination"] == {"reason": "time_limit"}
    assert list(tmp_path.iterdir()) == []


def test_check_counts_what_it_read(planner):
    code, out, _ = planner("check")
    assert code == 0
    assert "No problems found." in out
    code, out, _ = planner("check", "--json")
    assert code == 0
    assert only_json(out)["municipalities"] == 6
    assert only_json(out)["scenarios"] == 2


@pytest.fixture
def doubtful(tmp_path):
    """A folder with a ferry eight times as long as the straight line, and nothing wrong."""
    roads = [*ROADS[:-1], ("0301", "0302", 50, 100, "ferry")]
    folder = make_country(tmp_path / "data", country_tables(roads=roads))
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SCENARIO, encoding="utf-8")
    return folder


def test_check_tells_doubts_and_stops_for_none(planner, doubtful):
    """One line a doubt under a heading; for machines a list, empty where there is none."""
    code, out, err = planner("check", data=doubtful)
    assert (code, err) == (0, "")
    heading, doubt = out.splitlines()[-2:]
    assert heading == "1 doubt: it stops nothing, but look whether it is true"
    assert doubt == (
        "  travel/roads.csv:7, km = '50': expected at most 5 times the straight line between its "
        "ends, 6.1 km; is a unit wrong, or a code?"
    )
    code, out, _ = planner("check", "--lang", "sv", data=doubtful)
    assert code == 0
    assert "1 tveksam uppgift: den hindrar ingenting" in out
    assert "här behövs högst 5 gånger fågelvägen" in out
    code, out, _ = planner("check", "--json", data=doubtful)
    (told,) = only_json(out)["doubts"]
    assert (code, told["file"], told["row"], told["column"]) == (0, "travel/roads.csv", 7, "km")
    assert only_json(planner("check", "--json")[1])["doubts"] == []


def test_run_counts_doubts_and_tells_what_has_moved(planner, doubtful, tmp_path):
    """On standard error, a line each; the plan and its exit code are as they were."""
    out = str(tmp_path / "run")
    code, _, err = planner("run", "small", "--out", out, data=doubtful)
    assert code == 0
    assert "1 doubt about the tables: planner check tells it" in err.splitlines()
    assert "Since the last run" not in err
    make_country(doubtful, country_tables(demand={"0101": 504}))
    moved = (
        "Since the last run with this data folder: principals counted, not listed: 15 → 515; "
        "principals in all: 21 → 521; km: 102 → 82; minutes: 148 → 108"
    )
    code, told, _ = planner("check", data=doubtful)
    assert (code, told.splitlines()[-1]) == (0, moved)
    told = only_json(planner("check", "--json", data=doubtful)[1])["moved"]
    assert told[1] == {"total": "principals in all", "before": 21, "now": 521}
    code, _, err = planner("run", "small", "--out", out, data=doubtful)
    assert code == 0
    assert moved in err.splitlines()
    assert "doubt" not in err
    assert only_json(planner("check", "--json", data=doubtful)[1])["moved"] == []


def test_check_tells_of_tables_and_scenarios_at_once(planner, tmp_path):
    folder = make_country(tmp_path / "data", country="name = 3\n")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "odd.toml").write_text("colour = 'red'\n", encoding="utf-8")
    code, _, err = planner("check", data=folder)
    assert code == 2
    assert "country.toml" in err
    assert "odd.toml:1, colour" in err


def test_a_data_folder_that_is_not_there_exits_2(planner, tmp_path):
    for command in ("run", "check", "scenarios"):
        code, _, err = planner(command, data=tmp_path / "nowhere")
        assert code == 2, command
        assert "Traceback" not in err


def test_scenarios_are_listed_and_described(planner, tmp_path):
    code, out, _ = planner("scenarios")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["rollout", "small"]
    code, out, _ = planner("scenarios", "--json")
    assert [row["name"] for row in only_json(out)] == ["rollout", "small"]
    code, out, _ = planner("scenarios", "rollout")
    (tmp_path / "again.toml").write_text(out, encoding="utf-8")
    assert planner("run", "again.toml")[0] == 0
    code, out, _ = planner("scenarios", "small", "--json")
    assert only_json(out)["offices"]["count"] == 2


def test_the_version_and_help_need_no_data(planner):
    code, out, _ = planner("--version", data=None)
    assert (code, out) == (0, f"planner {__version__}\n")
    code, out, _ = planner("run", "--help", data=None)
    assert code == 0
    assert "--set" in out


INTERRUPTED = """
import os, re, signal, sys
from rich.status import Status
from planner.cli.app import main

shown, sent = Status.update, []

def update(self, status=None, **more):
    found = re.match(r"the measure .Waiting.: ([0-9.e+]+), proved bound", str(status))
    if found and float(found[1]) < 1e9 and not sent:  # an incumbent is there
        sent.append(True)
        os.kill(os.getpid(), signal.SIGINT)
    shown(self, status, **more)

Status.update = update
sys.argv = ["planner", "run", "decision-2022", "--out", sys.argv[1], "--json",
            "--set", "solver.gap=0.000001"]
main()
"""


def test_ctrl_c_in_a_long_search_leaves_a_plan_that_says_so(tmp_path):
    out = tmp_path / "run"
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(out)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(default_data_folder().parent)},
        timeout=HANGS,
    )
    assert done.returncode == 4, done.stderr
    answer = only_json(done.stdout)
    termination = answer["termination"]
    assert termination["reason"] == "interrupted"
    assert termination["gap"] > 1e-6
    assert termination["bound"] <= termination["objective"]
    assert (out / "plan.json").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    # What was found is finished: whole dialogues, and everybody accounted for.
    assert sum(batch["dialogues"] for batch in answer["dialogues"]) + sum(
        answer["unmet"].values()
    ) == round(0.8 * 2793)


def test_ctrl_c_while_the_program_loads_is_one_line(tmp_path):
    """A stand-in for the first library that is loaded sends the signal."""
    (tmp_path / "typer.py").write_text(
        "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"
    )
    folders = [str(tmp_path), str(default_data_folder().parent)]
    done = subprocess.run(
        [sys.executable, "-m", "planner", "--help"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(folders)},
        timeout=HANGS,
    )
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr == "planner: interrupted; what was not finished is not written\n"


SELDOM = """
import sys
from planner.cli.app import main
sys.argv = ["planner", "run", "small", "--data", sys.argv[1], "--out", sys.argv[2], "--json"]
try:
    main()
except SystemExit as ended:
    assert ended.code == 0
seldom = ("distributed", "fastapi", "joblib", "matplotlib", "networkx", "SALib")
print([name for name in seldom if name in sys.modules], file=sys.stderr)
"""


def test_a_run_of_sites_alone_loads_no_library_that_it_does_not_use(tmp_path, country):
    asked = [sys.executable, "-c", SELDOM, str(country), str(tmp_path / "run")]
    env = os.environ | {"PYTHONPATH": str(default_data_folder().parent)}
    subprocess.run([*asked[:-1], str(tmp_path / "first")], env=env, check=True, timeout=HANGS)
    done = subprocess.run(
        asked, stderr=subprocess.PIPE, text=True, env=env, check=True, timeout=HANGS
    )
    assert done.stderr.splitlines()[-1] == "[]"


def test_a_folder_below_a_file_is_refused_before_the_search(planner, tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    code, out, err = planner("run", "small", "--out", "notes.txt/run")
    assert code == 2
    assert "a place where a folder can be made" in err
    assert "notes.txt" in err
    assert out == ""


def test_check_holds_scenarios_and_history_against_the_tables(planner, tmp_path, tmp_path_factory):
    """A town and a scenario that the folder does not have, each told once with its place."""
    folder = make_country(tmp_path_factory.mktemp("checked"))
    (folder / "scenarios").mkdir()
    odd = SCENARIO.replace("[offices]", '[sites]\nrequired = ["9999"]\n[offices]')
    (folder / "scenarios" / "small.toml").write_text(odd, encoding="utf-8")
    words = '{ sv = "a", en = "a" }'
    dates = f'[[dates]]\ndate = "2022"\ntitle = {words}\ntext = {words}\nbest = "beast"\n'
    (folder / "offices" / "replay.toml").write_text(dates, encoding="utf-8")
    code, _, err = planner("check", data=folder)
    assert code == 2
    assert "sites.required = '9999'" in err
    assert "offices/replay.toml, dates = 'beast': expected a scenario of the folder: small" in err
    assert "2 problems" in err


@pytest.mark.parametrize("language", ["latin-1", "cp1252", "utf-8"])
def test_any_letter_can_be_printed_anywhere(tmp_path, country, language):
    """A terminal or a pipe without the letter ö gets its code, and JSON says the same to all."""
    asked = [sys.executable, "-m", "planner", "scenarios", "letters", "--data", str(country)]
    odd = SCENARIO.replace('"small"', '"letters"').replace("Small", "Łódź")
    (country / "scenarios" / "letters.toml").write_text(odd, encoding="utf-8")
    said = []
    for extra in ([], ["--json"]):
        done = subprocess.run(
            [*asked, *extra],
            capture_output=True,
            env={**os.environ, "PYTHONIOENCODING": language, "PYTHONUTF8": "0"},
            check=True,
        )
        said.append(done.stdout)
    (country / "scenarios" / "letters.toml").unlink()
    assert ("Łódź" if language == "utf-8" else "\\u0141") in said[0].decode(language)
    assert json.loads(said[1].decode(language))["title"]["en"] == "Łódź"


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="a device that is full, on Linux")
@pytest.mark.parametrize(
    ("full", "arguments", "said"),
    [
        ("stdout", ("scenarios",), "planner: No space left on device"),
        ("stdout", ("scenarios", "--json"), "planner: No space left on device"),
        ("stdout", ("--help",), "planner: No space left on device"),
        ("stdout", ("run", "small"), "planner: No space left on device"),
        ("stdout", ("run", "small", "--json"), "planner: No space left on device"),
        ("stdout", ("compare", "small", "small"), "planner: No space left on device"),
        ("stdout", ("run", "nosuch", "--json"), "planner: No space left on device"),
        ("stderr", ("run", "nosuch"), ""),
        ("both", ("scenarios",), ""),
        ("both", ("run", "nosuch", "--json"), ""),
    ],
)
def test_output_to_a_full_device_is_one_line(tmp_path, country, full, arguments, said):
    where = () if "--help" in arguments else ("--data", str(country))
    with FULL.open("w") as device:
        streams = {
            name: device if full in (name, "both") else subprocess.PIPE
            for name in ("stdout", "stderr")
        }
        done = subprocess.run(
            [sys.executable, "-m", "planner", *arguments, *where],
            **streams,
            text=True,
            check=False,
            cwd=tmp_path,
            timeout=HANGS,
            env=os.environ | {"PYTHONPATH": str(default_data_folder().parent)},
        )
    assert done.returncode == 1
    assert (done.stderr or "").strip().splitlines()[-1:] == ([said] if said else [])
    assert "Traceback" not in (done.stderr or "")
    assert "Exception ignored" not in (done.stderr or "")
    assert not done.stdout
    if arguments[:2] == ("run", "small"):
        assert (tmp_path / "runs" / "small" / "plan.json").is_file()


def test_a_reader_that_leaves_early_is_told_nothing(tmp_path, country):
    """As in ``planner scenarios | head -1``."""
    with subprocess.Popen(
        [sys.executable, "-m", "planner", "scenarios", "--data", str(country)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(default_data_folder().parent)},
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == ""


def test_what_is_set_gets_a_folder_of_its_own(planner, tmp_path):
    assert planner("run", "small")[0] == 0
    plain = (tmp_path / "runs" / "small" / "plan.json").read_bytes()
    code, out, _ = planner("run", "small", "--set", "offices.count=1", "--json")
    assert code == 0
    assert only_json(out)["run"] == "runs/small,offices.count=1"
    assert (tmp_path / "runs" / "small" / "plan.json").read_bytes() == plain
    for again in ("offices.count=1", "offices.count = 1"):
        assert planner("run", "small", "--set", again)[0] == 0
    assert planner("run", "small", "--set", "offices.count=2")[0] == 0  # as it is
    names = {path.name for path in (tmp_path / "runs").iterdir()}
    assert names == {"small", "small,offices.count=1"}
    changed = planner("runs", "runs", "--lang", "sv", data=None)[1].splitlines()[-1]
    assert changed.endswith("Ändrat: antal kontor 1 i stället för 2.")


def test_another_country_or_table_does_not_take_a_runs_place(planner, tmp_path, country):
    assert planner("run", "small")[0] == 0
    other = tmp_path / "other"
    shutil.copytree(country, other)
    counts = other / "principals" / "principals_by_municipality.csv"
    counts.write_text(counts.read_text("utf-8") + "\n", "utf-8")
    code, out, _ = planner("run", "small", data=other)
    assert code == 0
    assert "runs/small holds the answer to another or a changed scenario, which stays" in out
    assert "runs/small-2/report.html" in out


def test_what_is_named_is_replaced_and_told_if_it_was_another_questions(planner):
    assert planner("run", "small", "--out", "mine")[0] == 0
    again = only_json(planner("run", "small", "--out", "mine", "--json")[1])
    assert again["notes"] == []
    other = ("run", "small", "--set", "offices.count=1", "--out", "mine", "--json")
    (told,) = only_json(planner(*other)[1])["notes"]
    assert told == (
        "Note: mine held the answer to another or a changed scenario (run small). It is replaced."
    )


def test_a_list_that_is_set_tells_what_it_drops(planner, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('extends = "small"\n[sites]\nrequired = ["0101"]\n', "utf-8")
    said = (
        "Note: sites.required is replaced, and this is no longer in it: 0101 Norr. "
        "Write sites.required+=[...] to add to it."
    )
    replaced = ("run", str(own), "--set", 'sites.required=["0301"]')
    code, out, _ = planner(*replaced)
    assert code == 0
    assert out.splitlines()[-1] == said
    assert only_json(planner(*replaced, "--json")[1])["notes"] == [said]
    added = ("run", str(own), "--set", 'sites.required+=["0301"]', "--json")
    told = only_json(planner(*added)[1])
    assert told["notes"] == []
    assert {office["code"] for office in told["offices"]} == {"0101", "0301"}
    code, out, _ = planner("explain", *replaced[1:], "--json")
    assert only_json(out)["notes"] == [said]
