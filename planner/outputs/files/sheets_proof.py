"""The sheet of the workbook that tells what was proved of each goal, and among which plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.model.solving.scores import Yardstick
from planner.outputs.files.sheets import Shown
from planner.outputs.pages.page import capital
from planner.outputs.words import facts, yardstick
from planner.outputs.words.proofs import Proofs
from planner.scenario.criteria import SOFT, WEIGHTED

if TYPE_CHECKING:
    from planner.outputs.files.sheets import Cell, Material, Sheet


def proofs(m: Material) -> Sheet:
    """List the goals in their order, each with its value, its bound and the plans it holds for."""
    told, t = Proofs(m.plan, m.scenario, m.inputs, m.t), m.t
    rows: list[tuple[Cell, ...]] = []
    for end, words in zip(told.ends, told.rows(), strict=True):
        name = end.objective_name
        measure = facts.MEASURES.get(name)
        unit, decimals, scale = t("proof.unit_penalty"), facts.own_decimals(end.bound), 1.0
        if name == WEIGHTED:
            unit = yardstick.unit_of(Yardstick(m.scenario).leading, t)
            decimals = yardstick.decimals(end.objective)
        elif name != SOFT and measure is not None:
            unit, decimals, scale = facts.unit_of(name, t), measure.decimals, measure.scale
        value, bound = (Shown(number * scale, decimals) for number in (end.objective, end.bound))
        rows.append(
            (
                capital(words["objective"]),
                capital(words["scope"]),
                value,
                bound,
                unit,
                words["gap"],
                words["reason"],
                end.scope.towns,
                name,
            )
        )
    columns = m.columns("goal", "scope", "value", "bound", "unit", "left", "reason", "towns", "key")
    return m.sheet("proofs", columns, rows)
