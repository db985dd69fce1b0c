"""CSV once more as a workbook: numbers are numbers, text stays dead, the bytes are the same."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from planner.outputs.files import spreadsheet
from planner.outputs.files.spreadsheet import inert
from planner.outputs.files.spreadsheet import spreadsheet as made

TEXT = 'n,code,km,says\n1,0101,5.5,=1+1\n2,2180,,"a,b\nhttp://x"\n-3,0301,1e-05,\n'


def sheets(text: str) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(io.BytesIO(made(text, "samples")))
    return {sheet.title: [tuple(row) for row in sheet.values] for sheet in book}


def test_a_column_is_of_numbers_or_of_text() -> None:
    """Codes keep their zeros, and what looks like a formula or an address is text."""
    assert sheets(TEXT) == {
        "samples": [
            ("n", "code", "km", "says"),
            (1, "0101", 5.5, "=1+1"),
            (2, "2180", None, "a,b\nhttp://x"),
            (-3, "0301", 0.00001, None),
        ]
    }
    book = load_workbook(io.BytesIO(made(TEXT, "samples")))
    assert book["samples"]["D2"].data_type == "s"
    assert book["samples"]["D3"].hyperlink is None


def test_the_same_rows_are_the_same_bytes() -> None:
    """And a file without rows has a header."""
    assert made(TEXT, "samples") == made(TEXT, "samples")
    assert sheets("n,code\n") == {"samples": [("n", "code")]}


def test_rows_beyond_a_sheet_stand_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each under the header."""
    monkeypatch.setattr(spreadsheet, "ROWS", 2)
    assert sheets("n\n1\n2\n3\n") == {
        "samples": [("n",), (1,), (2,)],
        "samples 2": [("n",), (3,)],
    }


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+46", "'+46"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("＝1", "'＝1"),  # noqa: RUF001 - the full-width sign is the point
        ("a;=1", "a;'=1"),
        ("a, -b", "a, '-b"),
        ("Norr-Ost", "Norr-Ost"),
        ("Lek'n Roll AB", "Lek'n Roll AB"),
    ],
)
def test_text_that_a_spreadsheet_would_compute_is_disarmed(text, shown):
    """At the start, and after any separator at which a spreadsheet may cut."""
    assert inert(text) == shown
