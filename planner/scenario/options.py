"""Settings written as the options that change them, and read as if they had been typed."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.scenario.spec import Scenario
    from planner.scenario.values import Quantity


def overrides(scenario: Scenario, settings: Mapping[str, object]) -> tuple[str, ...]:
    """Return ``key=value`` for each setting, in a form that the scenario takes.

    A number within the range of a quantity stands alone. Of a limit outside its range the rule is
    given anew; of any other quantity the range is widened, and it is then an assumption.

    Parameters
    ----------
    scenario : Scenario
    settings : mapping of str to object
        Dotted key -> number, truth, list or table.
    """
    quantities = scenario.quantities()
    return tuple(_override(key, value, quantities.get(key)) for key, value in settings.items())


def typed(override: str) -> str:
    """Return ``--set key=value`` as it is typed in a shell."""
    return f"--set {shlex.quote(override)}"


def _override(key: str, value: object, quantity: Quantity | None) -> str:
    if quantity is None or not isinstance(value, int | float):
        return f"{key}={_toml(value)}"
    if quantity.low == quantity.high or quantity.low <= value <= quantity.high:
        return f"{key}={_toml(value)}"
    section, _, last = key.rpartition(".")
    if section.startswith("limits."):
        return f"{section}={{{last}={_toml(value)}}}"
    low, high = min(quantity.low, value), max(quantity.high, value)
    numbers = f"low={_toml(low)}, high={_toml(high)}"
    return f"{key}={{value={_toml(value)}, unit={_toml(quantity.unit)}, {numbers}}}"


def _toml(value: object) -> str:
    """Write a value as TOML; a whole number without a point."""
    if isinstance(value, dict):
        rows = (f"{_toml(str(key))}={_toml(item)}" for key, item in value.items())
        return "{" + ", ".join(rows) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
