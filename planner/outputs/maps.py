"""The interactive map: one HTML file that asks the network for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.outputs import facts
from planner.outputs.layers import folium_layers
from planner.outputs.outlines import number_places
from planner.outputs.page import asset, capital, content_policy, environment, leaflet
from planner.outputs.palette import region_style
from planner.outputs.tables import county_names, make_tables, write_opening
from planner.outputs.text import load_texts
from planner.outputs.views import make_views, number_offices
from planner.travel.matrix import travel_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.inputs.types import Inputs
    from planner.outputs.text import Language, Texts
    from planner.outputs.views import Home, Region, View
    from planner.plan import Office, Plan
    from planner.scenario.spec import Scenario

    NamedPlan = tuple[str, Plan, tuple[View, ...]]


def render_map(  # noqa: PLR0913 - the last three are options
    plan: Plan,
    inputs: Inputs,
    scenario: Scenario,
    *,
    language: Language = "sv",
    reference: Plan | None = None,
    reference_name: str = "",
) -> str:
    """Draw a plan as an interactive map, with tables under it that say the same.

    Names from the tables travel as JSON, from which map.js makes text nodes; the page's
    content policy lets no script run but its own and no request leave.

    Parameters
    ----------
    plan : Plan
    inputs : Inputs
    scenario : Scenario
    language : {"sv", "en"}
    reference : Plan, optional
        Another plan that the reader can switch to; left out if it is this very plan.
    reference_name : str
        What to call it; by default after its scenario.

    Returns
    -------
    str
        A complete HTML page; the same for the same inputs, byte for byte.
    """
    t = load_texts(language)
    reference = None if reference == plan else reference
    travel = travel_matrix(inputs)
    numbers = number_offices(inputs, plan, reference)
    shown = [(t("word.plan"), plan, make_views(plan, inputs, travel, numbers))]
    if reference:
        views = make_views(reference, inputs, travel, numbers)
        name = facts.reference_name(reference, reference_name, t)
        shown.append((capital(name), reference, views))
    figure, layers = folium_layers(inputs, list(numbers))
    scripts = (leaflet()[0], figure.script.render(), asset("map.js"))
    return (
        environment(t)
        .get_template("map.html")
        .render(
            title=getattr(scenario.title, language),
            answer=facts.answer(plan, shown[0][2], inputs, t),
            country=inputs.country,
            sister=inputs.country.sister_agency,
            policy=content_policy(scripts),
            scripts=scripts,
            sheets=(leaflet()[1], asset("base.css"), asset("map.css")),
            fills=[region_style(number) for number in numbers.values()],
            map_html=figure.html.render(),
            data={**_data(shown, numbers, inputs, t), "layers": layers},
            plans=[
                {"name": name, "tables": [make_tables(view, inputs, t) for view in views]}
                for name, _, views in shown
            ],
            names=sorted(set(inputs.municipalities["name"])),
        )
    )


def _data(
    shown: Sequence[NamedPlan], numbers: Mapping[str, int], inputs: Inputs, t: Texts
) -> dict[str, Any]:
    """Gather what map.js shows: everything by running number, text as it is to be read."""
    places = inputs.municipalities
    county = places["county_code"].map(inputs.counties["name"])
    towns = {o.code: o.town for _, plan, _ in reversed(shown) for o in plan.offices}
    return {
        "language": t.language,
        "text": {
            key: value for key, value in t.strings.items() if key.startswith(("map.", "unit."))
        },
        "places": list(zip(places["name"], county, strict=True)),
        "principals": [int(n) for n in places["principals"]],
        "offices": [
            {"town": towns[code], "number": number, "paint": region_style(number).paint}
            for code, number in numbers.items()
        ],
        "plans": [
            {"name": name, "views": _views(plan, views, numbers, inputs, t)}
            for name, plan, views in shown
        ],
    }


def _views(
    plan: Plan, views: Sequence[View], numbers: Mapping[str, int], inputs: Inputs, t: Texts
) -> list[dict[str, Any]]:
    drawn = inputs.outlines.to_crs(inputs.country.crs)
    codes = list(inputs.municipalities.index)
    written = []
    for index, view in enumerate(views):
        spots = number_places(drawn, view, "EPSG:4326")
        served = {region.office.code for region in view.regions}
        written.append(
            {
                "period": view.period,
                "homes": [_home(view.homes.get(code), numbers) for code in codes],
                "regions": [_region(region, view.period, inputs, t) for region in view.regions],
                "shut": [
                    {"office": numbers[office.code], "note": _shut(office, index, views, t)}
                    for office in plan.offices
                    if office.code not in served
                ],
                "spots": [[round(y, 3), round(x, 3), number] for x, y, number in spots],
            }
        )
    return written


def _home(home: Home | None, numbers: Mapping[str, int]) -> list[Any] | None:
    if home is None:
        return None
    row: list[Any] = [numbers[home.office], round(home.km, 1), round(home.minutes)]
    return [*row, [numbers[code] for code, _ in home.others]] if home.others else row


def _region(region: Region, period: str, inputs: Inputs, t: Texts) -> dict[str, Any]:
    km, minutes = region.km, region.minutes
    return {
        "office": region.number,
        "counties": county_names(region, inputs, t),
        "municipalities": region.municipalities,
        "principals": region.principals,
        "travel": None if region.principals == 0 else [round(km, 1), round(minutes)],
        "opens": write_opening(region.office, t),
        "advisors": region.office.advisors.get(period),
    }


def _shut(office: Office, index: int, views: Sequence[View], t: Texts) -> str:
    """Say why an office of the plan is not open in a period: not yet, or no longer."""
    before = any(office.code in {r.office.code for r in view.regions} for view in views[:index])
    if before and office.closes:
        return t("map.closed", period=office.closes)
    return t("map.not_open", period=office.opens)
