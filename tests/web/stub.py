"""A run that works nothing out: it does what the scenario's Swedish heading says."""

import json
import os
import sys
import time
import tomllib
from pathlib import Path

scenario, _, out, _ = sys.argv[1:]
title = tomllib.loads(Path(scenario).read_text("utf-8")).get("title", {}).get("sv", "")


def tell(**event: object) -> None:
    """Write a line."""
    print(json.dumps(event), flush=True)  # noqa: T201


tell(stage="reading", incumbent=None, bound=None)
if title == "krascha":
    os.abort()
if title == "tyst":
    sys.stdout.write('{"stage": ')
    sys.exit()
if title == "häng":
    time.sleep(3600)
if title == "vänta":
    tell(stage="mean_km", incumbent=2.0, bound=1.5)
    sys.stdin.readline()
    tell(stage="ties", incumbent=None, bound=None)
    if not sys.stdin.readline():
        tell(outcome={"kind": "interrupted"})
        sys.exit()
number, base = 1, out
while os.path.lexists(out):
    number += 1
    out = f"{base}-{number}"
Path(out).mkdir(parents=True)
plan = {
    "scenario": "small",
    "offices": [],
    "termination": {
        "reason": "optimal",
        "objective": 1.0,
        "bound": 1.0,
        "gap": 0.0,
        "objective_name": "mean_km",
    },
}
Path(out, "plan.json").write_text(json.dumps(plan), "utf-8")
Path(out, "manifest.json").write_text('{"written": "2026-01-01", "outputs": {}}', "utf-8")
tell(outcome={"kind": "done", "run": Path(out).name})
