"""Instances as tables: places with coordinates, or a matrix of costs; columns told by name."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from planner.bench.source import (
    ROUNDED,
    Instance,
    Rounding,
    Source,
    as_number,
    euclidean,
    great_circle,
    rounded,
)
from planner.case.numbers import Marks, marks_of
from planner.errors import InputError, Problem
from planner.message import Message, say

if TYPE_CHECKING:
    from planner.location.kernels import Floats

ROLES = {
    "x": "x easting east xcoord xcoordinate coordx",
    "y": "y northing north ycoord ycoordinate coordy",
    "lon": "lon long lng longitude",
    "lat": "lat latitude",
    "id": "id code name fid objectid geoid key label nr number place town city index",
    "weight": "weight population pop people inhabitants",
    "demand": "demand",
    "capacity": "capacity cap room",
}
"""What a column is, by the words that name it."""
NAMED = {word: role for role, words in ROLES.items() for word in words.split()}
LONG = [word for word, role in NAMED.items() if len(word) > 4 and role != "id"]
"""Names that a site isn't called by chance, nor anything like them."""
BESIDE = {"coord", "coords", "coordinate", "coordinates", "pos", "m", "km", "deg", "degrees"}
"""Words that stand beside one of those and change nothing."""
NAMES_FIRST = say("names first, as `id,x,y,weight` or `id,site 1,site 2`: places or costs?")
ONE_MARK = say(
    "one decimal mark in the whole table, and none that may group thousands; or commas between "
    "columns, and decimal points"
)
FEWEST = 6
"""Columns from which a table without names can be no list of places."""


def read_table(source: Source, name: str, distance: Rounding | None) -> Instance:
    """Read a table with a line of names first.

    With columns for coordinates each row is a place, a point and a site at once; beside them it
    may have an id, weight or population, demand and capacity, and nothing else. Without them it
    is a matrix: a row a point, and every column a site but an id first, a weight and a demand. One
    of weight and demand stands for both. Degrees become km over a sphere.

    Raises
    ------
    InputError
        If a column is unknown, or the table or a number may be read in more than one way, or with
        the row and column of what is no number.
    """
    header, body, separator = _cells(source)
    roles = [_role(title) for title in header]
    marks = _marks(source, separator, header, roles, body)
    table = Columns(source, header, roles, body, marks)
    _no_role_twice(table)
    if not any(header):
        return _without_names(table, name)
    if {"x", "y", "lon", "lat"} & set(roles):
        return _places(table, name, distance)
    return _matrix(table, name)


type Body = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Columns:
    """A table and how to read it: names and roles of its columns, rows with their lines, marks."""

    source: Source
    header: list[str]
    roles: list[str]
    body: Body
    marks: Marks

    def column(self, k: int, *, title: str | None = None, least: float | None = 0.0) -> Floats:
        """Return the numbers of a column, none below `least`."""
        out = np.array([_number(cells[k], self.marks) for _, cells in self.body])
        bad = np.isnan(out) if least is None else ~(out >= least)
        for i in np.flatnonzero(bad)[:1]:
            expected = say("a finite number") if least is None else say("a number, zero or more")
            row, cells = self.body[int(i)]
            raise self.source.fail(row, title or self.header[k], cells[k], expected)
        return out


