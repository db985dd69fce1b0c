"""What a cell may hold: the last value that a column takes, and the first that it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from planner.case import columns
from planner.case.columns import described, referenced, short

LIMITS: dict[str, tuple[list[str], list[str]]] = {
    "Code": (["0", "a" * 40, "1._-Z"], ["", "a" * 41, "-1", ".a", "ö", "a b"]),
    "Text": (["x", "a b", "x" * 200, "a\u200cb"], ["", " x", "x ", "x" * 201, "a\u200bb", "a\tb"]),
    "Note": (["", "x" * 2000, "a\n\tb\r"], ["x" * 2001, "a\x00b", "\u202e"]),
    "Degrees": (["F", "F;AG"], ["", ";F", "F;", "F;;AG"]),
    "SomeDegrees": (["", "F;AG"], [";F", "F;"]),
    "Count": (["0", "1000000000"], ["-1", "1000000001", "1.5", "x"]),
    "Year": (["1900", "2200"], ["1899", "2201"]),
    "Flag": (["0", "1"], ["-1", "2"]),
    "Latitude": (["-90", "90.0"], ["-90.0001", "90.0001"]),
    "Longitude": (["-180", "180"], ["-180.0001", "180.0001"]),
    "Area": (["0.0001", "100000000"], ["0", "-1", "100000001"]),
    "Need": (["-1000000000", "1000000000"], ["-1000000001", "1000000001", "nan"]),
    "Percent": (["0", "100"], ["-0.1", "100.1"]),
    "Kilometres": (["0.0001", "20000"], ["0", "20000.1"]),
    "Minutes": (["0.0001", "100000"], ["0", "100000.1"]),
    "YesNo": (["yes", "no"], ["Yes", "1", ""]),
    "Projection": (["EPSG:3006"], ["EPSG:4326", "EPSG:2264", "EPSG:4978", "x"]),  # feet; X, Y and Z
}


@pytest.mark.parametrize("name", LIMITS)
def test_a_column_takes_what_its_words_say(name: str) -> None:
    """Up to its limits and no further."""
    adapter: TypeAdapter[Any] = TypeAdapter(getattr(columns, name))
    taken, refused = LIMITS[name]
    for cell in taken:
        adapter.validate_python(cell)
    for cell in refused:
        with pytest.raises(ValidationError):
            adapter.validate_python(cell)


def test_yes_is_true() -> None:
    """And no is false."""
    adapter: TypeAdapter[bool] = TypeAdapter(columns.YesNo)
    assert adapter.validate_python("yes") is True
    assert adapter.validate_python("no") is False


def test_a_type_says_what_it_asks_for_and_where_its_codes_are() -> None:
    """Words come from the type, a table from its reference, where it has them."""
    assert described(columns.Flag) == "0 or 1"
    assert described(columns.CountyCode).startswith("a code: ")
    assert described(str) == ""
    assert referenced(columns.CountyCode) == "counties"
    assert referenced(columns.Code) is None
    assert referenced(str) is None


@pytest.mark.parametrize(
    ("value", "cut"),
    [("x" * 60, "x" * 60), ("x" * 61, "x" * 59 + "…"), ("a\ud800", "a\\ud800")],
)
def test_a_long_value_is_cut(value: str, cut: str) -> None:
    """To sixty letters, and half a letter is spelt out."""
    assert short(value) == cut
