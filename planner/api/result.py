"""A plan in Python: solve a scenario, look at the answer as tables and a map, keep it."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from planner.calendar.order import check_need
from planner.errors import InfeasibleScenario, known_language
from planner.outputs.context import Context
from planner.outputs.files.frames import Frames, make_frames
from planner.outputs.pages.report import render_notebook_view
from planner.outputs.words.rules import fact_sentence, rule_sentence
from planner.planning import control_of
from planner.planning import solve as best_plan

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from planner.data import Data
    from planner.message import Language
    from planner.plan import Plan
    from planner.scenario.spec import Scenario


@dataclass(frozen=True)
class Result:
    """The answer to a scenario; in a notebook it shows itself as a map and a table.

    Layers are GeoDataFrames in EPSG:4326 and tables DataFrames, the same as in plan.gpkg; what
    they hold is told in `planner.outputs.files.frames.Frames`.

    Attributes
    ----------
    plan : Plan
        Everything, as plain frozen data: offices, criteria, what was proved.
    language : {"sv", "en"}
        Of the texts in tables and of what `save` writes.
    seconds : float
        What the search took.
    """

    data: Data
    scenario: Scenario
    plan: Plan
    language: Language
    seconds: float

    @property
    def offices(self) -> gpd.GeoDataFrame:
        """Every office: number, town, region, figures, point."""
        return self._frames.offices.copy()

    @property
    def regions(self) -> gpd.GeoDataFrame:
        """What each office serves in the last period, as one shape."""
        return self._frames.regions.copy()

    @property
    def municipalities(self) -> gpd.GeoDataFrame:
        """Every municipality with its office, km and minutes in the last period."""
        return self._frames.municipalities.copy()

    @property
    def allocation(self) -> gpd.GeoDataFrame:
        """Lines from municipal seats to their offices."""
        return self._frames.allocation.copy()

    @property
    def periods(self) -> pd.DataFrame:
        """What happens period by period."""
        return self._frames.periods.copy()

    @property
    def assignments(self) -> pd.DataFrame:
        """Which office serves whom in each period."""
        return self._frames.assignments.copy()

    @property
    def criteria(self) -> pd.DataFrame:
        """Every criterion with its value, unit and meaning."""
        return self._frames.criteria.copy()

    @property
    def assumptions(self) -> pd.DataFrame:
        """The numbers without a firm source, with their ranges."""
        return self._frames.assumptions.copy()

    @property
    def assurance(self) -> pd.DataFrame:
        """The assurance sheet; what `save` writes has the verification in it too."""
        return self._frames.assurance.copy()

    @property
    def calendar(self) -> pd.DataFrame | None:
        """Which principal is met in which quarter; None where the scenario has no dialogues."""
        calendar = self._context.calendar
        return None if calendar is None else calendar.entries

    def save(self, out: str | Path, *, geojson: bool = False) -> Path:
        """Write the run folder that `planner run` writes, and verify it.

        A picture that can't be made is left out, with a warning, and the manifest names it.

        Parameters
        ----------
        out : str or Path
            A new folder, an empty one, or an earlier run to replace.
        geojson : bool
            The layers of plan.gpkg as GeoJSON too.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        InputError
            If the folder holds other things than a run.
        PlannerError
            If the disk does not take the run, or it does not verify.
        """
        from planner.workflows.place import Place  # noqa: PLC0415 - only who saves needs every export
        from planner.workflows.plans import reference_plan  # noqa: PLC0415
        from planner.workflows.write import write_plan  # noqa: PLC0415

        place = Place.of(Path(out), "")
        control = control_of(self.scenario)
        reference, name, _ = reference_plan(self.data, self.scenario, control)
        context = replace(self._context, reference=reference, reference_name=name)
        written = write_plan(context, place, self.seconds, geojson=geojson)
        for file, why in written.failed.items():
            warnings.warn(f"{file} could not be made: {why}", stacklevel=2)
        return written.folder

    @cached_property
    def _frames(self) -> Frames:
        return make_frames(self._context)

    @cached_property
    def _context(self) -> Context:
        return Context(self.plan, self.scenario, self.data, language=self.language)

    def __repr__(self) -> str:
        towns = ", ".join(office.town for office in self.plan.offices)
        end = self.plan.termination
        return (
            f"<{self.scenario.name}: {len(self.plan.offices)} offices: {towns}; "
            f"{end.objective_name} {end.reason}, gap {end.gap:.2%}>"
        )

    def _repr_html_(self) -> str:
        return render_notebook_view(self._context)


def solve(
    data: Data, scenario: Scenario | str = "decision-2022", *, language: Language | None = None
) -> Result:
    """Find the best plan of a scenario.

    Parameters
    ----------
    data : Data
        As `planner.load` returns it.
    scenario : Scenario or str
        Or its name, or the path of a TOML file.
    language : {"sv", "en"}, optional
        Of texts; the data's own if not given.

    Returns
    -------
    Result

    Raises
    ------
    InputError
        If the scenario does not fit the tables, or the language is none that there is.
    InfeasibleScenario
        If no plan keeps every hard rule; those that clash are added in words.
    SolverStopped
        If a limit came before any plan was found.
    """
    asked = data.scenario(scenario) if isinstance(scenario, str) else scenario
    spoken = known_language("language", language) or data.inputs.country.language
    check_need(data.inputs, asked)
    began = time.monotonic()
    try:
        plan = best_plan(data, asked, ranges=True)
    except InfeasibleScenario as error:
        for rule, words in error.conflicts:
            error.add_note(f"- {rule_sentence(rule, words, spoken)}")
        for fact, words in error.facts:
            error.add_note(fact_sentence(fact, words, spoken))
        raise
    return Result(data, asked, plan, spoken, time.monotonic() - began)
