"""Run folders: a plan with everything it came from and everything made of it, all or nothing."""

from planner.runs.listing import Entry, list_runs, read_entry, run_folders
from planner.runs.reading import Run, plan_of, read_run
from planner.runs.writing import (
    LONGEST,
    Provenance,
    assignments_csv,
    check_home,
    check_out,
    plain,
    plan_files,
    plan_json,
    scenario_toml,
    to_json,
    write_new,
    write_run,
)

__all__ = [
    "LONGEST",
    "Entry",
    "Provenance",
    "Run",
    "assignments_csv",
    "check_home",
    "check_out",
    "list_runs",
    "plain",
    "plan_files",
    "plan_json",
    "plan_of",
    "read_entry",
    "read_run",
    "run_folders",
    "scenario_toml",
    "to_json",
    "write_new",
    "write_run",
]
