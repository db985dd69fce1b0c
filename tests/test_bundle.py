"""The folder that installs without a network: complete for each system, and plain to its reader."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

BUNDLE = Path(__file__).resolve().parents[1] / "bundle"

spec = spec_from_file_location("bundle_make", BUNDLE / "make.py")
assert spec is not None
assert spec.loader is not None
make = module_from_spec(spec)
spec.loader.exec_module(make)

ANY = "py3-none-any"
CPYTHON = "cp312-cp312"


def _wheel(folder, name, tags=ANY, *needs):
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    lines = "".join(f"Requires-Dist: {need}\n" for need in needs)
    with zipfile.ZipFile(folder / f"{name}-1.0-{tags}.whl", "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", head + lines)


def _missing(folder):
    return {name: make.missing(folder, system) for name, system in make.SYSTEMS.items()}


def test_what_one_system_alone_needs_is_missed_there(tmp_path):
    """Two steps away, too, and though this machine is of the other kind."""
    _wheel(tmp_path, "planner", ANY, "typer>=1")
    _wheel(
        tmp_path, "typer", ANY, 'colorama>=0.4; sys_platform == "win32"', 'uvloop; os_name!="nt"'
    )
    assert _missing(tmp_path) == {"Linux": ["uvloop"], "Windows": ["colorama>=0.4"]}


@pytest.mark.parametrize(
    ("tags", "systems"),
    [
        (ANY, []),
        (f"{CPYTHON}-win_amd64", ["Linux"]),
        ("cp311-abi3-win_amd64", ["Linux"]),
        (f"{CPYTHON}-manylinux_2_17_x86_64.manylinux2014_x86_64", ["Windows"]),
        (f"{CPYTHON}-manylinux_2_28_x86_64", ["Windows"]),
        (f"{CPYTHON}-manylinux_2_39_x86_64", ["Linux", "Windows"]),
        (f"{CPYTHON}-win32", ["Linux", "Windows"]),
        ("cp313-cp313-win_amd64", ["Linux", "Windows"]),
    ],
)
def test_a_wheel_counts_where_it_can_be_installed(tmp_path, tags, systems):
    _wheel(tmp_path, "planner", ANY, "numpy")
    _wheel(tmp_path, "numpy", tags)
    assert [name for name, gone in _missing(tmp_path).items() if gone] == systems


def test_an_extra_counts_where_it_is_asked_for_and_a_circle_ends(tmp_path):
    _wheel(tmp_path, "planner", ANY, "server[fast]", 'dask; extra == "dask"')
    _wheel(tmp_path, "server", ANY, 'loop; extra == "fast"', 'plan; extra == "slow"', "planner")
    assert make.missing(tmp_path, make.SYSTEMS["Linux"]) == ["loop"]


def test_the_script_of_windows_names_nothing_of_another_system():
    text = (BUNDLE / "install.cmd").read_text("ascii")
    assert re.findall(r"(?<!\w)/(?!b 1)\w+|/bin/|\.sh\b|python3", text) == []
    variables = set(re.findall(r"%(\w+)%", text))
    assert variables == set(re.findall(r'set "(\w+)=', text))
    labels = set(re.findall(r"^:(\w+)$", text, re.MULTILINE))
    assert labels == set(re.findall(r"goto (\w+)", text))
    # Paths may have spaces: each stands in quotes.
    for line in text.splitlines():
        if not line.startswith("set "):
            assert re.findall(r'(?<!["\\])%(?:HERE|FOLDER)%(?![^"]*")', line) == []


def test_a_window_that_windows_opens_for_the_script_stays_to_be_read():
    """However the script ends, it first waits for a key, where nobody has asked it not to."""
    lines = [*(BUNDLE / "install.cmd").read_text("ascii").splitlines(), "exit"]
    ends = [n for n, line in enumerate(lines) if re.search(r"^exit|\bexit /b", line)]
    assert [lines[n] for n in ends] == ["exit /b 1", "exit"]
    assert [lines[n - 1] for n in ends] == ["if not defined PLANNER_QUIET pause"] * 2


def test_both_scripts_ask_for_nothing_but_the_wheels():
    for name in ("install.sh", "install.cmd"):
        text = (BUNDLE / name).read_text("utf-8")
        for word in ("--isolated", "--no-index", "--find-links", "wheels", "planner"):
            assert word in text, (name, word)
        assert not re.search(r"https?:", text)


def test_another_python_gets_a_line_in_each_language_and_nothing_is_made(tmp_path):
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["sh", BUNDLE / "install.sh", tmp_path / "planner"],
        env={"PYTHON": str(old), "PATH": "/usr/bin:/bin"},  # no other Python is looked for
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    said = done.stderr.splitlines()
    assert [line.split()[:2] for line in said] == [["Python", "3.12"], ["Python", "3.12"]]
    assert ["behövs" in said[0], "needed" in said[1]] == [True, True]
    assert not (tmp_path / "planner").exists()


def test_the_readme_says_all_in_both_languages():
    swedish, english = (BUNDLE / "README.txt").read_text("utf-8").split("IN ENGLISH")
    for line in ("install.cmd", "sh install.sh", r"planner\Scripts\planner.exe serve", "3.12"):
        assert line in swedish
        assert line in english
    assert "Ingenting skickas" in swedish
    assert "Nothing is sent" in english
    assert max(map(len, (swedish + english).splitlines())) <= 100


def test_the_folder_has_wheels_scripts_and_line_ends_of_windows(tmp_path, monkeypatch):
    """With a stand-in for the registry, which has what is asked for by name alone."""
    asked = []

    def fetch(wheels, system, *wanted):
        asked.append(wanted)
        if "colorama>=0.4" in wanted:
            _wheel(wheels, "colorama")

    wheel = tmp_path / "planner-1.0-py3-none-any.whl"
    _wheel(tmp_path, "planner", ANY, 'colorama>=0.4; sys_platform == "win32"')
    monkeypatch.setattr(make, "fetch", fetch)
    monkeypatch.setattr(sys, "argv", ["make.py", str(wheel), str(tmp_path / "made")])
    make.main()
    assert asked == [(str(wheel),), (str(wheel),), ("colorama>=0.4",)]
    names = {path.name for path in (tmp_path / "made").iterdir()}
    assert names == {"README.txt", "install.cmd", "install.sh", "wheels"}
    for name in names - {"wheels"}:
        lines = (tmp_path / "made" / name).read_bytes().split(b"\n")[:-1]
        assert {line.endswith(b"\r") for line in lines} == {name != "install.sh"}
