"""What the files of a run are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.case.travel import Travel
    from planner.case.types import Inputs
    from planner.outputs.findings import Finding
    from planner.outputs.words.text import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario
    from planner.verify import Verification


@dataclass(frozen=True)
class Told:
    """What the files of a run tell of.

    Attributes
    ----------
    plan : Plan
    inputs : Inputs
    travel : Travel
    scenario : Scenario
    reference : Plan or None
        The plan that it is compared with.
    reference_name : str
        What to call that in running text; by default after its scenario.
    language : {"sv", "en"}
    verification : Verification or None
        What the assurance sheet tells of.
    findings : sequence of Finding
        Other analyses of the same question; their pages go in as they are.
    """

    plan: Plan
    inputs: Inputs
    travel: Travel
    scenario: Scenario
    reference: Plan | None
    reference_name: str
    language: Language
    verification: Verification | None = None
    findings: Sequence[Finding] = ()
