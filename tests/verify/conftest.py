"""Runs of a small country, made once, and copies of them that a test may spoil."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from country import make_country
from planner import planning
from planner.data import load
from planner.runs import writing
from verify.small import ROLLOUT, STATIC, Run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from verify.small import Solve


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of the small country."""
    return make_country(tmp_path_factory.mktemp("verify") / "data")


@pytest.fixture(scope="session")
def solve(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Solve:
    """Solve a scenario, given as TOML and overrides, and write its run folder."""

    def run(text: str, overrides: Sequence[str] = (), folder: Path = data) -> Run:
        place = tmp_path_factory.mktemp("run")
        (place / "small.toml").write_text(text, "utf-8")
        read = load(folder)
        scenario = read.scenario(str(place / "small.toml"), overrides)
        plan = planning.solve(read, scenario)
        files = writing.plan_files(plan, scenario)
        writing.write_run(place / "run", files, writing.Provenance(read.inputs.files, 1.0))
        return Run(place / "run", folder)

    return run


@pytest.fixture(scope="session")
def export(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Solve:
    """Solve a scenario as `solve` does, and write calendar, workbook and layers too."""
    # Only here, so that other tests start at once.
    from planner.outputs.context import Context  # noqa: PLC0415
    from planner.outputs.exports import EXPORTS, Asked  # noqa: PLC0415

    told = [export for export in EXPORTS if not export.file.startswith(("map", "report"))]

    def run(text: str, overrides: Sequence[str] = (), folder: Path = data) -> Run:
        place = tmp_path_factory.mktemp("exported")
        (place / "small.toml").write_text(text, "utf-8")
        read = load(folder)
        scenario = read.scenario(str(place / "small.toml"), overrides)
        plan = planning.solve(read, scenario)
        context = Context(plan, scenario, read)
        files: dict[str, str | bytes] = {**writing.plan_files(plan, scenario)}
        for export in told:
            if export.wanted(context, Asked()):
                files |= export.render(context, Asked(), files)
        writing.write_run(place / "run", files, writing.Provenance(read.inputs.files, 1.0))
        return Run(place / "run", folder)

    return run


@pytest.fixture(scope="session")
def _exported(export: Solve) -> Run:
    return export(ROLLOUT)


@pytest.fixture
def exported(_exported: Run, tmp_path: Path) -> Run:
    """A copy of a run with calendar, workbook and layers."""
    return Run(shutil.copytree(_exported.folder, tmp_path / "run"), _exported.data)


@pytest.fixture(scope="session")
def _rollout(solve: Solve) -> Run:
    return solve(ROLLOUT)


@pytest.fixture(scope="session")
def _static(solve: Solve) -> Run:
    return solve(STATIC)


@pytest.fixture
def rollout(_rollout: Run, tmp_path: Path) -> Run:
    """A copy of a run with dialogues, staff and money."""
    return Run(shutil.copytree(_rollout.folder, tmp_path / "run"), _rollout.data)


@pytest.fixture
def static(_static: Run, tmp_path: Path) -> Run:
    """A copy of a run of offices and regions alone."""
    return Run(shutil.copytree(_static.folder, tmp_path / "run"), _static.data)
