"""What is unlikely in sound tables: told, and nothing is stopped by it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from statistics import median

import numpy as np
import shapely

from planner.case.codes import Codes
from planner.case.columns import Area, Count, Percent
from planner.case.gathering import ONE_COLUMN_APART, gathered, in_order
from planner.case.links import Links, decimals, link_doubts
from planner.case.rules import neighbours, without_neighbours
from planner.case.schemas import TABLES
from planner.case.sheet import ReadTable
from planner.errors import Problem
from planner.message import say

NO_FEW = 10
"""Rows of a table below which nothing in it is unusual."""
DISTINCT = 8
"""Values that a column in rising order must have to be doubted: 1 in 40,320 by chance."""
IN_ORDER = 0.95
"""Share of neighbouring rows in order of a text that was sorted: languages order some letters
otherwise than their codes do."""
COARSE = 1
"""Decimals of a degree that are too few for a seat: one stands for 11 km."""
FINE = 4
"""Decimals of other seats beside which one with so few is no chance."""
SHARES = 1.0
"""A percentage of at most this may be a share of one."""
TENTH = 10.0
"""Per cent that a column must usually have for a value of at most one to be odd."""
FACTOR = 3.0
"""How far from the usual ratio of two counts one is odd: the Swedish ones keep within 1.5."""
COUNTED = 30
"""What a count should about be for its ratio to mean anything."""
CROWD = 20
"""Principals beyond `FACTOR` times the usual ones of a population that chance can bring: of the
Swedish municipalities Bjurholm has 5.1 times the usual, and they are three; 20 left out, none has
more than Stockholm's 1.4 times."""

BORDERS = TABLES["adjacency"].file
RATIOS = (
    ("children_0_19_2021", "population_2021"),
    ("pupils_y1_9_2021_22", "children_0_19_2021"),
)
"""Counts that go together in every country."""


def find_doubts(
    sheets: Mapping[str, ReadTable],
    outlines: Mapping[str, shapely.Geometry | None],
    codes: Codes,
    links: Links,
) -> tuple[Problem, ...]:
    """Find what is unlikely in tables that have no problem.

    Parameters
    ----------
    sheets : mapping of str to ReadTable
        All tables.
    outlines : mapping of str to shapely.Geometry
    codes : Codes
        Of the municipalities.

    Returns
    -------
    tuple of Problem
        In order of file and row.
    """
    places = sheets["municipalities"]
    alone = _sorted_alone(places)
    doubts = _in_one_step(places, alone)
    count = len(places.lines)
    doubts += gathered(list(_seats_elsewhere(places)), count, ONE_COLUMN_APART) or [
        doubt
        for name in ("campuses", "sister_sites")
        for doubt in _towns_elsewhere(sheets[name], places)
    ]
    doubts += gathered(list(_names_twice(places)), count)
    doubts += _coarse(places) or gathered(list(_seats_together(places)), count)
    doubts += [doubt for sheet in sheets.values() for doubt in _shares(sheet)]
    doubts += _unlike(places, alone)
    if "population_2021" not in alone:
        doubts += _crowds(sheets["demand"], places, codes)
    pairs = [(a, b) for _, a, b in sheets["adjacency"].rows("code_a", "code_b")]
    doubts += _without_borders(pairs, outlines, codes)
    apart = list(_apart(places, neighbours(pairs, links.ends)))
    doubts += gathered(apart, count, ONE_COLUMN_APART)
    doubts += link_doubts(links)
    return tuple(sorted(set(doubts), key=in_order))


def _sorted_alone(places: ReadTable) -> set[str]:
    """Return columns of figures in order of size, where the codes are in order too."""
    found = set()
    figures = [c for c, hint in places.table.columns.items() if hint in (Count, Area, Percent)]
    if len(places.lines) >= NO_FEW and _ordered(places.cells["code"]) == 1:
        for column in figures:
            values = places.cells[column]
            if len(set(values)) >= DISTINCT and max(_ordered(values), _ordered(values[::-1])) == 1:
                found.add(column)
    return found


