"""The replay's answer: every figure as it was worked out, whether the plans were kept or not."""

from __future__ import annotations

import json

from country import make_country
from planner.data import load
from planner.planning import solve
from planner.workflows.replay import run_replay
from verify.small import ROLLOUT

HISTORY = """
[[dates]]
date = "2022-02-24"
title = { sv = "Början", en = "The start" }
text = { sv = "Först.", en = "First." }
best = "small"
"""


def test_kept_and_fresh_plans_give_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.setenv("PLANNER_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("PLANNER_ANEW")
    folder = make_country(tmp_path / "country")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(ROLLOUT, encoding="utf-8")
    (folder / "offices" / "replay.toml").write_text(HISTORY, encoding="utf-8")
    data = load(folder)
    plan = solve(data, data.scenario("small"))
    files = []
    for name in ("fresh", "kept"):
        out, answer, _ = run_replay(folder, tmp_path / name, "sv")
        files.append((out / "replay.json").read_text("utf-8"))
        assert json.loads(files[-1]) == json.loads(json.dumps(answer))
        monkeypatch.setattr("planner.planning.solve_instance", None)
    assert files[0] == files[1]
    # All digits, and whole numbers whole.
    (told,) = json.loads(files[0])
    assert repr(told["best"]["criteria"]) == repr(dict(plan.criteria))
