"""What a data folder holds: its tables, their columns, keys and references.

Nothing here knows the country: its codes, coordinates and degrees come with its tables.
"""

from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    NotRequired,
    TypedDict,
    get_args,
    get_origin,
)
from typing import get_type_hints as hints_of

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from planner.case.columns import (
    Area,
    Code,
    Count,
    CountyCode,
    Degrees,
    Flag,
    Kilometres,
    Latitude,
    Longitude,
    Minutes,
    MunicipalityCode,
    Need,
    Note,
    Percent,
    Projection,
    SomeDegrees,
    Text,
    Year,
    YesNo,
)
from planner.message import LANGUAGES, Language, say

MAX_ROWS = 100_000
"""Of a table, features of the outlines, principals in all: more is no country's regions."""
OUTSIDE_KM = 10.0
"""Outlines are generalised: a town by the water may lie this far outside its own."""
SLOWEST_KM_H, FASTEST_KM_H = 10.0, 200.0
"""No road or ferry is slower or faster: a link that is has a wrong unit or a slip of the pen."""


class County(TypedDict):
    """A county: by default the unit that belongs to one office."""

    code: Code
    name: Text
    state_area: Text


class Municipality(TypedDict):
    """A municipality; the travel of its principals starts in its seat."""

    code: Code
    name: Text
    county_code: CountyCode
    seat: Text
    lat: Latitude
    lon: Longitude
    population_2021: Count
    children_0_19_2021: Count
    pupils_y1_9_2021_22: Count
    school_units_y1_9_2021_22: Count
    land_area_km2: Area
    eligible_upper_secondary_pct_2022: Percent
    certified_teachers_pct_2022: Percent
    train: NotRequired[YesNo]


class Border(TypedDict):
    """Two municipalities that share a border."""

    code_a: MunicipalityCode
    code_b: MunicipalityCode


class Road(TypedDict):
    """A link between two seats, both ways."""

    code_a: MunicipalityCode
    code_b: MunicipalityCode
    km: Kilometres
    minutes: Minutes
    kind: Literal["road", "ferry"]


class Principal(TypedDict):
    """A school principal and its home municipality."""

    orgnr: Code
    name: Text
    name_basis: Literal["register", "matched_high", "matched_medium", "preschool_unit_name"]
    type: Literal["municipality", "municipal_federation", "region", "state", "independent"]
    municipality_code: MunicipalityCode
    school_forms: Text
    units: Count
    children_preschool: Count
    pupils: Count
    status: Literal[
        "public", "confirmed", "last_seen_2021_2023", "register_2020_only", "probably_closed"
    ]
    need: NotRequired[Need]


class Demand(TypedDict):
    """How many principals a municipality has, those who are counted but not listed among them."""

    municipality_code: MunicipalityCode
    sole_traders_estimate: Count
    principals_estimate: Count


class Campus(TypedDict):
    """A town where an institution gives teacher education."""

    institution: Text
    short: Text
    campus_town: Text
    municipality_code: MunicipalityCode
    lat: Latitude
    lon: Longitude
    main_campus: Flag
    degrees: Degrees
    degrees_sourced: SomeDegrees
    size_class: Literal["XS", "S", "M", "L", "XL"]


class SisterSite(TypedDict):
    """Premises of the sister agency."""

    town: Text
    municipality_code: MunicipalityCode
    lat: Latitude
    lon: Longitude
    kind: Literal["head_office", "regional_office", "office", "special_school"]
    name: Text
    basis: Literal["sourced", "partly_sourced", "unverified"]


class Announced(TypedDict):
    """An office that was announced."""

    town: Text
    municipality_code: MunicipalityCode
    planned_year: Year
    open_june_2024: Literal["yes", "no"]
    note: Note


