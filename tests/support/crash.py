"""Kill the writing of a run folder at every step and at random moments, and fill the disk.

    python tests/support/crash.py --kills 300

After each kill the folder must be the run that was there or the new one, whole, and the index
must list it; what is left beside it must be gone once it has been written again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from planner import folders as whole
from planner.errors import PlannerError
from planner.runs import writing
from planner.runs.listing import list_runs

if TYPE_CHECKING:
    from collections.abc import Callable

PLAN = {
    "scenario": "small",
    "offices": [{"code": "0101"}],
    "termination": {
        "reason": "optimal",
        "objective": 1,
        "bound": 1,
        "gap": 0,
        "objective_name": "mean_km",
    },
}
SIZES = {"map.html": 300_000, "report.html": 90_000, "plan.xlsx": 50_000, "assignments.csv": 9_000}
NEW = {
    which: {name: which * size for name, size in SIZES.items()}
    | {"plan.json": json.dumps(PLAN | {"scenario": which})}
    for which in ("A", "B")
}
FROM = writing.Provenance({}, 1.0)
KILL = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.listdir", "os.scandir"}
KILL |= {"shutil.rmtree", "ctypes.dlsym"}
"""What Python announces before it does it; at each of them the process may die."""


def state(out: Path) -> str | None:
    """Return which run is there, whole; None if there is none."""
    if not out.exists():
        return None
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    found = {path.name for path in out.iterdir()}
    assert found == {*manifest["outputs"], "manifest.json"}, found
    for name, digest in manifest["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest, name
    scenario = str(json.loads((out / "plan.json").read_text(encoding="utf-8"))["scenario"])
    (entry,) = [e for e in list_runs(out.parent)[0] if e.run == out.name]
    assert (entry.scenario, entry.whole) == (scenario, True), entry
    return scenario


def child(work: Callable[[], object]) -> int:
    """Do some work in a process of its own and return its number."""
    number = os.fork()
    if number == 0:
        try:
            work()
        except PlannerError:
            os._exit(3)
        except BaseException:  # noqa: BLE001 - told here and by the exit code
            traceback.print_exc()
            os._exit(4)
        os._exit(0)
    return number


def died(number: int) -> bool:
    """Wait for a process and tell whether it was killed."""
    _, status = os.waitpid(number, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, status
    return False


def at_step(step: int, out: Path, which: str) -> None:
    """Write a run, and die at a step of it."""
    passed = 0

    def watch(event: str, _: object) -> None:
        nonlocal passed
        passed += event in KILL
        if passed >= step and event != "os.kill":
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    writing.write_run(out, NEW[which], FROM)


def kill_at_every_step(out: Path, *, tidied: bool = False) -> int:
    """Die at the first step, the second, and so on, until a run is written to its end."""
    step = 0
    while True:
        step += 1
        before = state(out)
        which = "B" if before == "A" else "A"
        killed = died(child(lambda: at_step(step, out, which)))  # noqa: B023 - used at once
        if tidied:
            whole.tidy(out)
        after = state(out)
        assert after in ({before, which} if killed else {which}), (step, before, after)
        if not killed:
            return step - 1


def kill_at_random(out: Path, kills: int, chance: random.Random) -> int:
    """Kill a process that writes again and again, at any moment."""
    began = time.perf_counter()
    writing.write_run(out, NEW["A"], FROM)
    usual = time.perf_counter() - began
    killed = 0
    while killed < kills:
        before = state(out)
        which = "B" if before == "A" else "A"
        number = child(lambda: writing.write_run(out, NEW[which], FROM))  # noqa: B023 - used at once
        time.sleep(chance.uniform(0, usual))
        os.kill(number, signal.SIGKILL)
        killed += died(number)
        after = state(out)
        assert after in (before, which), (before, after)
    return killed


def fill(out: Path, tries: int, chance: random.Random) -> int:
    """Let the disk refuse to take more, after any number of bytes of a file."""
    refused = 0
    for _ in range(tries):
        before = state(out)
        most = chance.randrange(max(SIZES.values()))

        def full(most: int = most) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            writing.write_run(out, NEW["B" if before == "A" else "A"], FROM)  # noqa: B023

        _, status = os.waitpid(child(full), 0)
        assert os.WEXITSTATUS(status) == 3, status
        assert state(out) == before
        refused += 1
    return refused


def fill_a_real_disk(mount: Path) -> int:
    """Write to a disk of half a megabyte, already half full; 0 if none can be mounted."""
    size = ["-t", "tmpfs", "-o", "size=900k", "tmpfs", str(mount)]
    if subprocess.run(["mount", *size], check=False, capture_output=True).returncode:
        return 0
    try:
        writing.write_run(mount / "run", NEW["A"], FROM)
        for which in ("B", "A", "B"):
            try:
                writing.write_run(mount / "run", NEW[which], FROM)
            except PlannerError as error:
                said = str(error)
            else:
                said = "the disk took two runs"
            assert "No space left" in said, said
            assert state(mount / "run") == "A"
            assert [path.name for path in mount.iterdir()] == ["run"]
    finally:
        subprocess.run(["umount", str(mount)], check=True)
    return 3


def main() -> None:
    """Do it all and count."""
    given = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    given.add_argument("--kills", type=int, default=300)
    given.add_argument("--seed", type=int, default=1)
    options = given.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - moments, no secret
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "runs" / "small"
        steps = kill_at_every_step(out) + kill_at_every_step(out)
        killed = kill_at_random(out, options.kills, chance)
        refused = fill(out, max(10, options.kills // 10), chance)
        for path in out.parent.iterdir():
            os.utime(path, (0, 0), follow_symlinks=False)
        writing.write_run(out, NEW["A"], FROM)
        assert [path.name for path in out.parent.iterdir()] == ["small"]
        exchange = whole._at_once
        whole._at_once = lambda _new, _out: False  # type: ignore[assignment] # as on Windows
        slow = kill_at_every_step(out, tidied=True)
        whole._at_once = exchange
        disk = Path(folder) / "disk"
        disk.mkdir()
        real = fill_a_real_disk(disk)
    print(  # noqa: T201
        f"killed at {steps} steps and {killed} random moments, and at {slow} steps without an "
        f"exchange in one step; disk full {refused} times by limit, {real} times for real: "
        "always the old run or the new one, whole"
    )


if __name__ == "__main__":
    main()
