"""Mutation testing by sample: change one thing in the program, and see whether a test notices.

    pip install cosmic-ray
    python tests/support/mutants.py planner/verify --sample 60 --seed 7

Works in a copy of the checkout. A mutant is a place in the code drawn at random (every place as
likely) and one of the changes that cosmic-ray knows for it. The tests that mirror the module are
asked first, then all tests of the package, quick files before slow ones. A single test that takes
more than `SECONDS`, many times as long as without the change, tells too: an endless loop, or a
search that blew up. Survivors are printed with what was changed.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

# What the tests import, apart from the program: loaded once, for each mutant is tried in a fork.
import geopandas  # noqa: F401
import highspy  # noqa: F401
import hypothesis  # noqa: F401
import pulp  # noqa: F401
import pydantic  # noqa: F401
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parents[2]
IGNORED = ("core/ReplaceBinaryOperator_BitOr", "core/Variable")
"""`|` is mostly a part of types here, which nothing runs."""
SECONDS = 120
FATES = {True: "SURVIVED", False: "killed", None: "killed by time"}


def places(code: str) -> dict[tuple[object, ...], list[tuple[str, int]]]:
    """Return the changes (operator, number of its occurrence) possible at each place."""
    found: dict[tuple[object, ...], list[tuple[str, int]]] = {}
    tree = get_ast(code)
    for name in sorted(operator_names()):
        if name.startswith(IGNORED):
            continue
        number = 0
        for node in ast_nodes(tree):
            for start, _ in get_operator(name)().mutation_positions(node):
                found.setdefault(start, []).append((name, number))
                number += 1
    return found


def passes(tree: Path, tests: list[Path]) -> bool | None:
    """Tell whether every test passes; None if one of them does not end."""
    quick = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header"]
    quick += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # loaded before: see above
    quick += ["-o", f"faulthandler_timeout={SECONDS}", "-o", "faulthandler_exit_on_timeout=true"]
    said = tree.parent / "said"
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        os.chdir(tree)
        sys.path[0] = str(tree)
        with said.open("w") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            code = 1
            try:
                code = pytest.main([*quick, *map(str, tests)])
            finally:
                os._exit(code)
    end = time.monotonic() + 10 * SECONDS
    ended = 0, 0
    while not ended[0] and time.monotonic() < end:
        time.sleep(0.05)
        ended = os.waitpid(child, os.WNOHANG)
    if not ended[0]:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return None
    return None if "Timeout (" in said.read_text(errors="replace") else ended[1] == 0


def main() -> None:
    """Draw mutants, try them and print what became of them."""
    given = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    given.add_argument("package", help="such as planner/verify")
    given.add_argument("--sample", type=int, default=50)
    given.add_argument("--seed", type=int, default=1)
    options = given.parse_args()
    package = Path(options.package)
    chance = random.Random(options.seed)  # noqa: S311 - a sample, no secret
    suite = "tests" / package.relative_to("planner")
    counts = dict.fromkeys(FATES.values(), 0)
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        names = (".git", ".venv", "runs", "dist", "__pycache__", ".*_cache")
        shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*names))
        drawn = []
        for path in sorted((tree / package).rglob("*.py")):
            code = path.read_text(encoding="utf-8")
            drawn += [
                (path.relative_to(tree), changes) for _, changes in sorted(places(code).items())
            ]
        sample = chance.sample(drawn, min(options.sample, len(drawn)))
        tests, seconds = sorted((tree / suite).rglob("test_*.py")), {}
        for test in tests:
            start = time.monotonic()
            if not passes(tree, [test]):
                sys.exit(f"{test} fails before anything is changed")
            seconds[test] = time.monotonic() - start
        # Two mutants of a second may be of one size: what was compiled would be taken for both.
        sys.dont_write_bytecode = True
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        for number, (file, changes) in enumerate(sample, start=1):
            name, occurrence = chance.choice(changes)
            code = (tree / file).read_text(encoding="utf-8")
            mutant = mutate_code(code, get_operator(name)(), occurrence)
            (tree / file).write_text(mutant, encoding="utf-8")
            near = f"test_{file.stem}.py"
            order = sorted(tests, key=lambda test: (test.name != near, seconds[test]))
            fate = FATES[passes(tree, order)]
            (tree / file).write_text(code, encoding="utf-8")
            counts[fate] += 1
            lines = [
                f"  {n}: {old.strip()}  ->  {new.strip()}"
                for n, (old, new) in enumerate(
                    zip(code.splitlines(), mutant.splitlines(), strict=False), start=1
                )
                if old != new
            ]
            print(f"{number} {fate} {file} {name}", *lines[:1], sep="\n", flush=True)  # noqa: T201
    killed = len(sample) - counts["SURVIVED"]
    print(f"{killed} of {len(sample)} killed ({killed / len(sample):.0%}), {len(drawn)} places")  # noqa: T201
    print(f"{counts['killed by time']} of them by time")  # noqa: T201


if __name__ == "__main__":
    main()
