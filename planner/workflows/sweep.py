"""What the command `planner sweep` does: read, check, run or go on, write the table."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from planner.analysis.sampling import WORLD, Row, Task, world_of
from planner.analysis.sweep import TABLE, Clock, run_sweep, table_csv
from planner.case.files import default_data_folder
from planner.data import Data, load
from planner.errors import InputError, PlannerError, Problem
from planner.message import Language, say
from planner.model.solving.optimise import PROVED
from planner.outputs.files.spreadsheet import spreadsheet
from planner.outputs.words.text import NO_BREAK, Texts, load_texts
from planner.scenario.sweep import Range, SweepSpec, load_sweep
from planner.siting.question import check_objective
from planner.startup import cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from planner.scenario.spec import Scenario

    PlanToValue = tuple[str, tuple[str, ...]]

PAUSE = 10.0
"""Seconds between two lines of progress where there is no terminal to redraw."""


@dataclass(frozen=True)
class Swept:
    """A sweep as far as it came.

    Attributes
    ----------
    rows : list of dict
        The finished samples by number.
    number : int
        How many samples there are in all.
    towns : mapping of str to str
        Code -> town.
    """

    out: Path
    rows: list[Row]
    number: int
    seconds: float
    towns: dict[str, str]

    @property
    def complete(self) -> bool:
        """Whether every sample is finished and none was cut short by a limit."""
        decided = (*PROVED, "infeasible", "invalid")
        return len(self.rows) == self.number and all(r["status"] in decided for r in self.rows)

    @property
    def statuses(self) -> dict[str, int]:
        """How many samples ended how, the most frequent first."""
        return dict(Counter(str(row["status"]) for row in self.rows).most_common())

    @property
    def chosen(self) -> dict[str, int]:
        """Town -> in how many plans it has an office, the most frequent first."""
        counts = Counter(code for row in self.rows for code in str(row["offices"] or "").split())
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return {self.towns[code]: count for code, count in ordered}

    def text(self, language: Language = "en") -> str:
        """Return what the terminal shows."""
        t = load_texts(language, "terminal")
        ended = ", ".join(f"{n} {t(f'status.{name}')}" for name, n in self.statuses.items())
        done = {"done": len(self.rows), "number": self.number}
        lines = [t("sweep.done", **done, ended=ended, seconds=t.number(self.seconds))]
        lines += [t("sweep.among")] if any(name in PROVED for name in self.statuses) else []
        plans = sum(1 for row in self.rows if row["offices"])
        sets = len({row["offices"] for row in self.rows if row["offices"]})
        if plans:
            tied = sum(1 for row in self.rows if row["ties"])
            lines += [t("sweep.ties", n=tied)] if tied else []
            lines.append(t("sweep.sets", n=sets))
            share = {town: t.number(100 * count / plans) for town, count in self.chosen.items()}
            often = [f"{town} {t('unit.percent', n=n)}" for town, n in share.items()]
            lines.append("  " + ", ".join(often))
        if len(self.rows) < self.number:
            lines.append(t("sweep.interrupted"))
        path = f"{self.out / 'samples.csv'}, {self.out / TABLE}"
        return "\n".join([*lines, t("sweep.table", path=path)]).replace(NO_BREAK, " ")


def sweep(  # noqa: PLR0913 - one argument an option
    spec: SweepSpec | Path,
    folder: Path | None,
    out: Path | None,
    *,
    jobs: int | None = None,
    dask: str | None = None,
    language: Language = "en",
) -> Swept:
    """Run a sweep, or go on with it where it was left.

    Parameters
    ----------
    spec : SweepSpec or Path
        Or the file that says it.
    folder : Path, optional
        The data folder.
    out : Path, optional
        By default ``runs/sweep-NAME``.
    jobs : int, optional
        Processes; by default one a core.
    dask : str, optional
        Address of a Dask scheduler.
    language : {"sv", "en"}
        Of the progress.

    Raises
    ------
    InputError
        With every problem of the spec, or if the folder holds something else.
    PlannerError
        If the disk does not take the table, or a worker's data differ.
    """
    began = time.monotonic()
    spec = load_sweep(spec) if isinstance(spec, Path) else spec
    data = load(folder)
    task, points = question(data, spec)
    out = out or Path("runs") / f"sweep-{spec.name}"
    _check_out(out)
    with progress_shown(f"sweep {spec.name}", language) as progress:
        rows, _ = run_sweep(
            task,
            points,
            spec.keys,
            out / TABLE,
            jobs=jobs or cores(),
            dask=dask,
            progress=progress,
        )
    samples = table_csv(task, spec.keys, rows)
    _write(out / "samples.csv", samples.encode())
    _write(out / "samples.xlsx", spreadsheet(samples, "samples"))
    towns = {str(code): str(town) for code, town in data.inputs.municipalities["seat"].items()}
    return Swept(out, rows, len(points), time.monotonic() - began, towns)


def question(data: Data, spec: SweepSpec) -> tuple[Task, list[dict[str, Any]]]:
    """Return what every sample of a sweep shares, and what each of them sets.

    Raises
    ------
    InputError
        With every problem of the spec.
    """
    base = data.scenario(spec.base)
    if spec.changes:
        base = base.replace(**spec.changes)
    points = spec.points(base)
    _check(spec, base, points)
    return make_task(data, base, spec), points


def make_task(data: Data, base: Scenario, spec: SweepSpec) -> Task:
    """Return what every sample of a sweep shares.

    Raises
    ------
    InputError
        If a plan to value names towns that the tables don't have.
    """
    announced = tuple(sorted(set(data.inputs.announced["municipality_code"])))
    plans = tuple(
        (name, announced if given == "announced" else tuple(sorted(given)))
        for name, given in sorted(spec.plans.items())
    )
    problems = [
        Problem("sweep", None, f"plans.{name}", code, say("the code of a municipality"))
        for name, codes in plans
        for code in codes
        if code not in data.inputs.municipalities.index
    ]
    if problems:
        raise InputError(problems)
    return task_of(data, base, whole=spec.stages == "all", plans=plans)


def task_of(
    data: Data, base: Scenario, *, whole: bool = False, plans: tuple[PlanToValue, ...] = ()
) -> Task:
    """Return what re-solves of a scenario share; the folder that ships is each worker's own."""
    shipped = data.folder == default_data_folder()
    return Task(
        folder=None if shipped else str(data.folder.resolve()),
        files=tuple(sorted(data.inputs.files.items())),
        scenario=base.model_dump_json(exclude_none=True),
        whole=whole,
        plans=plans,
    )


