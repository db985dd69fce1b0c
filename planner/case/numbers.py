"""The rule of numbers: which spellings are read, as what, and why another is refused.

What may mean two things is refused with what it may mean. docs/reference-data.md tells the rule,
tests/case/numbers.toml lists spellings; planner/verify reads the same without this module.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from planner.message import Message, say

Kind = Literal["whole", "decimal", "percent"]

SPACES = " \u00a0\u2009\u202f"
"""An ordinary space, and those that do not break a line: what groups thousands in most languages.
"""
_DIGITS = "[0-9]{1,40}"
_POWER = "(?:e[+-]?[0-9]{1,2}|E[0-9]{1,2}|E[+-][0-9])"
SAY_IT = say(", or say in country.toml which mark is the `decimal` one")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
_MARKED = re.compile(rf"[+-]?(?:{_DIGITS})?[.,]{_DIGITS}{_POWER}?")
_SIMPLE = re.compile(rf"{_DIGITS}\.{_DIGITS}")


class Typed(str):
    """A number as a workbook holds it: nobody spelt it, so nothing about it is in doubt."""

    __slots__ = ()


class Odd(str):
    """What a workbook's cell holds that is neither text nor a number: a date, or true or false."""

    __slots__ = ()


class Vast(Odd):
    """A whole number so large that a workbook may not have kept its last digits."""

    __slots__ = ()


@dataclass(frozen=True)
class Marks:
    """How a table writes numbers.

    Attributes
    ----------
    decimal : str
        "." or ","; "" where the table leaves it in doubt: no number with a mark is then read.
    said : bool
        Whether country.toml says so: the other mark may then group thousands.
    """

    decimal: str = "."
    said: bool = False

    @property
    def other(self) -> str:
        """The mark that is not the decimal one."""
        return "," if self.decimal == "." else "."


def plain(cell: str, kind: Kind, marks: Marks) -> str | None:
    """Return a number in digits and a point, as `float` and `int` read it; None if it is refused.

    Parameters
    ----------
    kind : {"whole", "decimal", "percent"}
        Of the column.
    marks : Marks
        Of the table.
    """
    if cell.isascii() and cell.isdigit() and len(cell) <= 40:
        return cell
    if isinstance(cell, Typed) or (
        kind != "whole" and marks.decimal == "." and _SIMPLE.fullmatch(cell)
    ):
        return cell
    if isinstance(cell, Odd):
        return None
    bare = _bare(cell, kind)
    found = _pattern(marks).fullmatch(bare)
    thousands = kind == "whole" and not marks.said and _THOUSANDS.fullmatch(bare)
    if found is None or thousands or not (found["whole"] or found["part"]):
        return None
    power = int(found["power"][1:]) if found["power"] else 0
    digits = re.sub("[^0-9]", "", found["whole"] or "0")
    return _written(found["sign"], digits, found["part"] or "", power, kind)


def _written(sign: str, digits: str, part: str, power: int, kind: Kind) -> str:
    if kind == "whole":
        # The point is moved in the text: a float does not hold every whole number.
        point = len(digits) + power
        both = "0" * -point + digits + part + "0" * (power - len(part))
        digits, part = both[: max(point, 0)] or "0", both[max(point, 0) :].rstrip("0")
        power = 0
    minus = "-" if sign == "-" and (digits + part).strip("0") else ""
    return minus + digits + (f".{part}" if part else "") + (f"e{power}" if power else "")


def _bare(cell: str, kind: Kind) -> str:
    """Return a cell without the spaces around it, its minus as a hyphen, per cent without sign."""
    bare = cell.strip(SPACES).replace("\u2212", "-", 1)
    if kind == "percent" and bare.endswith("%"):
        bare = bare[:-1].rstrip(SPACES)
    return bare


@cache
def _pattern(marks: Marks) -> re.Pattern[str]:
    gaps = SPACES + (marks.other if marks.said else "")
    mark = re.escape(marks.decimal) or "(?!)"
    return re.compile(
        rf"(?P<sign>[+-]?)"
        rf"(?P<whole>{_DIGITS}|[1-9][0-9]{{0,2}}(?:(?P<gap>[{gaps}])[0-9]{{3}})"
        rf"(?:(?P=gap)[0-9]{{3}}){{0,11}})?"
        rf"(?:{mark}(?P<part>{_DIGITS}))?(?P<power>{_POWER})?"
    )


