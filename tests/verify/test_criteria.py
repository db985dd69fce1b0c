"""The criteria as verify knows them: each has its figure, and they are those of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria import FIGURES
from planner.verify.checks import MILLIONTH
from planner.verify.criteria import BEST, CRITERIA, MONEY, SHARES, SUMS, TRAVEL, sign
from planner.verify.figures import kept, site_figures, timeline
from planner.verify.run_files import read_plan
from planner.verify.work_done import work_figures, work_of
from verify.small import case_of

if TYPE_CHECKING:
    from verify.small import Run


def test_each_criterion_has_a_figure_and_each_figure_is_a_criterion(rollout: Run) -> None:
    """Of the sites at the end of a rollout, and of its whole horizon."""
    case, plan = case_of(rollout), read_plan(rollout.folder, [])
    when = timeline(case, plan)
    of_sites = site_figures(case, when.open[-1], when.served[-1]).keys()
    done = work_of(case, plan, when)
    assert done is not None
    of_rollout = work_figures(done).keys()
    assert {name for name, traits in CRITERIA.items() if not traits.rollout} == of_sites
    assert {name for name, traits in CRITERIA.items() if traits.rollout} == of_rollout


def test_both_programs_know_the_same_criteria() -> None:
    """Written apart, they agree on names, on which way is better, and on what is a rollout's."""
    assert {
        name: ("max" if traits.more_is_better else "min", traits.rollout)
        for name, traits in CRITERIA.items()
    } == {name: (each.better, each.horizon) for name, each in FIGURES.items()}


def test_traits_make_the_lists() -> None:
    """Shares are read in per cent, sums can be priced site by site, some have a best there is."""
    assert {"share_beyond", "spsm_share"} == SHARES
    assert {"cost_msek"} == MONEY
    assert "spread" in SUMS & TRAVEL
    assert "max_km" in TRAVEL - SUMS
    assert BEST == {
        "share_beyond": 0, "university_beyond": 0, "county_splits": 0, "spsm_share": 1,
    }  # fmt: skip
    assert (sign("spsm_share"), sign("mean_km"), sign("weighted")) == (-1, 1, 1)


def test_how_far_rounding_may_put_a_criterion_off(rollout: Run) -> None:
    """Money once a period, travel once, counts and what is no criterion not at all."""
    case = case_of(rollout)
    off = [kept(case, name) / MILLIONTH for name in ("cost_msek", "max_km", "unmet", "x")]
    assert off == [2, 1, 0, 0]
