"""Hundreds of malformed inputs: each ends with exit 2 and a list of problems, none otherwise."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from broken.mutations import cells, countries, files, outlines
from broken.scenarios import SMALL, contradictions, misspellings
from country import FILES, OUTLINES, make_country
from planner.case.read import default_data_folder
from planner.cli.app import main
from waiting import HANGS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from broken.mutations import Spoilt

pytestmark = pytest.mark.slow

TABLES = [*cells(), *files(), *countries(), *outlines()]
SCENARIOS = [*misspellings(), *contradictions()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = make_country(tmp_path_factory.mktemp("country"))
    (made / "scenarios").mkdir()
    (made / "scenarios" / "small.toml").write_text(SMALL, encoding="utf-8")
    return made


@pytest.fixture
def problems(folder, monkeypatch, capsys):
    """Run a command on the folder with one file changed; return the problems that it tells."""

    def run(file: str, content: bytes, *command: str) -> list[dict[str, object]]:
        path = folder / file
        before = path.read_bytes() if path.exists() else None
        path.write_bytes(content)
        arguments = ["planner", *command, "--data", str(folder), "--json"]
        monkeypatch.setattr(sys, "argv", arguments)
        try:
            with pytest.raises(SystemExit) as exit_:
                main()
        finally:
            if before is None:
                path.unlink()
            else:
                path.write_bytes(before)
        out, err = capsys.readouterr()
        assert exit_.value.code == 2, out
        assert "Traceback" not in err
        found = json.loads(out)["problems"]
        assert len(err.splitlines()) >= len(found) + 1
        assert all(p["file"] and p["expected"] for p in found)
        return found

    return run


def test_there_are_hundreds_and_each_is_its_own():
    assert len({(s.file, s.content) for s in TABLES}) > 0.98 * len(TABLES)
    assert len(TABLES) >= 250
    assert len(SCENARIOS) >= 150


def test_the_folder_is_sound_before_it_is_spoilt(folder, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["planner", "check", "--data", str(folder)])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert exit_.value.code in (0, None), capsys.readouterr().err


@pytest.mark.parametrize("spoilt", TABLES, ids=lambda s: ascii(s.label))
def test_a_spoilt_table_is_named_with_its_cell(problems, spoilt: Spoilt):
    """Outlines elsewhere are told where the towns are that lie outside them."""
    told = problems(spoilt.file, spoilt.content, "check")
    file = FILES["municipalities"] if spoilt.label == "outlines: elsewhere" else spoilt.file
    assert file in {p["file"] for p in told}
    if spoilt.names is not None:
        row, column, value = spoilt.names
        found = [p for p in told if (p["file"], p["row"]) == (spoilt.file, row)]
        assert any(column in str(p["column"]).split(", ") for p in found), told
        assert any(str(p["value"]).startswith(value[:50]) for p in found), told


@pytest.mark.parametrize("spoilt", SCENARIOS, ids=lambda s: ascii(s.label))
def test_a_spoilt_scenario_is_named_with_its_key(problems, spoilt):
    told = problems("scenarios/odd.toml", spoilt.text.encode(), "scenarios", "odd")
    assert {p["file"] for p in told} == {"odd.toml"}
    words = " ".join(f"{p['column']}: {p['expected']}" for p in told)
    assert re.search(spoilt.says, words), words


def test_every_file_spoilt_at_once_is_told_file_by_file(folder, tmp_path, monkeypatch, capsys):
    spoilt = {s.file: s for s in reversed(TABLES)}
    copy = make_country(tmp_path)
    for file, one in spoilt.items():
        (copy / file).write_bytes(one.content)
    monkeypatch.setattr(sys, "argv", ["planner", "check", "--data", str(copy), "--json"])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert exit_.value.code == 2
    told = json.loads(capsys.readouterr().out)["problems"]
    assert {p["file"] for p in told} == {*FILES.values(), OUTLINES, "country.toml"}


def bombs(folder: Path) -> dict[str, Callable[[], object]]:
    """Files made to exhaust whoever reads them, each put in place by a call."""
    country, roads, shapes = (folder / f for f in ("country.toml", FILES["roads"], OUTLINES))
    header = b"code_a,code_b,km,minutes,kind\n"
    return {
        "a sparse file of a terabyte": lambda: os.truncate(roads, 10**12),
        "rows of nothing": lambda: roads.write_bytes(header + b"a\n" * 9_000_000),
        "cells of nothing": lambda: roads.write_bytes(header + b"," * 19_000_000),
        "every cell wrong": lambda: roads.write_bytes(header + b"x,,y,z,w\n" * 90_000),
        "marks on a letter": lambda: roads.write_bytes(
            header + "a\u0337\u0358".encode() + "\u0337\u0358".encode() * 3_000_000
        ),
        "lists of lists": lambda: shapes.write_bytes(b"[" + b"[]," * 6_000_000 + b"[]]"),
        "features of nothing": lambda: shapes.write_bytes(
            b'{"type":"FeatureCollection","features":[' + b"{}," * 90_000 + b"{}]}"
        ),
        "a key of many parts": lambda: country.write_text("a." * 90_000 + "a = 1"),
        "a pipe": lambda: (country.unlink(), os.mkfifo(country)),
        "a device": lambda: (country.unlink(), country.symlink_to("/dev/zero")),
    }


ONE_BY_ONE = """
import resource, sys, time
from planner.cli.app import main
for name in sys.argv[1:]:
    sys.argv, began = ["planner", "check", "--data", name], time.process_time()
    try:
        main()
    except SystemExit as exit_:
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
        print(exit_.code, most, time.process_time() - began, name)
"""


def test_bombs_are_refused_in_little_memory(tmp_path):
    """In a real process: exit 2 each, no traceback, less than a gigabyte, a few seconds each."""
    folders = []
    for name in bombs(tmp_path):
        folder = make_country(tmp_path / name)
        bombs(folder)[name]()
        folders.append(str(folder))
    done = subprocess.run(
        [sys.executable, "-c", ONE_BY_ONE, *folders],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(default_data_folder().parent)},
        timeout=HANGS,
        check=True,
    )
    assert "Traceback" not in done.stderr
    answers = [line.split(maxsplit=3) for line in done.stdout.splitlines()]
    assert [folder for *_, folder in answers] == folders
    for code, megabytes, seconds, folder in answers:
        assert (int(code), folder) == (2, folder)
        assert int(megabytes) < 1000, folder
        assert float(seconds) < 20, folder


def test_an_endless_scenario_is_refused_at_once(folder, capsys, monkeypatch, tmp_path):
    """A device by the name of a scenario is not read."""
    odd = tmp_path / "odd.toml"
    odd.symlink_to("/dev/zero")
    monkeypatch.setattr(sys, "argv", ["planner", "scenarios", str(odd), "--data", str(folder)])
    with pytest.raises(SystemExit) as exit_:
        main()
    assert exit_.value.code == 2
    assert "the path of a .toml file" in capsys.readouterr().err
