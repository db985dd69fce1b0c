"""The terminal in Swedish: every command, every error, the help; and how the language is chosen."""

from __future__ import annotations

import ast
import json
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from broken.mutations import cells, countries, files, outlines
from broken.scenarios import contradictions, misspellings
from cli.test_app import ROLLOUT, SCENARIO
from country import make_country
from planner.case.columns import described
from planner.case.expected import SIZED
from planner.case.schemas import TABLES, CountryFile
from planner.cli import app as cli
from planner.cli.options import asked
from planner.errors import InputError
from planner.message import Message, join, say, translations
from planner.web.fields import fields

CODE = Path(cli.__file__).parents[1]
ENGLISH = re.compile(
    r"\b(the|is|are|of|and|or|with|without|expected|bound|proved|proven|best|better|offices|plan"
    r" keeps|found|which|that|not|from|must|each|every|by|at|most|least|none|opens?|closes|Usage"
    r"|Options|Error|weighted)\b"
)
"""Words that no Swedish sentence has; "i", "till" and the like are of both or of Swedish."""

CODES = re.compile(
    r"`[^`]*`|\b[\w/-]+\.(toml|csv|json|html|xlsx|gpkg|geojson|py|md)\b|\b[a-z_]+(\.[\w\[\]]+)+"
    r"|--[\w-]+|'[^']*'"
)
"""Names of files, options and keys, which are the same in every language."""


def english(text: str) -> list[str]:
    """Return the English words of a text, codes left out."""
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("ok   "))
    return [found[0] for found in ENGLISH.finditer(CODES.sub("", plain))]


# The table -----------------------------------------------------------------------------------


def templates() -> set[str]:
    """Return every sentence of the program that is said by `say`, and what else is one."""
    found = set()
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id == "say" and isinstance(node.args[0], ast.Constant):
                    found.add(str(node.args[0].value))
                if node.func.id == "join" and len(node.args) > 1:
                    found.add(ast.literal_eval(node.args[1]))
    found |= {
        described(hint).template for table in TABLES.values() for hint in table.columns.values()
    }
    found |= {f.description for f in CountryFile.model_fields.values() if f.description}
    found |= {described(f.annotation).template for f in CountryFile.model_fields.values()}
    found |= {template for _, template in SIZED.values()}
    meant = {node.description for top in fields() for node in top.walk()}
    found |= meant & set(translations("sv"))  # not every field of a form needs its meaning
    return found | set(helps(typer.main.get_command(cli.app)))


def helps(command) -> list[str]:
    """Return the helps of a command and of those in it, but for those of `bench`."""
    found = [thing.help for thing in (command, *command.params) if thing.help]
    found += [command.epilog] if command.epilog else []
    for name, inner in getattr(command, "commands", {}).items():
        found += [inner.help] if name == "bench" else helps(inner)
    return [" ".join(text.split()) for text in found]


def slots(template: str) -> list[str]:
    """Return what follows the name in each placeholder, in order of the values."""
    named = enumerate(
        (n, s, c) for _, n, s, c in string.Formatter().parse(template) if n is not None
    )
    by_value = sorted((int(n) if n else number, s, c) for number, (n, s, c) in named)
    return [f"{value}!{conversion}:{spec}" for value, spec, conversion in by_value]


def test_every_sentence_has_a_swedish_one_with_the_same_values():
    said = templates()
    assert len(said) > 600
    for template in sorted(said):
        if not re.search("[a-zåäö]", re.sub(r"\{[^{}]*\}", "", template)):
            continue  # without words: the same in both languages
        told = translations("sv")[template]
        if "{}" in template or "{:" in template or "{!" in template:
            assert slots(told) == slots(template), template


def test_the_table_holds_no_sentence_that_nobody_says():
    assert sorted(set(translations("sv")) - templates()) == []


def test_what_is_said_is_written_where_it_is_said():
    """A sentence made by an f-string could not be found in the table."""
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "say":
                assert not isinstance(node.args[0], ast.JoinedStr), f"{path}:{node.lineno}"


def test_a_message_is_its_english_and_says_its_parts_in_swedish():
    inner = say("at most {}", 3)
    message = say("{}: expected {}", "x", inner) + join([inner, inner])
    assert message == "x: expected at most 3at most 3; at most 3"
    assert message.said("sv") == "x: här behövs högst 3högst 3; högst 3"
    assert say("no {braces}") == "no {braces}"
    assert Message("{}", "{}").said("sv") == "{}"


