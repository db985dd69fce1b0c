"""What a verification says, word for word, and that what is told can't be changed."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import is_dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

import planner.verify
from planner.verify import verify_run
from planner.verify.checks import check, shown

if TYPE_CHECKING:
    from verify.small import Run

# Checks that apply to the rollout, with what each says when it holds.
SAID = {
    "files": "3 as the manifest says",
    "inputs": "11 tables as the manifest says",
    "scenario": "small",
    "assumptions": "all 24 numbers of the scenario",
    "periods": "2 as in the scenario",
    "one office each": "3 units of level county, each once a period",
    "office count": "2 in the end, 2 asked for",
    "candidates": "every office among 3 allowed towns",
    "openings per period": "1, 1; own premises don't count",
    "criteria": "17 criteria, all of them known",
    "criteria.mean_km": "5.47619048",
    "criteria.cost_msek": "11.50165",
    "dialogues": "4 batches, each in its own region",
    "uptake": "17 met + 0 unmet = 17",
    "minimum team": "at least 2 at every open office",
    "hires": "4, 2 hired",
    "costs": "4.00129, 7.50036 MSEK",
    "budgets": "1 kept",
    "hard targets": "1 kept",
    "county balance": "100.0 % met in the country, 0.0 points off at most",
    "hard limits": "1 kept",
    "soft rules": "2, each off by what is said",
    "weighted sum": "3 lines, 9.97619048 together",
    "stages": "weighted optimal, soft rules optimal, waiting optimal",
    "scope": "among all plans that keep the goals before",
    "choice of towns": "3 towns to choose among",
    "termination": "optimal, gap 0, 0 asked for",
    "objective": "weighted 9.97619048",
    "payoff table": "2 criteria, each best in its own row",
    "independent bound on waiting": (
        "no plan below 123 (every advisor who can be hired): nothing to gain on 123"
    ),
    "independent bound on soft rules": (
        "no plan below 1 (every advisor who can be hired): nothing to gain on 1"
    ),
    "independent bound on weighted": (
        "no plan below 9.47619047 (Lagrangean duals of the siting alone): "
        "0.500000005 to gain on 9.97619048"
    ),
}


def test_what_a_sound_run_says(rollout: Run) -> None:
    """Every rule that applies is named with what was counted; the others are said not to."""
    found = verify_run(rollout.folder, rollout.data)
    told = {check.name: check.detail for check in found.checks if check.applies}
    assert told | SAID == told
    assert {check.name for check in found.checks if not check.applies} == {
        "connected regions", "opening dates", "units without principals", "ranges", "changed",
            "exchange of one office",
    }  # fmt: skip
    assert found.not_proved[0].endswith("the solver's are weighted 9.97619048")
    assert found.claims == ("weighted optimal 9.97619048 (own bound 9.47619047)",)
    assert len(found.not_proved) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(3), "3"),
        (Fraction(-7, 1), "-7"),
        (Fraction(1, 2), "0.5"),
        (Fraction(2, 3), "0.666666667"),
        (None, "nothing"),
        ("", "nothing"),
        ((), "nothing"),
        (0, "0"),
        ("x", "x"),
        (("b", "a"), "b, a"),
        (["b", None], "b, nothing"),
        ({"b", "a"}, "a, b"),
        (frozenset({"b", "a", "c"}), "a, b, c"),
    ],
)
def test_values_are_shown_as_a_reader_knows_them(value: object, text: str) -> None:
    """Numbers in decimals, lists with commas, sets in order."""
    assert shown(value) == text


@pytest.mark.parametrize(
    ("count", "detail"), [(1, "0"), (4, "0; 1; 2; 3"), (5, "0; 1; 2; 3; and 1 more")]
)
def test_four_findings_are_told(count: int, detail: str) -> None:
    """And how many more there are."""
    found = check("x", map(str, range(count)), "fine", applies=False)
    assert (found.ok, found.detail, found.applies) == (False, detail, True)


@pytest.mark.parametrize("part", ["value", "low", "high", "unit", "source"])
def test_an_assumption_is_told_as_the_scenario_has_it(part: str, rollout: Run) -> None:
    """Each part of it, and each but once."""
    plan = rollout.plan()
    row = plan["assumptions"][2]
    row[part] = "other" if isinstance(row[part], str) else row[part] + 1
    rollout.write(plan, rollout.scenario())
    (found,) = verify_run(rollout.folder, rollout.data).failed
    assert found.name == "assumptions"
    assert found.detail.startswith(f"{row['key']} {part}: expected ")
    assert ";" not in found.detail


def test_what_was_read_stays_as_it_was() -> None:
    """Every dataclass of the package is frozen."""
    names = [module.name for module in pkgutil.iter_modules(planner.verify.__path__)]
    modules = [importlib.import_module(f"planner.verify.{name}") for name in names]
    kinds = {kind for module in modules for kind in vars(module).values() if is_dataclass(kind)}
    assert len(kinds) > 20
    assert all(kind.__dataclass_params__.frozen for kind in kinds)  # type: ignore[union-attr]