def _check(spec: SweepSpec, base: Scenario, points: Sequence[dict[str, Any]]) -> None:
    """Try every value alone, so that what is wrong is told at once and not sample by sample."""
    tried: set[tuple[str, str]] = set()
    problems: list[Problem] = []
    if spec.stages == "siting":
        needs = [k for k in spec.keys if k.startswith(("dialogues.", "staffing.", "money."))]
        expected = say('a key that the siting depends on, or stages = "all"')
        problems += [Problem("sweep", None, key, "", expected) for key in needs]
        try:
            check_objective(base)
        except InputError as error:
            problems += error.problems
    for point in points:
        for key, value in point.items():
            drawn = isinstance(spec.ranges.get(key), Range)
            if (key, repr(value)) in tried or (drawn and (key, "") in tried):
                continue
            tried |= {(key, repr(value)), (key, "")}
            try:
                if key.startswith(WORLD):
                    world_of({key: value})
                else:
                    changed = base.replace(**{key: value})
                    if spec.stages == "siting":
                        check_objective(changed)
            except InputError as error:
                problems += error.problems
    if problems:
        raise InputError(sorted(set(problems), key=str))


def _check_out(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise InputError([Problem("--out", None, "", str(out), say("a folder, or a name for one"))])
    if out.is_dir() and any(out.iterdir()) and not (out / TABLE).is_file():
        expected = say("a new folder, an empty one, or one with a sweep in it")
        raise InputError([Problem("--out", None, "", str(out), expected)])
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PlannerError(say("{} can't be made ({})", out, error.strerror)) from error


def _write(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        raise PlannerError(say("{} can't be written ({})", path, error.strerror)) from error


@contextmanager
def progress_shown(name: str, language: Language = "en") -> Iterator[Callable[[int, int], None]]:
    """Show on standard error how far a series of solves has come, and the time left."""
    console, clock = Console(stderr=True), Clock()
    t = load_texts(language, "terminal")
    said = time.monotonic()
    with console.status(name) as status:

        def progress(done: int, number: int) -> None:
            nonlocal said
            text = how_far(name, clock.left(done, number), done, number, t)
            if console.is_terminal:
                status.update(text)
            elif time.monotonic() - said > PAUSE:
                said = time.monotonic()
                console.print(text, highlight=False)

        yield progress


def how_far(name: str, left: float | None, done: int, number: int, t: Texts) -> str:
    """Say how far a part of the work has come, and the time left if anything is known of it."""
    text = t("progress.of", name=name, done=done, number=number)
    return text if left is None else text + t("progress.left", time=duration(left))


def duration(seconds: float) -> str:
    """Write seconds as a clock does: 0:05, 12:30, 1:02:03."""
    whole = round(seconds)
    hours, minutes = whole // 3600, whole % 3600 // 60
    clock = f"{minutes:02}" if hours else f"{minutes}"
    return (f"{hours}:" if hours else "") + f"{clock}:{whole % 60:02}"
