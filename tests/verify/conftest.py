"""Runs of a small country, made once, and copies of them that a test may spoil."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from country import make_country
from planner import planning, runs
from planner.data import load
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
        files = runs.plan_files(plan, scenario)
        runs.write_run(place / "run", files, runs.Provenance(read.inputs.files, 1.0))
        return Run(place / "run", folder)

    return run


@pytest.fixture(scope="session")
def export(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Solve:
    """Solve a scenario as `solve` does, and write calendar, workbook and layers too."""
    # Only here, so that other tests start at once.
    from planner.outputs.run_files import calendar_csv, calendar_of, workbook  # noqa: PLC0415
    from planner.outputs.run_layers import layer_files  # noqa: PLC0415
    from planner.outputs.told import Told  # noqa: PLC0415

    def run(text: str, overrides: Sequence[str] = (), folder: Path = data) -> Run:
        place = tmp_path_factory.mktemp("exported")
        (place / "small.toml").write_text(text, "utf-8")
        read = load(folder)
        scenario = read.scenario(str(place / "small.toml"), overrides)
        plan = planning.solve(read, scenario)
        told = Told(plan, read.inputs, read.travel, scenario, None, "", "sv")
        calendar = calendar_of(told)
        files = {
            **runs.plan_files(plan, scenario),
            "plan.xlsx": workbook(told, calendar),
            **({} if calendar is None else {"calendar.csv": calendar_csv(calendar)}),
            **layer_files(told, geojson=False),
        }
        runs.write_run(place / "run", files, runs.Provenance(read.inputs.files, 1.0))
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
