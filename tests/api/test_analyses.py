"""The analyses in Python: what the commands find, as tables, with nothing written."""

from __future__ import annotations

import pytest

import planner
import planner.workflows.replay as module
from cli.test_app import ROLLOUT, SCENARIO
from country import make_country
from planner.errors import InputError

DATE = "2022-02-24"
HISTORY = "".join(
    f"""
[[dates]]
date = "{date}"
title = {{ sv = "Början", en = "The start" }}
text = {{ sv = "Först.", en = "First." }}
best = "small"
"""
    for date in (DATE, "later")
)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = make_country(tmp_path_factory.mktemp("country"))
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "small.toml").write_text(SCENARIO, encoding="utf-8")
    (folder / "scenarios" / "rollout.toml").write_text(ROLLOUT, encoding="utf-8")
    return planner.load(folder)


def test_alternatives_are_listed_from_the_best_on(data):
    near = planner.alternatives(data, "small", within=100)
    assert near.complete
    assert near.table["worse"].iloc[0] == 0
    assert near.table["worse"].is_monotonic_increasing
    assert len(near.table) == len(near.details.found) > 1
    assert "<table" in near._repr_html_()


def test_a_frontier_has_a_row_a_point(data):
    frontier = planner.pareto(data, "small", ("mean_km", "spread"))
    assert frontier.table["mean_km"].is_monotonic_increasing
    assert frontier.table["spread"].is_monotonic_decreasing


def test_a_result_is_the_best_by_its_own_scenario(data):
    result = planner.solve(data, "small")
    verdict = planner.justify(data, result, "small")
    assert verdict.details.is_best
    assert verdict.table.loc["mean_km", "asked"] == verdict.table.loc["mean_km", "nearest"]


def test_plans_are_compared_criterion_by_criterion(data):
    one = planner.solve(data, data.scenario("small").replace(offices__count=1))
    compared = planner.compare(data, [planner.solve(data, "small"), one]).table
    assert list(compared.columns) == ["small", "small (2)"]
    assert compared.loc["mean_km", "small"] < compared.loc["mean_km", "small (2)"]


def test_a_sweep_has_a_row_a_sample(data):
    spec = planner.SweepSpec(name="s", base="small", grid={"offices.count": [1, 2]})
    swept = planner.sweep(data, spec)
    assert swept.complete
    assert list(swept.table["offices.count"]) == [1, 2]
    assert list(swept.table["offices"].str.split().str.len()) == [1, 2]


@pytest.mark.parametrize("within", [-1, float("nan"), float("inf")])
def test_a_distance_that_is_none_is_refused(data, within):
    with pytest.raises(InputError, match="zero or more, in the unit of the scenario's sum"):
        planner.alternatives(data, "small", within=within)


@pytest.mark.parametrize("plans", [[], ["small"]])
def test_a_comparison_takes_two(data, plans):
    with pytest.raises(InputError, match="two or more run folders or scenarios"):
        planner.compare(data, plans)


@pytest.mark.parametrize("draws", [3, 32, 100])
def test_too_few_draws_for_shares_are_refused(draws):
    with pytest.raises(InputError, match="a power of two from 64 on: fewer draws can't tell"):
        planner.Size(sobol=draws)


@pytest.fixture
def history(data):
    file = data.folder / "offices" / "replay.toml"
    file.write_text(HISTORY, "utf-8")
    yield file
    file.unlink()


class TestReplay:
    @pytest.mark.usefixtures("history")
    def test_some_dates_of_the_history_are_played(self, data):
        assert list(planner.replay(data).table.index) == [(DATE, "best"), ("later", "best")]
        assert list(planner.replay(data, [DATE]).table.index) == [(DATE, "best")]

    @pytest.mark.usefixtures("history")
    @pytest.mark.parametrize(("dates", "told"), [
        ([DATE, "1999-01-01"], "replay, dates = '1999-01-01'"), ([], "replay, dates"),
    ])  # fmt: skip
    def test_dates_that_it_does_not_have_are_refused(self, data, dates, told):
        with pytest.raises(InputError, match=f"{told}: expected dates of the history: {DATE}, lat"):
            planner.replay(data, dates)

    def test_a_history_without_dates_has_no_rows(self, data, history):
        history.write_text("dates = []", "utf-8")
        assert planner.replay(data).table.empty


@pytest.mark.usefixtures("history")
def test_only_the_command_of_a_replay_ends_in_good_order(data, press, monkeypatch, tmp_path):
    assert planner.replay(data).details[0].cases[0].plan is not None
    step = module.best_plan

    def pressed(*args):
        press()
        return step(*args)

    monkeypatch.setattr(module, "best_plan", pressed)
    with pytest.raises(KeyboardInterrupt):
        planner.replay(data)
    out, _, _ = module.run_replay(data.folder, tmp_path / "out", "en")
    assert (out / "replay.html").is_file()  # it had found all there is
