"""What is wrong with a scenario, told by the line, the key and what was expected."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel, ValidationError

from planner.case.columns import short
from planner.case.expected import either, expected_of
from planner.case.text import listed, place
from planner.errors import InputError, Problem
from planner.message import Message, say

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Source:
    """Where a scenario was read: the name of its file, and what stands in it."""

    file: str
    text: str = ""

    @cached_property
    def lines(self) -> dict[str, int]:
        """The line on which each section and each key is first named, by dotted key."""
        found: dict[str, int] = {}
        section = ""
        for number, line in enumerate(self.text.splitlines(), start=1):
            if header := re.match(r"\s*\[+([^\[\]=]+)\]", line):
                section = header[1].strip()
                found.setdefault(section, number)
            elif key := re.match(r"""\s*["']?([\w.-]+)["']?\s*=""", line):
                found.setdefault(f"{section}.{key[1]}" if section else key[1], number)
        return found


def validated[M: BaseModel](
    model: type[M], tree: dict[str, Any], source: Source, problems: list[Problem]
) -> M:
    """Return what a tree of keys and values says, held against a model of pydantic.

    Parameters
    ----------
    problems : list of Problem
        What was wrong before, told together with what is found here.

    Raises
    ------
    InputError
        With every problem.
    """
    try:
        made = model.model_validate(tree)
    except ValidationError as error:
        wrong = listed(source.file, _causes(error), lambda item: _problem(item, model, source))
        problems = [*problems, *wrong]
    if problems:
        raise InputError(sorted(_joined(problems), key=str))
    return made


def _joined(problems: list[Problem]) -> list[Problem]:
    """Make one problem of the several that a value has where it may be of several kinds."""
    found: dict[Problem, list[Message]] = {}
    for problem in problems:
        found.setdefault(replace(problem, expected=say("")), []).append(problem.expected)
    return [replace(problem, expected=either(ways)) for problem, ways in found.items()]


def _causes(error: ValidationError) -> list[dict[str, Any]]:
    """Return what is wrong, without "too short" for lists whose items are wrong themselves."""
    found: list[dict[str, Any]] = [dict(item) for item in error.errors()]
    inside = {item["loc"][:depth] for item in found for depth in range(len(item["loc"]))}
    return [item for item in found if item["type"] != "too_short" or item["loc"] not in inside]


def _problem(item: dict[str, Any], model: type[BaseModel], source: Source) -> Problem:
    location = place(item)
    key = ".".join(str(part) for part in location)
    value = item.get("input")
    shown = "" if isinstance(value, dict) or item["type"] == "missing" else str(value)[:80]
    expected = expected_of(item)
    if item["type"] == "extra_forbidden":
        known = _fields_at(model, location[:-1])
        close = difflib.get_close_matches(short(str(location[-1])), known, n=1)
        expected = (
            say("a known key; did you mean {!r}?", close[0])
            if close
            else say("a known key ({})", ", ".join(known))
        )
    return Problem(source.file, _line(source.lines, location), short(key), shown, expected)


def _fields_at(whole: type[BaseModel], location: list[Any]) -> list[str]:
    annotation: Any = whole
    for part in location:
        model = _model_in(annotation)
        # Anything else is an index or a key: of a collection whose items hold the model.
        if model is not None and part in model.model_fields:
            annotation = model.model_fields[part].annotation
    model = _model_in(annotation)
    return sorted(model.model_fields) if model is not None else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _line(lines: Mapping[str, int], location: list[Any]) -> int | None:
    """Find the line that sets a key, or the header of the section it belongs to."""
    names = [part for part in location if isinstance(part, str)]
    places = (".".join(names[:end]) for end in range(len(names), 0, -1))
    return next((lines[place] for place in places if place in lines), None)
