"""The pages: references say what the code says, examples run, links lead somewhere."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
import sys
from pathlib import Path

import pytest

import planner as public
from planner.case.read import default_data_folder
from planner.cli.app import main
from planner.scenario.load import load_scenario
from planner.scenario.spec import Scenario

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
FILE = re.compile(r"^`([\w./-]+\.\w+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def load_reference():
    spec = importlib.util.spec_from_file_location("reference", DOCS / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REFERENCE = load_reference()


@pytest.mark.parametrize("name", [*REFERENCE.PAGES, *REFERENCE.PARTS])
def test_a_reference_says_what_the_code_says(name):
    """After a change of commands, fields, tables or criteria: python docs/reference.py."""
    there = (DOCS / name).read_text("utf-8")
    assert there == REFERENCE.made(name)


def test_every_field_of_a_scenario_has_its_meaning_and_its_kind():
    page = REFERENCE.scenario()
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?)\|", page, re.MULTILINE)
    schemas = Scenario.model_json_schema()
    fields = {key for each in schemas["$defs"].values() for key in each["properties"]}
    assert {name for name, _, _ in rows} >= fields - {"sv", "en"}
    assert [row for row in rows if not row[1].strip() or not row[2].strip()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (DOCS / link).resolve().exists()] == []


def test_the_list_of_pages_has_every_page():
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", (DOCS / "README.md").read_text("utf-8")))
    assert listed == {page.name for page in PAGES} - {"README.md"}


FOR_DEVELOPERS = ("docs/developers.md", "CONTRIBUTING.md")


def test_the_tree_has_a_line_for_each_package_and_each_module_beside_them():
    package = ROOT / "planner"
    folders = {file.parent.relative_to(ROOT).as_posix() for file in package.rglob("__init__.py")}
    there = {f"{folder}/" for folder in folders - {"planner"}}
    there |= {file.relative_to(ROOT).as_posix() for file in package.glob("*.py")}
    page = (DOCS / "developers.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(planner/[^`]+)` \|", page, re.MULTILINE)) == there


@pytest.mark.parametrize("page", FOR_DEVELOPERS)
def test_what_pages_for_developers_name_is_there(page):
    """Files and folders by their path; functions and tables as `module:name`; targets of make."""
    text = (ROOT / page).read_text("utf-8")
    paths = re.findall(
        r"`((?:planner|tests|docs|data|notebooks|benchmarks|bundle|\.ci)/[\w./-]*)`", text
    )
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
    modules = re.findall(r"`(planner(?:\.\w+)+)(?::(\w+))?`", text)
    assert [name for name in modules if not _defined(*name)] == []
    targets = re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert targets
    assert [name for name in targets if not re.search(f"^{name}:", makefile, re.MULTILINE)] == []


def _defined(module: str, name: str) -> bool:
    """Tell whether a module has a name; a name of the public face needs no module."""
    place = ROOT.joinpath(*module.split("."))
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    if not file.is_file():
        return module.removeprefix("planner.") in public.__all__
    found = re.search(rf"^(?:def |class )?{name}\b", file.read_text("utf-8"), re.MULTILINE)
    return not name or found is not None


def test_the_page_on_python_names_every_exception():
    page = (DOCS / "python.md").read_text("utf-8")
    there = {name: getattr(public, name) for name in public.__all__}
    errors = {
        name: kind
        for name, kind in there.items()
        if isinstance(kind, type) and issubclass(kind, BaseException)
    }
    assert all(issubclass(kind, public.PlannerError) for kind in errors.values())
    told = set(re.findall(r"`(?:planner\.)?([A-Z]\w+)`", page.partition("What goes wrong")[2]))
    assert told >= errors.keys()
    assert len(errors) == 4  # the page counts three kinds and what they are kinds of


def test_the_page_on_python_names_all_that_is_public():
    page = (DOCS / "python.md").read_text("utf-8")
    said = set(re.findall(r"(?<=[`.])\w+", page))
    assert {name for name in public.__all__ if name[0] != "_"} - said == set()


@pytest.mark.slow
def test_the_examples_of_the_page_on_python_run_from_the_first_to_the_last(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    page = (DOCS / "python.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) == 5
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)  # noqa: S102 - the page's own
    found = [each for each in names.values() if isinstance(each, public.Analysis)]
    assert len(found) >= 5
    assert all(each.complete and len(each.table) for each in found)
    assert names["ten"].calendar is None
    assert list(tmp_path.iterdir()) == []


def test_the_scenario_of_the_first_plan_reads(tmp_path):
    page = (DOCS / "first-plan.md").read_text("utf-8")
    (text,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "eight.toml").write_text(text, "utf-8")
    scenario = load_scenario(str(tmp_path / "eight.toml"), default_data_folder())
    assert (scenario.offices.count, scenario.sites.required) == (8, ("0184", "1880"))


@pytest.mark.parametrize(
    ("page", "line", "blocks"),
    [
        ("first-plan", "run shortest-distance --set limits.max_km.most=300", 1),
        ("first-plan", "explain shortest-distance --set limits.max_km.most=300", 1),
        (
            "insight",
            "explain next-offices --set limits.mean_km.most=64 --set limits.spread.most=96",
            1,
        ),
    ],
)
def test_an_answer_without_a_plan_is_what_the_page_shows(
    monkeypatch, capsys, tmp_path, page, line, blocks
):
    """The whole answer, or as much of it as the page has, to the letter."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["planner", *line.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    said = capsys.readouterr()
    shown = re.findall(
        r"^```text\n(.*?)^```$", (DOCS / f"{page}.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len([block for block in shown if block in said.out + said.err]) == blocks


@pytest.fixture
def planner(monkeypatch, capsys, tmp_path):
    """Run a command in an empty folder; return its code and what it printed."""
    monkeypatch.chdir(tmp_path)

    def run(line):
        monkeypatch.setattr(sys, "argv", line.split())
        with pytest.raises(SystemExit) as exit_:
            main()
        return exit_.value.code or 0, capsys.readouterr().out

    return run


def test_the_country_of_the_page_is_planned_as_the_page_says(planner, tmp_path):
    page = (DOCS / "your-own-country.md").read_text("utf-8")
    files = FILE.findall(page)
    assert len(files) == len(REFERENCE.TABLES) + 3  # country.toml, outlines and a scenario
    for name, text in files:
        path = tmp_path / "my-country" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (commands,) = re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (shown,) = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    check, run = commands.splitlines()
    code, printed = planner(check)
    assert "doubt" not in printed
    assert (code, "No problems found." in printed) == (0, True)
    code, printed = planner(run)
    assert code == 0
    assert printed.startswith(shown)


def cited():
    """Return each command of pytest in docs/trust.md: its files, and what its names must hold."""
    found = []
    for command in re.findall(r"`(pytest [^`]*)`", (DOCS / "trust.md").read_text("utf-8")):
        words = shlex.split(command)
        chosen = words[words.index("-k") + 1] if "-k" in words else ""
        files = [word for word in words if word.startswith("tests")]
        found.append(pytest.param(files, re.split(r" (?:or|and) ", chosen), id=command))
    return found


@pytest.mark.parametrize(("files", "chosen"), cited())
def test_the_tests_that_a_promise_names_are_there(files, chosen):
    """Moved or renamed, a test would leave its command in docs/trust.md running nothing."""
    paths = [ROOT / file for file in files]
    assert [str(path) for path in paths if not path.exists()] == []
    modules = [one for path in paths for one in ([path] if path.is_file() else path.rglob("*.py"))]
    names = [str(path) for path in modules] + [
        node.name
        for path in modules
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    assert [word for word in chosen if not any(word in name for name in names)] == []
