"""The tables of a data folder, as far as a plan depends on them, and their hashes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path

from planner.errors import InputError, Problem
from planner.message import say
from planner.verify import numbers
from planner.verify.distances import ROADS, Distances
from planner.verify.fields import read_toml
from planner.verify.table_rows import table_rows

CLOSED = "probably_closed"
"""Principals of this status are listed but not counted."""

COUNTIES = "municipalities/counties.csv"
MUNICIPALITIES = "municipalities/municipalities.csv"
BORDERS = "municipalities/adjacency.csv"
COUNTED = "principals/principals_by_municipality.csv"
PRINCIPALS = "principals/principals.csv"
CAMPUSES = "universities/universities.csv"
PREMISES = "spsm/spsm_sites.csv"
ANNOUNCED = "offices/announced_offices.csv"

COLUMNS = {
    COUNTIES: "code name state_area",
    MUNICIPALITIES: "code name county_code seat lat lon population_2021 children_0_19_2021 "
    "pupils_y1_9_2021_22 school_units_y1_9_2021_22 land_area_km2 "
    "eligible_upper_secondary_pct_2022 certified_teachers_pct_2022",
    BORDERS: "code_a code_b",
    ROADS: "code_a code_b km minutes kind",
    COUNTED: "municipality_code sole_traders_estimate principals_estimate",
    PRINCIPALS: "orgnr name name_basis type municipality_code school_forms units "
    "children_preschool pupils status",
    CAMPUSES: "institution short campus_town municipality_code lat lon main_campus degrees "
    "degrees_sourced size_class",
    PREMISES: "town municipality_code lat lon kind name basis",
    ANNOUNCED: "town municipality_code planned_year open_june_2024 note",
}
"""The columns that each table must have: by them its header is known, and its sheet."""


@dataclass(frozen=True)
class Road:
    """A link between two seats, passable both ways."""

    a: str
    b: str
    km: Fraction
    minutes: Fraction


@dataclass(frozen=True)
class Premises:
    """A site of the sister agency."""

    town: str
    kind: str
    basis: str


@dataclass(frozen=True)
class ListedPrincipal:
    """A principal of principals.csv that counts; `size` is its children and pupils."""

    name: str
    type: str
    size: int


@dataclass(frozen=True)
class DataTables:
    """What the tables say; municipalities and towns by code.

    `principals` counts them, and `alone` the sole traders among them. `homes` holds the
    municipality of each, by id; sole traders, who are never listed by name, have ids of the form
    ``0115-sole-1``. `listed` are the others.
    """

    name: Mapping[str, str]
    county: Mapping[str, str]
    county_name: Mapping[str, str]
    seat: Mapping[str, str]
    train: frozenset[str] | None
    principals: Mapping[str, int]
    alone: Mapping[str, int]
    homes: Mapping[str, str]
    listed: Mapping[str, ListedPrincipal]
    borders: frozenset[tuple[str, str]]
    roads: tuple[Road, ...]
    campuses: frozenset[str]
    premises: tuple[Premises, ...]
    announced: frozenset[str]

    @cached_property
    def km(self) -> Distances:
        """Least km between seats, one way."""
        return Distances(self.county, ((road.a, road.b, road.km) for road in self.roads))

    @cached_property
    def minutes(self) -> Distances:
        """Least minutes between seats, one way; the fastest way may be a longer one."""
        return Distances(self.county, ((road.a, road.b, road.minutes) for road in self.roads))


def default_data_folder() -> Path:
    """Return the data that came with the program: in the wheel, or in a source checkout."""
    package = Path(__file__).resolve().parents[1]
    packed = package / "_data"
    return packed if packed.is_dir() else package.parent / "data"


def sha256(path: Path) -> str | None:
    """Return the digest of a file's bytes, or None if it can't be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def read_tables(folder: Path) -> DataTables:
    """Read the tables.

    Raises
    ------
    InputError
        With every cell that can't be used.
    """
    problems: list[Problem] = []

    said = _decimal(folder, problems)

    def rows(file: str) -> list[tuple[int, dict[str, str]]]:
        return table_rows(folder, file, COLUMNS[file].split(), problems)[0]

    def count(file: str, line: int, cell: str) -> int:
        try:
            return numbers.whole(cell, said)
        except ValueError:
            problems.append(Problem(file, line, "", cell[:40], say("a number")))
            return 0

    towns = [r for _, r in rows(MUNICIPALITIES)]
    counted = rows(COUNTED)
    named = [(line, r) for line, r in rows(PRINCIPALS) if r["status"] != CLOSED]
    homes = {r["orgnr"]: r["municipality_code"] for _, r in named}
    listed = {
        r["orgnr"]: ListedPrincipal(
            r["name"],
            r["type"],
            sum(count(PRINCIPALS, line, r[key]) for key in ("children_preschool", "pupils")),
        )
        for line, r in named
    }
    alone = {
        r["municipality_code"]: count(COUNTED, line, r["sole_traders_estimate"])
        for line, r in counted
    }
    for code, sole in alone.items():
        homes |= {f"{code}-sole-{n}": code for n in range(1, sole + 1)}
    county_name = {r["code"]: r["name"] for _, r in rows(COUNTIES)}
    tables = DataTables(
        name=_apart(towns, "name", county_name),
        county={r["code"]: r["county_code"] for r in towns},
        county_name=county_name,
        seat=_apart(towns, "seat", county_name),
        train=frozenset(r["code"] for r in towns if r["train"] == "yes")
        if towns and "train" in towns[0]
        else None,
        principals={
            r["municipality_code"]: count(COUNTED, line, r["principals_estimate"])
            for line, r in counted
        },
        alone=alone,
        homes=homes,
        listed=listed,
        borders=frozenset((r["code_a"], r["code_b"]) for _, r in rows(BORDERS)),
        roads=_roads(folder, problems, said),
        campuses=frozenset(r["municipality_code"] for _, r in rows(CAMPUSES)),
        premises=tuple(
            Premises(r["municipality_code"], r["kind"], r["basis"]) for _, r in rows(PREMISES)
        ),
        announced=frozenset(r["municipality_code"] for _, r in rows(ANNOUNCED)),
    )
    problems += _unknown(tables)
    if problems:
        raise InputError(problems)
    return tables


