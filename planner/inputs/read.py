"""Read a data folder into frozen Inputs: every file once, every table in canonical order."""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from planner.inputs.types import Country, Inputs

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLES = {
    "counties": "municipalities/counties.csv",
    "municipalities": "municipalities/municipalities.csv",
    "adjacency": "municipalities/adjacency.csv",
    "roads": "travel/roads.csv",
    "principals": "principals/principals.csv",
    "demand": "principals/principals_by_municipality.csv",
    "campuses": "universities/universities.csv",
    "sister_sites": "spsm/spsm_sites.csv",
    "announced": "offices/announced_offices.csv",
}
OUTLINES = "municipalities/boundaries.geojson"
COUNTRY = "country.toml"
TEXT = {"code", "county_code", "municipality_code", "code_a", "code_b", "orgnr"}


def default_data_folder() -> Path:
    """Return the data that came with the program: in the wheel, or in a source checkout.

    Returns
    -------
    pathlib.Path
    """
    package = Path(__file__).resolve().parents[1]
    packed = package / "_data"
    return packed if packed.is_dir() else package.parent / "data"


def read_inputs(folder: Path) -> Inputs:
    """Read and check every table of a data folder.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    Inputs

    Raises
    ------
    planner.errors.InputError
        With every problem found.
    """
    files: dict[str, str] = {}

    def text(name: str) -> str:
        raw = (folder / name).read_bytes()
        files[name] = hashlib.sha256(raw).hexdigest()
        return unicodedata.normalize("NFC", raw.decode("utf-8-sig"))

    country = tomllib.loads(text(COUNTRY))
    country.pop("degrees", None)
    tables = {
        key: pd.read_csv(
            io.StringIO(text(name)), dtype=dict.fromkeys(TEXT, str), keep_default_na=False
        )
        for key, name in TABLES.items()
    }
    outlines = gpd.GeoDataFrame.from_features(json.loads(text(OUTLINES))["features"], crs=4326)
    demand = tables["demand"].set_index("municipality_code")
    municipalities = tables["municipalities"].set_index("code").sort_index()
    municipalities["principals"] = demand["principals_estimate"]
    municipalities["sole_traders"] = demand["sole_traders_estimate"]
    return Inputs(
        country=Country(**{**country, "attribution": tuple(country["attribution"])}),
        counties=tables["counties"].set_index("code").sort_index(),
        municipalities=municipalities,
        outlines=outlines.set_index("code").sort_index(),
        adjacency=_pairs(tables["adjacency"]),
        roads=_pairs(tables["roads"]),
        principals=tables["principals"].set_index("orgnr").sort_index(),
        campuses=_sorted(tables["campuses"], ["institution", "municipality_code", "campus_town"]),
        sister_sites=_sorted(tables["sister_sites"], ["municipality_code", "name"]),
        announced=_sorted(tables["announced"], ["municipality_code"]),
        files=dict(sorted(files.items())),
    )


def _pairs(table: pd.DataFrame) -> pd.DataFrame:
    """Put the lower code first in every pair, and the pairs in order."""
    table = table.copy()
    swap = table["code_a"] > table["code_b"]
    table.loc[swap, ["code_a", "code_b"]] = table.loc[swap, ["code_b", "code_a"]].to_numpy()
    return _sorted(table, ["code_a", "code_b"])


def _sorted(table: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    return table.sort_values(list(key), ignore_index=True)
