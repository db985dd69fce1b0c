"""A data folder, read once: its tables, the travel between its towns, its scenarios."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from planner.case.read import default_data_folder, read_inputs
from planner.case.travel import Travel, travel_matrix
from planner.scenario.load import load_scenario, scenario_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.case.types import Inputs
    from planner.scenario.spec import Scenario


@dataclass(frozen=True)
class Data:
    """A data folder, read: its tables and the travel between all seats."""

    folder: Path
    inputs: Inputs
    travel: Travel

    def scenario(self, reference: str, overrides: Iterable[str] = ()) -> Scenario:
        """Load a scenario by name or path; `overrides` are ``key=value`` strings."""
        return load_scenario(reference, self.folder, overrides)

    @property
    def scenarios(self) -> dict[str, str]:
        """The scenarios of the folder: name -> title in English."""
        names = scenario_names(self.folder)
        return {name: load_scenario(name, self.folder).title.en for name in names}


def load(folder: Path | str | None = None) -> Data:
    """Read a data folder, by default the one that ships.

    Raises
    ------
    InputError
        With every problem in every table.
    """
    folder = default_data_folder() if folder is None else Path(folder)
    inputs = read_inputs(folder)
    return Data(folder, inputs, travel_matrix(inputs))
