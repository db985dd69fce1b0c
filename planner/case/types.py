"""The validated tables of a data folder, as every later stage sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    import pandas as pd

    from planner.errors import Problem


@dataclass(frozen=True)
class SourceNote:
    """Where files of the data folder come from: `what` and `gaps` by language, "sv" and "en".

    `as_of` is empty where no date is known, `gaps` where none were written down.
    """

    files: tuple[str, ...]
    what: Mapping[str, str]
    source: str
    as_of: str
    gaps: Mapping[str, str]


@dataclass(frozen=True)
class Country:
    """What the tables can't say about the country and the agency (data/country.toml)."""

    name: str
    agency: str
    sister_agency: str
    language: str
    crs: str
    attribution: tuple[str, ...]
    sources: tuple[SourceNote, ...] = ()


@dataclass(frozen=True, eq=False)
class Inputs:
    """Everything read from a data folder, in canonical order.

    Every table is sorted by its key, so that the order of rows in the files never
    reaches a result. Codes are text. Tables are not to be changed in place: copy first.

    Attributes
    ----------
    counties : pandas.DataFrame
        Index `code`; columns `name`, `state_area`.
    municipalities : pandas.DataFrame
        Index `code`; columns `name`, `county_code`, `seat`, `lat`, `lon` (WGS84 degrees), where
        names and seats that are the same have the county, or county and code, beside them; the
        counts and indicators of municipalities.csv, and from
        principals_by_municipality.csv `principals` (estimated number of principals) and
        `sole_traders` (those of them that are counted but not listed). Optional `train` (bool).
    outlines : geopandas.GeoDataFrame
        Index `code`; outlines in EPSG:4326, a valid coverage, for drawing. Of a land that the
        180th meridian runs through longitudes go beyond 180 degrees, so that it is in one piece;
        so do those of the tables.
    adjacency : pandas.DataFrame
        Columns `code_a` < `code_b`: municipalities that share a border.
    roads : pandas.DataFrame
        Columns `code_a` < `code_b`, `km`, `minutes`, `kind` ("road" or "ferry").
    principals : pandas.DataFrame
        Index `orgnr`; columns `name`, `name_basis`, `type`, `municipality_code`,
        `school_forms`, `units`, `children_preschool`, `pupils`, `status`. Optional `need` (a
        number of the planner's own, for the order of dialogues).
    campuses : pandas.DataFrame
        Campus towns with teacher education; columns of universities.csv.
    sister_sites : pandas.DataFrame
        Premises of the sister agency; columns of spsm_sites.csv.
    announced : pandas.DataFrame
        The announced offices (may be empty); columns of announced_offices.csv.
    files : mapping of str to str
        Path relative to the data folder -> sha256 of the bytes read.
    doubts : tuple of Problem
        What is unlikely in the tables, as written there; nothing is stopped by it.
    """

    country: Country
    counties: pd.DataFrame
    municipalities: pd.DataFrame
    outlines: gpd.GeoDataFrame
    adjacency: pd.DataFrame
    roads: pd.DataFrame
    principals: pd.DataFrame
    campuses: pd.DataFrame
    sister_sites: pd.DataFrame
    announced: pd.DataFrame
    files: Mapping[str, str]
    doubts: tuple[Problem, ...] = ()
