"""What a data folder holds: which tables may be empty, which names are known, what a ring is."""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from planner.case import columns, outlines, schemas, sheet, types
from planner.case.schemas import TABLES, CountryFile, Outline, TableSchema

FLAGS = {
    "counties": "indexed",
    "municipalities": "covers county_code, indexed",
    "adjacency": "undirected, optional",
    "roads": "undirected, optional",
    "principals": "optional, indexed",
    "demand": "covers municipality_code",
    "campuses": "",
    "sister_sites": "optional",
    "announced": "optional",
}


def flags(table: TableSchema) -> str:
    """Return what holds of a table, in words."""
    words = {
        "undirected": table.undirected,
        f"covers {table.covers}": table.covers is not None,
        "optional": table.optional,
        "indexed": table.indexed,
    }
    return ", ".join(word for word, holds in words.items() if holds)


def test_what_holds_of_each_table() -> None:
    """Pairs go either way; a table may be empty, or must name every code of another."""
    assert {name: flags(table) for name, table in TABLES.items()} == FLAGS


def test_limits_are_as_promised() -> None:
    """A hundred thousand rows, ten kilometres, ten to two hundred kilometres an hour."""
    limits = (schemas.MAX_ROWS, schemas.OUTSIDE_KM, schemas.SLOWEST_KM_H, schemas.FASTEST_KM_H)
    assert limits == (100_000, 10, 10, 200)


def test_columns_that_may_be_left_out() -> None:
    """Only `train` and `need`."""
    left_out = {name: set(t.columns) - set(t.required) for name, t in TABLES.items()}
    assert {name: columns for name, columns in left_out.items() if columns} == {
        "municipalities": {"train"}, "principals": {"need"},
    }  # fmt: skip


RING = [[15, 55], [16, 55], [16, 55.5], [15, 55]]


def feature(*rings: Any, kind: str = "Polygon", code: Any = "0101") -> dict[str, Any]:
    """Return a feature of some rings."""
    coordinates: Any = list(rings) if kind == "Polygon" else [list(rings)]
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": {"code": code}, "geometry": geometry}


@pytest.mark.parametrize(
    "good",
    [
        feature(RING),
        feature(RING, RING),
        feature(RING, kind="MultiPolygon"),
        feature([[*corner, 7.5] for corner in RING]),
        feature(RING, code=101),
    ],
)
def test_a_feature(good: dict[str, Any]) -> None:
    """Closed rings of four corners or more, heights or not."""
    TypeAdapter(Outline).validate_python(good)


@pytest.mark.parametrize(
    "bad",
    [
        feature(),
        feature(kind="MultiPolygon"),
        feature(RING, kind="Point"),
        feature(RING[:3]),
        feature([*RING, [14, 54]]),
        feature([[15], *RING[1:3], [15]]),
        feature([["15", 55], *RING[1:3], ["15", 55]]),
        feature([[True, 55], *RING[1:3], [True, 55]]),
        feature([[float("inf"), 55], *RING[1:3], [float("inf"), 55]]),
        feature(RING, code=None),
        feature(RING) | {"type": "Shape"},
        feature(RING) | {"geometry": {"type": "MultiPolygon", "coordinates": []}},
    ],
)
def test_what_is_no_feature(bad: dict[str, Any]) -> None:
    """Rings that are open, too short or none; corners that are no two numbers."""
    with pytest.raises(ValidationError):
        TypeAdapter(Outline).validate_python(bad)


COUNTRY = {
    "name": "A", "agency": "B", "sister_agency": "C", "language": "en", "crs": "EPSG:3006",
    "attribution": [],
}  # fmt: skip
NOTE = {"files": ["x.csv"], "what": {"sv": "a", "en": "b"}, "source": "c"}


def test_a_country() -> None:
    """Degrees and sources may be left out, and in a source its date and gaps."""
    plain = CountryFile.model_validate(COUNTRY)
    assert (plain.degrees, plain.sources) == ({}, [])
    (note,) = CountryFile.model_validate(COUNTRY | {"sources": [NOTE]}).sources
    assert (note.as_of, note.gaps) == (None, None)


@pytest.mark.parametrize(
    "more",
    [
        {"tongue": "x"},
        {"sources": [NOTE | {"tongue": "x"}]},
        {"sources": [NOTE | {"what": {"sv": "a", "en": "b", "fi": "c"}}]},
        {"sources": [NOTE | {"what": {"sv": "a"}}]},
        {"sources": [NOTE | {"files": []}]},
        {"language": "fi"},
        {"attribution": [""]},
        {"name": 1},
    ],
)
def test_what_is_no_country(more: dict[str, Any]) -> None:
    """Keys that are not known, at any depth, and lists of nothing."""
    with pytest.raises(ValidationError):
        CountryFile.model_validate(COUNTRY | more)


def test_what_was_read_stays_as_it_was() -> None:
    """Every dataclass of the package is frozen."""
    parts = [vars(module).values() for module in (columns, outlines, schemas, sheet, types)]
    kinds = {kind for part in parts for kind in part if is_dataclass(kind)}
    ours = [kind for kind in kinds if kind.__module__.startswith("planner.case")]
    assert len(ours) == 9
    assert all(kind.__dataclass_params__.frozen for kind in ours)
