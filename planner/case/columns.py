"""The types a column may have: what a cell must look like, its unit and its range.

A type's `description` is what a reader of an error message is told to write instead.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.fields import FieldInfo
from pyproj import CRS
from pyproj.exceptions import CRSError

from planner.case.numbers import Kind
from planner.message import Message, say

SHOWN = 60
"""Longer values are cut in messages."""

# What can't be seen in a cell: control and format characters, but for the two joiners that
# some scripts need.
_UNSEEN = r"\p{Cc}\p{Zl}\p{Zp}[\p{Cf}--[\u{200C}\u{200D}]]"


@dataclass(frozen=True)
class References:
    """Marks a column whose values are codes of another table."""

    table: str


def _yes_no(cell: Any) -> Any:
    if cell not in {"yes", "no"}:
        raise ValueError(cell)
    return cell == "yes"


def _in_metres(crs: str) -> str:
    try:
        found = CRS.from_user_input(crs)
    except CRSError as error:
        raise ValueError(crs) from error
    if not found.is_projected or {axis.unit_name for axis in found.axis_info} != {"metre"}:
        raise ValueError(crs)
    return crs


Code = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$",
        description="a code: a letter or digit, then letters, digits, '.', '_' or '-', at most 40",
    ),
]
MunicipalityCode = Annotated[Code, References("municipalities")]
CountyCode = Annotated[Code, References("counties")]
Text = Annotated[
    str,
    Field(
        pattern=rf"^[^\s{_UNSEEN}]([^{_UNSEEN}]*[^\s{_UNSEEN}])?$",
        max_length=200,
        description="text of at most 200 characters, no space around it, no control characters",
    ),
]
NOTHING = {"NA", "NaN", "nan", "<NA>", "NULL", "null", "None", "#N/A"}
"""What programs write where a cell is empty: no note says that."""


def _something(note: str) -> str:
    if note in NOTHING:
        raise ValueError(note)
    return note


Note = Annotated[
    str,
    Field(
        pattern=rf"^(\r|\n|\t|[^{_UNSEEN}])*$",
        max_length=2000,
        description="free text of at most 2000 characters, no control characters",
    ),
    AfterValidator(_something),
]
Degrees = Annotated[
    str,
    Field(pattern=r"^[0-9A-Za-z]+(;[0-9A-Za-z]+)*$", description="degree codes separated by ';'"),
]
SomeDegrees = Annotated[
    str,
    Field(
        pattern=r"^([0-9A-Za-z]+(;[0-9A-Za-z]+)*)?$",
        description="nothing, or degree codes separated by ';'",
    ),
]
Count = Annotated[int, Field(ge=0, le=10**9, description="a whole number, 0 to 1000000000")]
Year = Annotated[int, Field(ge=1900, le=2200, description="a year, 1900 to 2200")]
Flag = Annotated[int, Field(ge=0, le=1, description="0 or 1")]
YesNo = Annotated[bool, BeforeValidator(_yes_no), Field(description="yes or no")]
Latitude = Annotated[float, Field(ge=-90, le=90, description="degrees north (WGS84), -90 to 90")]
Longitude = Annotated[
    float, Field(ge=-180, le=180, description="degrees east (WGS84), -180 to 180")
]
Area = Annotated[
    float, Field(gt=0, le=10**8, description="square kilometres, above 0 to 100000000")
]
Need = Annotated[
    float,
    Field(ge=-(10**9), le=10**9, description="a number, -1000000000 to 1000000000"),
]
Percent = Annotated[float, Field(ge=0, le=100, description="per cent, 0 to 100")]
Kilometres = Annotated[float, Field(gt=0, le=20_000, description="kilometres, above 0 to 20000")]
Minutes = Annotated[float, Field(gt=0, le=100_000, description="minutes, above 0 to 100000")]
Projection = Annotated[
    str,
    AfterValidator(_in_metres),
    Field(description="a projected coordinate system in metres, such as EPSG:3006"),
]


def described(hint: Any) -> Message:
    """Return what a column's type asks for, in words."""
    if get_origin(hint) is Literal:
        return say("one of {}", ", ".join(get_args(hint)))
    found = [m.description for m in getattr(hint, "__metadata__", ()) if isinstance(m, FieldInfo)]
    return Message(next(filter(None, found), ""))


def referenced(hint: Any) -> str | None:
    """Return the table whose codes a column holds, if it holds codes."""
    marks = getattr(hint, "__metadata__", ())
    return next((mark.table for mark in marks if isinstance(mark, References)), None)


def kind_of(hint: Any) -> Kind | None:
    """Return which numbers a column holds; None if it holds none."""
    if hint == Percent:
        return "percent"
    kinds: dict[Any, Kind] = {int: "whole", float: "decimal"}
    return kinds.get(getattr(hint, "__origin__", None))


def holds_thousands(hint: Any) -> bool:
    """Tell whether a column of numbers may hold a thousand."""
    return hint not in (Latitude, Longitude, Percent)


def short(value: str) -> str:
    """Return a value fit to be shown: cut where it is long, and printable anywhere."""
    sound = value.encode("utf-8", "backslashreplace").decode("utf-8")
    return sound if len(sound) <= SHOWN else sound[: SHOWN - 1] + "…"