# The language --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "variable", "language"),
    [
        ((), None, None),
        ((), "", None),
        ((), "sv", "sv"),
        (("run", "--lang", "en"), "sv", "en"),
        (("run", "--lang=sv"), None, "sv"),
        (("--lang", "sv", "run", "--json"), "en", "sv"),
        (("--lang", "sv", "run", "--lang", "en"), None, "en"),
        (("run", "--lang"), "sv", "sv"),
        (("run", "--", "--lang", "sv"), None, None),
    ],
)
def test_the_option_decides_then_the_environment(monkeypatch, arguments, variable, language):
    monkeypatch.delenv("PLANNER_LANG", raising=False)
    if variable is not None:
        monkeypatch.setenv("PLANNER_LANG", variable)
    assert asked(arguments) == language


def test_another_language_is_refused_with_those_there_are(planner, monkeypatch):
    monkeypatch.setenv("PLANNER_LANG", "de")
    for arguments in (("scenarios",), ("--version",), ("run", "--help")):
        code, out, err = planner(*arguments)
        assert (code, out) == (2, "")
        assert "PLANNER_LANG = 'de': expected one of sv, en" in err
    assert planner("scenarios", "--lang", "en")[0] == 0
    code, _, err = planner("scenarios", "--lang", "de")
    assert code == 2
    assert "--lang = 'de': expected one of sv, en" in err


