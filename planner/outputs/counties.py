"""What each office serves, county by county: principals, distance, dialogues, who gets none."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.outputs.views import mean_of

if TYPE_CHECKING:
    from planner.case.types import Inputs
    from planner.outputs.views import View
    from planner.plan import Plan


@dataclass(frozen=True)
class CountyRow:
    """A county, or the part of it that one office serves in the last period.

    Attributes
    ----------
    number : int
        The office's number on maps and in tables.
    town, code, county : str
        The office's town; code and name of the county.
    whole : bool
        Whether the office serves all of the county.
    municipalities, principals : int
        Of the part that the office serves.
    km : float
        Mean one-way distance of its principals; where there are none, of its municipalities.
    dialogues, unmet : int
        Of the whole county over all periods: held, and principals who get none.
    """

    number: int
    town: str
    code: str
    county: str
    whole: bool
    municipalities: int
    principals: int
    km: float
    dialogues: int
    unmet: int


def county_rows(plan: Plan, view: View, inputs: Inputs) -> list[CountyRow]:
    """List every county under the office that serves it in a period.

    Parameters
    ----------
    plan : Plan
    view : View
        The last period.
    inputs : Inputs

    Returns
    -------
    list of CountyRow
        By number of office, then by county code.
    """
    county_of = inputs.municipalities["county_code"]
    places: Counter[tuple[str, str]] = Counter()
    principals: Counter[tuple[str, str]] = Counter()
    for code, home in view.homes.items():
        most = home.principals - sum(n for _, n in home.others)
        for office, n in ((home.office, most), *home.others):
            places[office, str(county_of[code])] += 1
            principals[office, str(county_of[code])] += n
    held: Counter[str] = Counter()
    for batch in plan.dialogues:
        held[_county(batch.unit, batch.id, inputs)] += batch.dialogues
    ways: defaultdict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for row in plan.assignments:
        if row.period == view.period:
            key = row.office, _county(row.unit, row.id, inputs)
            ways[key].append((row.principals, row.km))
    return [
        CountyRow(
            number=region.number,
            town=region.office.town,
            code=county,
            county=str(inputs.counties.at[county, "name"]),
            whole=whole,
            municipalities=places[key],
            principals=principals[key],
            km=mean_of(ways[key]),
            dialogues=held[county],
            unmet=plan.unmet.get(county, 0),
        )
        for region in view.regions
        for county, whole in region.counties
        for key in [(region.office.code, county)]
    ]


def _county(unit: str, code: str, inputs: Inputs) -> str:
    """Return the county of a unit: of a county itself, a municipality or a principal."""
    if unit == "county":
        return code
    home, sole, _ = code.partition("-sole-")
    if unit == "principal" and not sole:
        home = str(inputs.principals.at[code, "municipality_code"])
    return str(inputs.municipalities.at[home, "county_code"])
