"""One table of criteria: what is derived from it, and what is kept apart under the same names."""

from __future__ import annotations

import subprocess
import sys

import pytest

from planner import criteria
from planner.criteria import CRITERIA, FIGURES, OPTIMISABLE, ROLLOUT_CRITERIA, SITING_CRITERIA
from planner.criteria.units import UNITS
from planner.hardrules import siting
from planner.outputs.words.text import load_texts
from planner.verify import criteria as checked
from standing import cases
from standing.facts import MORE, ROLLOUT, SHARES
from verify.test_tampering import CRITERIA as TAMPERED


def better(way):
    return {name for name, each in CRITERIA.items() if each.better == way}


def in_unit(unit):
    return {name for name, each in CRITERIA.items() if each.unit == unit}


def test_the_lists_are_what_the_criteria_say():
    assert criteria.SUMS == ("mean_km", "mean_minutes", "share_beyond")
    assert criteria.SITES_ALONE == (
        "spread", "min_separation_km", "university_minutes", "university_beyond", "spsm_share",
    )  # fmt: skip
    assert criteria.PULLING == (
        "mean_km", "mean_minutes", "max_km", "share_beyond", "county_splits", "balance",
        "largest_region",
    )  # fmt: skip
    assert ROLLOUT_CRITERIA == ("cost_msek", "waiting", "unmet")
    assert set(CRITERIA) - set(OPTIMISABLE) == {"p95_km"}
    assert set(FIGURES) - set(CRITERIA) == {"contiguous"}


def test_every_criterion_is_told_whole():
    for name, each in FIGURES.items():
        assert each.name == name
        assert each.definition
        assert each.symbols
        assert each.unit in UNITS
        assert (each.expression is None) == (each.share is not None or not each.asked), name


def test_verify_and_the_hard_rules_know_which_way_is_better_and_what_is_what():
    assert set(checked.ROLLOUT) == set(ROLLOUT_CRITERIA)
    assert set(TAMPERED) == set(checked.CRITERIA) == set(FIGURES)
    assert checked.LARGER_IS_BETTER - {"contiguous"} == better("max")
    assert siting.MORE_IS_BETTER == set(MORE) == better("max")
    assert set(checked.SHARES) == set(SHARES) == in_unit("share")
    travelled = {"spread", *in_unit("km"), *in_unit("min")}
    assert travelled == checked.TRAVEL


def test_verifys_own_bound_has_the_sums_over_units_and_no_other():
    assert set(checked.PER_UNIT) == set(criteria.SUMS)
    assert checked.SUMS - set(checked.PER_UNIT) <= set(criteria.SITES_ALONE)


def test_the_hard_rules_and_the_standing_program_have_every_criterion():
    assert set(siting.MEASURES) == set(SITING_CRITERIA)
    assert set(cases.SITING) == set(SITING_CRITERIA) & set(OPTIMISABLE)
    assert set(ROLLOUT) == set(ROLLOUT_CRITERIA)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_criterion_has_its_words(language):
    t = load_texts(language, "sensitivity")
    for name in FIGURES:
        assert t.has(f"criterion.{name}.name"), name
        assert t.has(f"criterion.{name}.meaning"), name
    for name in set(OPTIMISABLE) & set(SITING_CRITERIA):
        assert t.has(f"sensitivity.worth.{name}"), name


def test_a_scenario_is_read_without_the_libraries_of_the_model():
    code = "import sys, planner.scenario.spec; print({'numpy', 'pulp'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