def _cells(source: Source) -> tuple[list[str], Body, str]:
    """Return the names of the columns, empty where there is none, the rows, and the separator."""
    first = source.lines[0][1]
    mark = ";" if ";" in first else "," if "," in first else "\t" if "\t" in first else ","
    lines = [line for _, line in source.lines]
    try:
        rows = [[cell.strip() for cell in cells] for cells in csv.reader(lines, delimiter=mark)]
    except csv.Error as error:
        raise source.fail(None, "", "", say("CSV ({})", error)) from None
    if len(rows) != len(lines):
        raise source.fail(None, "", "", say("no line breaks inside cells"))
    numbered = [(row, cells) for (row, _), cells in zip(source.lines, rows, strict=True)]
    numbered = [(row, cells) for row, cells in numbered if any(cells)]
    top = numbered[0][1]
    # Whether it is a number doesn't wait for which mark is the decimal one.
    pointed = top if mark == "," else [cell.replace(",", ".") for cell in top]
    texts = [bool(cell) and np.isnan(as_number(cell)) for cell in pointed]
    named = any(texts)
    # Sites may be called 1, 2, 3, beside a column of ids; else the first line is no names.
    if named and not all(texts) and any(top[1:]) and top[0] and _role(top[0]) != "id":
        numbers = [cell for cell, text in zip(top, texts, strict=True) if cell and not text]
        if numbers:
            raise source.fail(numbered[0][0], "", ", ".join(numbers[:4]), NAMES_FIRST)
    body = numbered[1:] if named else numbered
    if not body:
        raise source.fail(None, "", "", say("at least one row of numbers"))
    for row, cells in body:
        if len(cells) != len(top):
            raise source.fail(row, "", len(cells), say("{} cells", len(top)))
    return (top if named else [""] * len(top)), body, mark


def _marks(
    source: Source, separator: str, header: list[str], roles: list[str], body: Body
) -> Marks:
    """Return the decimal mark: a point where commas part the cells, else the one they show."""
    if separator == ",":
        return Marks()
    marks, doubt = marks_of(
        {
            str(k): ("decimal", role not in {"lon", "lat"}, [cells[k] for _, cells in body])
            for k, role in enumerate(roles)
            if role != "id"
        }
    )
    if doubt is not None:
        k, place = int(doubt[0]), doubt[1]
        row, cells = body[place]
        raise source.fail(row, header[k] or say("column {}", k + 1), cells[k], ONE_MARK)
    return marks


def _number(cell: str, marks: Marks) -> float:
    return np.nan if marks.other in cell else as_number(cell.replace(marks.decimal, "."))


def _words(title: str) -> list[str]:
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", title)
    return [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]


def _role(title: str) -> str:
    """Return what a column is by its name, or nothing."""
    words = _words(title)
    roles = {NAMED[word] for word in words if word in NAMED}
    rest = [word for word in words if word not in NAMED and word not in BESIDE]
    whole = NAMED.get("".join(words))
    if whole is not None:
        return whole
    return roles.pop() if len(roles) == 1 and not rest else ""


def _no_role_twice(table: Columns) -> None:
    source, header, roles = table.source, table.header, table.roles
    for role, times in Counter(role for role in roles if role not in {"", "id"}).items():
        if times > 1:
            titles = [title for title, one in zip(header, roles, strict=True) if one == role]
            raise source.fail(1, role, ", ".join(titles), say("one column of {}", role))
    twice = [title for title, times in Counter(header).items() if title and times > 1]
    if twice:
        raise source.fail(1, twice[0], "", say("no two columns of the same name"))


def _unknown(source: Source, title: str, expected: Message) -> Problem:
    close = get_close_matches("".join(_words(title)), NAMED, 1, 0.75)
    if close:
        expected += say("; did you mean {!r}?", close[0])
    return Problem(source.name, source.lines[0][0], title, "", expected)


