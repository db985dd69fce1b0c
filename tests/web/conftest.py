"""What the tests of the local page share: a small country to plan, and pages to ask for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from broken.scenarios import SMALL
from country import make_country
from planner.case.files import default_data_folder
from planner.runs import writing
from planner.web import jobs
from planner.web.app import make_app
from planner.web.labels import Towns
from planner.web.workspace import Workspace
from waiting import HANGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.case.types import Inputs

STUB = Path(__file__).with_name("stub.py")
ADDRESS = "http://127.0.0.1:8765"
PLAN = {
    "scenario": "small",
    "offices": [{}, {}],
    "termination": {
        "reason": "gap_limit",
        "objective": 58.25,
        "bound": 58.0,
        "gap": 0.0043,
        "objective_name": "mean_km",
    },
}


@pytest.fixture(scope="module")
def towns(real_inputs: Inputs) -> Towns:
    """The real municipalities, by name."""
    table = real_inputs.municipalities
    return Towns(table["seat"].to_dict(), table["name"].to_dict())


def write_run(
    folder: Path, title: str = "En plan", failed: Mapping[str, str] | None = None
) -> None:
    """Write what the list of runs reads of a finished run."""
    scenario = SMALL.replace('sv = "Liten"', f'sv = "{title}"', 1)
    pages = {"map.html": "<p>karta", "report.html": "<p>rapport"}
    files = {"plan.json": json.dumps(PLAN), "scenario.toml": scenario, **pages}
    writing.write_run(folder, files, writing.Provenance({}, 1.0, failed=failed or {}))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return the data folder of six municipalities with one scenario."""
    folder = make_country(tmp_path / "data")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SMALL, encoding="utf-8")
    return folder


@pytest.fixture
def workspace(small: Path, tmp_path: Path) -> Iterator[Workspace]:
    """Return a workspace over the small country and an empty folder of runs."""
    (tmp_path / "runs").mkdir()
    made = Workspace(small, tmp_path / "runs")
    yield made
    made.jobs.close(abandon=True)
    made.jobs.close(abandon=True)
    assert made.jobs.join(HANGS)


def ask(workspace: Workspace) -> TestClient:
    """Return a browser of sorts, whose forms come from the program's own pages."""
    return TestClient(
        make_app(workspace, ["127.0.0.1"]),
        base_url=ADDRESS,
        headers={"Origin": ADDRESS},
        follow_redirects=False,
    )


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    """Return a browser of sorts for the small country."""
    return ask(workspace)


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a browser of sorts for the country that ships, where nothing is run."""
    workspace = Workspace(default_data_folder(), tmp_path_factory.mktemp("real") / "runs")
    yield ask(workspace)
    workspace.jobs.close()
    assert workspace.jobs.join(HANGS)


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a script that does what the scenario's heading says stand for the run."""
    monkeypatch.setattr(jobs, "CHILD", (sys.executable, str(STUB)))
