"""An independent check of a finished plan, in exact rationals, with no solver and no model.

Written from the design and the scenario's field descriptions alone. It reads the run folder and
the tables with the standard library and computes everything again; of the rest of the program
it uses only `planner.errors`.
"""

from planner.verify.checks import Check, Verification
from planner.verify.run import verify_files, verify_run

__all__ = ["Check", "Verification", "verify_files", "verify_run"]
