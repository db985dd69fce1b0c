"""What Excel and hands do to the tables that ship: each told as one thing, and by name."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from broken.damage import (
    ANNOUNCED,
    BORDERS,
    CAMPUSES,
    COUNTIES,
    DEMAND,
    LISTED,
    PLACES,
    ROADS,
    SISTER,
    cell,
    code,
    damaged,
    every,
    no_zeros,
    shifted,
    sorted_alone,
    swapped,
)
from country import make_country
from planner.case.links import link_doubts, link_problems, measure
from planner.case.read import default_data_folder, read_inputs
from planner.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

pytestmark = pytest.mark.slow


class Told(NamedTuple):
    """What is told of a damage: "problem" or "doubt", where, and a part of what was expected."""

    kind: str
    file: str
    row: int | None
    column: str
    says: str


def more_principals(line: int, more: int) -> list[Callable[..., None]]:
    """Add to both estimates of a municipality."""

    def change(tables):
        row = tables[DEMAND][line - 2]
        for column in ("sole_traders_estimate", "principals_estimate"):
            row[column] = str(int(row[column]) + more)

    return [change]


def without(file: str, value: str) -> Callable[..., None]:
    """Take out the rows that hold a value."""

    def change(tables):
        tables[file] = [row for row in tables[file] if value not in row.values()]

    return change


ALONE = "is one column sorted or pasted without the others?"
LINE = "km of the straight line between its ends"
ORDER = "was this column sorted without the others?"
CHILDREN, PUPILS = "children_0_19_2021", "pupils_y1_9_2021_22"
CERTIFIED, ELIGIBLE = "certified_teachers_pct_2022", "eligible_upper_secondary_pct_2022"

DAMAGE: dict[str, tuple[Sequence[Callable[..., None]], Told]] = {
    "km and minutes swapped": (
        [swapped(ROADS, "km", "minutes")],
        Told("problem", ROADS, 6, "km", "so too on 1586 lines: 7, 9, 23, 25, 27, ...); are km and"),
    ),
    "km and minutes swapped on a line": (
        [swapped(ROADS, "km", "minutes", 6)],
        Told("problem", ROADS, 6, "km", f"{LINE}; are km and minutes swapped?"),
    ),
    "swapped on a line that is still longer than the straight one": (
        [swapped(ROADS, "km", "minutes", 2000)],
        Told("doubt", ROADS, 2000, "minutes", "73 minutes of a way by a third seat; are km and"),
    ),
    "miles": (
        [every(ROADS, "km", lambda v: f"{float(v) / 1.609:.1f}")],
        Told("problem", ROADS, 2, "km", "is a unit wrong?"),
    ),
    "a link ten times as long": (
        [cell(ROADS, 5, "km", "400"), cell(ROADS, 5, "minutes", "330")],
        Told("doubt", ROADS, 5, "km", "at most 5 times the straight line between its ends, 26.0"),
    ),
    "a link to another town": (
        [cell(ROADS, 1000, "code_a", "2584")],
        Told("problem", ROADS, 1000, "km", f"at least the 1156.4 {LINE}"),
    ),
    "lengths pasted a row too low": (
        [shifted(ROADS, "km"), shifted(ROADS, "minutes")],
        Told("problem", ROADS, 3, "km", LINE),
    ),
    "names sorted alone": (
        [sorted_alone(PLACES, "name")], Told("doubt", PLACES, 2, "name", ALONE),
    ),
    "seats sorted alone": (
        [sorted_alone(PLACES, "seat")], Told("doubt", PLACES, 2, "seat", ALONE),
    ),
    "seats pasted a row too low": (
        [shifted(PLACES, "seat")], Told("doubt", PLACES, 2, "name, seat", ALONE),
    ),
    "latitudes sorted alone": (
        [sorted_alone(PLACES, "lat")], Told("problem", PLACES, 2, "lat, lon", ALONE),
    ),
    "coordinates pasted a row too low": (
        [shifted(PLACES, "lat"), shifted(PLACES, "lon")],
        Told("problem", PLACES, 2, "lat, lon", ALONE),
    ),
    "population sorted alone": (
        [sorted_alone(PLACES, "population_2021")],
        Told("problem", PLACES, 2, CHILDREN, ALONE),
    ),
    "children sorted alone": (
        [sorted_alone(PLACES, CHILDREN)], Told("problem", PLACES, 188, CHILDREN, ALONE),
    ),
    "pupils sorted alone": (
        [sorted_alone(PLACES, PUPILS)], Told("doubt", PLACES, None, PUPILS, ORDER),
    ),
    "pupils pasted a row too low": (
        [shifted(PLACES, PUPILS)],
        Told("doubt", PLACES, 8, f"{PUPILS}, {CHILDREN}", ALONE),
    ),
    "areas sorted alone": (
        [sorted_alone(PLACES, "land_area_km2")],
        Told("doubt", PLACES, None, "land_area_km2", ORDER),
    ),
    "percentages sorted alone": (
        [sorted_alone(PLACES, ELIGIBLE)], Told("doubt", PLACES, None, ELIGIBLE, ORDER),
    ),
    "campus towns sorted alone": (
        [sorted_alone(CAMPUSES, "campus_town")], Told("doubt", CAMPUSES, 2, "campus_town", ALONE),
    ),
    "codes of campus towns sorted alone": (
        [sorted_alone(CAMPUSES, "municipality_code")],
        Told("problem", CAMPUSES, 2, "lat, lon", ALONE),
    ),
    "sister towns sorted alone": (
        [sorted_alone(SISTER, "town")], Told("doubt", SISTER, 2, "town", ALONE),
    ),
    "announced towns sorted alone": (
        [sorted_alone(ANNOUNCED, "town")], Told("problem", ANNOUNCED, 2, "town", ALONE),
    ),
    "five hundred principals more in a town": (
        more_principals(200, 500),
        Told("doubt", DEMAND, 200, "principals_estimate", "about 4, as others have for a popul"),
    ),
    "five hundred principals more in the largest": (
        more_principals(18, 500),
        Told("doubt", DEMAND, 18, "principals_estimate", "about 239, as others have for a popul"),
    ),
    "a population ten times as large": (
        [cell(PLACES, 2, "population_2021", "478200")],
        Told("doubt", PLACES, 2, f"{CHILDREN}, population_2021", "about 0.226 of it"),
    ),
    "more children than people": (
        [cell(PLACES, 2, CHILDREN, "120500")],
        Told("problem", PLACES, 2, CHILDREN, "at most population_2021, 47820"),
    ),
    "shares for percentages": (
        [every(PLACES, CERTIFIED, lambda v: f"{float(v) / 100:.3f}")],
        Told("problem", PLACES, 56, CERTIFIED, "all are at most 1, as shares are: 92.8?"),
    ),
    "a share for a percentage": (
        [cell(PLACES, 5, CERTIFIED, "0.85")],
        Told("doubt", PLACES, 5, CERTIFIED, "per cent, 0 to 100; is this a share of one?"),
    ),
    "a seat with one decimal": (
        [cell(PLACES, 2, "lat", "59.5"), cell(PLACES, 2, "lon", "17.9")],
        Told("doubt", PLACES, 2, "lat, lon", "two decimals or more"),
    ),
    "all seats with one decimal": (
        [every(PLACES, "lat", lambda v: v[:4]), every(PLACES, "lon", lambda v: v[:4])],
        Told("doubt", PLACES, 2, "lat, lon", "two decimals or more"),
    ),
    "a seat with the coordinates of the next": (
        [cell(PLACES, 2, "lat", "59.53436"), cell(PLACES, 2, "lon", "18.07758")],
        Told("problem", PLACES, 2, "lat, lon", "4 are shorter than the straight line"),
    ),
    "a name twice": (
        [cell(PLACES, 3, "name", "Upplands Väsby")],
        Told("doubt", PLACES, 3, "name", "it is also on line 2"),
    ),
    "a municipality in another county": (
        [cell(PLACES, 291, "county_code", "12")],
        Told("doubt", PLACES, 291, "county_code", "its neighbours are in 25"),
    ),
    "borders left out": (
        [without(BORDERS, "0114")],
        Told("doubt", BORDERS, None, "code_a, code_b", "its outline touches that of 0115"),
    ),
    "a code changed in municipalities.csv": (
        [code(PLACES, "0114", "0911")],
        Told("problem", PLACES, 2, "code", f"0114, used in {BORDERS} (6 lines: 2, 3, 4, 5, 6, ..."),
    ),
    "a code changed in counties.csv": (
        [code(COUNTIES, "01", "91")],
        Told("problem", COUNTIES, 2, "code", f"01, used in {PLACES} (26 lines: 2, 3, 4,"),
    ),
    "a county changed in municipalities.csv": (
        [code(PLACES, "12", "91")],
        Told("problem", COUNTIES, 11, "code", f"91, used in {PLACES} (33 lines: "),
    ),
    "a code changed in roads.csv": (
        [code(ROADS, "0114", "0911")],
        Told("problem", ROADS, 2, "code_a", "did you mean 0114, which is missing here?; used in"),
    ),
    "a code changed in principals.csv": (
        [code(LISTED, "0114", "0911")],
        Told("problem", LISTED, 2, "municipality_code", "used in principals/principals.csv (10 li"),
    ),
    "a code changed in principals_by_municipality.csv": (
        [code(DEMAND, "0114", "0911")],
        Told("problem", DEMAND, 2, "municipality_code", "did you mean 0114, which is missing here"),
    ),
    "a municipality left out": (
        [without(PLACES, "0138")],
        Told("problem", BORDERS, 45, "code_a", f"used in {BORDERS} (lines 18, 36, 43, 45, 46), "),
    ),
    "zeros lost in roads.csv": (
        [no_zeros(ROADS)],
        Told("problem", ROADS, 2, "code_a", "a leading zero lost? 0114 (so too on 1575 lines: "),
    ),
    "zeros lost in counties.csv": (
        [no_zeros(COUNTIES)],
        Told("problem", COUNTIES, 2, "code", "text with its leading zeros: 01, as in"),
    ),
    "zeros lost in every table": (
        [no_zeros(COUNTIES, PLACES, BORDERS, ROADS, DEMAND, LISTED, CAMPUSES, SISTER, ANNOUNCED)],
        Told("problem", PLACES, 2, "code", "text with its leading zeros: 0114, as in"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "told"), DAMAGE.values(), ids=DAMAGE)
def test_damage_to_the_real_tables_is_one_thing_told(changes, told, tmp_path):
    folder = damaged(tmp_path, *changes)
    try:
        kind, found = "doubt", read_inputs(folder).doubts
    except InputError as error:
        kind, found = "problem", error.problems
    assert [(kind, p.file, p.row, p.column) for p in found] == [told[:4]], found
    assert told.says in found[0].expected


def test_the_tables_that_ship_give_no_doubt_and_a_small_country_none(real_inputs, tmp_path):
    assert real_inputs.doubts == ()
    assert read_inputs(make_country(tmp_path)).doubts == ()


def test_most_links_swapped_one_at_a_time_are_told(monkeypatch):
    """Of those that differ by more than a tenth 86 in 100; the others do little harm."""
    kept = []

    def measured(*tables):
        kept.append(measure(*tables))
        return kept[-1]

    monkeypatch.setattr("planner.case.read.measure", measured)
    read_inputs(default_data_folder())
    (links,) = kept
    count = Counter()
    for i in np.random.default_rng(1).choice(len(links.lines), 400, replace=False):
        km, minutes = links.km.copy(), links.minutes.copy()
        km[i], minutes[i] = minutes[i], km[i]
        turned = replace(links, km=km, minutes=minutes)
        problems, doubts = link_problems(turned), link_doubts(turned)
        assert {p.row for p in (*problems, *doubts)} <= {links.lines[i]}
        near = abs(km[i] - minutes[i]) <= 0.1 * minutes[i]
        count["problem" if problems else "doubt" if doubts else "near" if near else "silent"] += 1
    assert count == {"problem": 215, "doubt": 91, "near": 43, "silent": 51}
