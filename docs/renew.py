"""Renew what the pages show: the words of a run, the picture of its map, that of the local page.

Reads what `planner run` printed on standard input. With --check nothing is written: a README
that shows another run is an error.
"""

from __future__ import annotations

import difflib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

from playwright.sync_api import sync_playwright

from planner.workflows.run import RunRequest, run_scenario

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
SHOWN = re.compile(r"(?<=^```text\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)


WIDTH = 98
"""Characters of a line in README.md; what goes on stands further in."""


def wrapped(text: str) -> str:
    """Return a run's words with no line longer than a page shows."""
    lines = (textwrap.fill(line, WIDTH, subsequent_indent="  ") for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines)


def lasting(text: str) -> list[str]:
    """Return the lines that every machine prints alike: not how close a proof came."""
    lines = text.replace("\n  ", " ").splitlines()
    return [line for line in lines if "Proved within" not in line]


def check(printed: str) -> str:
    """Return the lines in which README.md and what was printed differ."""
    (shown,) = SHOWN.findall(README.read_text("utf-8"))
    names = ("README.md", "planner run")
    return "\n".join(difflib.unified_diff(lasting(shown), lasting(printed), *names, lineterm=""))


def picture(path: Path) -> None:
    """Write the English map of the default scenario as a PNG."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        out = Path(folder) / "run"
        run_scenario(RunRequest("decision-2022", None, (), out, "en"))
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 820, "height": 1100})
        page.goto((out / "map.html").as_uri() + "#plan=0")
        page.locator(".leaflet-interactive").first.wait_for()
        page.locator(".leaflet-container").screenshot(path=path, animations="disabled")
        browser.close()


def local_page(path: Path) -> None:
    """Write the English page of the default scenario, eight offices typed in, as a PNG."""
    command = [sys.executable, "-m", "planner", "serve", "--port", "0", "--no-browser"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(  # noqa: S603 - this program
            command, cwd=folder, stdout=subprocess.PIPE, text=True
        ) as server,
        sync_playwright() as play,
    ):
        said = server.stdout.readline() if server.stdout else ""
        browser = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 900, "height": 1000})
        page.goto(said.split()[0] + "scenarios/decision-2022?lang=en")
        page.get_by_label("Number of offices", exact=True).fill("8")
        page.screenshot(path=path, animations="disabled", full_page=True)
        browser.close()
        server.terminate()


def main() -> None:
    """Check README.md, or renew the pages."""
    printed = sys.stdin.read()
    if not printed:
        sys.exit("planner run printed nothing to show")
    if "--check" in sys.argv:
        sys.exit(check(printed) or 0)
    README.write_text(SHOWN.sub(lambda _: wrapped(printed), README.read_text("utf-8")), "utf-8")
    picture(ROOT / "docs" / "map.png")
    local_page(ROOT / "docs" / "web-page.png")


if __name__ == "__main__":
    main()