# Every command -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    folder = make_country(tmp_path_factory.mktemp("country"))
    (folder / "scenarios").mkdir()
    for name, text in (("small", SCENARIO), ("rollout", ROLLOUT)):
        (folder / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")
    (folder / "offices" / "replay.toml").write_text(HISTORY, encoding="utf-8")
    return folder


HISTORY = """
[[dates]]
date = "2022-01-01"
title = { sv = "Först", en = "First" }
text = { sv = "Början", en = "The start" }
announced = "small"
actual = "rollout"
best = "small"
"""

SWEEP = """
name = "svep"
base = "small"
[grid]
"offices.count" = [1, 2]
"""


@pytest.fixture
def planner(monkeypatch, capsys, tmp_path, country):
    """Run a command in an empty folder on the small country; return code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, data=None):
        where = () if "--version" in arguments or data == "" else ("--data", str(data or country))
        monkeypatch.setattr(sys, "argv", ["planner", *arguments, *where])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        out, err = capsys.readouterr()
        return exit_.value.code or 0, out, err

    return run


COMMANDS = [
    ("run", "rollout"),
    ("alternatives", "small", "--within", "90"),
    ("pareto", "small"),
    ("justify", "small", "--scenario", "small"),
    ("compare", "small", "rollout"),
    ("replay",),
    ("sweep", "sweep.toml", "--jobs", "1"),
    ("sensitivity", "small", "--samples", "10", "--sobol", "64", "--no-rollouts", "--jobs", "1"),
    ("explain", "small"),
    ("explain", "small", "--set", "limits.max_km.most=1"),
    ("check",),
    ("scenarios",),
]


@pytest.mark.slow
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_every_command_speaks_swedish(planner, tmp_path, monkeypatch, arguments):
    monkeypatch.setenv("PLANNER_LANG", "sv")
    (tmp_path / "sweep.toml").write_text(SWEEP, encoding="utf-8")
    code, out, err = planner(*arguments)
    assert code in (0, 3), err
    assert english(out + err) == [], out + err


@pytest.mark.slow
def test_a_finished_run_is_verified_and_listed_in_swedish(planner):
    assert planner("run", "rollout")[0] == 0
    code, out, err = planner("verify", "runs/rollout", "--lang", "sv")
    assert code == 0
    assert "kontroller håller" in out
    layers = next(line for line in out.splitlines() if "plan.gpkg: " in line)  # their own names
    assert english(out.replace(layers, "").replace("ok   ", "") + err) == [], out
    code, out, err = planner("runs", "--lang", "sv", data="")
    assert code == 0
    assert english(out + err) == [], out


@pytest.mark.slow
def test_a_run_that_does_not_verify_says_why_in_swedish(planner, tmp_path):
    assert planner("run", "rollout")[0] == 0
    plan = tmp_path / "runs" / "rollout" / "plan.json"
    told = json.loads(plan.read_text(encoding="utf-8"))
    told["criteria"]["mean_km"] += 1
    told["offices"][0]["principals"] += 1
    plan.write_text(json.dumps(told), encoding="utf-8")
    code, out, _ = planner("verify", "runs/rollout", "--lang", "sv")
    assert code == 1
    failed = [line for line in out.splitlines() if line.startswith("FEL")]
    assert len(failed) >= 3
    assert all("ska vara" in line for line in failed), failed


SPOKEN = sorted({"", *typer.main.get_command(cli.app).commands} - {"bench"})
"""`bench` is for engineers, and stays English."""


@pytest.mark.parametrize("command", SPOKEN)
def test_help_is_swedish(planner, command):
    code, out, _ = planner(*command.split(), "--help", "--lang", "sv", data="")
    assert not re.search(r"OPTIONS|ARGS|KEY=", out)
    assert code == 0
    assert "Visa den här texten." in out
    assert english(re.sub(r"<\w+>|\[annars: .*?\]|[A-Z]{2,}", "", out)) == [], out


def test_a_warning_is_said_in_swedish():
    """On standard error of a process of its own: pytest takes the warnings of this one."""
    code = (
        "import logging; from planner.cli.app import app; from planner.cli.options import program;"
        "from planner.message import say; program(app, 'sv');"
        "log = logging.getLogger('planner.cache');"
        "log.warning(say('nothing is kept for the next run ({})', 1)); log.warning('%s', 2)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stderr.splitlines()[-2:] == ["inget sparas till nästa körning (1)", "2"]


# Errors --------------------------------------------------------------------------------------

MISUSED = [
    ("run", "--nope"),
    ("run", "small", "more"),
    ("runn",),
    ("compare",),
    ("alternatives", "--most", "x"),
    ("alternatives", "--most", "0"),
    ("alternatives", "--within", "x"),
    ("alternatives", "--within", "-1"),
    ("run", "--pdf=3"),
    ("sensitivity", "--sobol", "9"),
    ("run", "nowhere"),
    ("run", "small", "--set", "offices"),
    ("run", "small", "--set", "offices.count=0"),
    ("run", "small", "--set", "offices.count=[2]"),
    ("run", "small", "--set", "sites.required=0101,0102"),
    ("run", "small", "--set", 'sites.required=["9999"]'),
    ("run", "small", "--set", "sites.basis=['x']"),
    ("run", "small", "--set", "thresholds.beyond_km=0,75"),
    ("run", "small", "--set", "colour=1"),
    ("run", "small", "--set", "limits.max_km.most=1"),
    ("run", "rollout", "--set", "solver.time_limit=1e-9"),
    ("run", "small", "--out", "sweep.toml"),
    ("verify", "nowhere"),
    ("pdf", "nowhere"),
    ("runs", "nowhere"),
    ("pareto", "small", "--criteria", "mean_km"),
    ("justify", "nowhere/run"),
    ("compare", "small"),
    ("sweep", "nowhere.toml"),
]


@pytest.mark.parametrize("arguments", MISUSED, ids=" ".join)
def test_wrong_use_and_bad_input_are_told_in_swedish(planner, tmp_path, arguments):
    (tmp_path / "sweep.toml").write_text(SWEEP, encoding="utf-8")
    code, out, err = planner(
        "--lang", "sv", *arguments, data="" if arguments[0] in ("pdf", "runs", "runn") else None
    )
    assert code in (2, 3, 5)
    assert err
    assert english(out + err) == [], err


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    folder = make_country(tmp_path_factory.mktemp("spoilt"))
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SCENARIO, encoding="utf-8")
    return folder


def problems(folder, reading):
    with pytest.raises(InputError) as caught:
        reading(folder)
    return caught.value.problems


@pytest.mark.slow
def test_everything_that_can_be_wrong_with_tables_and_scenarios_is_told_in_swedish(spoilt):
    """Hundreds of spoilt files: each problem in Swedish has no English but what a library says."""
    from planner.case.read import read_inputs  # noqa: PLC0415
    from planner.scenario.load import load_scenario  # noqa: PLC0415

    told = []
    for one in (*misspellings(), *contradictions()):
        path = spoilt / "scenarios" / "odd.toml"
        path.write_text(one.text, encoding="utf-8")
        told += problems(spoilt, lambda folder: load_scenario("odd", folder))
    for one in (*cells(), *files(), *countries(), *outlines()):
        path = spoilt / one.file
        before = path.read_bytes()
        path.write_bytes(one.content)
        try:
            told += problems(spoilt, read_inputs)
        finally:
            path.write_bytes(before)
    assert len(told) > 400
    for problem in told:
        expected = re.sub(r" \(.*\)", "", problem.expected.said("sv"), flags=re.DOTALL)
        expected = re.sub(r"inte för .*", "", expected)  # a projection by its own name
        expected = re.sub(r"något av [\w, ]*", "", expected)  # what may be typed
        assert english(expected) == [], problem
        assert "Input should" not in str(problem), problem