def _decimal(folder: Path, problems: list[Problem]) -> str | None:
    """Return the decimal mark of the tables, if country.toml says it."""
    country = read_toml(folder / "country.toml", "country.toml", problems)
    said = country.text("decimal") if "decimal" in country else None
    if said not in (None, ".", ","):
        country.refuse("decimal", say("one of {}", "., ,"))
        return None
    return said


def _roads(folder: Path, problems: list[Problem], said: str | None) -> tuple[Road, ...]:
    rows, separator = table_rows(folder, ROADS, COLUMNS[ROADS].split(), problems)
    mark = said or "."
    if said is None and separator != ",":
        try:
            mark = numbers.decimal_mark(r[key] for _, r in rows for key in ("km", "minutes"))
        except ValueError as error:
            problems.append(Problem(ROADS, None, "km, minutes", "", error.args[0]))
            return ()
    read = partial(numbers.decimal, mark=mark, said=said is not None)

    def number(line: int, cell: str) -> Fraction:
        try:
            return read(cell)
        except ValueError:
            problems.append(Problem(ROADS, line, "", cell[:40], say("a number")))
            return Fraction(0)

    return tuple(
        Road(
            r["code_a"],
            r["code_b"],
            number(line, r["km"]),
            number(line, r["minutes"]),
        )
        for line, r in rows
    )


def _unknown(tables: DataTables) -> list[Problem]:
    """Find codes that name no municipality, and municipalities without a count of principals."""
    known = tables.county.keys()
    used = {
        BORDERS: {code for pair in tables.borders for code in pair},
        ROADS: {code for road in tables.roads for code in (road.a, road.b)},
        COUNTED: set(tables.principals),
        PRINCIPALS: set(tables.homes.values()),
        CAMPUSES: tables.campuses,
        PREMISES: {site.town for site in tables.premises},
        ANNOUNCED: tables.announced,
    }
    expected = say("a code of {}", MUNICIPALITIES)
    problems = [
        Problem(file, None, "", code, expected)
        for file, codes in used.items()
        for code in sorted(codes - known)
    ]
    problems += [
        Problem(MUNICIPALITIES, None, "county_code", code, say("a code of {}", COUNTIES))
        for code in sorted(set(tables.county.values()) - tables.county_name.keys())
    ]
    missing = sorted(known - tables.principals.keys())
    return problems + [Problem(COUNTED, None, "", code, say("a row for it")) for code in missing]


def _apart(
    towns: Sequence[Mapping[str, str]], column: str, county_name: Mapping[str, str]
) -> dict[str, str]:
    """Return names by code; of those that are the same, county and, if need be, code as well."""
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in towns:
        found.setdefault(row[column].casefold(), []).append(row)
    apart = {}
    for row in towns:
        namesakes = [other for other in found[row[column].casefold()] if other is not row]
        near = [other for other in namesakes if other["county_code"] == row["county_code"]]
        where = [county_name.get(row["county_code"], ""), *[row["code"]] * bool(near)]
        apart[row["code"]] = row[column] + f" ({', '.join(where)})" * bool(namesakes)
    return apart
