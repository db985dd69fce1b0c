"""One list of spellings for both readers: each gives the value that stands there, or refuses."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from country import COUNTRY, FILES, country_tables, make_country
from planner.case.schemas import TABLES
from planner.case.sheet import read_sheet
from planner.errors import InputError
from planner.verify.tables import read_tables

if TYPE_CHECKING:
    from country import Rows

CELLS = tomllib.loads(Path(__file__).with_name("numbers.toml").read_text("utf-8"))["cells"]
KINDS = ("comma", "semicolon", "lone", "point_said", "comma_said")
TWO = "one decimal mark"
SAID = {"point_said": ".", "comma_said": ","}


def expected(cell: dict[str, Any], kind: str) -> list[Any]:
    """Return [whole, decimal] of a spelling in a kind of table."""
    return cell.get(kind, cell.get("semicolon" if kind != "comma" else "comma", cell["comma"]))


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for all the spellings, whose tables are written over."""
    return make_country(tmp_path_factory.mktemp("spelt") / "country")


def text(rows: Rows, separator: str) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def spelt(where: Path, kind: str, column: str, cell: str) -> tuple[list[Any], Any]:
    """Write a cell into the first row of a table; return what each reader has of it.

    Returns
    -------
    first : list
        The value, or None and the problems.
    second : Any
        The value, or None.
    """
    name = "roads" if column == "km" else "principals"
    rows = country_tables()[name]
    rows[0] |= {column: cell} | ({} if column == "km" else {"children_preschool": 0})
    if kind == "semicolon":
        rows[1] |= {"minutes": "8,5"} if column == "km" else {"children_preschool": "2,0"}
    said = SAID.get(kind)
    table, written = TABLES[name], text(rows, "," if kind == "comma" else ";")
    sheet, problems = read_sheet(table, written, said)
    first = [None, *problems] if problems or sheet is None else [sheet.cells[column][0]]
    make_country(where)
    (where / FILES[name]).write_text(written, "utf-8")
    if said:
        (where / "country.toml").write_text(f'decimal = "{said}"\n{COUNTRY}', "utf-8")
    try:
        tables = read_tables(where)
    except InputError:
        return first, None
    if column == "km":
        return first, tables.roads[0].km
    if column == "orgnr":
        return first, next(iter(tables.listed))
    return first, next(iter(tables.listed.values())).size


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cell", CELLS, ids=[repr(cell["spelt"]) for cell in CELLS])
def test_a_number_is_what_the_list_says(where, cell, kind):
    """In a column of whole numbers and in one of decimals; both readers have the very same."""
    for column, right in zip(("pupils", "km"), expected(cell, kind), strict=True):
        first, second = spelt(where, kind, column, cell["spelt"])
        if isinstance(right, str):
            assert first[0] is None, (column, first)
            (problem,) = first[1:]
            if right == TWO:  # told of the mark that comes second
                assert problem.expected.startswith(TWO)
                continue
            assert (problem.row, problem.column, problem.value) == (2, column, cell["spelt"])
            assert right in problem.expected
            assert not (kind in SAID and "`decimal`" in problem.expected)
            if right == "is rounded":
                assert second is None
        else:
            assert first == [right]
            assert float(second) == right


@pytest.mark.parametrize("cell", CELLS, ids=[repr(cell["spelt"]) for cell in CELLS])
def test_a_code_is_the_text_that_it_is(where, cell):
    """Whatever number it looks like, both readers have it letter by letter."""
    first, second = spelt(where, "comma", "orgnr", cell["spelt"])
    if cell["code"]:
        assert (first, second) == ([cell["spelt"]], cell["spelt"])
    else:
        assert first[0] is None


SPELLINGS = st.text(
    "0123456789" * 3 + ".,.,eE+- \u00a0\u202f\u2212'_%x\uff15", max_size=9
) | st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "-", "+", " ", "\u2212"]),
    st.from_regex(r"[0-9]{1,4}([ ,.][0-9]{3}){0,2}", fullmatch=True),
    st.from_regex(r"([.,][0-9]{0,4})?", fullmatch=True),
    st.sampled_from(["", "", "", "e3", "E+03", "e-2", " "]),
)


@pytest.mark.slow
@settings(max_examples=400)
@given(cell=SPELLINGS, kind=st.sampled_from(KINDS), column=st.sampled_from(["km", "pupils"]))
def test_what_one_reader_takes_the_other_has_as_well(where, cell, kind, column):
    """To the last digit: verify's number is the decimal that is written, the other's its float."""
    (first, *_), second = spelt(where, kind, column, cell)
    if first is not None:
        assert type(first) is (float if column == "km" else int)
        assert second is not None
        assert float(second) == first
