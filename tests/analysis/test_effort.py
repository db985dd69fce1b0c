"""Work shared among cores."""

from __future__ import annotations

import operator

from planner.analysis.effort import CHUNK, Study, chunks_of, on_cores


def test_results_come_in_the_order_of_the_items_whatever_the_number_of_cores():
    told = []
    for jobs in (1, 2):
        study = Study(100, jobs=jobs)  # any first argument is a task
        found = list(study.each(operator.sub, range(5), lambda *done: told.append(done)))
        assert found == [100, 99, 98, 97, 96]
    assert told == [(done, 5) for done in range(6)] * 2


def test_what_is_finished_first_may_come_first():
    found = on_cores(operator.add, [(1, 2), (3, 4), (5, 6)], 2, ordered=False)
    assert sorted(found) == [3, 7, 11]


def test_items_are_cut_into_what_goes_to_a_process_at_once():
    chunks = chunks_of(range(2 * CHUNK + 1))
    assert [len(chunk) for chunk in chunks] == [CHUNK, CHUNK, 1]
    assert [k for chunk in chunks for k in chunk] == list(range(2 * CHUNK + 1))
