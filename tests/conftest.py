"""What tests share: the real data read once, a cache of their own, and a browser."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from planner import stopping
from planner.case.read import default_data_folder, read_inputs
from planner.case.travel import Travel, travel_matrix
from planner.cli.app import main
from screens import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from planner.case.types import Inputs

# The same cases every time, and no limit on their time: a busy machine is no error.
settings.register_profile("planner", derandomize=True, deadline=None)
settings.load_profile("planner")


FAMILIES = ("DejaVu Sans", "Liberation Sans")
"""The widest common family of fonts and one as narrow as Arial, which it stands for."""

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{folder}</dir><match target="pattern">
<edit name="family" mode="append" binding="strong"><string>{name}</string></edit>
</match></fontconfig>
"""


def fonts_of(family: str) -> Path:
    """Return the folder of a family of fonts; a test is skipped without it, but never in CI."""
    asked = ["fc-list", f":family={family}:style=Bold", "--format=%{file}\n"]
    listed = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split("\n")
    if not listed[0]:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{family} is not installed")
    return Path(listed[0]).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let golden LPs be written anew, and tests of many runs run them all."""
    parser.addoption("--update-golden", action="store_true", help="write tests/golden/*.lp anew")
    parser.addoption("--full", action="store_true", help="all the runs that docs/trust.md tells of")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether to write the golden files instead of only comparing."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's cache out of the tests, and the tests out of the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANNER_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("PLANNER_ANEW", "1")  # a plan that is kept would say nothing of the program
        yield


@pytest.fixture(scope="session", autouse=True)
def _one_core() -> Iterator[None]:
    """Use one process, but where a test asks for more: the tests themselves take every core."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANNER_CORES", "1")
        yield


@pytest.fixture(scope="session")
def real_inputs() -> Inputs:
    """The tables that ship with the program."""
    return read_inputs(default_data_folder())


@pytest.fixture(scope="session")
def real_travel(real_inputs: Inputs) -> Travel:
    """Distances between the real seats."""
    return travel_matrix(real_inputs)


@pytest.fixture
def planner(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    country: Path,
) -> Callable[..., tuple[int, str, str]]:
    """Run a command in an empty folder on a module's `country`; return code, output, errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, data: Path | None = country) -> tuple[int, str, str]:
        where = () if data is None else ("--data", str(data))
        monkeypatch.setattr(sys, "argv", ["planner", *arguments, *where])
        with pytest.raises(SystemExit) as exit_:
            main()
        out, err = capsys.readouterr()
        return int(exit_.value.code or 0), out, err

    return run


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Press Ctrl-C, from the answer that Python gives; it ends the test, but not the runner."""
    monkeypatch.setattr(stopping, "leave", lambda: sys.exit(stopping.CODE))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield lambda: signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser; without it the tests that need it are skipped, but never in CI."""
    found = shutil.which("chromium")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed, and CI must open and print the pages")
        pytest.skip("chromium is not installed")
    return found


@pytest.fixture(scope="session")
def launch(chromium: str) -> Iterator[Callable[..., Browser]]:
    """Start headless chromium, in an environment of one's own choice."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only here

    quiet = ["no-first-run", "disable-background-networking", "disable-component-update"]
    flags = [f"--{flag}" for flag in ("no-sandbox", "disable-gpu", "disable-sync", *quiet)]
    with sync_playwright() as play:

        def start(**environment: str) -> Browser:
            env: dict[str, str | float | bool] = {**os.environ, **environment}
            return play.chromium.launch(
                executable_path=chromium, args=flags, env=env, timeout=PATIENCE
            )

        yield start


@pytest.fixture(scope="session")
def browser(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """Headless chromium with the fonts of this machine."""
    opened = launch()
    yield opened
    opened.close()


@pytest.fixture(scope="session", params=FAMILIES)
def one_font(
    launch: Callable[..., Browser],
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Browser]:
    """Headless chromium on a machine that has one family of fonts alone."""
    folder = tmp_path_factory.mktemp("fonts")
    file = folder / "fonts.conf"
    file.write_text(FONTS.format(folder=fonts_of(request.param), name=request.param), "utf-8")
    opened = launch(FONTCONFIG_FILE=str(file), XDG_CACHE_HOME=str(folder))
    yield opened
    opened.close()
