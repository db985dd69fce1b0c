"""Running a sweep: on this machine's cores or on a Dask cluster, one row kept at a time."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

from planner import stopping
from planner.analysis.sampling import Row, Task, columns, run_batch
from planner.analysis.study import on_cores
from planner.errors import InputError, Problem
from planner.message import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    Sample = tuple[int, Mapping[str, Any]]
    Batch = list[Sample]

TABLE = "samples.sqlite"
"""The table of finished samples, in a sweep's folder."""

BATCH = 4
"""Sitings that go to a worker at once: a fraction of a second's work."""


class Store:
    """The table of finished samples: each is kept as it comes, and none is lost.

    Parameters
    ----------
    path : Path
        A file that need not exist.
    head : sequence of str
        Names of columns, `number` first.
    identity : mapping of str to str
        What the sweep is: only the same sweep goes on in an old table.

    Raises
    ------
    InputError
        If the table is another sweep's, or no table.
    """

    def __init__(self, path: Path, head: Sequence[str], identity: Mapping[str, str]) -> None:
        self.head = tuple(head)
        try:
            self._table = sqlite3.connect(path, isolation_level=None)
            # A write is whole or absent whatever ends the process, and readers don't wait.
            self._table.execute("PRAGMA journal_mode = WAL")
            self._table.execute("PRAGMA synchronous = NORMAL")
            self._table.execute("CREATE TABLE IF NOT EXISTS sweep (key PRIMARY KEY, value)")
            names = ", ".join(f"{_quoted(name)}" for name in self.head[1:])
            self._table.execute(
                f"CREATE TABLE IF NOT EXISTS samples (number INTEGER PRIMARY KEY, {names})"
            )
            known = dict(self._table.execute("SELECT key, value FROM sweep"))
        except sqlite3.DatabaseError as error:
            expected = say("the table of a sweep ({})", error)
            raise InputError([Problem(str(path), None, "", "", expected)]) from error
        if known and known != dict(identity):
            differs = [key for key in identity if known.get(key) != identity[key]]
            self.close()
            expected = say("the table of the same sweep; {} differ", ", ".join(differs))
            expected += say(". Name another folder with --out, or delete this one")
            raise InputError([Problem(str(path), None, "", "", expected)])
        self._table.executemany(
            "INSERT OR IGNORE INTO sweep VALUES (?, ?)", sorted(identity.items())
        )

    def done(self) -> set[int]:
        """Return the numbers of the samples that are finished."""
        return {number for (number,) in self._table.execute("SELECT number FROM samples")}

    def add(self, rows: Iterable[Row]) -> None:
        """Keep finished samples, all of them or none."""
        marks = ", ".join("?" * len(self.head))
        values = [tuple(row.get(name) for name in self.head) for row in rows]
        self._table.execute("BEGIN")
        self._table.executemany(f"INSERT OR REPLACE INTO samples VALUES ({marks})", values)  # noqa: S608 - marks alone
        self._table.execute("COMMIT")

    def rows(self) -> list[Row]:
        """Return the finished samples in order of their numbers."""
        found = self._table.execute("SELECT * FROM samples ORDER BY number")
        return [dict(zip(self.head, values, strict=True)) for values in found]

    def close(self) -> None:
        """Close the file; what the log still holds goes into the table."""
        self._table.close()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def run_sweep(  # noqa: PLR0913 - one argument a choice of the caller
    task: Task,
    points: Sequence[Mapping[str, Any]],
    keys: Sequence[str],
    table: Path,
    *,
    jobs: int = 1,
    dask: str | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[list[Row], bool]:
    """Plan the samples that are not finished yet, and keep each as it comes.

    Parameters
    ----------
    points : sequence of mapping
        What each sample sets; its number is its place, from 1.
    keys : sequence of str
        The keys that vary.
    table : Path
        The SQLite file; what it holds already is not planned again.
    jobs : int
        Processes on this machine.
    dask : str, optional
        Address of a Dask scheduler to send the samples to instead.
    progress : callable
        Called with how many are finished, and how many there are.

    Returns
    -------
    tuple of (list of dict, bool)
        The finished rows by number, and whether all are finished: False after Ctrl-C.

    Raises
    ------
    InputError
        If the table is another sweep's, or the scheduler does not answer.
    """
    head = columns(task, keys)
    identity = {
        "scenario": task.scenario,
        "tables": json.dumps(task.files),
        "plans": json.dumps(task.plans),
        "samples": json.dumps([[k, p] for k, p in enumerate(points, 1)], ensure_ascii=False),
        "stages": "all" if task.whole else "siting",
    }
    with closing(Store(table, head, identity)) as store:
        done = store.done()
        left = [(k, point) for k, point in enumerate(points, 1) if k not in done]
        size = 1 if task.whole else BATCH
        batches = [left[start : start + size] for start in range(0, len(left), size)]
        finished = len(done)
        progress(finished, len(points))
        try:
            for batch, rows in _run(task, batches, jobs, dask):
                values = dict(batch)
                store.add({**_shown(values[row["number"]]), **row} for row in rows)
                finished += len(rows)
                progress(finished, len(points))
        except stopping.Cancelled:
            stopping.by_cancelling()  # what is written of it now can be given up too
            return store.rows(), False
        except KeyboardInterrupt:  # where nobody has set the former
            return store.rows(), False
        return store.rows(), True


def table_csv(task: Task, keys: Sequence[str], rows: Iterable[Row]) -> str:
    """Return rows as CSV, in the order given."""
    out = io.StringIO()
    head = columns(task, keys)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([row.get(name) for name in head] for row in rows)
    return out.getvalue()


def _shown(point: Mapping[str, Any]) -> Row:
    """Return what a sample sets as cells: numbers and text as they are, the rest as JSON."""
    return {
        key: value
        if isinstance(value, int | float | str) and not isinstance(value, bool)
        else json.dumps(value, ensure_ascii=False, sort_keys=True)
        for key, value in point.items()
    }


def _run(
    task: Task, batches: list[Batch], jobs: int, dask: str | None
) -> Iterator[tuple[Batch, list[Row]]]:
    """Yield batches with their rows, in any order."""
    if dask is not None:
        yield from _on_cluster(task, batches, dask)
    elif jobs == 1 or len(batches) == 1:
        yield from ((batch, run_batch(task, batch)) for batch in batches)
    else:
        yield from on_cores(_apart, ((task, batch) for batch in batches), jobs, ordered=False)


def _apart(task: Task, batch: Batch) -> tuple[Batch, list[Row]]:
    """Run a batch in a process of its own, which leaves Ctrl-C to the one that asked."""
    stopping.ignored()
    return batch, run_batch(task, batch)


def _on_cluster(
    task: Task, batches: list[Batch], address: str
) -> Iterator[tuple[Batch, list[Row]]]:
    try:
        import distributed  # noqa: PLC0415 - optional, slow to import
    except ImportError as error:
        expected = say("Dask; it comes with pip install 'planner[dask]'")
        raise InputError([Problem("sweep", None, "--dask", address, expected)]) from error
    library: Any = distributed  # its functions have no types
    try:
        client = library.Client(address, timeout=10)
    except (OSError, ValueError) as error:
        expected = say("the address of a Dask scheduler that answers ({})", error)
        raise InputError([Problem("sweep", None, "--dask", address, expected)]) from error
    try:
        futures = {
            # A worker that dies gives its batch back; the scheduler hands it to another.
            client.submit(run_batch, task, batch, pure=False): batch
            for batch in batches
        }
        for future, rows in library.as_completed(futures, with_results=True, raise_errors=True):
            yield futures.pop(future), rows
    finally:
        client.close()


class Clock:
    """How much time a sweep has left, from what it has done.

    Parameters
    ----------
    now : callable
        Seconds on a clock that only goes forward.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._began, self._at_first = now, now(), -1

    def left(self, done: int, number: int) -> float | None:
        """Return the seconds left, or None before anything is done."""
        if self._at_first < 0:
            self._at_first = done
        fresh = done - self._at_first
        if fresh <= 0:
            return None
        return (self._now() - self._began) / fresh * (number - done)
