"""What a newcomer's machine meets: make, the pins, the wheel, and what is tracked."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import planner
from planner.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
USED_OTHERWISE = {"xstatic-leaflet"}  # its files are read, not its modules
PIN = re.compile(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*")


def _requirements(*groups: list[str]) -> list[Requirement]:
    return [Requirement(line) for group in groups for line in group]


def _tracked(*paths: str) -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--", *paths]
    out = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in out.split("\0") if name and (ROOT / name).exists()]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder, with a space in its name, that holds what make reads."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    folder = tmp_path / "my planner"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder)
    return folder


def _make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    command = ["make", *arguments]
    return subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True
    )


def _interpreter(folder: Path, answer: str) -> Path:
    path = folder / "some python"
    path.write_text(f"#!/bin/sh\n{answer}\n", "utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("target", ["run", "test"])
@pytest.mark.parametrize(
    ("answer", "found"),
    [("echo 3.11", "some python: 3.11."), ("exit 1", "some python: none.")],
    ids=["old", "broken"],
)
def test_a_wrong_python_gets_one_line_that_says_what_was_found_and_what_is_needed(
    checkout: Path, target: str, answer: str, found: str
) -> None:
    python = _interpreter(checkout, answer)
    done = _make(checkout, target, f"PYTHON={python}")
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert "Python 3.12 is needed" in line
    assert found.rstrip(".") in line
    assert not (checkout / ".venv").exists()


def test_a_python_without_venv_is_named_as_such(checkout: Path) -> None:
    python = _interpreter(checkout, 'case "$2" in *version*) echo 3.12;; *) exit 1;; esac')
    done = _make(checkout, "run", f"PYTHON={python}")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "3.12 without venv" in line


def test_make_installs_again_only_when_the_project_or_the_pins_change(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    for age, name in enumerate(("created", "installed", "installed-dev")):
        stamp = checkout / ".venv" / name
        stamp.touch()
        os.utime(stamp, (4e9 + age, 4e9 + age))
    assert "pip" not in _make(checkout, "-n", "run", "test", "check").stdout
    for name in ("pyproject.toml", "constraints.txt"):
        os.utime(checkout / name, (4e9 + 9, 4e9 + 9))
        assert _make(checkout, "-n", "run").stdout.count("pip install") == 1
        assert _make(checkout, "-n", "test").stdout.count("pip install") == 2
        os.utime(checkout / name, (1e9, 1e9))


def test_the_version_is_said_once() -> None:
    assert PROJECT["version"] == planner.__version__


def test_constraints_are_names_and_versions_that_meet_every_direct_dependency() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if not PIN.fullmatch(line)] == []
    pins = {canonicalize_name(name): version for name, version in (x.split("==") for x in lines)}
    assert len(pins) == len(lines)
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]
    extras = PROJECT["optional-dependencies"].values()
    for wanted in _requirements(build["requires"], PROJECT["dependencies"], *extras):
        name = canonicalize_name(wanted.name)
        if name != PROJECT["name"]:
            assert name in pins, f"{name} is not pinned"
            assert wanted.specifier.contains(pins[name]), f"{name}=={pins[name]}, not {wanted}"


@pytest.mark.parametrize(
    ("library", "reached"),
    [
        ("branca", "._id = name"),
        ("folium", "folium.GeoJson("),  # its layers' templates, whose names our scripts know
        ("highspy", "kCallbackMipLogging"),
        ("pulp", "engine.buildSolverModel(problem)"),
        ("pydantic", '"model_attributes_type": say('),
        ("typer", "typer.BadParameter.__base__"),
        ("uvicorn", "def capture_signals"),
        ("xstatic-leaflet", 'files("xstatic.pkg.leaflet")'),
    ],
)
def test_a_library_that_is_reached_into_is_bounded_above(library: str, reached: str) -> None:
    """While the program does reach into it: the bound goes with the reason for it."""
    (wanted,) = [r for r in _requirements(PROJECT["dependencies"]) if r.name == library]
    bounds = {bound.operator for bound in wanted.specifier}
    written = any(reached in path.read_text("utf-8") for path in (ROOT / "planner").rglob("*.py"))
    assert (bounds, written) == ({">=", "<"}, True)


def test_every_library_imported_is_declared_and_every_declared_one_is_imported() -> None:
    imported: set[str] = set()
    for path in (ROOT / "planner").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                imported.add(node.module.partition(".")[0])
    imported -= {*sys.stdlib_module_names, "planner"}
    owners = packages_distributions()
    used = {canonicalize_name(owner) for name in imported for owner in owners[name]}
    wanted = _requirements(PROJECT["dependencies"], PROJECT["optional-dependencies"]["dask"])
    assert used | USED_OTHERWISE == {canonicalize_name(r.name) for r in wanted}


def test_no_lock_file_registry_address_or_machine_path_is_tracked() -> None:
    lock = re.compile(r"(^|/)([a-z]+\.lock|Pipfile\.lock|(package-|pnpm-|py)lock[^/]*)$")
    address = re.compile(
        r"pypi\.(org|python)|pythonhosted\.|npmjs\.|debian\.org|conda\.anaconda|"
        r"(index-url|trusted-host)\s*[= ]|find-links[= ]\s*\"?(\w+:|/)|file:/{2,3}\w",
        re.IGNORECASE,
    )
    path = re.compile(r"(?<![\w.:/-])(/(home|root|work|tmp|Users|opt|mnt|srv)/\w|[A-Z]:\\\w)")
    wrong = []
    for name in _tracked():
        if lock.search(name):
            wrong.append(f"{name}: a lock file")
        content = (ROOT / name).read_bytes()
        if b"\0" not in content:
            for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
                if found := address.search(line) or path.search(line):
                    wrong.append(f"{name}:{number}: {found.group()}")
    assert wrong == []


def test_every_link_in_the_readme_leads_to_a_tracked_file() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    links = re.findall(r"(?:\]\(|src=\")(?!https?:|#)([^)#\"]+)", text)
    tracked = _tracked()
    assert links
    assert [
        link for link in links if not any(f"{name}/".startswith(f"{link}/") for name in tracked)
    ] == []


def test_the_readme_lists_every_command_and_no_other() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| `planner ([a-z]+)", text, re.MULTILINE)
    commands = [c.name or getattr(c.callback, "__name__", "") for c in app.registered_commands]
    commands += [group.name for group in app.registered_groups]
    assert sorted(listed) == sorted(commands)


def test_every_scenario_the_readme_names_ships() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    table = text.partition("## Scenarios")[2].partition("##")[0]
    named = re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)
    assert named
    assert [x for x in named if not (ROOT / "data" / "scenarios" / f"{x}.toml").exists()] == []


@pytest.mark.slow
def test_the_wheel_carries_every_module_table_and_template(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    carried = set(zipfile.ZipFile(wheel).namelist())
    assert "planner/py.typed" in carried  # so that type checkers look into the package
    modules = _tracked("planner")
    data = [name.replace("data/", "planner/_data/", 1) for name in _tracked("data")]
    assert modules
    assert data
    assert sorted({*modules, *data} - carried) == []
    licences = {name.partition("/licenses/")[2] for name in carried if "/licenses/" in name}
    assert {"LICENSE", *(n for n in _tracked("data") if n.endswith("SOURCES.md"))} <= licences
