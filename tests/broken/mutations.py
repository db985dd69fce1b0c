"""Ways to spoil a data folder, applied to each file that they fit: a small table, many inputs.

A mutation turns the bytes of one file into others. `Spoilt.names` is what some problem must say:
(row, column, value) where one cell is at fault, else None.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args, get_origin

from country import COUNTRY, FILES, OUTLINES, country_tables, csv_text, outline_features
from planner.case.schemas import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Spoilt(NamedTuple):
    """One malformed input: a file of the folder, its new bytes, and the cell at fault."""

    label: str
    file: str
    content: bytes
    names: tuple[int, str, str] | None = None


# Cells, by what the column holds. Each column gets some of them in turn.
NUMBERS = (
    "", " ", "NaN", "nan", "inf", "-inf", "Infinity", "1,5e1", "1E999", "12 34", "1\u00a000", "5,5",
    "1.234,5", "1,234.5", "5 km", "85 kr", "#N/A", "#REF!", "#DIV/0!", "NULL", "None", "N/A", "-",
    "\u20135", "1_000", "2022-01-05", "5-jan", "05/01/2022", "\u0665", "\uff15", "0x10", "TRUE",
    "1'000", "5.", "--5", "5;6", "=5", "'5", "5\n6", "x",
)  # fmt: skip
CODES = (
    "", " ", " 0101", "0101 ", "01 01", "Växjö", "=0101", "-0101", "@0101", "../0101", "0101/",
    "0" * 41, "01\u200b01", "01\u202e01", "0101\n", "NA\t", "1,01E+02", "'0101", "#N/A",
)  # fmt: skip
TEXTS = ("", " ", " x", "x ", "x\u0007", "x\u202ey", "\ufeffx", "x\ny", "x\ty", "x" * 201, "\u2028")
WORDS = ("", "YES", "yes ", "Ja", "0", "nan", "räksmörgås")
DEGREES = (" ", "F;;AG", ";F", "F, AG", "F AG", "Ä", "=F")

# Whole files. Each is done to every third table.
SHAPES: dict[str, Callable[[str], bytes]] = {
    "UTF-16 little, no mark": lambda t: t.encode("utf-16-le"),
    "UTF-16 big, no mark": lambda t: t.encode("utf-16-be"),
    "UTF-32": lambda t: t.encode("utf-32"),
    "Latin-1": lambda t: t.replace("\n", ",Växjö\n", 1).encode("latin-1"),
    "Mac Roman": lambda t: t.replace("\n", ",Växjö\n", 1).encode("mac-roman"),
    "DOS": lambda t: t.replace("\n", ",Växjö\n", 1).encode("cp437"),
    "gzip": lambda t: gzip.compress(t.encode(), mtime=0),
    "workbook": lambda t: b"PK\x03\x04\x14\x00\x06\x00" + t.encode("utf-16-le"),
    "web page": lambda t: f"<!doctype html><title>502</title>{t}".encode(),
    "empty": lambda _: b"",
    "a mark and nothing else": lambda _: b"\xef\xbb\xbf",
    "blank lines": lambda _: b"\n\n \n",
    "NUL": lambda t: t.replace(",", "\0,", 1).encode(),
    "bars": lambda t: t.replace(",", "|").encode(),
    "title over a merged header": lambda t: ("Tabell 1 (2022)" + t).encode(),
    "merged cells over the header": lambda t: (
        "Plats" + "," * t.split("\n", 1)[0].count(",") + "\n" + t
    ).encode(),
    "units under the header": lambda t: t.replace(
        "\n", "\n" + ",".join(["(enhet)"] * (t.split("\n", 1)[0].count(",") + 1)) + "\n", 1
    ).encode(),
    "another separator than is said": lambda t: ("sep=;\n" + t).encode(),
    "a column of nothing but a name": lambda t: t.replace("\n", ",x\n", 1).replace("\n", ",\n")
    .encode(),
    "a column without a name": lambda t: t.replace("\n", ",5\n").replace(",5", ",", 1).encode(),
    "a byte of nothing": lambda t: t.replace("\n", ",Väx\0jö\n", 1).encode("utf-16"),
    "Cyrillic of Windows": lambda t: t.encode() + "Москва\n".encode("cp1251"),
    "numbered rows": lambda t: (
        "\n".join(f"{n - 1 if n else ''},{r}" for n, r in enumerate(t.splitlines())) + "\n"
    ).encode(),
    "column left out": lambda t: _without_column(t).encode(),
    "column twice": lambda t: "\n".join(f"{r},{r.split(',')[0]}" for r in t.splitlines()).encode(),
    "rows for columns": lambda t: csv_rows(list(zip(*_rows(t), strict=True))).encode(),
    "header left out": lambda t: t.split("\n", 1)[1].encode(),
    "header twice": lambda t: (t + t.split("\n", 1)[0] + "\n").encode(),
    "first row twice": lambda t: (t + t.splitlines()[1] + "\n").encode(),
    "sums under the rows": lambda t: (t + "Summa" + "," * t.split("\n", 1)[0].count(",") + "\n")
    .encode(),
    "a footnote": lambda t: (t + "* preliminära uppgifter\n").encode(),
    "cut off": lambda t: t.rstrip("\n")[: -len(t.splitlines()[-1]) // 2].encode(),
    "quote never closed": lambda t: t.replace("\n", '\n"', 1).encode(),
    "quoted with apostrophes": lambda t: "\n".join(
        ",".join(f"'{cell}'" for cell in r.split(",")) for r in t.splitlines()
    ).encode(),
    "JSON": lambda t: json.dumps(_rows(t)).encode(),
}  # fmt: skip

COUNTRIES: dict[str, bytes] = {
    "not TOML": b"{}",
    "empty": b"",
    "UTF-16": COUNTRY.encode("utf-16"),
    "Latin-1": COUNTRY.encode("latin-1"),
    "key twice": COUNTRY.replace("agency =", 'name = "x"\nagency =', 1).encode(),
    "unknown key": ('land = "x"\n' + COUNTRY).encode(),
    "misspelt key": COUNTRY.replace("language", "langauge").encode(),
    "key missing": COUNTRY.replace('crs = "EPSG:32633"\n', "").encode(),
    "text for a list": COUNTRY.replace('["Vägar: påhittade"]', '"x"').encode(),
    "number for a text": COUNTRY.replace('"Lilland"', "1").encode(),
    "true for a text": COUNTRY.replace('"Lilland"', "true").encode(),
    "text of nothing": COUNTRY.replace('"Lilland"', '""').encode(),
    "text that turns": COUNTRY.replace("Lilland", "Lil\u202eland").encode(),
    "language": COUNTRY.replace('"sv"', '"fi"').encode(),
    "degrees for a projection": COUNTRY.replace("EPSG:32633", "EPSG:4326").encode(),
    "feet for metres": COUNTRY.replace("EPSG:32633", "EPSG:2225").encode(),
    "no such projection": COUNTRY.replace("EPSG:32633", "EPSG:1").encode(),
    "projection is a number": COUNTRY.replace('"EPSG:32633"', "32633").encode(),
    "deep lists": (COUNTRY + "x = " + "[" * 20_000).encode(),
    "deep tables": (COUNTRY + "x = " + "{a=" * 20_000).encode(),
    "deep key": ("a." * 20_000 + "a = 1\n" + COUNTRY).encode(),
    "deep header": (COUNTRY + "[" + "a." * 20_000 + "a]\n").encode(),
    "long key": ("k" * 150_000 + " = 1\n" + COUNTRY).encode(),
    "long number": (COUNTRY + "x = " + "9" * 5000 + "\n").encode(),
    "long number in base 16": COUNTRY.replace('"Lilland"', "0x" + "f" * 50_000).encode(),
    "many keys": ("".join(f"k{n} = 1\n" for n in range(15_000)) + COUNTRY).encode(),
    "many tables": (COUNTRY + "".join(f"[[t{n}]]\n" for n in range(15_000))).encode(),
    "too long": (COUNTRY + "#" * 200_001).encode(),
}


def cells() -> Iterator[Spoilt]:
    """Spoil one cell at a time: the first row of every column, some values each in turn."""
    turn = 0
    for name, rows in country_tables().items():
        for column, hint in TABLES[name].columns.items():
            if column not in rows[0]:
                continue  # optional
            bad = _values(column, hint)
            for step in range(min(2, len(bad))):
                value = bad[(turn + step) % len(bad)]
                spoilt = [rows[0] | {column: value}, *rows[1:]]
                content = csv_text(spoilt, list(rows[0])).encode()
                label = f"{name}.{column} = {value[:12]!r}"
                yield Spoilt(label, FILES[name], content, (2, column, value))
            turn += 2


def files() -> Iterator[Spoilt]:
    """Spoil the shape of the tables: each in every third way, the next one in others."""
    for turn, (name, rows) in enumerate(country_tables().items()):
        text = csv_text(rows, list(rows[0]))
        for label, spoil in list(SHAPES.items())[turn % 3 :: 3]:
            yield Spoilt(f"{name}: {label}", FILES[name], spoil(text))


def countries() -> Iterator[Spoilt]:
    """Spoil country.toml."""
    for label, content in COUNTRIES.items():
        yield Spoilt(f"country: {label}", "country.toml", content)


def outlines() -> Iterator[Spoilt]:
    """Spoil the outlines: the last of the six, or all of them."""
    for label, change in OUTLINE_CHANGES.items():
        features: Any = outline_features()
        content = json.dumps(change(features)).encode()
        yield Spoilt(f"outlines: {label}", OUTLINES, content)
    good = json.dumps(_collection(outline_features()))
    yield Spoilt("outlines: UTF-16", OUTLINES, good.encode("utf-16"))
    yield Spoilt("outlines: cut off", OUTLINES, good[: len(good) // 2].encode())
    yield Spoilt("outlines: empty", OUTLINES, b"")
    yield Spoilt("outlines: well-known text", OUTLINES, b"POLYGON ((0 0, 1 1, 0 1, 0 0))")
    yield Spoilt("outlines: deep", OUTLINES, b"[" * 100_000)
    yield Spoilt("outlines: long number", OUTLINES, b"9" * 5000)
    yield Spoilt("outlines: NaN", OUTLINES, good.replace("55.77]", "NaN]", 1).encode())
    yield Spoilt("outlines: infinity", OUTLINES, good.replace("55.77]", "1e999]", 1).encode())
    yield Spoilt("outlines: half a letter", OUTLINES, good.replace("0302", "\\ud800").encode())


def _last(**changes: Any) -> Callable[[list[dict[str, Any]]], dict[str, Any]]:
    return lambda features: _collection([*features[:-1], features[-1] | changes])


def _shape(kind: str, coordinates: Any) -> Callable[[list[dict[str, Any]]], dict[str, Any]]:
    return _last(geometry={"type": kind, "coordinates": coordinates})


def _moved(
    change: Callable[[float, float], list[Any]],
) -> Callable[[list[dict[str, Any]]], dict[str, Any]]:
    def moved(features: list[dict[str, Any]]) -> dict[str, Any]:
        for feature in features:
            rings = feature["geometry"]["coordinates"]
            feature["geometry"]["coordinates"] = [[change(x, y) for x, y in r] for r in rings]
        return _collection(features)

    return moved


def _collection(features: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features, **more}


WEST, SOUTH, EAST, NORTH = 13.68, 55.69, 13.8, 55.73
SQUARE = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
HOLE = [[17, 58], [18, 58], [18, 59], [17, 58]]
OUTLINE_CHANGES: dict[str, Callable[[list[dict[str, Any]]], Any]] = {
    "a list": lambda f: f,
    "no features": lambda _: _collection([]),
    "features are a text": lambda _: {"type": "FeatureCollection", "features": "x"},
    "one feature": lambda f: f[0],
    "TopoJSON": lambda f: {"type": "Topology", "objects": f},
    "SWEREF by name": lambda f: _collection(f, crs={"properties": {"name": "EPSG:3006"}}),
    "metres": _moved(lambda x, y: [x * 30_000, y * 110_000]),
    "latitude first": _moved(lambda x, y: [y + 45, x + 80]),
    "elsewhere": _moved(lambda x, y: [x - 60, y]),
    "texts for numbers": _moved(lambda x, y: [str(x), str(y)]),
    "one number for two": _moved(lambda x, _: [x]),
    "null for numbers": _moved(lambda _, y: [None, y]),
    "crosses itself": _shape("Polygon", [[SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]]),
    "not closed": _shape("Polygon", [SQUARE[:-1]]),
    "two corners": _shape("Polygon", [[SQUARE[0], SQUARE[1], SQUARE[0]]]),
    "no area": _shape("Polygon", [[SQUARE[0]] * 4]),
    "a spike": _shape("Polygon", [[*SQUARE[:2], [20, 55], *SQUARE[1:]]]),
    "a hole outside": _shape("Polygon", [SQUARE, HOLE]),
    "parts that overlap": _shape("MultiPolygon", [[SQUARE], [SQUARE]]),
    "no rings": _shape("Polygon", []),
    "no parts": _shape("MultiPolygon", []),
    "too deep": _shape("Polygon", [[[[1, 2]]]]),
    "a point": _shape("Point", [13.7, 55.7]),
    "a line": _shape("LineString", SQUARE),
    "no geometry": _last(geometry=None),
    "a collection": _last(geometry={"type": "GeometryCollection", "geometries": []}),
    "no properties": _last(properties=None),
    "no code": _last(properties={"name": "Ö"}),
    "code is a list": _last(properties={"code": ["0302"]}),
    "code of nowhere": _last(properties={"code": "9999"}),
    "code lost its zero": _last(properties={"code": 302}),
    "code twice": _last(properties={"code": "0301"}),
    "one is missing": lambda f: _collection(f[:-1]),
    "one too many": lambda f: _collection([*f, f[0]]),
    "not a feature": lambda f: _collection([*f, 7]),
    "huge numbers": _shape("Polygon", [[[1e308 * x, y] for x, y in SQUARE]]),
}


def _values(column: str, hint: Any) -> tuple[str, ...]:
    if get_origin(hint) is Literal:
        return WORDS
    kind, *marks = get_args(hint)
    if kind in (int, float):
        return NUMBERS
    if column.startswith("degrees"):
        return DEGREES
    if any(getattr(mark, "table", None) for mark in marks) or column in {"code", "orgnr"}:
        return CODES
    if column == "note":
        return ("x\u0007", "x\u202ey", "x" * 2001, "\u2028")
    return TEXTS


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def csv_rows(rows: list[Any]) -> str:
    """Return rows of any cells as CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def _without_column(text: str) -> str:
    return csv_rows([row[1:] for row in _rows(text)])
