"""Roads and ferries held against the straight line between the seats that they join."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from pyproj import Geod

from planner.case.codes import Codes
from planner.case.gathering import gathered, lines_told
from planner.case.schemas import FASTEST_KM_H, SLOWEST_KM_H, TABLES
from planner.case.sheet import ReadTable
from planner.errors import Problem
from planner.message import say

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.bool_]

ROADS = TABLES["roads"].file
MUNICIPALITIES = TABLES["municipalities"].file
SWAPPED = say("; are km and minutes swapped?")

SLACK_KM = 1.0
"""What a link may be shorter than the straight line by: a road ends in one part of a town, its
coordinates may lie in another. Nothing in the Swedish tables comes near (at least 3.7 % longer)."""
SLACK = 0.02
"""And this share of the line: kilometres on a map's projection may differ so much."""
GRAZED = 0.01
"""A link that is shorter by more than this share, and no more than it may be, is doubted: lines
on a sphere differ by up to 0.6 %."""
DETOUR = 5.0
"""A link so many times longer than the straight line is doubted: the longest in the Swedish tables,
from Nynäshamn round a bay to Trosa, is 3.8 times; a unit or decimal point out of place makes 10."""
DETOUR_KM = 10.0
"""Unless it is less than this longer: between two banks of a river any number of times is true."""
DISPLACED = 3
"""A seat is doubted instead of the roads where at least so many are shorter than the line to it."""
CURED = 0.95
"""Share of the links that are too short of which the minutes would do for kilometres, if the two
columns are swapped: in miles, half of them would."""
AROUND = 1.1
"""A link that takes so many times the minutes of another way is doubted, if with km and minutes
swapped it would fit: of the Swedish ones none takes more than 1.084 times."""


@dataclass(frozen=True)
class Links:
    """Links between two seats whose coordinates are sound.

    Attributes
    ----------
    lines : sequence of int
        Of the file of roads.
    ends : sequence of tuple of str
        Codes of the municipalities.
    km, minutes, straight : numpy.ndarray
        As given, and the kilometres as the crow flies.
    rounded : float
        Kilometres by which they may be wrong since both are given to some decimals only.
    seats : mapping of str to tuple
        Municipality -> line, latitude, longitude.
    """

    lines: Sequence[int]
    ends: Sequence[tuple[str, str]]
    km: Floats
    minutes: Floats
    straight: Floats
    rounded: float
    seats: Mapping[str, tuple[int, float, float]]


def measure(
    roads: ReadTable, municipalities: ReadTable, codes: Codes, astray: Collection[int | None] = ()
) -> Links:
    """Measure the straight line along each link.

    Parameters
    ----------
    codes : Codes
        Of the municipalities.
    astray : collection of int
        Lines of `municipalities` whose seat lies elsewhere: links to it are not judged. Nor are
        those that no road or ferry is as slow or fast as.
    """
    seats = {
        codes.resolve(code) or code: (line, lat, lon)
        for line, code, lat, lon in municipalities.rows("code", "lat", "lon")
        if line not in astray
    }
    found = []
    for line, one, other, km, minutes in roads.rows("code_a", "code_b", "km", "minutes"):
        a, b = codes.resolve(one), codes.resolve(other)
        known = a in seats and b in seats and a != b
        if known and SLOWEST_KM_H <= km / minutes * 60 <= FASTEST_KM_H:
            found.append((line, (a, b), km, minutes, *seats[a][1:], *seats[b][1:]))
    lines, ends, *figures = zip(*found, strict=True) if found else ((), (), *[()] * 6)
    km, minutes, lat_a, lon_a, lat_b, lon_b = (np.array(each, dtype=float) for each in figures)
    metres = Geod(ellps="WGS84").inv(lon_a, lat_a, lon_b, lat_b)[2]
    degree = 111.2 * 2**0.5  # km, corner to corner
    degrees = [angle for _, *place in seats.values() for angle in place]
    rounded = degree * _step(degrees) + 0.5 * _step(km.tolist())
    return Links(lines, ends, km, minutes, np.asarray(metres) / 1000, rounded, seats)


def _step(figures: Iterable[float]) -> float:
    """Return what the last decimal stands for in the figure that has most of them."""
    return 10.0 ** -max(map(decimals, set(figures)), default=0)


def decimals(figure: float) -> int:
    """Return how many decimals a figure was given with, but for zeros at the end."""
    return len(repr(figure).partition(".")[2].rstrip("0"))


def _at(rows: Rows) -> list[int]:
    """Return the positions of the rows that are meant."""
    return [int(i) for i in np.flatnonzero(rows)]