@dataclass(frozen=True)
class TableSchema:
    """One CSV file: where it is, what a row holds, and what identifies a row.

    `undirected` keys name a pair in either order. `covers` is the reference whose every code
    must appear. `optional` tables may have no rows. The key of `indexed` tables becomes the index.
    """

    file: str
    row: type
    key: tuple[str, ...]
    undirected: bool = False
    covers: str | None = None
    optional: bool = False
    indexed: bool = False

    @property
    def files(self) -> tuple[str, ...]:
        """The file, and the workbooks that may stand for it."""
        return self.file, *(self.file.removesuffix(".csv") + ending for ending in WORKBOOKS)

    @property
    def columns(self) -> dict[str, Any]:
        """Column name -> its annotated type, in the order of the file."""
        hints = hints_of(self.row, include_extras=True)
        return {k: get_args(h)[0] if get_origin(h) is NotRequired else h for k, h in hints.items()}

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that must be there."""
        hints = hints_of(self.row, include_extras=True)
        return tuple(name for name, hint in hints.items() if get_origin(hint) is not NotRequired)


TABLES = {
    "counties": TableSchema("municipalities/counties.csv", County, ("code",), indexed=True),
    "municipalities": TableSchema(
        "municipalities/municipalities.csv",
        Municipality,
        ("code",),
        covers="county_code",
        indexed=True,
    ),
    "adjacency": TableSchema(
        "municipalities/adjacency.csv",
        Border,
        ("code_a", "code_b"),
        undirected=True,
        optional=True,
    ),
    "roads": TableSchema(
        "travel/roads.csv", Road, ("code_a", "code_b"), undirected=True, optional=True
    ),
    "principals": TableSchema(
        "principals/principals.csv", Principal, ("orgnr",), optional=True, indexed=True
    ),
    "demand": TableSchema(
        "principals/principals_by_municipality.csv",
        Demand,
        ("municipality_code",),
        covers="municipality_code",
    ),
    "campuses": TableSchema(
        "universities/universities.csv",
        Campus,
        ("institution", "municipality_code", "campus_town"),
    ),
    "sister_sites": TableSchema(
        "spsm/spsm_sites.csv", SisterSite, ("municipality_code", "name"), optional=True
    ),
    "announced": TableSchema(
        "offices/announced_offices.csv", Announced, ("municipality_code",), optional=True
    ),
}
WORKBOOKS = (".xlsx", ".ods")
"""Endings of files that a table is read from where it has no CSV file, in this order."""
OUTLINES = "municipalities/boundaries.geojson"
COUNTRY = "country.toml"


if TYPE_CHECKING:
    Spoken = Language
else:
    Spoken = Literal[LANGUAGES]


class BothLanguages(BaseModel):
    """The same text in both languages."""

    model_config = ConfigDict(extra="forbid")

    sv: Text
    en: Text


class SourceEntry(BaseModel):
    """Where files of the data folder come from; without `as_of` no date is known."""

    model_config = ConfigDict(extra="forbid")

    files: Annotated[list[Text], Field(min_length=1)]
    what: BothLanguages
    source: Text
    as_of: Text | None = None
    gaps: BothLanguages | None = None


class CountryFile(BaseModel):
    """What country.toml says; `degrees` are the codes that universities.csv may use."""

    model_config = ConfigDict(extra="forbid")

    name: Text
    agency: Text
    sister_agency: Text
    language: Spoken
    crs: Projection
    attribution: Annotated[list[Text], Field(description="a list of texts, such as sources")]
    decimal: Literal[".", ","] | None = Field(
        None, description="the decimal mark of the tables, '.' or ','; the other groups thousands"
    )
    degrees: Annotated[dict[str, Text], Field(description="codes and what they stand for")] = {}
    sources: Annotated[
        list[SourceEntry],
        Field(description="tables with files, what (sv, en), source; also as_of, gaps (sv, en)"),
    ] = []


def _closed(ring: list[list[float]]) -> list[list[float]]:
    if ring[0] != ring[-1]:
        raise ValueError(say("a ring should end where it began"))
    return ring


Coordinate = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Ring = Annotated[
    list[Annotated[list[Coordinate], Field(min_length=2)]],
    Field(min_length=4),
    AfterValidator(_closed),
]


class Polygon(TypedDict):
    """Rings of [longitude, latitude]: the outer one, then the holes."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1)]


class MultiPolygon(TypedDict):
    """Several polygons of one municipality."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[Annotated[list[Ring], Field(min_length=1)]], Field(min_length=1)]


class Collection(TypedDict):
    """Polygons of one municipality, as some programs write them."""

    type: Literal["GeometryCollection"]
    geometries: Annotated[
        list[Annotated[Polygon | MultiPolygon, Field(discriminator="type")]], Field(min_length=1)
    ]


class Properties(TypedDict):
    """The code of the municipality that the outline belongs to."""

    code: Annotated[str, Field(coerce_numbers_to_str=True)]


class Outline(TypedDict):
    """A GeoJSON feature: a municipality's outline."""

    type: Literal["Feature"]
    properties: Properties
    geometry: Annotated[Polygon | MultiPolygon | Collection, Field(discriminator="type")]
