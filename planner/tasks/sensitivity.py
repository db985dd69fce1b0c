"""What the command `planner sensitivity` does: read, re-solve, write the page, print."""

from __future__ import annotations

import csv
import io
import json
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from rich.console import Console

from planner import api, runs
from planner.analysis.sampling import Task
from planner.analysis.sensitivity import sensitivity
from planner.analysis.sweep import Clock
from planner.aside import cores
from planner.outputs.article import render_article
from planner.outputs.findings import LANGUAGES, tell
from planner.outputs.sensitivity_page import sensitivity_article
from planner.outputs.text import load_texts
from planner.tasks.sweep import duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from planner.analysis.effort import Size
    from planner.analysis.sensitivity import Sensitivity
    from planner.outputs.article import Article
    from planner.outputs.text import Language

PARTS = {
    "samples": "re-solving with everything drawn at random",
    "changes": "looking for values at which a town changes",
    "global": "screening the uncertain numbers",
    "rollouts": "planning the rollout with one number at a time changed",
    "numbers": "planning every number of offices",
}
"""What the terminal says of each part of the work."""


@dataclass(frozen=True)
class Report:
    """A report that is written.

    Attributes
    ----------
    out : Path
    data : dict
        The figures for machines.
    article : Article
        In English, for the terminal.
    """

    out: Path
    data: dict[str, Any]
    article: Article


def report(  # noqa: PLR0913 - one argument an option
    reference: str,
    folder: Path | None,
    out: Path | None,
    overrides: Sequence[str],
    language: Language | None,
    *,
    size: Size,
    jobs: int | None = None,
) -> Report:
    """Find out how firm a scenario's answer is, and write the report's folder.

    Raises
    ------
    InputError, InfeasibleScenario, SolverStopped, PlannerError
        As the steps do; nothing is written then.
    """
    began = time.monotonic()
    data = api.load(folder)
    scenario = data.scenario(reference, overrides)
    out = out or Path("runs") / f"sensitivity-{scenario.name}"
    runs.check_out(out)
    task = Task(
        folder=None if folder is None else str(folder.resolve()),
        files=tuple(sorted(data.inputs.files.items())),
        scenario=scenario.model_dump_json(exclude_none=True),
        whole=False,
        plans=(),
    )
    announced = sorted(set(data.inputs.announced["municipality_code"]))
    with shown() as progress:
        found = sensitivity(task, announced, size=size, jobs=jobs or cores(), progress=progress)
    own = language or cast("Language", data.inputs.country.language)
    articles = {
        each: sensitivity_article(
            found, scenario, data.inputs, load_texts(each, "sensitivity"), sobol=size.sobol
        )
        for each in LANGUAGES
    }
    answer = figures(found) | {"told": tell(articles)}
    files: dict[str, str | bytes] = {
        "sensitivity.html": render_article(
            articles[own], data.inputs, load_texts(own, "sensitivity")
        ),
        "sensitivity.json": json.dumps(runs.plain(answer), ensure_ascii=False, indent=1) + "\n",
        "samples.csv": samples_csv(found),
        "scenario.toml": runs.scenario_toml(scenario),
    }
    runs.write_run(out, files, runs.Provenance(data.inputs.files, time.monotonic() - began))
    return Report(out, answer, articles["en"])


def figures(found: Sensitivity) -> dict[str, Any]:
    """Return the figures of a report as plain lists and tables, the samples apart."""
    base = found.base
    told: dict[str, Any] = {
        "scenario": found.scenario,
        "sites": base.sites,
        "criteria": dict(base.criteria),
        "termination": {"reason": base.reason, "objective": base.objective, "bound": base.bound},
        "samples": len(found.samples),
    }
    kept = ("chosen", "sets", "all_sets", "cost_year", "announced", "announced_criteria")
    told |= {name: getattr(found, name) for name in kept}
    told["sourced"] = None if found.sourced is None else asdict(found.sourced)
    told["plan"] = None if found.plan is None else asdict(found.plan)
    told["everything"] = asdict(found.everything)
    rows = ("siting", "rollout", "rated", "changes", "lost", "tried", "numbers")
    return told | {name: [asdict(row) for row in getattr(found, name)] for name in rows}


def samples_csv(found: Sensitivity) -> str:
    """Return the samples as CSV: what was drawn, the towns chosen, the criteria, the losses."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    keys = [factor.key for factor in found.siting]
    names = sorted(found.base.criteria)
    plans = ["recommended_loss", "announced_loss"]
    writer.writerow(["number", *keys, "status", "offices", *names, *plans])
    for number, row in enumerate(found.samples, 1):
        criteria = row.get("criteria", {})
        cells = [f"{criteria[name]:.9g}" if name in criteria else "" for name in names]
        short = ["" if s is None else f"{s:.6f}" for s in row.get("short", (None, None))]
        drawn = [row[key] for key in keys]
        offices = " ".join(row.get("sites", ()))
        writer.writerow([number, *drawn, row["status"], offices, *cells, *short])
    return out.getvalue()


@contextmanager
def shown() -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Show on standard error which part is under way, how far, and the time left for it."""
    console = Console(stderr=True)
    with console.status("reading") as status:

        def part(name: str) -> Callable[[int, int], None]:
            clock, text = Clock(), PARTS[name]

            def progress(done: int, number: int) -> None:
                left = clock.left(done, number)
                after = "" if left is None else f", {duration(left)} left"
                status.update(f"{text}: {done} of {number}{after}")

            return progress

        yield part