def _ordered(values: Sequence[float] | Sequence[str]) -> float:
    """Return the share of values that are not less than the one before."""
    steps = [a <= b for a, b in pairwise(values)]  # type: ignore[operator]
    return sum(steps) / len(steps) if steps else 0.0


def _in_one_step(places: ReadTable, alone: set[str]) -> list[Problem]:
    expected = say(
        "values in another order than by size, since the codes are in order; was this column "
        "sorted without the others?"
    )
    return [Problem(places.table.file, None, column, "", expected) for column in sorted(alone)]


def _seats_elsewhere(places: ReadTable) -> Iterator[Problem]:
    """Yield seats named as another municipality, where that one's seat is named otherwise."""
    rows = list(places.rows("code", "name", "seat"))
    own = {name.casefold(): (code, line, seat) for line, code, name, seat in rows}
    column = "name, seat"
    if _ordered(places.cells["code"]) == 1 and len(rows) >= NO_FEW:
        neat = [
            c
            for c in ("name", "seat")
            if _ordered([v.casefold() for v in places.cells[c]]) >= IN_ORDER
        ]
        column = neat[0] if len(neat) == 1 else column
    for line, _, name, seat in rows:
        code, there, other = own.get(seat.casefold(), ("", 0, seat))
        if seat.casefold() not in (name.casefold(), other.casefold()):
            expected = say(
                "a town that is not another municipality's: {} is {} on line {}, whose seat is {}",
                seat,
                code,
                there,
                other,
            )
            yield Problem(places.table.file, line, column, f"{name}, {seat}", expected)


def _towns_elsewhere(towns: ReadTable, places: ReadTable) -> list[Problem]:
    """Find towns that another table has in one municipality, and that are the seat of another."""
    column = "campus_town" if "campus_town" in towns.cells else "town"
    names = {
        code: {name.casefold(), seat.casefold()}
        for _, code, name, seat in places.rows("code", "name", "seat")
    }
    seats = {seat.casefold(): code for _, code, seat in places.rows("code", "seat")}
    doubts = []
    for line, town, code in towns.rows(column, "municipality_code"):
        other = seats.get(town.casefold(), code)
        if other != code and town.casefold() not in names[code]:
            expected = say("a town in municipality {}; it is the seat of {}", code, other)
            doubts.append(Problem(towns.table.file, line, column, town, expected))
    return gathered(doubts, len(towns.lines), ONE_COLUMN_APART)


def _names_twice(places: ReadTable) -> Iterator[Problem]:
    """Yield municipalities of one name in one county."""
    first: dict[tuple[str, str], int] = {}
    for line, name, county in places.rows("name", "county_code"):
        there = first.setdefault((name.casefold(), county), line)
        if there != line:
            expected = say("a name of its own within the county; it is also on line {}", there)
            yield Problem(places.table.file, line, "name", name, expected)


def _seats_together(places: ReadTable) -> Iterator[Problem]:
    """Yield seats with the very coordinates of another."""
    first: dict[tuple[float, float], int] = {}
    for line, lat, lon in places.rows("lat", "lon"):
        there = first.setdefault((lat, lon), line)
        if there != line:
            expected = say("a place of its own; it is also on line {}", there)
            yield Problem(places.table.file, line, "lat, lon", f"{lat}, {lon}", expected)


def _coarse(places: ReadTable) -> list[Problem]:
    """Find seats with so few decimals that they may be ten kilometres off."""
    rows = list(places.rows("lat", "lon"))
    given = [max(decimals(lat), decimals(lon)) for _, lat, lon in rows]
    coarse = [row for row, most in zip(rows, given, strict=True) if most <= COARSE]
    many = 2 * len(coarse) > len(rows)
    if len(rows) < NO_FEW or not (many or median(given) >= FINE):
        return []
    expected = say("degrees with two decimals or more; one stands for about 10 km")
    file = places.table.file
    doubts = [
        Problem(file, line, "lat, lon", f"{lat}, {lon}", expected) for line, lat, lon in coarse
    ]
    return gathered(doubts, len(rows))


