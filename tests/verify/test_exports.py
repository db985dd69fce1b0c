"""Calendar, workbook and layers of real runs hold, whatever the scenario plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from country import country_tables, make_country
from planner.verify import verify_files, verify_run
from verify.small import ROLLOUT, STATIC

if TYPE_CHECKING:
    from pathlib import Path

    from verify.small import Run, Solve

DATED = """[{name="2022H2", starts="2022-09-01", months=4.5, openings_most=2},
{name="2023", months=12, openings_most=2}, {name="last", starts="2025-02-01", months=2}]"""
FEW = 'rollout.periods.0.hires_most={value=2,unit="advisors",low=0,high=9}'
NEED = ['calendar.order="need"', 'calendar.need_column="pupils"', 'calendar.need_first="high"']
LARGE = 'calendar.large_from={value=100,unit="children and pupils",low=1,high=999}'
POOL = 'staffing.sister_pool={value=2.5,unit="fte",low=0,high=9}'

KINDS: dict[str, tuple[str, list[str]]] = {
    "rollout": (ROLLOUT, []),
    "static": (STATIC, []),
    "static, municipalities": (STATIC, ['units.level="municipality"', "limits={}"]),
    "municipalities": (ROLLOUT, ['units.level="municipality"', LARGE]),
    "principals": (ROLLOUT, ['units.level="principal"']),
    "dates": (ROLLOUT, [f"rollout.periods={DATED}", "dialogues.targets=[]", LARGE]),
    "need": (ROLLOUT, NEED),
    "lent staff": (ROLLOUT, [POOL]),
    "closing": (
        ROLLOUT,
        ["rollout.may_close=true", "money.premises=4", 'sites.candidates="seats"'],
    ),
    "one office": (ROLLOUT, ["offices.count=1", "limits={}"]),
    "some unmet": (
        ROLLOUT,
        ["dialogues.targets=[]", 'staffing.yearly_hours={value=250,unit="h",low=1,high=999}'],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_run_exports_holds(kind: str, export: Solve) -> None:
    """By county, municipality or principal, with dates or without, whoever is met first."""
    run = export(*KINDS[kind])
    found = verify_run(run.folder, run.data)
    assert found.ok, found.text()
    names = {check.name for check in found.checks}
    assert {"plan.xlsx", "plan.gpkg"} <= names
    assert ("calendar lists" in names) is (not kind.startswith("static"))


@pytest.mark.slow
def test_names_that_a_spreadsheet_would_compute(export: Solve, tmp_path: Path) -> None:
    """They have an apostrophe in the calendar, and none elsewhere."""
    tables = country_tables(announced=())
    for row in tables["principals"]:
        row["name"] = f"=1+1;-2 {row['name']}"
    for row in tables["municipalities"]:
        row["name"], row["seat"] = f"@{row['name']}", f"+{row['seat']}"
    for row in tables["counties"]:
        row["name"] = f"-{row['name']}"
    folder = make_country(tmp_path / "data", tables)
    run = export(ROLLOUT, (), folder)
    found = verify_run(run.folder, folder)
    assert found.ok, found.text()
    calendar = run.folder / "calendar.csv"
    calendar.write_text(calendar.read_text("utf-8").replace("'=1+1;'-2", "=1+1;'-2", 1), "utf-8")
    run.seal()
    assert "calendar facts" in {check.name for check in verify_run(run.folder, folder).failed}


def test_exports_are_checked_with_the_files_of_a_run(exported: Run) -> None:
    """What is checked of a plan that was verified before: no figure of the plan again."""
    found = verify_files(exported.folder, exported.data)
    assert found.ok
    assert [check.name for check in found.checks] == [
        "files", "inputs", "calendar.csv", "calendar facts", "calendar offices", "calendar lists",
        "calendar quarters", "calendar hours", "calendar kinds", "calendar places", "plan.gpkg",
        "plan.xlsx",
    ]  # fmt: skip


def test_what_is_not_checked_of_the_exports_is_said(exported: Run) -> None:
    """Words, shapes, styles and the calendar's order; pages by name."""
    (exported.folder / "map.html").write_text("<p>")
    (exported.folder / "manifest.json").write_text(
        (exported.folder / "manifest.json")
        .read_text()
        .replace('"outputs": {', '"outputs": {"map.html": "",')
    )
    exported.seal()
    found = verify_run(exported.folder, exported.data)
    assert found.ok
    assert found.not_proved[2:] == (
        "what map.html show: of these only the sha256 is checked",
        "the words, shapes and styles of workbook and layers",
        "that the calendar's order is a good one: only who is met where and when",
    )
