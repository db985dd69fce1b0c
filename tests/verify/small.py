"""A small scenario on the small country, and run folders that a test may spoil."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import tomli_w

from planner.verify.exact_case import ExactCase
from planner.verify.rules import read_rules
from planner.verify.run_files import Plan, Scope, Stage
from planner.verify.tables import read_tables

if TYPE_CHECKING:
    from pathlib import Path

STATIC = """
name = "small"
title = { sv = "Litet", en = "Small" }
description = { sv = "Ett litet land", en = "A small country" }
[offices]
count = 2
[thresholds]
beyond_km = { value = 15, unit = "km", low = 1, high = 100 }
university_limit = { value = 10, unit = "min", low = 1, high = 90 }
[objective]
method = "weighted"
rates = { mean_km = 1, university_minutes = 0.5 }
[limits]
spread = { most = 9, hard = false, penalty = 0.5 }
max_km = { most = 60 }
"""

BARE = STATIC[: STATIC.index("[limits]")].replace(
    'method = "weighted"\nrates = { mean_km = 1, university_minutes = 0.5 }',
    'method = "epsilon"\noptimise = "mean_km"',
)
"""A single criterion and no limits."""

# Hours make each advisor hold two dialogues in the first period, four in the second.
ROLLOUT = (
    STATIC.replace("[limits]", 'then = ["waiting"]\n[limits]')
    + """
[[rollout.periods]]
name = "2022"
months = 6
openings_most = 1
hires_most = { value = 4, unit = "advisors", low = 0, high = 9 }
budget_msek = { value = 9, unit = "MSEK", low = 1, high = 20 }
[[rollout.periods]]
name = "2023"
months = 12
openings_most = 1
hires_most = { value = 3, unit = "advisors", low = 0, high = 9 }
[dialogues]
balance = { value = 0.3, unit = "share", low = 0, high = 1 }
uptake = { value = 0.8, unit = "share", low = 0, high = 1 }
targets = [
  { by = "2022", least = { value = 11, unit = "dialogues", low = 1, high = 20 }, penalty = 0.5 },
  { by = "2023", least = { value = 12, unit = "dialogues", low = 1, high = 20 }, hard = true },
]
[staffing]
preparation = { value = 40, unit = "h", low = 1, high = 99 }
meeting = { value = 4, unit = "h", low = 1, high = 99 }
in_person = { value = 0.5, unit = "share", low = 0, high = 1 }
taking_part = { value = 2, unit = "advisors", low = 1, high = 3 }
yearly_hours = { value = 400, unit = "h/year", low = 1, high = 1800 }
minimum_team = { value = 2, unit = "advisors", low = 1, high = 5 }
[money]
advisor = { value = 1, unit = "MSEK/year", low = 0, high = 9 }
premises = { value = 1, unit = "MSEK/year", low = 0, high = 9 }
opening = { value = 1.5, unit = "MSEK", low = 0, high = 9 }
closing = { value = 1, unit = "MSEK", low = 0, high = 9 }
per_km = { value = 3, unit = "SEK/km", low = 0, high = 9 }
"""
)


@dataclass(frozen=True)
class Run:
    """A run folder whose parts a test may change; `seal` makes the manifest agree again."""

    folder: Path
    data: Path

    def plan(self) -> dict[str, Any]:
        """Return plan.json."""
        return dict(json.loads((self.folder / "plan.json").read_text("utf-8")))

    def scenario(self) -> dict[str, Any]:
        """Return scenario.toml."""
        return tomllib.loads((self.folder / "scenario.toml").read_text("utf-8"))

    def write(self, plan: dict[str, Any], scenario: dict[str, Any]) -> None:
        """Write plan and scenario back, and assignments.csv as the plan says."""
        text = json.dumps(plan, ensure_ascii=False)
        (self.folder / "plan.json").write_text(text, "utf-8")
        (self.folder / "scenario.toml").write_text(tomli_w.dumps(scenario), "utf-8")
        rows = plan["assignments"]
        lines = [",".join(rows[0]), *(",".join(str(cell) for cell in row.values()) for row in rows)]
        (self.folder / "assignments.csv").write_text("\n".join(lines) + "\n", "utf-8")
        self.seal()

    def seal(self) -> None:
        """Give the manifest the hashes of the files as they are."""
        path = self.folder / "manifest.json"
        manifest = json.loads(path.read_text("utf-8"))
        for name in manifest["outputs"]:
            data = (self.folder / name).read_bytes()
            manifest["outputs"][name] = hashlib.sha256(data).hexdigest()
        path.write_text(json.dumps(manifest), "utf-8")


Solve = Callable[..., Run]
"""Solve a scenario, given as TOML text, overrides and a data folder; return its run."""


def case_of(run: Run, **changed: Any) -> ExactCase:
    """Return the case of a run, parts of its rules changed; `work` holds changes of the work."""
    rules = read_rules(run.folder, [])
    work = changed.get("work")
    if work is not None:
        assert rules.work is not None
        changed["work"] = replace(rules.work, **work)
    return ExactCase(replace(rules, **changed), read_tables(run.data))


def stage_of(
    name: str, objective: Fraction, bound: Fraction, reason: str = "optimal", **scope: Any
) -> Stage:
    """Return a stage without a gap, and with what is said of its scope."""
    among = Scope(**({"kept": (), "ends": None, "towns": 0, "given": ()} | scope))
    return Stage(reason, objective, bound, Fraction(0), name, name, among)


def plan_of(*stages: Stage, termination: Stage | None = None, **parts: Any) -> Plan:
    """Return a plan of some parts; its last stage is its termination unless another is given."""
    none = stage_of("spread", Fraction(0), Fraction(0))
    told: dict[str, Any] = dict.fromkeys(Plan.__annotations__, ()) | {
        "payoff": None,
        "ranges": None,
        "unmet": {},
    }
    told |= {"termination": termination or (none, *stages)[-1], "stages": stages}
    return Plan(**(told | parts))