def marks_of(
    columns: Mapping[str, tuple[Kind, bool, Sequence[str]]],
) -> tuple[Marks, tuple[str, int, Message] | None]:
    """Find the decimal mark of a table whose cells are not separated by commas.

    Parameters
    ----------
    columns : mapping of str to (kind, bool, sequence of str)
        Of columns with numbers: their kind, whether they may hold a thousand, their cells.

    Returns
    -------
    marks : Marks
        Without a decimal mark if it is in doubt.
    doubt : (column, place in the column, what was expected), or None
    """
    first: dict[str, tuple[str, int]] = {}
    certain = set()
    for column, place, cell, sure in _marked(columns):
        mark = "," if "," in cell else "."
        first.setdefault(mark, (column, place))
        if sure:
            certain.add(mark)
    if not first:
        return Marks(), None
    if len(first) == 2:
        where = max(first.values(), key=lambda found: found[1])
        expected = say("one decimal mark in the whole table, a point or a comma")
        return Marks(""), (*where, expected + SAY_IT)
    ((mark, where),) = first.items()
    if certain:
        return Marks(mark), None
    column, place = where
    either = _either(_bare(columns[column][2][place], "decimal"))
    return Marks(""), (*where, say("a number that means one thing") + either + SAY_IT)


def _marked(
    columns: Mapping[str, tuple[Kind, bool, Sequence[str]]],
) -> Iterator[tuple[str, int, str, bool]]:
    """Yield (column, place, cell, whether its mark can only be a decimal one)."""
    for column, (kind, thousands, cells) in columns.items():
        for place, cell in enumerate(cells):
            if ("," in cell or "." in cell) and not isinstance(cell, Typed | Odd):
                bare = _without_gaps(_bare(cell, kind))
                shaped = _THOUSANDS.fullmatch(bare) is not None
                if _MARKED.fullmatch(bare) and not (shaped and kind == "whole"):
                    yield column, place, cell, not (shaped and thousands)


def _without_gaps(bare: str) -> str:
    """Return a number without the spaces that group its digits in threes."""
    grouped = rf"^[+-]?[1-9][0-9]{{0,2}}(?:[{SPACES}][0-9]{{3}})+"
    return re.sub(grouped, lambda found: re.sub(f"[{SPACES}]", "", found[0]), bare)


def _either(bare: str) -> Message:
    """Say what a number may mean whose mark may group thousands."""
    whole, part = re.split("[.,]", bare)
    least = part.rstrip("0")
    one = whole + (f".{least}" if least else "")
    return say("; {} or {}? Write it without a mark for thousands", one, whole + part)


def why(cell: str, kind: Kind, marks: Marks) -> Message | str:
    """Say what is wrong with the spelling of a number that was refused, if something often is."""
    bare = _bare(cell, kind)
    if _THOUSANDS.fullmatch(bare) and (kind == "whole" or marks.decimal not in bare):
        if not marks.said:
            other = marks.decimal not in bare  # with the same one, saying it would make it 4
            return _either(bare) + (SAY_IT if other else "")
        read = plain(cell, kind, marks)
        return say(
            "; read as {}, for country.toml says that {!r} is the decimal mark", read, marks.decimal
        )
    if _MARKED.fullmatch(_without_gaps(bare)) and marks.decimal not in bare:
        point = say("; a decimal point, not a comma")
        return point if marks.decimal == "." else say("; a decimal comma, not a point")
    told = (hint for pattern, hint in _HABITS.items() if pattern.fullmatch(bare))
    found = next(told, "")
    return found + SAY_IT if found == _GROUPED and not marks.said else found


_GROUPED = say("; a space or nothing between thousands")
_HABITS = {
    re.compile(""): say("; the cell is empty"),
    re.compile(r"[+-]?[0-9]{1,3}([.,'\u2019][0-9]{3})+([.,][0-9]+)?"): _GROUPED,
    re.compile(r"[+-]?[0-9]+([.,][0-9]+)?E[+-][0-9]{2,}"): say(
        "; every digit: what is shown with E+ or E- is rounded"
    ),
    re.compile(rf"[+-]?[0-9.,]+([{SPACES}][0-9.,]+)+"): say(
        "; spaces only between groups of three digits"
    ),
    re.compile(
        rf"[+-]?[0-9][0-9.,{SPACES}]*([^\W\d_]{{1,4}}\.?|[%$€£])|[^\W\d_]{{0,3}}[$€£] ?[0-9].*"
    ): say("; a number alone, without its unit"),
}
"""What people and programs often write, and what to write instead."""
