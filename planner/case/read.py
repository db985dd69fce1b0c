"""Read a data folder into frozen Inputs: every file once, every table in canonical order."""

from collections.abc import Mapping
from dataclasses import fields, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from planner.case import rules
from planner.case.codes import Codes, code_problems, told_apart
from planner.case.coordinates import beside
from planner.case.doubts import find_doubts
from planner.case.files import DataFolder, default_data_folder
from planner.case.gathering import ONE_COLUMN_APART, gathered, in_order
from planner.case.links import Links, link_problems, measure
from planner.case.outlines import (
    WGS84,
    fit,
    lay_out,
    projection_problems,
    read_outlines,
    town_problems,
)
from planner.case.schemas import COUNTRY, OUTLINES, TABLES, TableSchema
from planner.case.sheet import ReadTable, read_sheet
from planner.case.text import listed
from planner.case.types import Country, Inputs, SourceNote
from planner.errors import InputError, Problem
from planner.message import Message, say

__all__ = ("default_data_folder", "read_inputs", "summary")


def read_inputs(folder: Path) -> Inputs:
    """Read and check every table of a data folder.

    Returns
    -------
    Inputs

    Raises
    ------
    planner.errors.InputError
        With every problem found in any file.
    """
    if not folder.is_dir():
        raise InputError(
            [Problem(str(folder), None, "", "", say("a data folder; there is none here"))]
        )
    source = DataFolder(folder)
    problems = source.problems
    country = source.country(COUNTRY)
    sheets: dict[str, ReadTable] = {}
    for name, table in TABLES.items():
        found = source.table(table)
        if found is not None:
            sheet, wrong = read_sheet(*found, country.get("decimal"))
            problems += wrong
            if sheet is not None:
                sheets[name] = sheet
    outlines = None
    document = source.json(OUTLINES)
    if document is not None:
        outlines, wrong = read_outlines(document)
        problems += wrong
    wrong, codes, links = _cross_checks(country, sheets, outlines)
    problems += wrong
    if outlines is not None and not problems:
        outlines, problems = fit(outlines)
    if problems or outlines is None or links is None:
        files = groupby(sorted(set(problems), key=in_order), key=lambda problem: problem.file)
        told = [listed(file, list(found), lambda problem: problem) for file, found in files]
        raise InputError([problem for problems in told for problem in problems])
    doubts = (*source.doubts, *find_doubts(sheets, outlines, codes["municipalities"], links))
    return replace(_inputs(country, sheets, outlines, source.hashes), doubts=doubts)


def summary(inputs: Inputs) -> list[tuple[Message, int | str]]:
    """Return what was read, for people: a label and a count, in a fixed order.

    Returns
    -------
    list of tuple
    """
    municipalities = inputs.municipalities
    ferries = int((inputs.roads["kind"] == "ferry").sum())
    return [
        (say("country"), inputs.country.name),
        (say("counties"), len(inputs.counties)),
        (say("municipalities"), len(municipalities)),
        (say("principals listed"), len(inputs.principals)),
        (say("principals counted, not listed"), int(municipalities["sole_traders"].sum())),
        (say("principals in all"), int(municipalities["principals"].sum())),
        (say("institutions with teacher education"), inputs.campuses["institution"].nunique()),
        (say("campus towns"), len(inputs.campuses)),
        (say("sites of {}", inputs.country.sister_agency), len(inputs.sister_sites)),
        (say("offices announced"), len(inputs.announced)),
        (say("roads"), len(inputs.roads) - ferries),
        (say("ferries"), ferries),
        (say("municipal borders"), len(inputs.adjacency)),
        (say("outlines"), len(inputs.outlines)),
    ]


def _cross_checks(
    country: Mapping[str, Any],
    sheets: Mapping[str, ReadTable],
    outlines: Mapping[str, shapely.Geometry | None] | None,
) -> tuple[list[Problem], dict[str, Codes], Links | None]:
    """Check what must hold between tables, as far as the tables it takes could be read."""
    problems, codes = code_problems(sheets, outlines)
    problems += rules.source_problems(country.get("sources", ()))
    if "campuses" in sheets:
        problems += rules.degree_problems(sheets["campuses"], country.get("degrees", ()))
    if "municipalities" not in codes:
        return problems, codes, None
    known = codes["municipalities"]
    if {"demand", "principals"} <= sheets.keys():
        problems += rules.demand_problems(sheets["demand"], sheets["principals"], known)
    problems += rules.children_problems(sheets["municipalities"])
    if "roads" in sheets:
        names = {code: name for _, code, name in sheets["municipalities"].rows("code", "name")}
        problems += rules.road_problems(sheets["roads"], known, names)
    if "announced" in sheets:
        problems += rules.announced_problems(sheets["announced"], sheets["municipalities"], known)
    wrong, astray = _ground_problems(country, sheets, outlines, known)
    problems += wrong
    links = None
    if "roads" in sheets and astray is not None:
        links = measure(sheets["roads"], sheets["municipalities"], known, astray)
        problems += link_problems(links)
    return problems, codes, links


