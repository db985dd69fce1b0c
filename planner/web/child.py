"""A run in a process of its own: told to stop on standard input, tells how it goes on the output.

Each line of the output is a JSON object: ``{"stage", "incumbent", "bound"}`` while the run goes
on, ``{"outcome": ...}`` at the end. The first line of input, whatever it says, does what Ctrl-C
does; one more, or the end of the input (the server is gone), abandons the run.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from planner import stopping
from planner.errors import InfeasibleScenario, InputError, PlannerError, SolverStopped
from planner.message import LANGUAGES, Language
from planner.startup import own_output

OFTEN = 0.2
"""Seconds between two lines about the same stage."""

APART = 0.5
"""Seconds between two signals, or Python may take them for one."""

LARGE = 1e200
"""What a solver says of a value that it does not know."""


class Child:
    """What the run has to say, and whether it may still be stopped with something to save."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._stage, self._told = "", 0.0

    def tell(self, **event: object) -> None:
        """Write a line, if anybody still listens."""
        with self._lock, contextlib.suppress(OSError):
            self._out.write(json.dumps(event, ensure_ascii=False) + "\n")
            self._out.flush()

    def report(self, stage: str, incumbent: float | None, bound: float | None) -> None:
        """Tell the stage, and what is known of it, not too often."""
        if stage == self._stage and time.monotonic() - self._told < OFTEN:
            return
        self._stage, self._told = stage, time.monotonic()
        self.tell(stage=stage, incumbent=_known(incumbent), bound=_known(bound))

    def listen(self) -> None:
        """Stop the run as the input says."""
        if sys.stdin.readline():
            if self._stage != "writing":  # what is being written is soon done
                signal.raise_signal(signal.SIGINT)
            sys.stdin.readline()
        for _ in range(2):  # the first may only ask it to stop in good order
            signal.raise_signal(signal.SIGINT)
            time.sleep(APART)


def _known(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) and abs(value) < LARGE else None


def run(scenario: Path, data: Path, out: Path, language: Language, child: Child) -> dict[str, Any]:
    """Run a scenario and return what it came to, whatever that is.

    Parameters
    ----------
    scenario : Path
        Its file.
    data, out : Path
        The data folder and the run folder, whose name gets a number if anything is there when the
        run is written.
    language : {"sv", "en"}
    child : Child
        Told the progress.

    Returns
    -------
    dict
        ``kind`` and what goes with it: see `planner.web.jobs.Job.outcome`.
    """
    child.report("reading", None, None)
    from planner.workflows.run import RunRequest, run_scenario  # noqa: PLC0415 - it takes a while

    try:
        request = RunRequest(str(scenario), data, language=language, new=out)
        finished = run_scenario(request, report=child.report)
    except InputError as error:
        return {
            "kind": "input",
            "problems": [problem.to_dict(language) for problem in error.problems],
        }
    except InfeasibleScenario as error:
        return _clash(error, scenario, data, child)
    except SolverStopped as error:
        return {"kind": "no_plan", "reason": error.reason}
    except MemoryError:
        return {"kind": "no_plan", "reason": "memory_limit"}
    except PlannerError as error:
        return {"kind": "error", "message": error.said(language)}
    return {"kind": "done", "run": finished.out.name}


def _clash(error: InfeasibleScenario, scenario: Path, data: Path, child: Child) -> dict[str, Any]:
    """Tell which rules clash at once, then look for the least change that would help."""
    from planner.outputs.pages.explanation import explanation_parts  # noqa: PLC0415
    from planner.outputs.words.rules import fact_sentence, rule_sentence  # noqa: PLC0415
    from planner.workflows.inspect import explain_scenario  # noqa: PLC0415
    from planner.workflows.session import Request  # noqa: PLC0415

    said: dict[str, Any] = {
        language: [rule_sentence(rule, words, language) for rule, words in error.conflicts]
        for language in LANGUAGES
    }
    counted: dict[str, Any] = {
        language: [fact_sentence(fact, words, language) for fact, words in error.facts]
        for language in LANGUAGES
    }
    outcome: dict[str, Any] = {"kind": "infeasible", "conflicts": said, "counted": counted}
    child.tell(outcome=outcome)
    child.report("explaining", None, None)
    try:
        explained, _ = explain_scenario(Request(str(scenario), data), child.report)
        told = {each: explanation_parts(explained, each) for each in LANGUAGES}
        return outcome | {"told": {each: [asdict(p) for p in told[each]] for each in LANGUAGES}}
    except (PlannerError, MemoryError, stopping.Cancelled):
        return outcome


def main() -> None:
    """Run what the arguments name: the scenario's file, data folder, run folder, language."""
    stopping.by_cancelling(then=stopping.ignored)  # the outcome is told in any case
    channel = os.fdopen(own_output(), "w", encoding="utf-8")
    scenario, data, out, language = sys.argv[1:]
    child = Child(channel)
    threading.Thread(target=child.listen, daemon=True).start()
    try:
        outcome = run(Path(scenario), Path(data), Path(out), language, child)
    except stopping.Cancelled:
        outcome = {"kind": "interrupted"}
    stopping.ignored()
    child.tell(outcome=outcome)
    stopping.leave(0)


if __name__ == "__main__":
    main()