def link_problems(links: Links) -> list[Problem]:
    """Find links that are shorter than any way there can be, and the seats that make them so."""
    short = links.km < (1 - SLACK) * links.straight - SLACK_KM - links.rounded
    told = _shorter(links, short)
    if len(told) < np.count_nonzero(short):
        return told
    problems = []
    while (code := _displaced(links, short)) is not None:
        mine = np.array([code in ends for ends in links.ends])
        line, lat, lon = links.seats[code]
        at = [links.lines[i] for i in _at(mine & short)]
        expected = say(
            "a place no farther from its neighbours than links are long: of {} links to it, {} are "
            "shorter than the straight line ({}, {})",
            np.count_nonzero(mine), len(at), ROADS, lines_told(at),
        )  # fmt: skip
        problems.append(Problem(MUNICIPALITIES, line, "lat, lon", f"{lat}, {lon}", expected))
        short &= ~mine
    return problems + _shorter(links, short)


def link_doubts(links: Links) -> list[Problem]:
    """Find links that are longer than roads are, or shorter than the line by a little."""
    short = links.km + links.rounded < (1 - GRAZED) * links.straight
    line = links.straight + links.rounded
    long = (links.km > DETOUR * line) & (links.km > line + DETOUR_KM)
    count = len(links.lines)
    doubts = _shorter(links, short)
    doubts += gathered([_long(links, i) for i in _at(long)], count)
    slow = _roundabout(links, ~short & ~long)
    return doubts + gathered([_slow(links, *each) for each in slow], count)


def _displaced(links: Links, short: Rows) -> str | None:
    """Return the seat that most short links lead to, if these are half of its links, or all."""
    wrong = Counter(code for i in _at(short) for code in links.ends[i])
    every = Counter(code for ends in links.ends for code in ends)
    total = np.count_nonzero(short)
    likely = [
        (-count, code)
        for code, count in wrong.items()
        if count == total or 2 * count >= every[code]
    ]
    count, code = min(likely, default=(0, ""))
    return code if -count >= DISPLACED else None


def _roundabout(links: Links, judged: Rows) -> list[tuple[int, float]]:
    """Return links that take longer than a way by a third seat, and with km for minutes would not.

    Of each its position and the minutes of that way. A link of which nothing is wrong is the
    fastest way between its ends, or nearly so: else nobody would take it.
    """
    usual = np.percentile(links.km / links.minutes, [5, 95]) if links.lines else (0.0, 0.0)
    turned = links.minutes / links.km
    slow = judged & (links.km < links.minutes) & (usual[0] <= turned) & (turned <= usual[1])
    beside: dict[str, dict[str, float]] = defaultdict(dict)
    for (a, b), minutes in zip(links.ends, links.minutes.tolist(), strict=True):
        beside[a][b] = beside[b][a] = minutes
    found = []
    for i in _at(slow):
        here, there = (beside[code] for code in links.ends[i])
        ways = (here[code] + there[code] for code in here.keys() & there.keys())
        way = min(ways, default=np.inf)
        if links.minutes[i] > AROUND * way:
            found.append((i, way))
    return found


def _shorter(links: Links, short: Rows) -> list[Problem]:
    """Tell which links are shorter than the straight line; many of them as one, and why."""
    told = [_short(links, i) for i in _at(short)]
    turned = [links.minutes[i] >= links.straight[i] for i in _at(short)]
    cause = SWAPPED if sum(turned) > CURED * len(turned) else say("; is a unit wrong?")
    many = gathered(told, len(links.lines), cause)
    if len(many) < len(told):
        return many
    return [
        replace(problem, expected=problem.expected + SWAPPED) if swapped else problem
        for problem, swapped in zip(told, turned, strict=True)
    ]


def _short(links: Links, i: int) -> Problem:
    line = links.straight[i]
    expected = say("at least the {:.1f} km of the straight line between its ends", line)
    return Problem(ROADS, links.lines[i], "km", f"{links.km[i]:g}", expected)


def _long(links: Links, i: int) -> Problem:
    expected = say(
        "at most {:g} times the straight line between its ends, {:.1f} km; is a unit wrong, or a "
        "code?",
        DETOUR, links.straight[i],
    )  # fmt: skip
    return Problem(ROADS, links.lines[i], "km", f"{links.km[i]:g}", expected)


def _slow(links: Links, i: int, minutes: float) -> Problem:
    expected = say("at most about the {:.0f} minutes of a way by a third seat", minutes)
    return Problem(ROADS, links.lines[i], "minutes", f"{links.minutes[i]:g}", expected + SWAPPED)