def _shares(sheet: ReadTable) -> list[Problem]:
    """Find percentages that look like shares of one."""
    doubts = []
    for column, hint in sheet.table.columns.items():
        rows = list(sheet.rows(column)) if hint == Percent else []
        odd = [row for row in rows if 0 < row[1] <= SHARES]
        if odd and median(v for _, v in rows) >= TENTH:
            expected = say("per cent, 0 to 100; is this a share of one?")
            found = [Problem(sheet.table.file, line, column, f"{v:g}", expected) for line, v in odd]
            doubts += gathered(found, len(rows))
    return doubts


def _unlike(places: ReadTable, alone: set[str]) -> list[Problem]:
    """Find rows in which two counts that go together don't; of each row the first such pair."""
    doubts: list[Problem] = []
    for part, whole in RATIOS:
        rows = [] if alone & {part, whole} else list(places.rows(part, whole))
        ratios = [a / b for _, a, b in rows if b]
        usual = median(ratios) if len(ratios) >= NO_FEW else 0.0
        told = {doubt.row for doubt in doubts}
        found = []
        for line, a, b in rows:
            about = usual * b
            odd = about >= COUNTED and not about / FACTOR <= a <= about * FACTOR
            if line not in told and (a > b or odd):
                expected = say("at most {}, {}", whole, b)
                if usual:
                    expected = say(
                        "a first count no greater than the second, and about {:.3g} of it", usual
                    )
                value, column = f"{a}, {b}", f"{part}, {whole}"
                found.append(Problem(places.table.file, line, column, value, expected))
        doubts += gathered(found, len(rows), ONE_COLUMN_APART)
    return doubts


def _crowds(demand: ReadTable, places: ReadTable, codes: Codes) -> list[Problem]:
    """Find municipalities with far more principals than others have for their population."""
    people = {code: count for _, code, count in places.rows("code", "population_2021")}
    rows = [
        (line, count, people[codes.resolve(code) or code])
        for line, code, count in demand.rows("municipality_code", "principals_estimate")
    ]
    ratios = [count / inhabitants for _, count, inhabitants in rows if inhabitants]
    usual = median(ratios) if len(ratios) >= NO_FEW else 0.0
    doubts = []
    for line, count, inhabitants in rows:
        about = usual * inhabitants
        if usual and count > FACTOR * about + CROWD:
            expected = say(
                "about {:.0f}, as others have for a population of {}", about, inhabitants
            )
            doubts.append(
                Problem(demand.table.file, line, "principals_estimate", str(count), expected)
            )
    return gathered(doubts, len(rows))


def _without_borders(
    pairs: Sequence[tuple[str, str]],
    outlines: Mapping[str, shapely.Geometry | None],
    codes: Codes,
) -> Iterator[Problem]:
    """Yield municipalities without a border in the table whose outline touches another one."""
    drawn = sorted(outlines)
    shapes = np.array([outlines[code] for code in drawn])
    for code in without_neighbours(codes.known, pairs, []) if pairs else ():
        beside = shapely.touches(shapes, outlines[code])
        if beside.any():
            expected = say(
                "a border; its outline touches that of {}", drawn[int(np.argmax(beside))]
            )
            yield Problem(BORDERS, None, "code_a, code_b", code, expected)


def _apart(places: ReadTable, pairs: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Yield municipalities that no border or ferry joins to another of their county."""
    county = {code: home for _, code, home in places.rows("code", "county_code")}
    beside: dict[str, set[str]] = defaultdict(set)
    for a, b in pairs:
        beside[a].add(county[b])
        beside[b].add(county[a])
    size = Counter(county.values())
    for line, code, home in places.rows("code", "county_code"):
        if beside[code] and home not in beside[code] and size[home] > 1:
            others = ", ".join(sorted(beside[code]))
            expected = say("a county that it borders on, as its neighbours are in {}", others)
            yield Problem(places.table.file, line, "county_code", home, expected)