def _places(table: Columns, name: str, distance: Rounding | None) -> Instance:
    source, header, roles, body = table.source, table.header, table.roles, table.body
    found = set(roles)
    wrong = [
        _unknown(source, title, say("coordinates, id, weight, population, demand or capacity"))
        for k, (title, role) in enumerate(zip(header, roles, strict=True))
        if not role and (title or k)
    ]
    plane, globe = {"x", "y"} & found, {"lon", "lat"} & found
    if bool(plane) == bool(globe) or len(plane | globe) != 2:
        titles = ", ".join(sorted(plane | globe))
        wrong.append(Problem(source.name, 1, titles, "", say("x and y, or lon and lat")))
    if wrong:
        raise InputError(wrong)
    source.size(len(body), len(body))
    values = {
        role: table.column(k, least=None if role in plane | globe else 0.0)
        for k, role in enumerate(roles)
        if role not in {"", "id"}
    }
    rounding = distance or "exact"
    if globe:
        for role, most in (("lat", 90.0), ("lon", 180.0)):
            for i in np.flatnonzero(np.abs(values[role]) > most)[:1]:
                title = header[roles.index(role)]
                expected = say("degrees from {} to {}", -most, most)
                raise source.fail(body[int(i)][0], title, values[role][i], expected)
        exact, told = great_circle(values["lat"], values["lon"]), "great-circle km"
    else:
        exact, told = euclidean(np.column_stack([values["x"], values["y"]])), "Euclidean"
    weights, demands = _both(values)
    return Instance(
        name,
        say("a table of places"),
        rounded(exact, rounding),
        weights=weights,
        demands=demands,
        capacities=values.get("capacity"),
        distance=f"{told}, {ROUNDED[rounding]}",
        problem="capacitated" if "capacity" in values else "median",
    )


def _both(values: dict[str, Floats]) -> tuple[Floats | None, Floats | None]:
    """Return weights and demands: one column is both, of two each is its own."""
    weights, demands = values.get("weight"), values.get("demand")
    return (
        demands if weights is None else weights,
        weights if demands is None else demands,
    )


def _matrix(table: Columns, name: str) -> Instance:
    source, header, roles, body = table.source, table.header, table.roles, table.body
    texts = np.isnan(_number(body[0][1][0], table.marks))
    named = roles[0] == "id" or not header[0] or texts
    sites, wrong = [], []
    for k, (title, role) in enumerate(zip(header, roles, strict=True)):
        if k == 0 and named:
            continue
        if role in {"capacity", "id"} or not title:
            wrong.append(Problem(source.name, 1, title, "", say("a site, or an id first")))
        elif not role and get_close_matches(title.lower(), LONG, 1, 0.8):
            expected = say("weight, demand or the name of a site")
            wrong.append(_unknown(source, title, expected))
        elif not role:
            sites.append(k)
    if wrong:
        raise InputError(wrong)
    if not sites:
        raise source.fail(1, "", "", say("at least one column of costs"))
    if not named and sites[0] == 0:
        _no_numbering(table, header[0])
    source.size(len(body), len(sites))
    cost = np.column_stack([table.column(k) for k in sites])
    values = {role: table.column(k) for k, role in enumerate(roles) if role in {"weight", "demand"}}
    weights, demands = _both(values)
    return Instance(name, say("a matrix of costs"), cost, weights=weights, demands=demands)


def _no_numbering(table: Columns, title: str) -> None:
    """Refuse a first column that may number the rows."""
    first = np.array([_number(cells[0], table.marks) for _, cells in table.body])
    if len(first) > 2 and (first % 1 == 0).all() and (np.diff(first) > 0).all():
        expected = say("a name that tells whether it is an id or a site: its numbers rise")
        raise table.source.fail(1, title or say("column {}", 1), "", expected)


def _without_names(table: Columns, name: str) -> Instance:
    """Read a matrix that can be nothing else, and refuse any other table without names."""
    source, body = table.source, table.body
    titles = [say("column {}", k + 1) for k in range(len(body[0][1]))]
    columns = [table.column(k, title=title, least=None) for k, title in enumerate(titles)]
    cost = np.column_stack(columns)
    square = cost.shape[0] == cost.shape[1] > 1 and not cost.diagonal().any()
    square = square and bool((cost == cost.T).all())
    if cost.shape[1] < FEWEST and not square:
        raise source.fail(body[0][0], "", ", ".join(body[0][1][:4]), NAMES_FIRST)
    if not square:
        _no_numbering(table, "")
    if (cost < 0).any():
        raise source.fail(None, "", cost.min(), say("numbers that are zero or more"))
    source.size(*cost.shape)
    return Instance(name, say("a matrix of costs"), cost)
