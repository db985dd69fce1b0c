"""Random questions to random small countries, answered by a program that shares nothing with ours.

``pytest tests/standing/test_answers.py`` tries 60 cases, with ``--full`` a thousand. A case that
fails is told with its tables and its scenario; ``-k "[36]"`` tries number 36 alone (with ``--full``
beyond 60).

`cases` draws countries and scenarios, every setting in combination. `facts`, `measured`, `goals`
and `program` work the answer out from their rows and docs/model.md alone: a mixed-integer program
of the whole model for scipy, and every figure and rule in exact numbers. `compare` holds the
program's plan against it: whether there is a plan, every hard rule, every figure, and of every
goal in order its value, its bound and what is said of it.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from standing.cases import make_case
from standing.compare import disagreements
from standing.goals import goals
from standing.measured import Answer, broken
from standing.program import Program

pytestmark = pytest.mark.slow

ALONE = (
    "facts",
    "measured",
    "goals",
    "columns",
    "sums",
    "program",
    "countries",
    "cases",
    "every_set",
)
"""Modules that import nothing of the program."""
MANY = 3000
"""Plans of one case that are tried one by one."""


def test_the_program_agrees(seed, tmp_path):
    case = make_case(seed)
    found = disagreements(case, tmp_path)
    assert not found, "\n".join(["", *found, str(case)])


@pytest.mark.parametrize("name", ALONE)
def test_the_other_side_imports_nothing_of_the_program(name):
    text = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
    words = text.replace(",", " ").split()
    assert not [word for word in words if word.split(".")[0] == "planner"]


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_the_other_side_agrees_with_every_plan(first):
    """Where a case is of one period without staff and small, every plan of it is tried."""
    tried = 0
    for seed in range(first, first + 40):
        f = make_case(seed).facts
        if f.works or len(f.periods) > 1 or len(f.sites) ** len(f.units) > MANY:
            continue
        tried += 1
        plans = [answer for answer in every_answer(f) if not broken(f, answer)]
        program = Program(f, [name for goal in goals(f) for name in goal.parts])
        held = []
        for goal in goals(f):
            found = program.least(program.terms(goal), held)
            assert (found is None) == (not plans), f"case {seed}"
            if found is None:
                break
            best = min(goal.value(f, answer) for answer in plans)
            assert float(goal.value(f, found)) == pytest.approx(float(best)), f"case {seed}, {goal}"
            most = best + goal.given
            plans = [answer for answer in plans if float(goal.value(f, answer) - most) <= 1e-6]
            held.append((program.terms(goal), float(most) + 1e-6))
    assert tried


def every_answer(f):
    """Yield every set of offices with every way to serve the units from them."""
    for count in range(1, len(f.sites) + 1):
        for offices in itertools.combinations(f.sites, count):
            for served in itertools.product(offices, repeat=len(f.units)):
                by_unit = dict(zip(f.units, served, strict=True))
                yield Answer([frozenset(offices)], [by_unit])
