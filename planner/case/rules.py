"""What must hold between tables: totals, and roads that connect the country; who are neighbours.

A border joins neighbours, or a link where no borders do.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from planner.case.codes import Codes
from planner.case.columns import short
from planner.case.gathering import ONE_COLUMN_APART, gathered
from planner.case.schemas import COUNTRY, FASTEST_KM_H, MAX_ROWS, OUTLINES, SLOWEST_KM_H, TABLES
from planner.case.sheet import ReadTable
from planner.errors import Problem
from planner.message import say

Pair = tuple[str, str]

CLOSED = "probably_closed"
"""Principals of this status are listed but not counted."""


def demand_problems(demand: ReadTable, listed: ReadTable, municipalities: Codes) -> list[Problem]:
    """Check that principals = listed, those closed left out, + sole traders, in each municipality.

    A listed principal whose row is unsound may belong anywhere: a difference that such rows
    can explain isn't reported beside them.
    """
    file = demand.table.file
    sure: Counter[str | None] = Counter()
    doubtful: Counter[str | None] = Counter()
    places = {line: municipalities.resolve(code) for line, code in listed.rows("municipality_code")}
    status = dict(listed.rows("status"))
    seen = set()
    names = dict(listed.rows("orgnr"))
    for line in listed.lines:
        place = places.get(line)
        name = names.get(line)
        if place is None or line not in status or name is None or name in seen:
            doubtful[place] += 1
        elif status[line] != CLOSED:
            sure[place] += 1
        seen.add(name)
    doubtful[None] += len(listed.stray)
    above, unequal = [], []
    columns = ("municipality_code", "sole_traders_estimate", "principals_estimate")
    for line, code, alone, total in demand.rows(*columns):
        place = municipalities.resolve(code)
        if alone > total:
            expected = say("at most principals_estimate, {}", total)
            above.append(Problem(file, line, columns[1], str(alone), expected))
        elif place is not None:
            least = sure[place] + alone
            if not least <= total <= least + doubtful[place] + doubtful[None]:
                expected = say(
                    "{}: {} listed and not closed + {} sole traders", least, sure[place], alone
                )
                unequal.append(Problem(file, line, columns[2], str(total), expected))
    problems = [
        p
        for found in (above, unequal)
        for p in gathered(found, len(demand.lines), ONE_COLUMN_APART)
    ]
    totals = [total for _, total in demand.rows(columns[2])]
    if len(totals) == len(demand.lines) and not 1 <= sum(totals) <= MAX_ROWS:
        expected = say("1 to {} principals in the whole country", MAX_ROWS)
        problems.append(Problem(file, None, columns[2], str(sum(totals)), expected))
    return problems


def children_problems(municipalities: ReadTable) -> list[Problem]:
    """Find municipalities with more children than people."""
    file, column = municipalities.table.file, "children_0_19_2021"
    problems = [
        Problem(file, line, column, str(children), say("at most population_2021, {}", people))
        for line, children, people in municipalities.rows(column, "population_2021")
        if children > people
    ]
    return gathered(problems, len(municipalities.lines), ONE_COLUMN_APART)


def degree_problems(campuses: ReadTable, known: Iterable[str]) -> list[Problem]:
    """Check degree codes against country.toml, and that sourced degrees are given at all."""
    file = campuses.table.file
    vocabulary = set(known)
    problems = []
    for column in ("degrees", "degrees_sourced"):
        for line, value in campuses.rows(column):
            unknown = sorted(set(value.split(";")) - vocabulary - {""})
            if unknown and vocabulary:
                expected = say("degrees of country.toml: {}", ", ".join(sorted(vocabulary)))
                problems.append(Problem(file, line, column, ";".join(unknown), expected))
    for line, given, sourced in campuses.rows("degrees", "degrees_sourced"):
        extra = sorted(set(sourced.split(";")) - set(given.split(";")) - {""})
        if extra:
            expected = say("degrees that are among {}", given)
            problems.append(Problem(file, line, "degrees_sourced", ";".join(extra), expected))
    return problems


def source_problems(notes: Iterable[Mapping[str, Any]]) -> list[Problem]:
    """Find notes on sources that name files which are never read."""
    usual = {COUNTRY, OUTLINES, *(table.file for table in TABLES.values())}
    known = usual.union(*(table.files for table in TABLES.values()))
    expected = say("one of {}", ", ".join(sorted(usual)))
    return [
        Problem(COUNTRY, None, "sources", short(file), expected)
        for note in notes
        for file in note["files"]
        if file not in known
    ]


def road_problems(
    roads: ReadTable, municipalities: Codes, names: Mapping[str, str]
) -> list[Problem]:
    """Find links that are too slow or fast to be true, and seats that no road or ferry leads to."""
    file = roads.table.file
    problems = []
    rows = list(roads.rows("km", "minutes"))
    for line, km, minutes in rows:
        speed = km / minutes * 60
        if not SLOWEST_KM_H <= speed <= FASTEST_KM_H:
            expected = say(
                "{:g} to {:g} km/h; {:g} km makes {:.0f}", SLOWEST_KM_H, FASTEST_KM_H, km, speed
            )
            problems.append(Problem(file, line, "minutes", f"{minutes:g}", expected))
    problems = gathered(problems, len(rows), say("; is a unit wrong?"))
    if {"code_a", "code_b"} <= roads.cells.keys():
        ends = list(roads.rows("code_a", "code_b"))
        pairs = ((municipalities.resolve(a), municipalities.resolve(b)) for _, a, b in ends)
        links = [(a, b) for a, b in pairs if a is not None and b is not None]
        if len(ends) < len(roads.lines):
            return problems  # those that can't be read may lead anywhere
        problems += island_problems({c: names.get(c, "") for c in municipalities.known}, links)
    return problems


def island_problems(names: Mapping[str, str], links: Iterable[tuple[str, str]]) -> list[Problem]:
    """Name every seat that no road or ferry leads to from the rest of the country.

    Parameters
    ----------
    names : mapping of str to str
        Municipality code -> name, of all municipalities.
    links : iterable of tuple of str
        Pairs of codes.
    """
    expected = say("a road or ferry that leads here from the rest of the country")
    return [
        Problem(
            TABLES["roads"].file, None, "code_a, code_b", f"{code} {names[code]}".strip(), expected
        )
        for code in unreachable(names, links)
    ]


def unreachable(codes: Iterable[str], links: Iterable[tuple[str, str]]) -> list[str]:
    """Return the codes outside the largest connected part (of equals, the one with the least code).

    Parameters
    ----------
    links : iterable of tuple of str
        Pairs of codes, passable both ways.
    """
    known = sorted(set(codes))
    land = lands([*((code, code) for code in known), *links])
    size = Counter(land[code] for code in known)
    main = max(size, key=size.__getitem__, default="")
    return [code for code in known if land[code] != main]


def announced_problems(
    announced: ReadTable, municipalities: ReadTable, codes: Codes
) -> list[Problem]:
    """Check that an announced town is the seat, or bears the name, of its municipality."""
    known = {
        code: (name, seat) for _, code, name, seat in municipalities.rows("code", "name", "seat")
    }
    problems = []
    for line, town, code in announced.rows("town", "municipality_code"):
        names = known.get(codes.resolve(code) or code, (town,))
        if town not in names:
            expected = say("{}, for municipality {}", " or ".join(dict.fromkeys(names)), code)
            problems.append(Problem(announced.table.file, line, "town", town, expected))
    return gathered(problems, len(announced.lines), ONE_COLUMN_APART)


def neighbours(borders: Iterable[Pair], links: Iterable[Pair]) -> set[Pair]:
    """Return the pairs that count as neighbours when a region is to be in one piece.

    A road, bridge or ferry counts only where no chain of borders joins its ends: an island's
    bridge does, and the road past a neighbour to the one beyond it does not.

    Parameters
    ----------
    borders, links : iterable of tuple of str
        Pairs of municipality codes, in any order.

    Returns
    -------
    set of tuple of str
        The codes of a pair in order.
    """
    pairs = {(min(pair), max(pair)) for pair in borders}
    land = lands(pairs)
    over = {
        (min(pair), max(pair))
        for pair in links
        if land.get(pair[0], pair[0]) != land.get(pair[1], pair[1])
    }
    return pairs | over


def without_neighbours(
    codes: Iterable[str], borders: Iterable[Pair], links: Iterable[Pair]
) -> list[str]:
    """Return the municipalities that no border joins to another, nor a link that counts.

    Parameters
    ----------
    codes : iterable of str
        All municipalities.
    borders, links : iterable of tuple of str
        As in `neighbours`.

    Returns
    -------
    list of str
        Sorted.
    """
    beside = {code for a, b in neighbours(borders, links) if a != b for code in (a, b)}
    return sorted(set(codes) - beside)


def lands(borders: Iterable[Pair]) -> dict[str, str]:
    """Return for each municipality with a border the least code that a chain of them leads to."""
    beside = defaultdict(list)
    for a, b in borders:
        beside[a].append(b)
        beside[b].append(a)
    land: dict[str, str] = {}
    for start in sorted(beside):
        if start in land:
            continue
        land[start] = start
        reached = [start]
        for code in reached:  # grows as it is walked
            fresh = [other for other in dict.fromkeys(beside[code]) if other not in land]
            land.update(dict.fromkeys(fresh, start))
            reached.extend(fresh)
    return land
