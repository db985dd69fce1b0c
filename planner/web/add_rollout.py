"""Dialogues, staff and money for a scenario that has none, with the numbers of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.criteria import ROLLOUT_CRITERIA
from planner.web.fields import WORK
from planner.web.posted import places

if TYPE_CHECKING:
    from planner.web.posted import Raw

PERIODS = "rollout.periods"
TARGETS = "dialogues.targets"
THEN = "objective.then"
GAP = "solver.gap"


def with_work(raw: Raw, donor: Raw) -> Raw:
    """Return the boxes of a form with the work of another scenario added.

    Parameters
    ----------
    raw : dict
        Of a scenario that chooses towns and regions alone.
    donor : dict
        Of one that plans the work too.

    Returns
    -------
    dict
        With the other's dialogues, staff, money and calendar, and with its periods where there was
        but one; targets for periods that there are not are left out. Something in the objective
        must ask for the work, so waiting decides last where nothing does; and where a proof
        without any gap was asked for, which may take hours now, the other's gap will do.
    """
    taken = [*WORK, "calendar"]
    if len(places(raw, PERIODS)) <= 1:
        raw = {name: texts for name, texts in raw.items() if not name.startswith(f"{PERIODS}.")}
        taken.append(PERIODS)
    added = {
        name: texts
        for name, texts in donor.items()
        if any(name.startswith(f"{section}.") for section in taken)
    }
    made = {**raw, **added, "work": ["1"]}
    rows = places(made, PERIODS)
    periods = {name for row in rows for name in made.get(f"{PERIODS}.{row}.name", ())}
    for row in places(made, TARGETS):
        if not periods & set(made.get(f"{TARGETS}.{row}.by", ())):
            start = f"{TARGETS}.{row}."
            made = {name: texts for name, texts in made.items() if not name.startswith(start)}
    if not any(_asked(made, name) for name in ROLLOUT_CRITERIA):
        made[THEN] = [*filter(None, made.get(THEN, [])), "waiting"]
    if made.get(GAP) == ["0"]:
        made[GAP] = donor[GAP]
    return made


def _asked(raw: Raw, criterion: str) -> bool:
    """Say whether the objective asks for a criterion."""
    if criterion in raw.get(THEN, []):
        return True
    method = "".join(raw.get("objective.method", ()))
    key = {"lexicographic": "order", "epsilon": "optimise"}.get(method)
    if key is None:
        return any(raw.get(f"objective.rates.{criterion}", []))
    return criterion in raw.get(f"objective.{key}", [])