def _ground_problems(
    country: Mapping[str, Any],
    sheets: Mapping[str, ReadTable],
    outlines: Mapping[str, shapely.Geometry | None] | None,
    codes: Codes,
) -> tuple[list[Problem], set[int | None] | None]:
    """Check that the projection and the towns are of where the outlines lie.

    Returns
    -------
    problems : list of Problem
    astray : set of int or None
        Lines of municipalities.csv whose seat lies elsewhere; None if there is no trusting any.
    """
    problems: list[Problem] = []
    astray: set[int | None] | None = set()
    if outlines and country.get("crs"):
        problems += projection_problems(outlines, country["crs"])
    if outlines and any(outlines.values()):
        ground = lay_out(outlines, country.get("crs"))
        for name in ("municipalities", "campuses", "sister_sites"):
            if name in sheets:
                found = town_problems(sheets[name], ground, codes.resolve)
                told = gathered(found, len(sheets[name].lines), ONE_COLUMN_APART)
                problems += told
                if name == "municipalities":
                    astray = {p.row for p in found} if len(told) == len(found) else None
    return problems, astray


def _inputs(
    country: Mapping[str, Any],
    sheets: Mapping[str, ReadTable],
    outlines: Mapping[str, Any],
    hashes: Mapping[str, str],
) -> Inputs:
    """Put sound tables into canonical order."""
    tables = {name: _frame(sheet) for name, sheet in sheets.items()}
    for name in ("adjacency", "roads"):
        table = tables[name]
        swap = table["code_a"] > table["code_b"]
        table.loc[swap, ["code_a", "code_b"]] = table.loc[swap, ["code_b", "code_a"]].to_numpy()
    tables = {name: _in_key_order(TABLES[name], table) for name, table in tables.items()}
    demand = tables["demand"].set_index("municipality_code")
    municipalities = tables["municipalities"].assign(
        principals=demand["principals_estimate"], sole_traders=demand["sole_traders_estimate"]
    )
    counties = municipalities["county_code"].map(tables["counties"]["name"])
    for column in ("name", "seat"):
        names = [str(name) for name in municipalities[column]]
        municipalities[column] = told_apart(names, list(counties), list(municipalities.index))
    codes = sorted(outlines)
    land = gpd.GeoDataFrame(
        geometry=[outlines[code] for code in codes], index=pd.Index(codes, name="code"), crs=WGS84
    )
    west, _, east, _ = land.total_bounds
    for table in (municipalities, tables["campuses"], tables["sister_sites"]):
        table["lon"] = beside((west + east) / 2, table["lon"])
    return Inputs(
        country=_country(country),
        counties=tables["counties"],
        municipalities=municipalities,
        outlines=land,
        adjacency=tables["adjacency"],
        roads=tables["roads"],
        principals=tables["principals"],
        campuses=tables["campuses"],
        sister_sites=tables["sister_sites"],
        announced=tables["announced"],
        files=dict(sorted(hashes.items())),
    )


def _country(said: Mapping[str, Any]) -> Country:
    plain = [f.name for f in fields(Country) if f.name not in ("attribution", "sources")]
    return Country(
        **{name: said[name] for name in plain},
        attribution=tuple(said["attribution"]),
        sources=tuple(
            SourceNote(
                files=tuple(note["files"]),
                what=note["what"],
                source=note["source"],
                as_of=note["as_of"] or "",
                gaps=note["gaps"] or {},
            )
            for note in said["sources"]
        ),
    )


def _frame(sheet: ReadTable) -> pd.DataFrame:
    """Return a table's columns with their types, also when it has no rows."""
    kinds = {str: "str", int: "int64", float: "float64", bool: "bool"}
    hints = sheet.table.columns
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=kinds.get(getattr(hints[name], "__origin__", str), "str"))
            for name, values in sheet.cells.items()
        }
    )


def _in_key_order(table: TableSchema, frame: pd.DataFrame) -> pd.DataFrame:
    """Sort rows by key, so that their order in the file never reaches a result."""
    frame = frame.sort_values(list(table.key), ignore_index=True)
    return frame.set_index(table.key[0]) if table.indexed else frame
